package datasource_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"clientportal/internal/actor"
	"clientportal/internal/api"
	"clientportal/internal/audit"
	"clientportal/internal/datasource"
	"clientportal/internal/datasource/upstream"
	"clientportal/internal/db"
	"clientportal/internal/db/dbtest"
	"clientportal/internal/fault"
	"clientportal/internal/jobs"
	"clientportal/internal/mail"
	"clientportal/internal/notify"
	"clientportal/internal/secret"
)

// logged is all that the portals of these tests write to their log.
var logged lockedBuffer

type lockedBuffer struct {
	mu sync.Mutex
	bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.Buffer.Write(p)
}

func (b *lockedBuffer) holds(text string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return strings.Contains(b.String(), text)
}

func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.NewTextHandler(&logged, nil)))
	os.Exit(m.Run())
}

// world is an agency with two customers, and a system that numbers are read from.
type world struct {
	*dbtest.Database
	t    *testing.T
	sim  *sim
	keys string // the folder of the secret keys
	mail string // the folder of what was mailed
	deps func(*datasource.Deps)
	box  *secret.Box
	*portal

	acme, bolt                            uuid.UUID
	chief, manager, agent, strangeManager actor.Actor // the manager and agent serve Acme
	admin, viewer                         actor.Actor // of Acme
	stranger                              actor.Actor // an admin of Bolt
}

// portal is one of those that work on the database.
type portal struct {
	*db.DB
	sources *datasource.Service
	queue   *river.Client[pgx.Tx]
}

func newWorld(t *testing.T, deps ...func(*datasource.Deps)) *world {
	t.Helper()
	w := &world{Database: dbtest.New(t), t: t, sim: newSim(t), keys: t.TempDir(), mail: t.TempDir(), deps: func(*datasource.Deps) {}, acme: uuid.New(), bolt: uuid.New()}
	for _, change := range deps {
		w.deps = change
	}
	var err error
	if w.box, err = secret.Load("", w.keys); err != nil {
		t.Fatal(err)
	}
	w.portal = w.open(w.Database.DB)
	w.exec(`insert into customers (id, name, slug, ticket_prefix, timezone) values ($1, 'Acme', 'acme', 'AC', 'Europe/Berlin'), ($2, 'Bolt', 'bolt', 'BO', 'UTC')`, w.acme, w.bolt)
	w.chief = w.employee("Jonas Weil", actor.Admin)
	w.manager = w.employee("Priya Raman", actor.Manager, w.acme)
	w.agent = w.employee("Sam Okafor", actor.Agent, w.acme)
	w.strangeManager = w.employee("Hanna Bruck", actor.Manager, w.bolt)
	w.admin = w.client(w.acme, "Tom Ashby", actor.Admin)
	w.viewer = w.client(w.acme, "Vic Iyer", actor.Viewer)
	w.stranger = w.client(w.bolt, "Flo Stern", actor.Admin)
	return w
}

// open puts a portal together over a pool.
func (w *world) open(pool *db.DB) *portal {
	w.t.Helper()
	sender := mail.Outbox{Folder: w.mail, From: mail.From{Email: "portal@agency.example", Name: func() string { return "Northlight" }}}
	told := notify.New(notify.Deps{
		DB: pool, Mail: sender, Secrets: w.box, BaseURL: "https://portal.example",
		Letterhead: func(context.Context) (mail.Letter, error) { return mail.Letter{Agency: "Northlight"}, nil },
	})
	client, err := upstream.NewClient(upstream.Guard{BaseURLs: []string{w.sim.URL}})
	if err != nil {
		w.t.Fatal(err)
	}
	p := &portal{DB: pool}
	deps := datasource.Deps{
		DB: pool, Secrets: w.box, Systems: []upstream.Source{&counter{w.sim.URL}, &ledger{counter{w.sim.URL}}, &panel{counter{w.sim.URL}}}, Client: client, Notify: told, BaseURL: "https://portal.example",
	}
	w.deps(&deps)
	if p.sources, err = datasource.New(deps); err != nil {
		w.t.Fatal(err)
	}
	workers := river.NewWorkers()
	p.sources.AddWorkers(workers)
	told.AddWorkers(workers)
	if p.queue, err = jobs.Queue(pool.Pool(), workers, nil); err != nil {
		w.t.Fatal(err)
	}
	pool.UseJobs(p.queue)
	return p
}

// work lets the portal do its jobs until the test ends or stop is called.
func (w *world) work(p *portal) (stop func()) {
	w.t.Helper()
	if err := p.queue.Start(context.WithoutCancel(w.t.Context())); err != nil {
		w.t.Fatal(err)
	}
	stop = sync.OnceFunc(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		_ = p.queue.StopAndCancel(ctx)
	})
	w.t.Cleanup(stop)
	return stop
}

// second is another portal on the same database, with a pool of its own.
func (w *world) second() *portal {
	w.t.Helper()
	pool, err := db.Open(w.t.Context(), w.URL)
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(pool.Close)
	return w.open(pool)
}

// look has it looked for what is due, as the clock does.
func (w *world) look() {
	w.t.Helper()
	if _, err := w.queue.Insert(w.t.Context(), lookJob{}, nil); err != nil {
		w.t.Fatal(err)
	}
}

