package datasource

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"clientportal/internal/api"
	"clientportal/internal/clock"
	"clientportal/internal/datasource/datasourcedb"
	"clientportal/internal/datasource/upstream"
	"clientportal/internal/db"
	"clientportal/internal/fault"
)

// Draft is a data source to be connected.
type Draft struct {
	CustomerID        uuid.UUID       `json:"customer_id"`
	DashboardConfigID *uuid.UUID      `json:"dashboard_config_id,omitempty"`
	SourceType        string          `json:"source_type" enum:"ga4,meta,shopify,csv,push"`
	SourceName        string          `json:"source_name" maxLength:"200"`
	ConnectionType    string          `json:"connection_type,omitempty" maxLength:"40"`
	Credentials       json.RawMessage `json:"credentials,omitempty" doc:"As the kind of connection has them; never shown again"`
	Settings          json.RawMessage `json:"settings,omitempty"`
	SyncFrequency     string          `json:"sync_frequency,omitempty" enum:"daily,hourly,manual"`
	SyncHour          *int            `json:"sync_hour,omitempty" minimum:"0" maximum:"23"`
}

// Change is what becomes of a source; nil leaves a thing as it is. Credentials,
// settings and kind of connection are checked together.
type Change struct {
	SourceName        *string         `json:"source_name,omitempty" maxLength:"200"`
	DashboardConfigID *uuid.UUID      `json:"dashboard_config_id,omitempty"`
	ConnectionType    *string         `json:"connection_type,omitempty" maxLength:"40"`
	Credentials       json.RawMessage `json:"credentials,omitempty" doc:"Replace those that are kept"`
	Settings          json.RawMessage `json:"settings,omitempty"`
	AccountName       *string         `json:"account_name,omitempty" maxLength:"200"`
	SyncFrequency     *string         `json:"sync_frequency,omitempty" enum:"daily,hourly,manual"`
	SyncHour          *int            `json:"sync_hour,omitempty" minimum:"0" maximum:"23"`
}

const (
	maxName        = 120
	maxCredentials = 64 << 10
	defaultHour    = 6
)

// Create adds a data source. With credentials, reading begins at once: the last
// days first, then the months before.
func (s *Service) Create(ctx context.Context, d Draft) (Source, error) {
	who, err := manager(ctx)
	if err != nil {
		return Source{}, err
	}
	if err := s.check(&d); err != nil {
		return Source{}, err
	}
	id, now := newID(), clock.Now(ctx)
	p := datasourcedb.InsertSourceParams{
		ID: id, CustomerID: d.CustomerID, DashboardConfigID: d.DashboardConfigID, SourceType: d.SourceType, SourceName: d.SourceName,
		Settings: d.Settings, SyncFrequency: d.SyncFrequency, SyncHour: int16(*d.SyncHour), ConnectionStatus: "disconnected", Now: now,
	}
	if d.ConnectionType != "" {
		p.ConnectionType = &d.ConnectionType
	}
	if d.Credentials != nil {
		if p.ApiCredentials, err = s.seal(d.Credentials, id); err != nil {
			return Source{}, err
		}
	}
	if s.complete(d.SourceType, d.ConnectionType, d.Credentials) {
		p.ConnectionStatus, p.ConnectedAt, p.ConnectedBy = "connected", &now, who.Name
	}
	var made Source
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		q := datasourcedb.New(tx)
		if err := checkDashboard(ctx, q, d.CustomerID, d.DashboardConfigID); err != nil {
			return err
		}
		n, err := q.InsertSource(ctx, p)
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.Missing("customer")
		}
		tx.Record(about("create", d.CustomerID, id, map[string]any{
			"source_type": d.SourceType, "source_name": d.SourceName, "connection_type": d.ConnectionType, "sync_frequency": d.SyncFrequency,
		}))
		announce(tx, d.CustomerID, id)
		l, err := load(ctx, q, id)
		if err != nil {
			return err
		}
		if p.ConnectionStatus == "connected" && s.reads(d.SourceType) {
			if err := s.begin(ctx, tx, l, who.Name); err != nil {
				return err
			}
			if l, err = load(ctx, q, id); err != nil {
				return err
			}
		}
		made = sourceOf(l, now)
		return nil
	})
	if err != nil {
		return Source{}, fmt.Errorf("create data source: %w", err)
	}
	return made, nil
}

// reads reports whether the portal reads the source by itself.
func (s *Service) reads(sourceType string) bool {
	_, ok := s.known(sourceType)
	return ok
}

// complete reports whether there is enough to connect with. A source by OAuth has
// the app's credentials first, and its own once a person has authorised it.
func (s *Service) complete(sourceType, kind string, credentials json.RawMessage) bool {
	if sourceType == CSV {
		return true
	}
	source, known := s.known(sourceType)
	return known && credentials != nil && !appOnly(source, kind, credentials)
}

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

