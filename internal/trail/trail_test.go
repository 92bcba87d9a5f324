package trail_test

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"clientportal/internal/actor"
	"clientportal/internal/audit"
	"clientportal/internal/clock"
	"clientportal/internal/db"
	"clientportal/internal/db/dbtest"
	"clientportal/internal/fault"
	"clientportal/internal/trail"
)

// house is an agency with two customers; Priya, a manager, serves acme only.
type house struct {
	*dbtest.Database
	*trail.Service
	t              *testing.T
	acme, boltline uuid.UUID
	mara           actor.Actor // a member of acme
	priya          actor.Actor // a manager
	ada            actor.Actor // an admin
}

// monday is when things begin to happen.
var monday = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

func newHouse(t *testing.T) *house {
	t.Helper()
	h := &house{Database: dbtest.New(t), t: t, acme: newID(), boltline: newID()}
	h.Service = trail.New(h.DB)
	h.mara = actor.Actor{Kind: actor.Client, ID: newID(), Name: "Mara Lindqvist", Role: actor.Member, CustomerIDs: []uuid.UUID{h.acme}, Address: "192.0.2.1"}
	h.priya = actor.Actor{Kind: actor.Staff, ID: newID(), Name: "Priya Raman", Role: actor.Manager, CustomerIDs: []uuid.UUID{h.acme}, Address: "198.51.100.7"}
	h.ada = actor.Actor{Kind: actor.Staff, ID: newID(), Name: "Ada Byron", Role: actor.Admin, AllCustomers: true, Address: "198.51.100.8"}
	h.exec(`insert into customers (id, name, slug, ticket_prefix) values ($1, 'Acme Industrial', 'acme', 'AI'), ($2, 'Boltline', 'boltline', 'BL')`, h.acme, h.boltline)
	h.exec(`insert into client_portal_users (id, customer_id, email, first_name, last_name) values ($1, $2, 'mara@acme.example', 'Mara', 'Lindqvist')`, h.mara.ID, h.acme)
	h.exec(`insert into customer_members (customer_id, user_id, role) values ($1, $3, 'member'), ($2, $3, 'member')`, h.acme, h.boltline, h.mara.ID)
	h.exec(`insert into employees (id, email, first_name, last_name, role) values ($1, 'priya@agency.example', 'Priya', 'Raman', 'manager'), ($2, 'ada@agency.example', 'Ada', 'Byron', 'admin')`, h.priya.ID, h.ada.ID)
	h.exec(`insert into customer_employees (customer_id, employee_id) values ($1, $2)`, h.acme, h.priya.ID)
	return h
}

// exec changes the database behind the features' backs, and leaves no event.
func (h *house) exec(sql string, args ...any) {
	h.t.Helper()
	ctx := actor.As(h.t.Context(), "test")
	err := h.Read(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, sql, args...)
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
}

// did records that somebody did something, so many minutes after monday.
func (h *house) did(who actor.Actor, minutes int, e audit.Event) {
	h.t.Helper()
	ctx := clock.At(actor.With(h.t.Context(), who), monday.Add(time.Duration(minutes)*time.Minute))
	if err := h.Record(ctx, e); err != nil {
		h.t.Fatal(err)
	}
}

// ticket makes a ticket of a customer and gives its id.
func (h *house) ticket(customer uuid.UUID, number, title string) uuid.UUID {
	h.t.Helper()
	id := newID()
	h.exec(`insert into tickets (id, customer_id, number, awaited_since) values ($1, $2, $3, now())`, id, customer, number)
	h.exec(`insert into client_tickets (id, ticket_id, customer_id, number, created_by_user_id, title, description) values ($1, $1, $2, $3, $4, $5, '')`,
		id, customer, number, h.mara.ID, title)
	return id
}

func (h *house) as(who actor.Actor) context.Context { return actor.With(h.t.Context(), who) }

func (h *house) events(who actor.Actor, f audit.Filter) []trail.Entry {
	h.t.Helper()
	page, err := h.Events(h.as(who), f, "", 100)
	if err != nil {
		h.t.Fatalf("%s reads: %v", who.Name, err)
	}
	return page.Items
}

