package project_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"clientportal/internal/actor"
	"clientportal/internal/audit"
	"clientportal/internal/clock"
	"clientportal/internal/db"
	"clientportal/internal/db/dbtest"
	"clientportal/internal/fault"
	"clientportal/internal/project"
	"clientportal/internal/settings"
)

var today = project.Day{Time: time.Date(2026, 3, 9, 0, 0, 0, 0, time.UTC)}

// house is an agency with two customers and the people of one of them; manager
// serves that one only.
type house struct {
	*dbtest.Database
	*project.Service
	acme, boltline                           uuid.UUID
	admin, manager, agent, otherAgent        context.Context
	owner, approver, member, viewer, foreign context.Context
}

func newHouse(t *testing.T) house {
	t.Helper()
	h := house{Database: dbtest.New(t), acme: uuid.New(), boltline: uuid.New()}
	h.Service = project.New(project.Deps{DB: h.DB, Paper: settings.New(h.DB, "").Paper})
	insert := func(sql string, args ...any) {
		t.Helper()
		h.exec(t, sql, args...)
	}
	insert(`insert into customers (id, name, slug, ticket_prefix, currency) values ($1, 'Acme', 'acme', 'AC', 'EUR'), ($2, 'Boltline', 'boltline', 'BO', 'USD')`, h.acme, h.boltline)
	at := clock.At(t.Context(), today.Add(10*time.Hour))
	employee := func(role actor.Role, customers ...uuid.UUID) context.Context {
		id := uuid.New()
		insert(`insert into employees (id, email, first_name, last_name, role) values ($1, $2, 'An', $3, $3)`, id, id.String()+"@agency.example", string(role))
		for _, customer := range customers {
			insert(`insert into customer_employees (customer_id, employee_id) values ($1, $2)`, customer, id)
		}
		return actor.With(at, actor.Actor{Kind: actor.Staff, ID: id, Name: string(role), Role: role, CustomerIDs: customers, AllCustomers: role == actor.Admin})
	}
	person := func(company uuid.UUID, role actor.Role) context.Context {
		id := uuid.New()
		insert(`insert into client_portal_users (id, customer_id, email, email_verified) values ($1, $2, $3, true)`, id, company, id.String()+"@x.example")
		insert(`insert into customer_members (customer_id, user_id, role) values ($1, $2, $3)`, company, id, role)
		return actor.With(at, actor.Actor{Kind: actor.Client, ID: id, Name: string(role), Role: role, CustomerIDs: []uuid.UUID{company}})
	}
	h.admin, h.manager, h.agent = employee(actor.Admin), employee(actor.Manager, h.acme), employee(actor.Agent, h.acme)
	h.otherAgent = employee(actor.Agent, h.boltline)
	h.owner, h.approver = person(h.acme, actor.Admin), person(h.acme, actor.Approver)
	h.member, h.viewer = person(h.acme, actor.Member), person(h.acme, actor.Viewer)
	h.foreign = person(h.boltline, actor.Admin)
	return h
}

func (h house) people() map[string]context.Context {
	return map[string]context.Context{
		"admin": h.admin, "manager": h.manager, "agent": h.agent,
		"owner": h.owner, "approver": h.approver, "member": h.member, "viewer": h.viewer, "foreign": h.foreign,
	}
}

// quote makes a quote of acme and takes it as far as to.
func (h house) quote(t *testing.T, name string, to project.Status) project.Quote {
	t.Helper()
	q, err := h.CreateQuote(h.manager, project.Offer{CustomerID: h.acme, Name: name, Phases: []project.Plan{{Name: "Design"}, {Name: "Build", Weight: 3}}})
	for _, step := range []struct {
		status project.Status
		take   func() error
	}{
		{project.Draft, func() error { return nil }},
		{project.Sent, func() error { return h.SendQuote(h.manager, q.ID) }},
		{project.Approved, func() error { return h.approve(h.approver, q.ID, "") }},
		{project.Rejected, func() error { return h.reject(h.approver, q.ID, "No.") }},
		{project.InProgress, func() error { return h.StartProject(h.manager, q.ID) }},
		{project.Completed, func() error { return h.CompleteProject(h.manager, q.ID) }},
	} {
		if step.status == project.Rejected && to != project.Rejected || step.status == project.Approved && to == project.Rejected {
			continue
		}
		if err == nil {
			err = step.take()
		}
		if err != nil {
			t.Fatalf("take %s to %s: %v", name, step.status, err)
		}
		if step.status == to {
			break
		}
	}
	return q
}

