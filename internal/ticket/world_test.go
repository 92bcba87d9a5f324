package ticket_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"gocloud.dev/blob"
	"gocloud.dev/blob/memblob"

	"clientportal/internal/actor"
	"clientportal/internal/audit"
	"clientportal/internal/db"
	"clientportal/internal/db/dbtest"
	"clientportal/internal/fault"
	"clientportal/internal/jobs"
	"clientportal/internal/mail"
	"clientportal/internal/notify"
	"clientportal/internal/secret"
	"clientportal/internal/settings"
	"clientportal/internal/ticket"
)

// world is an agency with two customers: Dapper, whose people have every role, and
// Fleetly. Nobody but the staff admin serves both.
type world struct {
	*dbtest.Database
	tickets *ticket.Service
	desk    *ticket.Desk
	files   *blob.Bucket
	queue   *river.Client[pgx.Tx]
	outbox  string
	working bool // the queue

	dapper, fleetly                 uuid.UUID
	admin, approver, member, viewer actor.Actor // of Dapper
	stranger                        actor.Actor // a member of Fleetly
	chief, manager, agent           actor.Actor // the staff admin, and two who serve Dapper
	otherAgent                      actor.Actor // serves Fleetly
	project, draft, otherProject    uuid.UUID   // quotes: two of Dapper's, one of Fleetly's
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{Database: dbtest.New(t), files: memblob.OpenBucket(nil), outbox: t.TempDir(), dapper: uuid.New(), fleetly: uuid.New()}
	t.Cleanup(func() { w.files.Close() })
	sender := mail.Outbox{Folder: w.outbox, From: mail.From{Email: "portal@agency.example", Name: func() string { return "Northlight" }}}
	secrets, err := secret.Load("", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	told := notify.New(notify.Deps{
		DB: w.DB, Mail: sender, Secrets: secrets, BaseURL: "https://portal.example",
		Letterhead: func(context.Context) (mail.Letter, error) { return mail.Letter{Agency: "Northlight"}, nil },
	})
	w.tickets = ticket.New(ticket.Deps{DB: w.DB, Files: w.files, Mail: sender, Notify: told, Secrets: secrets, BaseURL: "https://portal.example", ReplyAddress: "reply@portal.example", Letterhead: settings.New(w.DB, "https://portal.example").Letterhead})
	w.desk = w.tickets.Desk()
	workers := river.NewWorkers()
	w.tickets.AddWorkers(workers)
	told.AddWorkers(workers)
	if w.queue, err = jobs.Queue(w.Pool(), workers, nil); err != nil {
		t.Fatal(err)
	}
	w.UseJobs(w.queue)
	w.populate(t)
	return w
}

func (w *world) populate(t *testing.T) {
	t.Helper()
	w.exec(t, `insert into customers (id, name, slug, ticket_prefix) values ($1, 'Dapper Goods', 'dapper-goods', 'DG'), ($2, 'Fleetly', 'fleetly', 'FL')`, w.dapper, w.fleetly)
	w.admin = w.client(t, w.dapper, "Tom Ashby", actor.Admin)
	w.approver = w.client(t, w.dapper, "Ada Price", actor.Approver)
	w.member = w.client(t, w.dapper, "Mara Lindqvist", actor.Member)
	w.viewer = w.client(t, w.dapper, "Vic Iyer", actor.Viewer)
	w.stranger = w.client(t, w.fleetly, "Flo Stern", actor.Member)
	w.chief = w.employee(t, "Jonas Weil", actor.Admin)
	w.manager = w.employee(t, "Priya Raman", actor.Manager, w.dapper)
	w.agent = w.employee(t, "Sam Okafor", actor.Agent, w.dapper)
	w.otherAgent = w.employee(t, "Hanna Bruck", actor.Agent, w.fleetly)
	w.project, w.draft, w.otherProject = uuid.New(), uuid.New(), uuid.New()
	w.exec(t, `insert into quotes (id, customer_id, number, name, status) values
		($1, $4, 'Q-1', 'Storefront relaunch', 'in_progress'), ($2, $4, 'Q-2', 'Not sent yet', 'draft'), ($3, $5, 'Q-3', 'Fleet app', 'in_progress')`,
		w.project, w.draft, w.otherProject, w.dapper, w.fleetly)
}

// exec changes the database as the portal itself.
func (w *world) exec(t *testing.T, sql string, args ...any) {
	t.Helper()
	ctx := actor.As(t.Context(), "test")
	err := w.Write(ctx, func(tx *db.Tx) error {
		tx.Record(audit.Event{Action: "test.setup"})
		_, err := tx.Exec(ctx, sql, args...)
		return err
	})
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

func (w *world) client(t *testing.T, customer uuid.UUID, name string, role actor.Role) actor.Actor {
	t.Helper()
	a := actor.Actor{Kind: actor.Client, ID: uuid.New(), Name: name, Email: address(name, "client.example"), Role: role, CustomerIDs: []uuid.UUID{customer}}
	first, last := names(name)
	w.exec(t, `insert into client_portal_users (id, customer_id, email, first_name, last_name, email_verified) values ($1, $2, $3, $4, $5, true)`,
		a.ID, customer, a.Email, first, last)
	w.exec(t, `insert into customer_members (customer_id, user_id, role) values ($1, $2, $3)`, customer, a.ID, role)
	return a
}

func (w *world) employee(t *testing.T, name string, role actor.Role, customers ...uuid.UUID) actor.Actor {
	t.Helper()
	a := actor.Actor{Kind: actor.Staff, ID: uuid.New(), Name: name, Email: address(name, "agency.example"), Role: role,
		CustomerIDs: customers, AllCustomers: role == actor.Admin}
	first, last := names(name)
	w.exec(t, `insert into employees (id, email, first_name, last_name, role) values ($1, $2, $3, $4, $5)`, a.ID, a.Email, first, last, role)
	for _, customer := range customers {
		w.exec(t, `insert into customer_employees (customer_id, employee_id) values ($1, $2)`, customer, a.ID)
	}
	return a
}

// by is a context in which somebody acts.
func by(t *testing.T, who actor.Actor) context.Context { return actor.With(t.Context(), who) }

// raise creates a ticket of Dapper's member.
func (w *world) raise(t *testing.T, title string) ticket.Ticket {
	t.Helper()
	created, err := w.tickets.Create(by(t, w.member), ticket.NewTicket{Title: title, Description: "It happens **always**.", Priority: ticket.High})
	if err != nil {
		t.Fatalf("raise %q: %v", title, err)
	}
	return created
}

// set moves a ticket as its agent.
func (w *world) set(t *testing.T, id uuid.UUID, status ticket.Status) {
	t.Helper()
	if _, err := w.desk.Update(by(t, w.agent), id, ticket.DeskEdit{Status: &status}, ""); err != nil {
		t.Fatalf("set to %s: %v", status, err)
	}
}

// event is an audit event as the trail has it.
type event struct {
	Action   string
	Customer *uuid.UUID
	Actor    string
	Payload  string
}

// trail are the events of a ticket, as somebody may read them.
func (w *world) trail(t *testing.T, who context.Context, id uuid.UUID) (events []event) {
	t.Helper()
	err := w.Read(who, func(tx *db.Tx) error {
		rows, err := tx.Query(who, `select e.action, e.customer_id, e.actor_name, coalesce(p.payload::text, '')
			from audit_events e left join audit_payloads p on p.event_id = e.id where e.subject_id = $1 order by e.occurred_at, e.id`, id)
		if err == nil {
			events, err = pgx.CollectRows(rows, pgx.RowToStructByPos[event])
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return events
}

func (w *world) recorded(t *testing.T, id uuid.UUID, action string) (found []event) {
	t.Helper()
	for _, e := range w.trail(t, actor.As(t.Context(), "test"), id) {
		if e.Action == action {
			found = append(found, e)
		}
	}
	return found
}

// scan reads one row as the portal itself.
func (w *world) scan(t *testing.T, sql string, args []any, dest ...any) {
	t.Helper()
	ctx := actor.As(t.Context(), "test")
	if err := w.Read(ctx, func(tx *db.Tx) error { return tx.QueryRow(ctx, sql, args...).Scan(dest...) }); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

// wants fails the test unless err is a fault of the code; "" is none.
func wants(t *testing.T, what string, err error, code fault.Code) {
	t.Helper()
	if fault.CodeOf(err) != code || code == "" && err != nil {
		t.Errorf("%s: got %v, want %q", what, err, code)
	}
}

// wantsField fails the test unless err says something about the field.
func wantsField(t *testing.T, what string, err error, field string) {
	t.Helper()
	var f *fault.Error
	if !errors.As(err, &f) || len(f.Fields) == 0 || f.Fields[0].Name != field {
		t.Errorf("%s: got %v, want a fault of %s", what, err, field)
	}
}

func names(name string) (first, last string) {
	for i, r := range name {
		if r == ' ' {
			return name[:i], name[i+1:]
		}
	}
	return name, ""
}

func address(name, host string) string {
	first, _ := names(name)
	return first + "@" + host
}

func ptr[T any](v T) *T { return &v }

func soon(t *testing.T, what string, done func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !done(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited too long: %s", what)
		}
	}
}