func actions(entries []trail.Entry) (actions []string) {
	for _, e := range entries {
		actions = append(actions, e.Action)
	}
	return actions
}

func (h *house) expect(what string, got []trail.Entry, want ...string) {
	h.t.Helper()
	if !slices.Equal(actions(got), want) {
		h.t.Errorf("%s: %q, want %q", what, actions(got), want)
	}
}

func newID() uuid.UUID { return uuid.Must(uuid.NewV7()) }

func with(who actor.Actor, role actor.Role) actor.Actor {
	who.Role = role
	return who
}

func TestWhoMayRead(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for _, c := range []struct {
		who  actor.Actor
		want fault.Code
	}{
		{with(h.mara, actor.Viewer), fault.Forbidden},
		{with(h.mara, actor.Member), ""},
		{with(h.mara, actor.Approver), ""},
		{with(h.mara, actor.Admin), ""},
		{with(h.priya, actor.Agent), fault.Forbidden},
		{h.priya, ""},
		{h.ada, ""},
	} {
		if _, err := h.Events(h.as(c.who), audit.Filter{}, "", 25); fault.CodeOf(err) != c.want {
			t.Errorf("%s %s reads: %v, want %q", c.who.Kind, c.who.Role, err, c.want)
		}
		if err := h.Export(h.as(c.who), &discarded{}, audit.Filter{}); fault.CodeOf(err) != c.want {
			t.Errorf("%s %s exports: %v, want %q", c.who.Kind, c.who.Role, err, c.want)
		}
	}
}

type discarded struct{}

func (discarded) Write(b []byte) (int, error) { return len(b), nil }

func TestWhoseEventsAreRead(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.did(h.mara, 0, audit.Event{Action: "ticket.create"})
	h.did(h.ada, 1, audit.Event{Action: "customer.update", CustomerID: h.boltline})
	h.did(h.ada, 2, audit.Event{Action: "employee.create"})
	h.expect("the company", h.events(h.mara, audit.Filter{}), "ticket.create")
	h.expect("the company, asking for another", h.events(h.mara, audit.Filter{CustomerID: h.boltline}), "ticket.create")
	h.expect("a manager", h.events(h.priya, audit.Filter{}), "ticket.create")
	h.expect("an admin", h.events(h.ada, audit.Filter{}), "employee.create", "customer.update", "ticket.create")
	for _, f := range []audit.Filter{{CustomerID: h.boltline}, {CustomerID: newID()}} {
		if _, err := h.Events(h.as(h.priya), f, "", 25); fault.CodeOf(err) != fault.NotFound {
			t.Errorf("a manager reads a customer whom they don't serve: %v", err)
		}
		if err := h.Export(h.as(h.priya), &discarded{}, f); fault.CodeOf(err) != fault.NotFound {
			t.Errorf("a manager exports a customer whom they don't serve: %v", err)
		}
	}
}

func TestReadingLeavesItsEvents(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.events(h.mara, audit.Filter{})
	h.events(h.ada, audit.Filter{})
	h.expect("own and whole trails", h.events(h.ada, audit.Filter{}))
	h.events(h.priya, audit.Filter{CustomerID: h.acme, Outcome: audit.Denied})
	if err := h.Export(h.as(h.mara), &discarded{}, audit.Filter{Action: "ticket."}); err != nil {
		t.Fatal(err)
	}
	if err := h.Export(h.as(h.priya), &discarded{}, audit.Filter{}); err != nil {
		t.Fatal(err)
	}
	all := h.events(h.ada, audit.Filter{})
	h.expect("on record", all, "audit.export", "audit.export", "audit.view")
	if all[0].CustomerID != nil || *all[1].CustomerID != h.acme || *all[2].CustomerID != h.acme {
		t.Errorf("belong to %v, %v, %v", all[0].CustomerID, all[1].CustomerID, all[2].CustomerID)
	}
	h.expect("the company sees", h.events(h.mara, audit.Filter{}), "audit.export", "audit.view")
}

