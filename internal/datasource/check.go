package datasource

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/google/uuid"

	"clientportal/internal/datasource/datasourcedb"
	"clientportal/internal/datasource/upstream"
	"clientportal/internal/fault"
)

// byOAuth is the kind of connection that a person authorises in a browser.
const byOAuth = "oauth"

// appOnly reports whether these credentials are the agency's own registration with
// the system, with which a person is yet to authorise the source.
func appOnly(source upstream.Source, kind string, credentials json.RawMessage) bool {
	var given struct {
		ClientID     string `json:"client_id"`
		ClientSecret string `json:"client_secret"`
		RefreshToken string `json:"refresh_token"`
		AccessToken  string `json:"access_token"`
	}
	_, authorises := source.(upstream.Authorizer)
	return authorises && kind == byOAuth && json.Unmarshal(credentials, &given) == nil &&
		given.ClientID != "" && given.ClientSecret != "" && given.RefreshToken == "" && given.AccessToken == ""
}

// check fills in what a draft leaves to us, and looks at the rest.
func (s *Service) check(d *Draft) error {
	var check fault.Check
	d.SourceName = strings.TrimSpace(d.SourceName)
	checkName(&check, d.SourceName)
	check.That(d.CustomerID != uuid.Nil, "customer_id", "Choose one of the customers that you serve.")
	if d.SyncFrequency == "" {
		d.SyncFrequency = "daily"
	}
	checkRhythm(&check, d.SyncFrequency)
	if d.SyncHour == nil {
		hour := defaultHour
		d.SyncHour = &hour
	}
	check.That(*d.SyncHour >= 0 && *d.SyncHour <= 23, "sync_hour", "Choose an hour from 0 to 23.")
	empty := strings.TrimSpace(string(d.Credentials)) == "{}"
	d.Credentials, d.Settings = noneOf(d.Credentials), noneOf(d.Settings)
	checkObject(&check, d.Credentials, "credentials")
	checkObject(&check, d.Settings, "settings")
	if d.Settings == nil {
		d.Settings = json.RawMessage("{}")
	}
	source, known := s.known(d.SourceType)
	check.That(known || d.SourceType == CSV || d.SourceType == Push, "source_type", "Choose one of: %s.", strings.Join(s.typeNames(), ", "))
	if !known {
		check.That(d.Credentials == nil, "credentials", "Nothing has to be entered for this kind of source.")
		return check.Err()
	}
	if d.ConnectionType == "" {
		d.ConnectionType = source.Connections()[0].Type
	}
	if err := check.Err(); err != nil {
		return err
	}
	if err := checkFields(source, d.ConnectionType, d.Credentials, d.Settings); err != nil {
		return err
	}
	if empty { // not the same as none, which come later
		return checkConnection(source, d.ConnectionType, json.RawMessage("{}"), d.Settings)
	}
	return checkConnection(source, d.ConnectionType, d.Credentials, d.Settings)
}

func (s *Service) typeNames() []string {
	names := []string{}
	for _, source := range s.Systems {
		names = append(names, source.Type())
	}
	return append(names, CSV, Push)
}

func checkName(check *fault.Check, name string) {
	check.Text("source_name", "the name", name, 1, maxName)
}

func checkRhythm(check *fault.Check, frequency string) {
	check.That(frequency == "daily" || frequency == "hourly" || frequency == "manual", "sync_frequency", "Choose daily, hourly or manual.")
}

// noneOf makes what says nothing nothing.
func noneOf(raw json.RawMessage) json.RawMessage {
	if text := strings.TrimSpace(string(raw)); text == "" || text == "null" || text == "{}" {
		return nil
	}
	return raw
}

func checkObject(check *fault.Check, raw json.RawMessage, name string) {
	if raw == nil {
		return
	}
	var object map[string]json.RawMessage
	check.That(json.Unmarshal(raw, &object) == nil, name, "Send a JSON object.")
	check.That(len(raw) <= maxCredentials, name, "That is more than any %s need.", name)
	check.That(!strings.Contains(string(raw), `\u0000`), name, "Leave out the NUL character.")
}

// checkFields refuses what the kind of connection has no field for: what is misspelt
// would be kept, and never used.
func checkFields(source upstream.Source, connectionType string, credentials, settings json.RawMessage) error {
	var check fault.Check
	for _, c := range source.Connections() {
		if c.Type != connectionType {
			continue
		}
		unknown(&check, "credentials", credentials, append(fieldNames(c.Credentials), c.Granted...))
		unknown(&check, "settings", settings, fieldNames(c.Settings))
	}
	return check.Err()
}

func unknown(check *fault.Check, name string, object json.RawMessage, known []string) {
	var given map[string]json.RawMessage
	if object == nil || json.Unmarshal(object, &given) != nil {
		return // checkObject says so
	}
	for _, key := range slices.Sorted(maps.Keys(given)) {
		check.That(slices.Contains(known, key), fmt.Sprintf("%s.%.60s", name, key), "There is no such field. There is: %s.", strings.Join(known, ", "))
	}
}

func fieldNames(fields []upstream.Field) (names []string) {
	for _, f := range fields {
		names = append(names, f.Name)
	}
	return names
}

// checkConnection is the connector's own look, once there is something to look at.
func checkConnection(source upstream.Source, connectionType string, credentials, settings json.RawMessage) error {
	known := false
	for _, c := range source.Connections() {
		known = known || c.Type == connectionType
	}
	if !known {
		return fault.InvalidField("connection_type", "There is no such way to connect %s.", source.Label())
	}
	if credentials == nil || appOnly(source, connectionType, credentials) {
		return nil
	}
	return source.Check(connectionType, credentials, settings)
}

func checkDashboard(ctx context.Context, q *datasourcedb.Queries, customer uuid.UUID, dashboard *uuid.UUID) error {
	if dashboard == nil {
		return nil
	}
	there, err := q.DashboardOf(ctx, datasourcedb.DashboardOfParams{ID: *dashboard, CustomerID: customer})
	if err == nil && !there {
		return fault.InvalidField("dashboard_config_id", "Choose one of the customer's dashboards.")
	}
	return err
}
