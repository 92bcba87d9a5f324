package demo_test

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"testing"
	"time"

	"gocloud.dev/blob/memblob"

	"clientportal/internal/actor"
	"clientportal/internal/audit"
	"clientportal/internal/auth"
	"clientportal/internal/customer"
	"clientportal/internal/db"
	"clientportal/internal/db/dbtest"
	"clientportal/internal/demo"
	"clientportal/internal/notify"
	"clientportal/internal/project"
	"clientportal/internal/ticket"
	"clientportal/internal/timetrack"
)

const password = "northern lights at noon"

// stage is a database with the features that the demo is made with.
type stage struct {
	db *db.DB
	demo.Features
}

func newStage(t *testing.T) stage {
	t.Helper()
	d := dbtest.New(t)
	files := memblob.OpenBucket(nil)
	t.Cleanup(func() { files.Close() })
	quiet := d.Quiet()
	told := notify.New(notify.Deps{DB: quiet, BaseURL: "http://portal.example"})
	return stage{d.DB, demo.Features{
		DB: quiet, Auth: auth.New(auth.Config{DB: quiet, BaseURL: "http://portal.example"}),
		Customers: customer.New(customer.Deps{DB: quiet}), Projects: project.New(project.Deps{DB: quiet, Files: files, BaseURL: "http://portal.example"}),
		Tickets: ticket.New(ticket.Deps{DB: quiet, Files: files, Notify: told, BaseURL: "http://portal.example"}),
		Notify:  told, Hours: timetrack.New(timetrack.Deps{DB: quiet, Notify: told}),
	}}
}

func (s stage) make(ctx context.Context, password string) error {
	return demo.Make(ctx, s.Features, password, time.Now(), slog.New(slog.DiscardHandler))
}