func TestPagesFollowOneAnother(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for i := range 7 {
		h.did(h.mara, i/3, audit.Event{Action: "ticket.view"}) // three in the same moment
	}
	all := h.events(h.mara, audit.Filter{})
	var walked []trail.Entry
	for cursor := ""; ; {
		page, err := h.Events(h.as(h.mara), audit.Filter{}, cursor, 2)
		if err != nil {
			t.Fatal(err)
		}
		walked = append(walked, page.Items...)
		if page.NextCursor == nil {
			break
		}
		cursor = *page.NextCursor
	}
	same := slices.EqualFunc(walked, all, func(a, b trail.Entry) bool { return a.ID == b.ID })
	if len(all) != 7 || !same {
		t.Errorf("page by page %d entries, at once %d; the same: %v", len(walked), len(all), same)
	}
	for _, cursor := range []string{"%", "bm90IGpzb24", "W10"} {
		if _, err := h.Events(h.as(h.mara), audit.Filter{}, cursor, 2); fault.CodeOf(err) != fault.Invalid {
			t.Errorf("cursor %q: %v", cursor, err)
		}
	}
}

func TestACompanySeesNothingOfTheAgencysOwn(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.did(h.priya, 0, audit.Event{Action: "customer.assign", CustomerID: h.acme, Subject: audit.Subject{Type: "customer", ID: h.acme},
		Payload: map[string]any{"employee_id": h.ada.ID, "others": []any{h.ada.ID, 7.5}}})
	h.did(actor.Actor{Kind: actor.System, Name: "mails", AllCustomers: true, Address: "198.51.100.9"}, 1,
		audit.Event{Action: "invitation.send", CustomerID: h.acme})
	h.did(h.mara, 2, audit.Event{Action: "ticket.create"})
	program := h.priya
	program.TokenID = newID()
	h.did(program, 3, audit.Event{Action: "customer.view", CustomerID: h.acme})
	own := h.mara
	own.TokenID = newID()
	h.did(own, 4, audit.Event{Action: "ticket.view"})

	seen := h.events(h.mara, audit.Filter{})
	h.expect("the company sees", seen, "ticket.view", "customer.view", "ticket.create", "invitation.send", "customer.assign")
	for i, agency := range []bool{false, true, false, true, true} {
		e := seen[i]
		if e.Actor.Agency != agency || (e.Address == nil) != agency || (e.Actor.ID == nil) != agency {
			t.Errorf("%s: agency %v with address %v and id %v", e.Action, e.Actor.Agency, e.Address, e.Actor.ID)
		}
	}
	payload := seen[4].Payload.(map[string]any)
	if payload["employee_id"] != "Ada Byron" || payload["others"].([]any)[0] != "Ada Byron" {
		t.Errorf("the company reads the payload %v", payload)
	}
	for _, e := range h.events(h.ada, audit.Filter{Action: "customer."}) {
		if e.Actor.ID == nil || *e.Actor.ID != h.priya.ID || *e.Address != h.priya.Address {
			t.Errorf("the agency reads of its own %s: %v, %v", e.Action, e.Actor.ID, e.Address)
		}
	}
}

