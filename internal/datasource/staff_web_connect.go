package datasource

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"clientportal/internal/datasource/upstream"
	"clientportal/internal/fault"
	"clientportal/internal/web"
)

// kind is a kind of source to choose from.
type kind struct{ value, label, hint string }

func (s *Service) kinds() []kind {
	var list []kind
	for _, source := range s.Systems {
		list = append(list, kind{source.Type(), source.Label(), "Read by the portal, every day or every hour."})
	}
	return append(list,
		kind{CSV, "File (CSV or XLSX)", "A table of numbers by day, uploaded by hand."},
		kind{Push, "Push", "Another system sends its numbers, with a token of its own."})
}

func (s *Service) kindLabel(value string) string {
	for _, k := range s.kinds() {
		if k.value == value {
			return k.label
		}
	}
	return value
}

// connectForm is the form of a new source, or of one that is changed.
type connectForm struct {
	form        web.Form
	source      *Source // nil for a new one
	kind        string
	label       string
	customers   []Named
	kinds       []kind
	connections []upstream.Connection
	connection  upstream.Connection
}

func (c staffPages) showNew(w http.ResponseWriter, r *http.Request) error {
	query := r.URL.Query()
	form := web.Form{Values: map[string][]string{
		"customer_id": {query.Get("customer_id")}, "source_type": {query.Get("source_type")}, "connection_type": {query.Get("connection_type")},
		"sync_frequency": {"daily"}, "sync_hour": {strconv.Itoa(defaultHour)},
	}}
	return c.drawNew(w, r, http.StatusOK, form)
}

func (c staffPages) drawNew(w http.ResponseWriter, r *http.Request, status int, form web.Form) error {
	if _, err := manager(r.Context()); err != nil {
		return err
	}
	v := connectForm{form: form, kind: form.Value("source_type"), kinds: c.kinds()}
	v.label = c.kindLabel(v.kind)
	var err error
	if v.customers, err = c.customers(r.Context()); err != nil {
		return err
	}
	c.connectionsOf(&v)
	v.forget()
	p := c.page(w, r, "Add a data source", web.Crumb{Label: "Add"})
	p.Width = web.Narrow
	if v.kind == "" || v.label == v.kind {
		web.Render(w, r, status, choosePage(p, v))
		return nil
	}
	web.Render(w, r, status, newPage(p, v))
	return nil
}

// connectionsOf finds the ways to connect, and the one that is chosen.
func (c staffPages) connectionsOf(v *connectForm) {
	source, known := c.known(v.kind)
	if !known {
		return
	}
	v.connections = source.Connections()
	v.connection = v.connections[0]
	for _, way := range v.connections {
		if way.Type == v.form.Value("connection_type") {
			v.connection = way
		}
	}
}

// forget takes what is secret out of a form that is shown again: not even who typed
// it sees it.
func (v *connectForm) forget() {
	for _, f := range v.connection.Credentials {
		if f.Secret {
			v.form.Values.Del("credentials." + f.Name)
		}
	}
}

func (c staffPages) create(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ReadForm(w, r)
	if err != nil {
		return err
	}
	v := connectForm{form: form, kind: form.Value("source_type")}
	c.connectionsOf(&v)
	customer, _ := uuid.Parse(form.Value("customer_id")) // none is a fault of the field
	hour, err := strconv.Atoi(form.Value("sync_hour"))
	if err != nil {
		hour = defaultHour
	}
	made, err := c.Create(r.Context(), Draft{
		CustomerID: customer, SourceType: v.kind, SourceName: form.Value("source_name"), ConnectionType: v.connection.Type,
		Credentials: typedObject(form, "credentials", v.connection.Credentials), Settings: typedObject(form, "settings", v.connection.Settings),
		SyncFrequency: form.Value("sync_frequency"), SyncHour: &hour,
	})
	if fault.Mendable(err) {
		form, _ = form.With(err)
		return c.drawNew(w, r, fault.Status(err), form)
	}
	if err != nil {
		return err
	}
	if made.ConnectionStatus == "connected" && len(v.connection.Settings) > 0 && !made.chosen {
		c.Flash.Say(w, web.Done, "It is connected. Choose what is read.")
		http.Redirect(w, r, staffPath(made.ID)+"/accounts", http.StatusSeeOther)
		return nil
	}
	words := "It is connected. The last days are read first, then the months before."
	switch {
	case made.SourceType == CSV:
		words = "Upload the first file."
	case made.SourceType == Push:
		words = "Say which metrics come in, then make a token."
	case made.ConnectionStatus != "connected":
		words = "It is added. Authorise it, or send the client a link."
	}
	return c.back(w, r, made.ID, web.Done, words)
}

