package notify_test

import (
	"context"
	"io"
	"mime"
	"net/mail"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"clientportal/internal/actor"
	"clientportal/internal/audit"
	"clientportal/internal/db"
	"clientportal/internal/db/dbtest"
	"clientportal/internal/fault"
	"clientportal/internal/jobs"
	ourmail "clientportal/internal/mail"
	"clientportal/internal/news"
	"clientportal/internal/notify"
	"clientportal/internal/secret"
)

// world is an agency with two customers. Mara is a member of both.
type world struct {
	*dbtest.Database
	*notify.Service
	secrets *secret.Box
	outbox  string

	dapper, fleetly uuid.UUID
	mara, tom       actor.Actor // Dapper's
	sam             actor.Actor // serves Dapper
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{Database: dbtest.New(t), outbox: t.TempDir(), dapper: uuid.New(), fleetly: uuid.New()}
	var err error
	if w.secrets, err = secret.Load("", t.TempDir()); err != nil {
		t.Fatal(err)
	}
	w.Service = w.portal(t, w.DB)
	w.exec(t, `insert into customers (id, name, slug, ticket_prefix, timezone) values ($1, 'Dapper Goods', 'dapper', 'DG', 'Europe/Berlin'), ($2, 'Fleetly', 'fleetly', 'FL', 'UTC')`, w.dapper, w.fleetly)
	w.mara, w.tom = w.client(t, "Mara", w.dapper, w.fleetly), w.client(t, "Tom", w.dapper)
	w.sam = actor.Actor{Kind: actor.Staff, ID: uuid.New(), Name: "Sam Okafor", Email: "sam@agency.example", Role: actor.Agent, CustomerIDs: []uuid.UUID{w.dapper}}
	w.exec(t, `insert into employees (id, email, first_name, last_name, role) values ($1, $2, 'Sam', 'Okafor', 'agent')`, w.sam.ID, w.sam.Email)
	w.exec(t, `insert into customer_employees (customer_id, employee_id) values ($1, $2)`, w.dapper, w.sam.ID)
	return w
}

// portal is a portal on the database, whose queue works off the mails.
func (w *world) portal(t *testing.T, database *db.DB) *notify.Service {
	t.Helper()
	s := notify.New(notify.Deps{
		DB: database, Secrets: w.secrets, BaseURL: "https://portal.example",
		Mail:       ourmail.Outbox{Folder: w.outbox, From: ourmail.From{Email: "portal@agency.example", Name: func() string { return "Northlight" }}},
		Letterhead: func(context.Context) (ourmail.Letter, error) { return ourmail.Letter{Agency: "Northlight"}, nil },
	})
	workers := river.NewWorkers()
	s.AddWorkers(workers)
	queue, err := jobs.Queue(database.Pool(), workers, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := queue.Start(context.WithoutCancel(t.Context())); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = queue.Stop(context.Background()) })
	database.UseJobs(queue)
	return s
}

func (w *world) client(t *testing.T, name string, customers ...uuid.UUID) actor.Actor {
	t.Helper()
	a := actor.Actor{Kind: actor.Client, ID: uuid.New(), Name: name, Email: name + "@dapper.example", Role: actor.Member, CustomerIDs: customers[:1]}
	w.exec(t, `insert into client_portal_users (id, customer_id, email, first_name, email_verified) values ($1, $2, $3, $4, true)`, a.ID, customers[0], a.Email, name)
	for _, customer := range customers {
		w.exec(t, `insert into customer_members (customer_id, user_id, role) values ($1, $2, 'member')`, customer, a.ID)
	}
	return a
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

// count runs a query for one number in the actor's scope.
func (w *world) count(t *testing.T, ctx context.Context, sql string, args ...any) (n int) {
	t.Helper()
	if err := w.Read(ctx, func(tx *db.Tx) error { return tx.QueryRow(ctx, sql, args...).Scan(&n) }); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return n
}

// tell tells people of an answer on a ticket, at some time.
func (w *world) tell(t *testing.T, ctx context.Context, n news.Notice) []news.Reader {
	t.Helper()
	var letters []news.Reader
	err := w.Write(actor.As(ctx, "test"), func(tx *db.Tx) (err error) {
		tx.Record(audit.Event{Action: "test.tell"})
		letters, err = w.Tell(ctx, tx, n)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return letters
}

func (w *world) answer(about string, readers ...actor.Actor) news.Notice {
	n := news.Notice{
		CustomerID: w.dapper, Kind: news.TicketComment, EventID: uuid.New(), Subject: news.Subject{Type: "ticket", ID: uuid.New()},
		At: time.Now().UTC().Truncate(time.Microsecond), Who: "Priya Raman", Text: "answered", About: about, Note: "Words", Path: "/tickets/1",
	}
	for _, r := range readers {
		n.Readers = append(n.Readers, news.Reader{ID: r.ID, Staff: r.Kind == actor.Staff})
	}
	return n
}

// by is a context in which somebody acts.
func by(t *testing.T, who actor.Actor) context.Context { return actor.With(t.Context(), who) }

// choose sets how somebody hears of answers.
func (w *world) choose(t *testing.T, who actor.Actor, m notify.Mailing) {
	t.Helper()
	err := w.ChangeSettings(by(t, who), notify.Settings{Mail: map[news.Kind]notify.Mailing{news.TicketComment: m}, DigestHour: 8})
	if err != nil {
		t.Fatal(err)
	}
}

type letter struct {
	to, subject, body string
	header            mail.Header
}

// mails are those in the outbox, once every job is done.
func (w *world) mails(t *testing.T) (letters []letter) {
	t.Helper()
	ctx := actor.As(t.Context(), "test")
	for w.count(t, ctx, `select count(*) from river_job where state not in ('completed', 'discarded', 'cancelled')`) > 0 {
		if t.Context().Err() != nil {
			t.Fatal("the queue is not worked off")
		}
		time.Sleep(10 * time.Millisecond)
	}
	files, err := filepath.Glob(filepath.Join(w.outbox, "*.eml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		m, err := mail.ReadMessage(f)
		if err != nil {
			t.Fatal(err)
		}
		to, err := m.Header.AddressList("To")
		if err != nil {
			t.Fatal(err)
		}
		subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(m.Body)
		if err != nil {
			t.Fatal(err)
		}
		letters = append(letters, letter{to[0].Address, subject, string(body), m.Header})
	}
	return letters
}

// wants fails the test unless err is a fault of the code; "" is none.
func wants(t *testing.T, what string, err error, code fault.Code) {
	t.Helper()
	if fault.CodeOf(err) != code || code == "" && err != nil {
		t.Errorf("%s: got %v, want %q", what, err, code)
	}
}