func TestACompanySeesAQuoteFromItsSendingOn(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	sent, draft, phase := newID(), newID(), newID()
	h.exec(`insert into quotes (id, customer_id, number, name, status, sent_at) values ($1, $3, 'Q-1', 'Relaunch', 'sent', $4), ($2, $3, 'Q-2', 'Secret', 'draft', null)`,
		sent, draft, h.acme, monday.Add(10*time.Minute))
	h.exec(`insert into quote_phases (id, customer_id, quote_id, position, name) values ($1, $2, $3, 1, 'Design')`, phase, h.acme, sent)
	about := func(action, kind string, id uuid.UUID) audit.Event {
		return audit.Event{Action: action, CustomerID: h.acme, Subject: audit.Subject{Type: kind, ID: id}, Payload: map[string]string{"total": "6200.00"}}
	}
	h.did(h.priya, 0, about("quote.create", "quote", sent))
	h.did(h.priya, 1, about("quote.create", "quote", draft))
	h.did(h.priya, 10, about("quote.send", "quote", sent))
	h.did(h.mara, 11, about("quote.view", "quote", sent))
	h.did(h.priya, 12, about("phase.update", "phase", phase))
	h.did(h.priya, 13, about("quote.view", "quote", draft))
	h.did(h.mara, 14, audit.Event{Action: "ticket.view"})

	seen := h.events(h.mara, audit.Filter{})
	h.expect("the company sees", seen, "ticket.view", "phase.update", "quote.view", "quote.send")
	if want := "Priya Raman changed phase Design of Relaunch"; seen[1].Summary != want {
		t.Errorf("%q, want %q", seen[1].Summary, want)
	}
	if got := h.events(h.priya, audit.Filter{}); len(got) != 7 {
		t.Errorf("the manager sees %q", actions(got))
	}
	// A page is full although entries between its first and its last are hidden.
	page, err := h.Events(h.as(h.mara), audit.Filter{}, "", 3)
	if err != nil || len(page.Items) != 3 || page.NextCursor == nil {
		t.Errorf("a page of 3: %q, %v", actions(page.Items), err)
	}
}