// typedObject is what was typed into the fields of a connection, as JSON; nil where
// nothing was.
func typedObject(form web.Form, prefix string, fields []upstream.Field) json.RawMessage {
	typed := map[string]string{}
	for _, f := range fields {
		if value := strings.TrimSpace(form.Value(prefix + "." + f.Name)); value != "" {
			typed[f.Name] = value
		}
	}
	if len(typed) == 0 {
		return nil
	}
	raw, err := json.Marshal(typed)
	if err != nil {
		return nil // a map of texts always marshals
	}
	return raw
}

// inputOf is a field of a connection as an input.
func inputOf(prefix string, f upstream.Field, kept bool) web.Field {
	field := web.Field{Name: prefix + "." + f.Name, Label: f.Label, Hint: f.Hint, Optional: f.Optional, Autocomplete: "off", MaxLength: 20_000}
	if f.Secret && !f.Long {
		field.Type = "password"
		field.Autocomplete = "new-password"
	}
	if f.Long {
		field.Rows, field.Class = 6, "font-mono text-sm"
	}
	if kept && f.Secret {
		field.Hint = strings.TrimSpace(field.Hint + " One is kept; leave this empty to keep it.")
	}
	return field
}

func (c staffPages) showEdit(w http.ResponseWriter, r *http.Request) error {
	return c.drawOne(w, r, func(p web.Page, s Source) error {
		form := web.Form{Values: map[string][]string{
			"source_name": {s.SourceName}, "sync_frequency": {s.SyncFrequency}, "sync_hour": {strconv.Itoa(s.SyncHour)}, "tag": {s.Tag()},
			"connection_type": {r.URL.Query().Get("connection_type")},
		}}
		if form.Value("connection_type") == "" && s.ConnectionType != nil {
			form.Values.Set("connection_type", *s.ConnectionType)
		}
		for name, text := range settingTexts(s.Settings) {
			form.Values.Set("settings."+name, text)
		}
		return c.drawEdit(w, r, http.StatusOK, p, s, form)
	}, "Edit")
}

func (c staffPages) drawEdit(w http.ResponseWriter, r *http.Request, status int, p web.Page, s Source, form web.Form) error {
	v := connectForm{form: form, source: &s, kind: s.SourceType, label: c.kindLabel(s.SourceType)}
	c.connectionsOf(&v)
	v.forget()
	p.Width = web.Narrow
	web.Render(w, r, status, editPage(p, v))
	return nil
}