// decide reads a quote as somebody, and decides on what they read.
func decide(read func(context.Context, uuid.UUID) (project.Quote, error), take func(ctx context.Context, id uuid.UUID, comment, ifMatch string) error) func(context.Context, uuid.UUID, string) error {
	return func(ctx context.Context, id uuid.UUID, comment string) error {
		tag := `"0"`
		if quote, err := read(ctx, id); err == nil {
			tag = quote.Tag()
		}
		return take(ctx, id, comment, tag)
	}
}

func (h house) approve(ctx context.Context, id uuid.UUID, comment string) error {
	return decide(h.Quote, h.ApproveQuote)(ctx, id, comment)
}

func (h house) reject(ctx context.Context, id uuid.UUID, comment string) error {
	return decide(h.Quote, h.RejectQuote)(ctx, id, comment)
}

const hour = time.Hour

// at is the same actor at another time.
func at(who context.Context, t time.Time) context.Context { return clock.At(who, t) }

// exec changes the database as the portal itself.
func (h house) exec(t *testing.T, sql string, args ...any) {
	t.Helper()
	ctx := actor.As(t.Context(), "test")
	err := h.Write(ctx, func(tx *db.Tx) error {
		tx.Record(audit.Event{Action: "test.setup"})
		_, err := tx.Exec(ctx, sql, args...)
		return err
	})
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

// faultOf reports whether err says something about the field.
func faultOf(err error, field string) bool {
	f, ok := errors.AsType[*fault.Error](err)
	return ok && slices.ContainsFunc(f.Fields, func(at fault.Field) bool { return at.Name == field })
}

func amount(text string) project.Amount {
	return project.Amount{Decimal: decimal.RequireFromString(text)}
}

func (h house) events(t *testing.T, subject uuid.UUID) (actions []string) {
	t.Helper()
	ctx := actor.As(t.Context(), "test")
	err := h.Read(ctx, func(tx *db.Tx) error {
		return tx.QueryRow(ctx, `select array_agg(action order by id) from audit_events where subject_id = $1`, subject).Scan(&actions)
	})
	if err != nil {
		t.Fatal(err)
	}
	return actions
}

func TestAQuoteBecomesAProject(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	total := amount("6200.50")
	made, err := h.CreateQuote(h.manager, project.Offer{CustomerID: h.acme, Name: " Website relaunch ", Total: &total, StartDate: &today})
	if err != nil {
		t.Fatal(err)
	}
	if made.Number != "Q-2026-001" || made.Name != "Website relaunch" || made.Currency != "EUR" || made.Status != project.Draft {
		t.Errorf("made %+v", made)
	}
	if _, err := h.Quote(h.owner, made.ID); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("a client reads a draft: %v", err)
	}
	for _, err := range []error{
		h.SendQuote(h.manager, made.ID), h.approve(h.owner, made.ID, "Go ahead."),
		h.StartProject(h.manager, made.ID), h.CompleteProject(h.admin, made.ID),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	read, err := h.Quote(h.viewer, made.ID)
	who, _ := actor.From(h.owner)
	if err != nil || read.Status != project.Completed || read.Decision.By.ID != who.ID || *read.Decision.Comment != "Go ahead." ||
		read.Total.String() != "6200.50" || !read.SentAt.Equal(today.Add(10*time.Hour)) || !read.StartDate.Equal(today.Time) {
		t.Errorf("read %+v, %v", read, err)
	}
	want := []string{"quote.create", "quote.send", "quote.view", "quote.approve", "project.start", "project.complete", "quote.view"}
	if got := h.events(t, made.ID); !slices.Equal(got, want) {
		t.Errorf("events %q, want %q", got, want)
	}
}

func TestAStepIsTakenOnceAndFromWhereItBegins(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	steps := map[string]func(project.Quote) error{
		"send":     func(q project.Quote) error { return h.SendQuote(h.manager, q.ID) },
		"approve":  func(q project.Quote) error { return h.approve(h.approver, q.ID, "") },
		"reject":   func(q project.Quote) error { return h.reject(h.approver, q.ID, "Too dear.") },
		"start":    func(q project.Quote) error { return h.StartProject(h.manager, q.ID) },
		"complete": func(q project.Quote) error { return h.CompleteProject(h.manager, q.ID) },
		"cancel":   func(q project.Quote) error { return h.CancelQuote(h.manager, q.ID) },
	}
	for status, may := range map[project.Status][]string{
		project.Draft:      {"send", "cancel"},
		project.Sent:       {"approve", "reject", "cancel"},
		project.Approved:   {"start", "cancel"},
		project.InProgress: {"complete", "cancel"},
		project.Completed:  {},
	} {
		for name, take := range steps {
			q := h.quote(t, name, status)
			want := fault.Conflict
			switch {
			case slices.Contains(may, name):
				want = ""
			case status == project.Draft && (name == "approve" || name == "reject"):
				want = fault.NotFound // the client does not see it yet
			}
			if got := fault.CodeOf(take(q)); got != want {
				t.Errorf("%s what is %s: %q, want %q", name, status, got, want)
			}
			if want == "" && fault.CodeOf(take(q)) != fault.Conflict {
				t.Errorf("%s what is %s: possible twice", name, status)
			}
		}
	}
}

func TestRights(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for action, c := range map[string]struct {
		from project.Status
		may  string
		do   func(ctx context.Context, q project.Quote) error
	}{
		"create": {project.Draft, "admin manager", func(ctx context.Context, _ project.Quote) error {
			_, err := h.CreateQuote(ctx, project.Offer{CustomerID: h.acme, Name: "N"})
			return err
		}},
		"add phases": {project.Draft, "admin manager", func(ctx context.Context, q project.Quote) error {
			return h.AddPhases(ctx, q.ID, []project.Plan{{Name: "Launch"}})
		}},
		"send":    {project.Draft, "admin manager", func(ctx context.Context, q project.Quote) error { return h.SendQuote(ctx, q.ID) }},
		"approve": {project.Sent, "owner approver", func(ctx context.Context, q project.Quote) error { return h.approve(ctx, q.ID, "") }},
		"reject":  {project.Sent, "owner approver", func(ctx context.Context, q project.Quote) error { return h.reject(ctx, q.ID, "No.") }},
		"start":   {project.Approved, "admin manager", func(ctx context.Context, q project.Quote) error { return h.StartProject(ctx, q.ID) }},
		"cancel":  {project.Sent, "admin manager", func(ctx context.Context, q project.Quote) error { return h.CancelQuote(ctx, q.ID) }},
		"read": {project.Sent, "admin manager agent owner approver member viewer", func(ctx context.Context, q project.Quote) error {
			_, err := h.Quote(ctx, q.ID)
			return err
		}},
	} {
		for name, ctx := range h.people() {
			want := fault.Forbidden
			switch {
			case slices.Contains(strings.Fields(c.may), name):
				want = ""
			case name == "foreign" && strings.Contains(c.may, "owner"):
				want = fault.NotFound
			}
			if got := fault.CodeOf(c.do(ctx, h.quote(t, action, c.from))); got != want {
				t.Errorf("%s by %s: %q, want %q", action, name, got, want)
			}
		}
	}
	if _, err := h.CreateQuote(h.manager, project.Offer{CustomerID: h.boltline, Name: "N"}); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("a quote for a customer whom the manager does not serve: %v", err)
	}
}

func TestAnOfferTellsAllItsFaults(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	total, before := amount("1.005"), project.DayOf(today.AddDate(0, 0, -1))
	_, err := h.CreateQuote(h.admin, project.Offer{
		CustomerID: h.acme, Currency: "XXX1", Total: &total, StartDate: &today, DueDate: &before,
		Phases: []project.Plan{{Name: "ok"}, {Name: "", Weight: -1, PlannedStart: &today, PlannedEnd: &before}},
	})
	f, ok := errors.AsType[*fault.Error](err)
	if !ok {
		t.Fatal(err)
	}
	var got []string
	for _, field := range f.Fields {
		got = append(got, field.Name)
	}
	want := []string{"name", "currency", "due_date", "total", "phases[1].name", "phases[1].weight", "phases[1].planned_end"}
	if !slices.Equal(got, want) {
		t.Errorf("faults of %q, want %q", got, want)
	}
}