func TestSummaries(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ticket := h.ticket(h.acme, "AI-1", "Checkout is 100%s slow")
	other := h.ticket(h.boltline, "BL-1", "Foreign")
	about := func(kind string, id uuid.UUID) audit.Subject { return audit.Subject{Type: kind, ID: id} }
	anonymous := actor.Actor{Kind: actor.System, AllCustomers: true}
	for i, c := range []struct {
		who  actor.Actor
		e    audit.Event
		want string
	}{
		{h.mara, audit.Event{Action: "ticket.create", Subject: about("ticket", ticket)}, "Mara Lindqvist opened ticket AI-1, Checkout is 100%s slow"},
		{h.mara, audit.Event{Action: "ticket.view", Subject: about("ticket", other)}, "Mara Lindqvist looked at a ticket"},
		{h.priya, audit.Event{Action: "customer.update", CustomerID: h.acme, Subject: about("customer", h.acme)}, "Priya Raman changed Acme Industrial"},
		{h.mara, audit.Event{Action: "auth.login"}, "Mara Lindqvist signed in"},
		{anonymous, audit.Event{Action: "auth.login", CustomerID: h.acme, Outcome: audit.Failure, Actor: audit.Actor{Kind: "anonymous", Name: "mara@acme.example"}}, "mara@acme.example failed to sign in"},
		{anonymous, audit.Event{Action: "auth.reset_send", CustomerID: h.acme}, "The portal sent a link for a new password"},
		{h.mara, audit.Event{Action: "access.denied", Outcome: audit.Denied}, "Mara Lindqvist was refused access"},
		{h.mara, audit.Event{Action: "report.export"}, "Mara Lindqvist exported a report"},
		{h.mara, audit.Event{Action: "invoice.pay_late", Subject: about("invoice", newID())}, "Mara Lindqvist did “pay late” on an invoice"},
		{h.mara, audit.Event{Action: "report_schedule.remove", Subject: about("report_schedule", newID())}, "Mara Lindqvist removed a report schedule"},
		{h.mara, audit.Event{Action: "data_source.backfilled", Subject: about("data_source", newID())}, "Mara Lindqvist read earlier days of a data source"},
		{h.mara, audit.Event{Action: "data_source.list_accounts", Subject: about("data_source", newID())}, "Mara Lindqvist looked for the accounts of a data source"},
		{h.mara, audit.Event{Action: "ticket.update", Outcome: audit.Failure, Subject: about("ticket", ticket)}, "Mara Lindqvist did not get through with “update” on ticket AI-1, Checkout is 100%s slow"},
		{h.priya, audit.Event{Action: "ticket.view", CustomerID: h.acme, Subject: about("ticket", ticket), Actor: audit.Actor{Kind: "staff", ID: h.priya.ID, Name: "Priya Raman", OnBehalfOf: h.mara.ID}},
			"Priya Raman, viewing as Mara Lindqvist, looked at ticket AI-1, Checkout is 100%s slow"},
	} {
		h.did(c.who, i, c.e)
		if got := h.events(h.mara, audit.Filter{})[0].Summary; got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

func TestEventsNameWhatTheirReaderSees(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	dashboard, source, schedule, report, sent, export := newID(), newID(), newID(), newID(), newID(), newID()
	h.exec(`insert into analytics_dashboard_configs (id, customer_id, dashboard_name, client_type, business_model, config) values ($1, $2, 'Leads', 'b2b', 'lead_gen', '{}')`, dashboard, h.acme)
	h.exec(`insert into analytics_data_sources (id, customer_id, source_type, source_name) values ($1, $2, 'csv', 'Trade fairs')`, source, h.acme)
	h.exec(`insert into report_schedules (id, customer_id, dashboard_id, cadence, weekday, hour, compare, zone, next_due_at, created_at, updated_at)
		values ($1, $2, $3, 'weekly', 1, 8, 'none', 'UTC', now(), now(), now())`, schedule, h.acme, dashboard)
	h.exec(`insert into scheduled_reports (id, customer_id, schedule_id, dashboard_id, dashboard_name, due_at, range_from, range_to, range_preset, compare, status, created_at, updated_at)
		values ($1, $2, $3, $4, 'Leads', now(), '2026-02-23', '2026-03-01', 'last_7_days', 'none', 'waiting', now(), now())`, report, h.acme, schedule, dashboard)
	h.exec(`insert into scheduled_reports (id, customer_id, dashboard_id, dashboard_name, due_at, range_from, range_to, range_preset, compare, status, report, file_key, file_bytes, sent_at, created_at, updated_at)
		values ($1, $2, $3, 'Leads', now(), '2026-02-16', '2026-02-22', 'last_7_days', 'none', 'sent', '{}', 'key', 1, now(), now(), now())`, sent, h.acme, dashboard)
	h.exec(`insert into dashboard_exports (id, customer_id, dashboard_id, user_id, format, range_from, range_to, range_preset, compare, asked_at, expires_at)
		values ($1, $2, $3, $4, 'csv', '2026-02-23', '2026-03-01', 'last_7_days', 'none', now(), now())`, export, h.acme, dashboard, h.mara.ID)
	entry, internal := newID(), newID()
	for id, hidden := range map[uuid.UUID]bool{entry: false, internal: true} {
		h.exec(`insert into time_tracking (id, customer_id, employee_id, date_worked, minutes, task_description, currency, internal) values ($1, $2, $3, '2026-03-02', 60, 'Call', 'EUR', $4)`, id, h.acme, h.priya.ID, hidden)
	}
	for i, c := range []struct {
		action, kind string
		id           uuid.UUID
		payload      any
	}{
		{"time_entry.log", "time_entry", internal, nil},
		{"time_entry.log", "time_entry", entry, nil},
		{"dashboard.update", "dashboard", dashboard, map[string]any{"dashboard_name": "Leads", "widgets": 3}},
		{"data_source.synced", "data_source", source, nil},
		{"report_schedule.create", "report_schedule", schedule, nil},
		{"report.hold", "report", report, nil},
		{"report.view", "report", sent, nil},
		{"export.make", "export", export, map[string]any{"file": "acme-industrial-leads.csv", "bytes": 7}},
	} {
		h.did(h.priya, i, audit.Event{Action: c.action, CustomerID: h.acme, Subject: audit.Subject{Type: c.kind, ID: c.id}, Payload: c.payload})
	}
	ofPriya := audit.Filter{ActorID: h.priya.ID}
	// Each event in words, and what was recorded of it.
	expect := func(what string, who actor.Actor, want ...string) {
		t.Helper()
		var got []string
		for _, e := range h.events(who, ofPriya) {
			said := strings.TrimPrefix(e.Summary, "Priya Raman ")
			if e.Payload != nil {
				payload, err := json.Marshal(e.Payload)
				if err != nil {
					t.Fatal(err)
				}
				said += " " + string(payload)
			}
			got = append(got, said)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", what, got, want)
		}
		var table bytes.Buffer
		if err := h.Export(h.as(who), &table, ofPriya); err != nil {
			t.Fatal(err)
		}
		if told := strings.Contains(strings.Join(want, ""), "eads"); strings.Contains(table.String(), "eads") != told {
			t.Errorf("%s: the table says the dashboard's name: %v, want %v", what, !told, told)
		}
	}
	expect("the agency", h.ada, `made the file of export of Leads {"bytes":7,"file":"acme-industrial-leads.csv"}`, "looked at report Leads, 16 Feb to 22 Feb 2026", "held report Leads, 23 Feb to 1 Mar 2026 back", "created report schedule of Leads", "read data source Trade fairs", `changed dashboard Leads {"dashboard_name":"Leads","widgets":3}`, "logged time entry Call", "logged time entry Call")
	expect("the company", h.mara, `made the file of export of Leads {"bytes":7,"file":"acme-industrial-leads.csv"}`, "looked at report Leads, 16 Feb to 22 Feb 2026", "held a report back", "created a report schedule", "read data source Trade fairs", `changed dashboard Leads {"dashboard_name":"Leads","widgets":3}`, "logged time entry Call", "logged a time entry")
	h.exec(`insert into dashboard_denials (customer_id, dashboard_id, user_id, created_at) values ($1, $2, $3, now())`, h.acme, dashboard, h.mara.ID)
	expect("who is kept from the dashboard", h.mara, `made the file of an export {"bytes":7}`, "looked at a report", "held a report back", "created a report schedule", "read data source Trade fairs", `changed a dashboard {"widgets":3}`, "logged time entry Call", "logged a time entry")
	expect("the company's admin", with(h.mara, actor.Admin), `made the file of export of Leads {"bytes":7,"file":"acme-industrial-leads.csv"}`, "looked at report Leads, 16 Feb to 22 Feb 2026", "held a report back", "created a report schedule", "read data source Trade fairs", `changed dashboard Leads {"dashboard_name":"Leads","widgets":3}`, "logged time entry Call", "logged a time entry")
	h.exec(`update analytics_dashboard_configs set is_active = false`)
	expect("of one switched off", with(h.mara, actor.Admin), `made the file of an export {"bytes":7}`, "looked at report Leads, 16 Feb to 22 Feb 2026", "held a report back", "created a report schedule", "read data source Trade fairs", `changed a dashboard {"widgets":3}`, "logged time entry Call", "logged a time entry")
	h.exec(`delete from analytics_dashboard_configs`)
	expect("who was kept from one removed", h.mara, `made the file of an export {"bytes":7}`, "looked at a report", "held a report back", "created a report schedule", "read data source Trade fairs", `changed a dashboard {"widgets":3}`, "logged time entry Call", "logged a time entry")
	expect("the company's admin, of one removed", with(h.mara, actor.Admin), `made the file of an export {"bytes":7}`, "looked at report Leads, 16 Feb to 22 Feb 2026", "held a report back", "created a report schedule", "read data source Trade fairs", `changed a dashboard {"widgets":3}`, "logged time entry Call", "logged a time entry")
}

func TestErasedPayloadsAreSaidToBe(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.did(h.mara, 0, audit.Event{Action: "user.change_profile", Payload: map[string]string{"phone": "1"}})
	h.did(h.mara, 1, audit.Event{Action: "auth.login"})
	h.exec(`delete from audit_payloads`)
	seen := h.events(h.mara, audit.Filter{})
	if seen[0].Erased || !seen[1].Erased || seen[1].Payload != nil {
		t.Errorf("erased: %v, %v with %v", seen[0].Erased, seen[1].Erased, seen[1].Payload)
	}
}