// Update changes a source. A new connection clears what stood in the old one's way
// and is read at once.
func (s *Service) Update(ctx context.Context, id uuid.UUID, c Change, ifMatch string) (Source, error) {
	who, err := manager(ctx)
	if err != nil {
		return Source{}, err
	}
	var changed Source
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		q := datasourcedb.New(tx)
		l, err := lock(ctx, q, id)
		if err != nil {
			return err
		}
		if err := api.CheckMatch(ifMatch, api.ETag(l.UpdatedAt)); err != nil {
			return err
		}
		fields, err := s.change(ctx, tx, &l, c)
		if err != nil {
			return err
		}
		if c.reconnects() {
			if err := s.reconnect(ctx, tx, l, c, who.Name); err != nil {
				return err
			}
			fields = append(fields, "connection")
		}
		if len(fields) > 0 {
			tx.Record(about("update", l.CustomerID, id, map[string]any{"changed": fields}))
			announce(tx, l.CustomerID, id)
		}
		if l, err = load(ctx, q, id); err != nil {
			return err
		}
		changed = sourceOf(l, clock.Now(ctx))
		if len(fields) == 0 {
			return db.ErrUnchanged
		}
		return nil
	})
	if err != nil {
		return Source{}, fmt.Errorf("update data source: %w", err)
	}
	return changed, nil
}

func (c Change) reconnects() bool {
	return noneOf(c.Credentials) != nil || noneOf(c.Settings) != nil || c.ConnectionType != nil
}

// change carries out what is not about the connection, and names the fields.
func (s *Service) change(ctx context.Context, tx *db.Tx, l *loaded, c Change) (fields []string, err error) {
	var check fault.Check
	q := datasourcedb.New(tx)
	p := datasourcedb.SetSourceParams{
		ID: l.ID, SourceName: l.SourceName, DashboardConfigID: l.DashboardConfigID, SyncFrequency: l.SyncFrequency, SyncHour: l.SyncHour,
		NextSyncAt: l.NextSyncAt, Now: clock.Now(ctx),
	}
	if c.SourceName != nil {
		name := strings.TrimSpace(*c.SourceName)
		checkName(&check, name)
		if name != l.SourceName {
			p.SourceName, fields = name, append(fields, "source_name")
		}
	}
	if c.DashboardConfigID != nil {
		if err := checkDashboard(ctx, q, l.CustomerID, c.DashboardConfigID); err != nil {
			return nil, err
		}
		p.DashboardConfigID, fields = c.DashboardConfigID, append(fields, "dashboard_config_id")
	}
	if c.SyncFrequency != nil {
		checkRhythm(&check, *c.SyncFrequency)
		if *c.SyncFrequency != l.SyncFrequency {
			p.SyncFrequency, fields = *c.SyncFrequency, append(fields, "sync_frequency")
		}
	}
	if c.SyncHour != nil {
		check.That(*c.SyncHour >= 0 && *c.SyncHour <= 23, "sync_hour", "Choose an hour from 0 to 23.")
		if int16(*c.SyncHour) != l.SyncHour {
			p.SyncHour, fields = int16(*c.SyncHour), append(fields, "sync_hour")
		}
	}
	if err := check.Err(); err != nil || len(fields) == 0 {
		return nil, err
	}
	if l.ConnectionStatus == "connected" && s.reads(l.SourceType) {
		p.NextSyncAt = nextSync(p.SyncFrequency, int(p.SyncHour), zoneOf(l.customerZone), p.Now)
	}
	return fields, q.SetSource(ctx, p)
}

// reconnect connects a source anew, with what is kept where the change says nothing.
func (s *Service) reconnect(ctx context.Context, tx *db.Tx, l loaded, c Change, by string) error {
	source, known := s.known(l.SourceType)
	if !known {
		return fault.InvalidField("credentials", "Nothing has to be entered for this kind of source.")
	}
	var check fault.Check
	checkObject(&check, noneOf(c.Credentials), "credentials")
	checkObject(&check, noneOf(c.Settings), "settings")
	if err := check.Err(); err != nil {
		return err
	}
	kind := ""
	if l.ConnectionType != nil {
		kind = *l.ConnectionType
	}
	if c.ConnectionType != nil {
		if *c.ConnectionType != kind && noneOf(c.Credentials) == nil && l.ApiCredentials != nil {
			return fault.InvalidField("credentials", "Another kind of connection needs credentials of its own.")
		}
		kind = *c.ConnectionType
	}
	credentials, settings := noneOf(c.Credentials), noneOf(c.Settings)
	if settings == nil {
		settings = l.Settings
	}
	if credentials == nil && l.ApiCredentials != nil {
		kept, err := s.open(l.ApiCredentials, l.ID)
		if err != nil {
			return fault.InvalidField("credentials", "Enter the credentials again.")
		}
		credentials = kept
	}
	if err := checkConnection(source, kind, credentials, settings); err != nil {
		return err
	}
	account := l.AccountName
	if c.AccountName != nil {
		account = strings.TrimSpace(*c.AccountName)
	} else if noneOf(c.Settings) != nil && string(settings) != string(l.Settings) {
		account = ""
	}
	return s.setConnection(ctx, tx, l, connection{kind, credentials, settings, account, by})
}

// connection is what a source is connected with.
type connection struct {
	kind                  string
	credentials, settings json.RawMessage
	account, by           string
}