// numbers reads one row of a query, as the portal itself.
func (s stage) numbers(t *testing.T, sql string, into ...any) {
	t.Helper()
	ctx := actor.As(t.Context(), "test")
	if err := s.db.Read(ctx, func(tx *db.Tx) error { return tx.QueryRow(ctx, sql).Scan(into...) }); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

func (s stage) canSignIn(t *testing.T, realm auth.Realm, email, password string) bool {
	t.Helper()
	_, err := s.Auth.Login(actor.As(t.Context(), "test"), realm, auth.Credentials{Email: email, Password: password})
	return err == nil
}

var slugs = []string{"acme-industrial", "boltline", "clearview-dental", "dapper-goods", "elm-studio", "fleetly"}

func TestMake(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	if err := s.make(t.Context(), password); err != nil {
		t.Fatal(err)
	}
	t.Run("customers", s.customers)
	t.Run("projects", s.projects)
	t.Run("tickets", s.tickets)
	t.Run("hours", s.hours)
	t.Run("assignments", s.assignments)
	t.Run("sign-in", s.signIn)
	t.Run("again", s.again)
	t.Run("another password", s.anotherPassword)
}

func (s stage) customers(t *testing.T) {
	var found []string
	s.numbers(t, `select array_agg(slug order by slug) from customers`, &found)
	if !slices.Equal(found, slugs) {
		t.Errorf("customers %q", found)
	}
	var zones, currencies, kinds, people, primary, contacts int
	s.numbers(t, `select count(distinct timezone), count(distinct currency),
		count(distinct (client_type, business_model, website_type)), count(contact_employee_id) from customers`, &zones, &currencies, &kinds, &contacts)
	s.numbers(t, `select count(*), count(*) filter (where is_primary_contact) from customer_stakeholders`, &people, &primary)
	if zones < 4 || currencies < 3 || kinds != 6 || contacts != 6 || people <= 24 || primary != 6 {
		t.Errorf("%d zones, %d currencies, %d kinds of business, %d contacts, %d people, %d primary contacts", zones, currencies, kinds, contacts, people, primary)
	}
	var name string
	if s.numbers(t, `select name from agency`, &name); name != "Northlight" {
		t.Errorf("the agency is called %q", name)
	}
}

func (s stage) projects(t *testing.T) {
	var least, states, late, unordered int
	s.numbers(t, `select min(n), min(states) from (
		select count(*) as n, count(distinct status) as states from quotes group by customer_id) per_customer`, &least, &states)
	s.numbers(t, `select count(*) from quotes where updated_at > now()`, &late)
	s.numbers(t, `select count(*) from quotes a join quotes b on a.created_at < b.created_at and substr(a.number, 8)::int > substr(b.number, 8)::int`, &unordered)
	if least < 5 || states < 3 || late != 0 || unordered != 0 {
		t.Errorf("a customer with %d quotes, one with %d statuses, %d from the future, %d numbers out of order", least, states, late, unordered)
	}
}

func (s stage) hours(t *testing.T) {
	var customers, least, most, pending, rejected, edited int
	s.numbers(t, `select count(*), min(n), max(n), min(pending), min(rejected), min(edited) from (
		select count(*) as n, count(*) filter (where approval = 'pending' and not internal) as pending, count(*) filter (where approval = 'rejected') as rejected,
		       count(*) filter (where approval = 'pending' and revision > 2) as edited
		from time_tracking group by customer_id) per_customer`, &customers, &least, &most, &pending, &rejected, &edited)
	if customers != 6 || least < 50 || most > 400 || pending < 4 || rejected < 1 || edited < 1 {
		t.Errorf("%d customers with %d to %d entries, at least %d pending, %d rejected, %d edited", customers, least, most, pending, rejected, edited)
	}
	var retainers, quarters, closed, rolled, beyond, late, own, asked int
	s.numbers(t, `select count(distinct retainer_id), count(distinct retainer_id) filter (where period = 'quarter') from retainer_terms`, &retainers, &quarters)
	s.numbers(t, `select count(*) filter (where closed_at is not null), count(*) filter (where closed_at > now()) from retainer_periods`, &closed, &late)
	s.numbers(t, `select count(*) filter (where kind = 'rollover'), count(*) filter (where kind = 'overage') from retainer_ledger`, &rolled, &beyond)
	s.numbers(t, `select count(*) filter (where exists (select from time_tracking e where e.retainer_id = r.id and e.quote_id = r.quote_id)) from retainers r`, &own)
	s.numbers(t, `select count(*) from overage_blocks b join retainer_periods p on p.retainer_id = b.retainer_id and p.number = b.period where b.status = 'asked' and p.closed_at is null`, &asked)
	if retainers != 7 || own != 1 || asked != 1 || quarters != 1 || closed < 50 || late != 0 || rolled == 0 || beyond == 0 {
		t.Errorf("%d retainers, %d by the quarter, %d of a project, %d asked for consent, %d closed periods, %d in the future, %d rollovers, %d times beyond", retainers, quarters, own, asked, closed, late, rolled, beyond)
	}
}

func (s stage) tickets(t *testing.T) {
	var least, most, statuses, priorities, categories int
	s.numbers(t, `select min(n), max(n), min(statuses), min(priorities), min(categories) from (
		select count(*) as n, count(distinct status) as statuses, count(distinct priority) as priorities, count(distinct category) as categories
		from client_tickets group by customer_id) per_customer`, &least, &most, &statuses, &priorities, &categories)
	if least < 25 || most > 40 || statuses < 4 || priorities != 4 || categories < 5 {
		t.Errorf("%d to %d tickets, at least %d statuses, %d priorities, %d categories", least, most, statuses, priorities, categories)
	}
	var oldest, newest float64
	var future, overdue, unassigned, internal, notes, files int
	s.numbers(t, `select extract(epoch from now() - min(created_at)) / 86400, extract(epoch from now() - max(created_at)) / 60 from client_tickets`, &oldest, &newest)
	s.numbers(t, `select count(*) from (select created_at from ticket_comments union all select updated_at from client_tickets) w where created_at > now()`, &future)
	s.numbers(t, `select count(*) filter (where answer_due_at < now()),
		count(*) filter (where assignee_id is null and answer_due_at is not null) from tickets`, &overdue, &unassigned)
	s.numbers(t, `select count(*) filter (where internal) from ticket_comments`, &internal)
	s.numbers(t, `select count(internal_notes) from client_tickets`, &notes)
	s.numbers(t, `select count(distinct content_type) from ticket_attachments`, &files)
	if oldest < 330 || oldest > 366 || newest > 60 || future != 0 || overdue < 1 || overdue > 3 || unassigned < 3 || internal < 5 || notes < 3 || files != 3 {
		t.Errorf("tickets from %.0f days to %.0f minutes ago, %d texts of the future, %d overdue, %d unassigned, %d internal comments, %d notes, %d types of files",
			oldest, newest, future, overdue, unassigned, internal, notes, files)
	}
	var jobs int
	if s.numbers(t, `select count(*) from river_job`, &jobs); jobs != 0 {
		t.Errorf("%d jobs are waiting: the past must send no mails", jobs)
	}
}

func (s stage) assignments(t *testing.T) {
	for email, want := range map[string][]string{"manager@agency.example": slugs[:3], "agent@agency.example": slugs} {
		var serves []string
		ctx := actor.As(t.Context(), "test")
		err := s.db.Read(ctx, func(tx *db.Tx) error {
			return tx.QueryRow(ctx, `select array_agg(c.slug order by c.slug) from customer_employees a
				join customers c on c.id = a.customer_id join employees e on e.id = a.employee_id where e.email = $1`, email).Scan(&serves)
		})
		if err != nil || !slices.Equal(serves, want) {
			t.Errorf("%s serves %q, %v", email, serves, err)
		}
	}
}

func (s stage) signIn(t *testing.T) {
	for _, name := range []string{"admin", "manager", "agent"} {
		if !s.canSignIn(t, auth.Staff, name+"@agency.example", password) {
			t.Errorf("%s can't sign in", name)
		}
	}
	for _, slug := range slugs {
		for _, name := range []string{"owner", "approver", "member", "viewer"} {
			if !s.canSignIn(t, auth.Clients, name+"@"+slug+".example", password) {
				t.Errorf("%s of %s can't sign in", name, slug)
			}
		}
	}
}

func (s stage) again(t *testing.T) {
	var before, after int
	s.numbers(t, `select count(*) from audit_events`, &before)
	if err := s.make(t.Context(), password); err != nil {
		t.Fatal(err)
	}
	if s.numbers(t, `select count(*) from audit_events`, &after); after != before {
		t.Errorf("a second start did %d things", after-before)
	}
}

func (s stage) anotherPassword(t *testing.T) {
	const other = "southern lights at noon"
	if err := s.make(t.Context(), other); err != nil {
		t.Fatal(err)
	}
	if !s.canSignIn(t, auth.Clients, "viewer@fleetly.example", other) || !s.canSignIn(t, auth.Staff, "admin@agency.example", other) {
		t.Error("the new password is not taken")
	}
	if s.canSignIn(t, auth.Clients, "owner@boltline.example", password) {
		t.Error("the old password is still taken")
	}
}

func TestAnInterruptedStartIsTakenUp(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	whole := newStage(t)
	if err := whole.make(t.Context(), password); err != nil {
		t.Fatal(err)
	}
	interruptions := 0
	for _, patience := range []time.Duration{150, 600, 1200, 1200} {
		ctx, cancel := context.WithTimeout(t.Context(), patience*time.Millisecond)
		if err := s.make(ctx, password); err != nil {
			interruptions++
		}
		cancel()
	}
	if interruptions == 0 {
		t.Fatal("the demo was never interrupted, so this tries nothing")
	}
	if err := s.make(t.Context(), password); err != nil {
		t.Fatal(err)
	}
	const state = `select string_agg(line, E'\n' order by line) from (
		select c.slug || ' ' || t.number || ' ' || ct.title || ' ' || ct.status || ' ' || ct.priority || ' ' || coalesce(ct.assigned_to, '') || ' '
			|| (select count(*) from ticket_comments m where m.client_ticket_id = ct.id) || ' '
			|| (select count(*) from ticket_attachments m where m.client_ticket_id = ct.id) as line
		from tickets t join client_tickets ct on ct.ticket_id = t.id join customers c on c.id = t.customer_id
		union all
		select c.slug || ' ' || q.name || ' ' || q.status || ' ' || (select string_agg(p.name || p.status || p.progress_percent, ',' order by p.position) from quote_phases p where p.quote_id = q.id)
		from quotes q join customers c on c.id = q.customer_id
		union all
		select email from client_portal_users union all select email from customer_stakeholders) lines`
	var want, got string
	whole.numbers(t, state, &want)
	if s.numbers(t, state, &got); got != want {
		t.Errorf("after %d interruptions the demo is another one:\n%s\n\nwant\n%s", interruptions, got, want)
	}
}

func TestTheDemoKeepsOutOfOthersWork(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	ctx := actor.As(t.Context(), "test")
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		tx.Record(audit.Event{Action: "customer.create"})
		_, err := tx.Exec(ctx, `insert into customers (name, slug, ticket_prefix) values ('Real Ltd', 'real', 'RE')`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.make(t.Context(), password); !errors.Is(err, demo.ErrOccupied) {
		t.Errorf("a database in use: %v", err)
	}
	var employees int
	if s.numbers(t, `select count(*) from employees`, &employees); employees != 0 {
		t.Errorf("%d people were hired all the same", employees)
	}
}