type lookJob struct{}

func (lookJob) Kind() string { return "data_source_look" }

func (w *world) exec(sql string, args ...any) {
	w.t.Helper()
	ctx := actor.As(w.t.Context(), "test")
	err := w.Database.Write(ctx, func(tx *db.Tx) error {
		tx.Record(audit.Event{Action: "test.setup"})
		_, err := tx.Exec(ctx, sql, args...)
		return err
	})
	if err != nil {
		w.t.Fatalf("%s: %v", sql, err)
	}
}

// scan reads one row as the portal itself.
func (w *world) scan(sql string, args []any, dest ...any) {
	w.t.Helper()
	ctx := actor.As(w.t.Context(), "test")
	if err := w.Database.Read(ctx, func(tx *db.Tx) error { return tx.QueryRow(ctx, sql, args...).Scan(dest...) }); err != nil {
		w.t.Fatalf("%s: %v", sql, err)
	}
}

func (w *world) count(sql string, args ...any) (n int) {
	w.t.Helper()
	w.scan(sql, args, &n)
	return n
}

func (w *world) client(customer uuid.UUID, name string, role actor.Role) actor.Actor {
	w.t.Helper()
	a := actor.Actor{Kind: actor.Client, ID: uuid.New(), Name: name, Role: role, CustomerIDs: []uuid.UUID{customer}, SessionID: uuid.New()}
	w.exec(`insert into client_portal_users (id, customer_id, email, email_verified) values ($1, $2, $3, true)`, a.ID, customer, a.ID.String()+"@client.example")
	w.exec(`insert into customer_members (customer_id, user_id, role) values ($1, $2, $3)`, customer, a.ID, role)
	return a
}

func (w *world) employee(name string, role actor.Role, customers ...uuid.UUID) actor.Actor {
	w.t.Helper()
	a := actor.Actor{Kind: actor.Staff, ID: uuid.New(), Name: name, Role: role, CustomerIDs: customers, AllCustomers: role == actor.Admin, SessionID: uuid.New()}
	first, last, _ := strings.Cut(name, " ")
	w.exec(`insert into employees (id, email, first_name, last_name, role) values ($1, $2, $3, $4, $5)`, a.ID, a.ID.String()+"@agency.example", first, last, role)
	for _, customer := range customers {
		w.exec(`insert into customer_employees (customer_id, employee_id) values ($1, $2)`, customer, a.ID)
	}
	return a
}

// by is a context in which somebody acts.
func (w *world) by(who actor.Actor) context.Context { return actor.With(w.t.Context(), who) }

// canary is in every credential of these tests, and may be nowhere else.
const canary = "canary-7d1f"

// draft is a source of the simulator.
func (w *world) draft(name string) datasource.Draft {
	return datasource.Draft{
		CustomerID: w.acme, SourceType: "counter", SourceName: name, ConnectionType: "token", SyncFrequency: "manual",
		Credentials: []byte(fmt.Sprintf(`{"token": %q}`, canary)), Settings: []byte(fmt.Sprintf(`{"site": %q}`, name)),
	}
}

func (w *world) connect(name string) datasource.Source {
	w.t.Helper()
	made, err := w.sources.Create(w.by(w.manager), w.draft(name))
	if err != nil {
		w.t.Fatalf("connect %s: %v", name, err)
	}
	return made
}

// read is the source as it is now.
func (w *world) read(id uuid.UUID) datasource.Source {
	w.t.Helper()
	source, err := w.sources.Source(w.by(w.manager), id)
	if err != nil {
		w.t.Fatal(err)
	}
	return source
}

func (w *world) runs(id uuid.UUID) []datasource.Run {
	w.t.Helper()
	list, err := w.sources.Runs(w.by(w.manager), id, api.PageQuery{Limit: 100})
	if err != nil {
		w.t.Fatal(err)
	}
	return list.Items
}

// settled waits until nothing is open for a source and nobody works on it.
func (w *world) settled(id uuid.UUID) {
	w.t.Helper()
	w.soon("the source is settled", func() bool {
		return w.count(`select count(*) from sync_runs where source_id = $1 and status in ('queued', 'running')`, id) == 0 &&
			w.count(`select count(*) from analytics_data_sources where id = $1 and lease is not null`, id) == 0
	})
}

func (w *world) soon(what string, done func() bool) {
	w.t.Helper()
	for deadline := time.Now().Add(40 * time.Second); !done(); time.Sleep(30 * time.Millisecond) {
		if time.Now().After(deadline) {
			w.t.Fatalf("waited too long: %s", what)
		}
	}
}

// wants fails the test unless err is a fault of the code; "" is none.
func wants(t *testing.T, what string, err error, code fault.Code) {
	t.Helper()
	if fault.CodeOf(err) != code || code == "" && err != nil {
		t.Errorf("%s: got %v, want %q", what, err, code)
	}
}

func wantsField(t *testing.T, what string, err error, field string) {
	t.Helper()
	var f *fault.Error
	if !errors.As(err, &f) || len(f.Fields) == 0 || f.Fields[0].Name != field {
		t.Errorf("%s: got %v, want a fault of %s", what, err, field)
	}
}

func ptr[T any](v T) *T { return &v }

func itoa(n int) string { return fmt.Sprint(n) }