// setConnection keeps a connection, and has it read at once.
func (s *Service) setConnection(ctx context.Context, tx *db.Tx, l loaded, c connection) error {
	now := clock.Now(ctx)
	p := datasourcedb.SetConnectionParams{
		ID: l.ID, ConnectionType: &c.kind, Settings: c.settings, AccountName: c.account, ConnectionStatus: "disconnected", ConnectedBy: c.by, Now: now,
	}
	var err error
	if c.credentials != nil {
		if p.ApiCredentials, err = s.seal(c.credentials, l.ID); err != nil {
			return err
		}
	}
	if !s.complete(l.SourceType, c.kind, c.credentials) {
		return datasourcedb.New(tx).SetConnection(ctx, p)
	}
	p.ConnectionStatus, p.ConnectedAt = "connected", &now
	p.NextSyncAt = nextSync(l.SyncFrequency, int(l.SyncHour), zoneOf(l.customerZone), now)
	if err := datasourcedb.New(tx).SetConnection(ctx, p); err != nil {
		return err
	}
	return s.begin(ctx, tx, l, c.by)
}

// Disconnect forgets the credentials. The numbers stay.
func (s *Service) Disconnect(ctx context.Context, id uuid.UUID) (Source, error) {
	if _, err := manager(ctx); err != nil {
		return Source{}, err
	}
	var left Source
	err := s.DB.Write(ctx, func(tx *db.Tx) error {
		q := datasourcedb.New(tx)
		l, err := lock(ctx, q, id)
		if err != nil {
			return err
		}
		if l.ConnectionStatus != "connected" && l.DisconnectedAt != nil {
			return fault.New(fault.Conflict, "The source is disconnected already.")
		}
		now := clock.Now(ctx)
		if err := q.Disconnect(ctx, datasourcedb.DisconnectParams{ID: id, Now: now}); err != nil {
			return err
		}
		if err := q.CancelRuns(ctx, datasourcedb.CancelRunsParams{SourceID: id, Now: now}); err != nil {
			return err
		}
		tx.Record(about("disconnect", l.CustomerID, id, nil))
		announce(tx, l.CustomerID, id)
		if l, err = load(ctx, q, id); err != nil {
			return err
		}
		left = sourceOf(l, now)
		return nil
	})
	if err != nil {
		return Source{}, fmt.Errorf("disconnect data source: %w", err)
	}
	return left, nil
}

// testBound is how long somebody waits for a test or a list of accounts.
const testBound = 45 * time.Second

// Test asks the system what is missing: a scope, a right, a property.
func (s *Service) Test(ctx context.Context, id uuid.UUID) ([]upstream.Finding, error) {
	findings := []upstream.Finding{}
	err := s.ask(ctx, id, "test", func(ctx context.Context, source upstream.Source, conn *upstream.Conn) (err error) {
		findings, err = source.Test(ctx, conn)
		return err
	})
	if failure, ok := upstream.AsFailure(err); ok {
		return []upstream.Finding{{Name: "Connection", Message: failure.Staff}}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("test data source: %w", err)
	}
	if len(findings) == 0 {
		findings = []upstream.Finding{{OK: true, Name: "Connection", Message: "Nothing is missing."}}
	}
	return findings, nil
}

// Passed reports whether a test found nothing missing.
func Passed(findings []upstream.Finding) bool {
	for _, f := range findings {
		if !f.OK {
			return false
		}
	}
	return true
}

// Accounts are what the source can be set to, of what its credentials see.
func (s *Service) Accounts(ctx context.Context, id uuid.UUID) ([]upstream.Account, error) {
	accounts := []upstream.Account{}
	err := s.ask(ctx, id, "list_accounts", func(ctx context.Context, source upstream.Source, conn *upstream.Conn) error {
		list, err := source.Accounts(ctx, conn)
		accounts = append(accounts, list...)
		return err
	})
	if failure, ok := upstream.AsFailure(err); ok {
		return nil, &fault.Error{Code: fault.Conflict, Message: failure.Staff}
	}
	if err != nil {
		return nil, fmt.Errorf("list the accounts of a data source: %w", err)
	}
	return accounts, nil
}

// ask calls the system for somebody who waits.
func (s *Service) ask(ctx context.Context, id uuid.UUID, what string, do func(context.Context, upstream.Source, *upstream.Conn) error) error {
	if _, err := manager(ctx); err != nil {
		return err
	}
	l, err := s.read(ctx, id)
	if err != nil {
		return err
	}
	source, known := s.known(l.SourceType)
	if !known {
		return fault.New(fault.Conflict, "Nobody is called for this kind of source: numbers are brought to it.")
	}
	if err := s.DB.Record(ctx, about(what, l.CustomerID, id, nil)); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, testBound)
	defer cancel()
	n := &notes{}
	conn, err := s.connect(ctx, l, n)
	if err == nil {
		err = s.renewed(ctx, l, conn, func() error { return do(ctx, source, conn) })
		err = withoutSecrets(err, conn.Credentials)
	}
	if _, told := upstream.AsFailure(err); err != nil && !told && ctx.Err() != nil {
		return upstream.Unreachable(source.Label(), context.DeadlineExceeded)
	}
	return err
}
