package timetrack_test

import (
	"context"
	"errors"
	"slices"
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
	"clientportal/internal/timetrack"
)

// today is a Monday.
var today = day("2026-03-09")

// house is an agency with two customers and the people of one of them; manager serves
// that one only.
type house struct {
	*dbtest.Database
	*timetrack.Service
	acme, boltline, project                  uuid.UUID
	admin, manager, agent, otherAgent        context.Context
	owner, approver, member, viewer, foreign context.Context
}

func newHouse(t *testing.T) house {
	t.Helper()
	h := house{Database: dbtest.New(t), acme: uuid.New(), boltline: uuid.New(), project: uuid.New()}
	h.Service = timetrack.New(timetrack.Deps{DB: h.DB})
	h.exec(t, `insert into customers (id, name, slug, ticket_prefix, currency, timezone) values
		($1, 'Acme', 'acme', 'AC', 'EUR', 'Europe/Berlin'), ($2, 'Boltline', 'boltline', 'BO', 'USD', 'America/New_York')`, h.acme, h.boltline)
	h.exec(t, `insert into quotes (id, customer_id, number, name, status, approved_at) values ($1, $2, 'Q-1', 'Relaunch', 'in_progress', now())`, h.project, h.acme)
	base := clock.At(t.Context(), today.Add(10*time.Hour))
	employee := func(role actor.Role, customers ...uuid.UUID) context.Context {
		id := uuid.New()
		h.exec(t, `insert into employees (id, email, first_name, last_name, role) values ($1, $2, 'An', $3, $3)`, id, id.String()+"@agency.example", string(role))
		for _, customer := range customers {
			h.exec(t, `insert into customer_employees (customer_id, employee_id) values ($1, $2)`, customer, id)
		}
		return actor.With(base, actor.Actor{Kind: actor.Staff, ID: id, Name: string(role), Role: role, CustomerIDs: customers, AllCustomers: role == actor.Admin})
	}
	person := func(company uuid.UUID, role actor.Role) context.Context {
		id := uuid.New()
		h.exec(t, `insert into client_portal_users (id, customer_id, email, email_verified) values ($1, $2, $3, true)`, id, company, id.String()+"@x.example")
		h.exec(t, `insert into customer_members (customer_id, user_id, role) values ($1, $2, $3)`, company, id, role)
		return actor.With(base, actor.Actor{Kind: actor.Client, ID: id, Name: string(role), Role: role, CustomerIDs: []uuid.UUID{company}})
	}
	h.admin, h.manager, h.agent = employee(actor.Admin), employee(actor.Manager, h.acme), employee(actor.Agent, h.acme)
	h.otherAgent = employee(actor.Agent, h.boltline)
	h.owner, h.approver = person(h.acme, actor.Admin), person(h.acme, actor.Approver)
	h.member, h.viewer = person(h.acme, actor.Member), person(h.acme, actor.Viewer)
	h.foreign = person(h.boltline, actor.Admin)
	return h
}

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

// events are the actions on a subject, in order.
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

// log logs minutes of acme's retainer on a day.
func (h house) log(t *testing.T, on string, minutes int) timetrack.Entry {
	t.Helper()
	e, err := h.LogEntry(h.manager, timetrack.EntryInput{
		CustomerID: h.acme, TaskDescription: "Work", Minutes: &minutes, DateWorked: day(on), IsRetainer: true,
	})
	if err != nil {
		t.Fatalf("log %d minutes on %s: %v", minutes, on, err)
	}
	return e
}

// retainer begins one of acme's with ten hours a month.
func (h house) retainer(t *testing.T, starts string, change ...func(*timetrack.RetainerInput)) timetrack.Retainer {
	t.Helper()
	in := timetrack.RetainerInput{CustomerID: h.acme, Name: "Care", MinutesPerPeriod: 600, Period: timetrack.Month, StartsOn: day(starts), Deficit: timetrack.Carry}
	for _, c := range change {
		c(&in)
	}
	r, err := h.CreateRetainer(h.manager, in)
	if err != nil {
		t.Fatalf("create a retainer: %v", err)
	}
	return r
}

// summary is how acme's only retainer stands on a day.
func (h house) summary(t *testing.T, on string) timetrack.Summary {
	t.Helper()
	at := day(on)
	list, err := h.RetainerSummary(h.viewer, timetrack.SummaryQuery{AsOf: &at})
	if err != nil || len(list) != 1 {
		t.Fatalf("summary of %s: %+v, %v", on, list, err)
	}
	return list[0]
}

func day(text string) timetrack.Day {
	d, err := time.Parse(time.DateOnly, text)
	if err != nil {
		panic(err)
	}
	return timetrack.Day{Time: d}
}

func amount(text string) *timetrack.Amount {
	return &timetrack.Amount{Decimal: decimal.RequireFromString(text)}
}

func ptr[T any](v T) *T { return &v }

// at is the same actor at another time.
func at(who context.Context, t time.Time) context.Context { return clock.At(who, t) }

// faultOf reports whether err says something about the field.
func faultOf(err error, field string) bool {
	f, ok := errors.AsType[*fault.Error](err)
	return ok && slices.ContainsFunc(f.Fields, func(at fault.Field) bool { return at.Name == field })
}