func (c staffPages) edit(w http.ResponseWriter, r *http.Request) error {
	return c.drawOne(w, r, func(p web.Page, s Source) error {
		form, err := web.ReadForm(w, r)
		if err != nil {
			return err
		}
		v := connectForm{form: form, kind: s.SourceType}
		c.connectionsOf(&v)
		name, frequency := form.Value("source_name"), form.Value("sync_frequency")
		change := Change{SourceName: &name}
		if c.reads(s.SourceType) {
			change.SyncFrequency = &frequency
			if hour, err := strconv.Atoi(form.Value("sync_hour")); err == nil {
				change.SyncHour = &hour
			}
			change.Credentials = typedObject(form, "credentials", v.connection.Credentials)
			if settings := typedObject(form, "settings", v.connection.Settings); settings != nil && !maps.Equal(settingTexts(settings), settingTexts(s.Settings)) {
				change.Settings = settings
			}
			if s.ConnectionType == nil || *s.ConnectionType != v.connection.Type {
				change.ConnectionType = &v.connection.Type
			}
		}
		if _, err = c.Update(r.Context(), s.ID, change, form.Value("tag")); fault.Mendable(err) {
			form, _ = form.With(err)
			return c.drawEdit(w, r, fault.Status(err), p, s, form)
		}
		if err != nil {
			return err
		}
		return c.back(w, r, s.ID, web.Done, "The changes are saved.")
	}, "Edit")
}

// settingTexts are settings as somebody types them: a list with commas.
func settingTexts(settings json.RawMessage) map[string]string {
	var kept map[string]any
	texts := map[string]string{}
	in := json.NewDecoder(bytes.NewReader(settings))
	in.UseNumber() // an id has more digits than a float
	if in.Decode(&kept) != nil {
		return texts
	}
	for name, value := range kept {
		switch value := value.(type) {
		case string:
			texts[name] = value
		case json.Number:
			texts[name] = value.String()
		case []any:
			parts := make([]string, len(value))
			for i, part := range value {
				parts[i] = fmt.Sprint(part)
			}
			texts[name] = strings.Join(parts, ", ")
		}
	}
	return texts
}

// readsAccount reports whether settings name this account, with or without what the
// system writes before its id.
func readsAccount(settings json.RawMessage, a upstream.Account) bool {
	for _, text := range settingTexts(settings) {
		if text == a.ID || strings.HasSuffix(text, "_"+a.ID) || strings.HasSuffix(text, "/"+a.ID) {
			return true
		}
	}
	return false
}

func (c staffPages) showAccounts(w http.ResponseWriter, r *http.Request) error {
	return c.drawOne(w, r, func(p web.Page, s Source) error { return c.drawAccounts(w, r, http.StatusOK, p, s, web.Form{}) }, "Choose an account")
}

func (c staffPages) drawAccounts(w http.ResponseWriter, r *http.Request, status int, p web.Page, s Source, form web.Form) error {
	accounts, err := c.Accounts(r.Context(), s.ID)
	if fault.CodeOf(err) == fault.Conflict {
		return c.back(w, r, s.ID, web.Late, wordsOf(err))
	}
	if err != nil {
		return err
	}
	for _, a := range accounts {
		if form.Values == nil && readsAccount(s.Settings, a) {
			form.Values = map[string][]string{"account": {a.ID}}
		}
	}
	p.Width = web.Narrow
	web.Render(w, r, status, accountsPage(p, s, accounts, form))
	return nil
}

func (c staffPages) choose(w http.ResponseWriter, r *http.Request) error {
	return c.drawOne(w, r, func(p web.Page, s Source) error {
		form, err := web.ReadForm(w, r)
		if err != nil {
			return err
		}
		accounts, err := c.Accounts(r.Context(), s.ID)
		if fault.CodeOf(err) == fault.Conflict {
			return c.back(w, r, s.ID, web.Late, wordsOf(err))
		}
		if err != nil {
			return err
		}
		for _, a := range accounts {
			if a.ID != form.Value("account") {
				continue
			}
			if _, err := c.Update(r.Context(), s.ID, Change{Settings: a.Settings, AccountName: &a.Name}, ""); err != nil {
				return err
			}
			return c.back(w, r, s.ID, web.Done, a.Name+" is read from now on.")
		}
		form, _ = form.With(fault.InvalidField("account", "Choose one of these."))
		return c.drawAccounts(w, r, http.StatusUnprocessableEntity, p, s, form)
	}, "Choose an account")
}
