package schedule_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"
	"gocloud.dev/blob"
	"gocloud.dev/blob/memblob"

	"clientportal/internal/actor"
	"clientportal/internal/analytics"
	"clientportal/internal/analytics/schedule"
	"clientportal/internal/analytics/widget"
	"clientportal/internal/api"
	"clientportal/internal/audit"
	"clientportal/internal/clock"
	"clientportal/internal/db"
	"clientportal/internal/db/dbtest"
	"clientportal/internal/jobs"
	"clientportal/internal/mail"
	"clientportal/internal/metric"
	"clientportal/internal/notify"
	"clientportal/internal/secret"
	"clientportal/internal/settings"
)

// postbox keeps what is sent, or fails.
type postbox struct {
	mu   sync.Mutex
	sent []mail.Message
	err  error
}

func (p *postbox) Send(_ context.Context, m mail.Message) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.err != nil {
		return p.err
	}
	p.sent = append(p.sent, m)
	return nil
}

// world is an agency with two customers, a dashboard of acme's with a source, and
// people of acme's. Its jobs are done by the tests.
type world struct {
	*dbtest.Database
	*schedule.Service
	postbox                        *postbox
	files                          *blob.Bucket
	acme, boltline, board, source  uuid.UUID
	ids                            map[string]uuid.UUID
	admin, manager, agent, other   context.Context
	owner, member, viewer, foreign context.Context
	system                         context.Context
}

// noon is a Wednesday, an hour before the report of Wednesdays at 14:00 in Berlin.
var noon = time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{Database: dbtest.New(t), postbox: &postbox{}, files: memblob.OpenBucket(nil), acme: uuid.New(), boltline: uuid.New(), board: uuid.New(), source: uuid.New(), ids: map[string]uuid.UUID{}}
	t.Cleanup(func() { _ = w.files.Close() })
	metrics, err := metric.NewRegistry([]metric.Metric{
		{Name: "ga4.sessions", Label: "Sessions", Unit: metric.Count, Aggregation: metric.Sum, Better: metric.Up, Field: "sessions", Report: "daily"},
		{Name: "ga4.total_users", Label: "People", Unit: metric.Count, Aggregation: metric.Distinct, Field: "totalUsers", Report: "people"},
	})
	if err != nil {
		t.Fatal(err)
	}
	secrets, err := secret.Load("", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	told := notify.New(notify.Deps{DB: w.DB, Mail: w.postbox, Secrets: secrets, BaseURL: "https://portal.example"})
	w.Service = schedule.New(schedule.Deps{
		DB: w.DB, Files: w.files, Mail: w.postbox, BaseURL: "https://portal.example", Paper: settings.New(w.DB, "").Paper, Letterhead: settings.New(w.DB, "").Letterhead,
		Dashboards: analytics.New(analytics.Deps{DB: w.DB, Metrics: metrics, SourceLabels: map[string]string{"ga4": "Google Analytics 4"}}),
		Notify:     told,
	})
	workers := river.NewWorkers()
	w.AddWorkers(workers)
	told.AddWorkers(workers)
	queue, err := jobs.Queue(w.Pool(), workers, nil) // it is never started
	if err != nil {
		t.Fatal(err)
	}
	w.UseJobs(queue)
	w.exec(t, `insert into customers (id, name, slug, ticket_prefix, currency, timezone)
		values ($1, 'Acme', 'acme', 'AC', 'EUR', 'Europe/Berlin'), ($2, 'Boltline', 'boltline', 'BO', 'USD', 'America/New_York')`, w.acme, w.boltline)
	w.people(t)
	w.exec(t, `insert into analytics_dashboard_configs (id, customer_id, dashboard_name, client_type, business_model, config)
		values ($1, $2, 'Leads', 'b2b', 'lead_gen', '{"version": 1, "widgets": [{"id": "w1", "kind": "number", "width": 3, "measures": [{"metric": "ga4.sessions"}]}]}')`, w.board, w.acme)
	w.exec(t, `insert into analytics_data_sources (id, customer_id, source_type, source_name, connection_status, connected_at, last_sync_at, complete_to, zone)
		values ($1, $2, 'ga4', 'Acme', 'connected', $3, $3, $4, 'Europe/Berlin')`, w.source, w.acme, noon.Add(-6*time.Hour), noon)
	w.exec(t, `select ensure_metric_months('2026-10-01', '2026-11-30')`)
	for i := range 20 {
		w.exec(t, `insert into metric_facts (customer_id, source_id, day, report, metric, value, zone) values ($1, $2, $3, 'daily', 'ga4.sessions', $4, 'Europe/Berlin')`,
			w.acme, w.source, noon.AddDate(0, 0, -1-i), 50+i)
	}
	w.keepMonths(t)
	return w
}

// keepMonths has what dashboards read follow from the facts.
func (w *world) keepMonths(t *testing.T) {
	t.Helper()
	w.exec(t, `select keep_metric_months($1, array['daily', 'daily'], array['2026-10-01', '2026-11-01']::date[])`, w.source)
}

func (w *world) people(t *testing.T) {
	t.Helper()
	employee := func(name string, role actor.Role, customers ...uuid.UUID) context.Context {
		id := uuid.New()
		w.ids[name] = id
		w.exec(t, `insert into employees (id, email, first_name, last_name, role) values ($1, $2, 'An', $3, $4)`, id, id.String()+"@agency.example", name, string(role))
		for _, customer := range customers {
			w.exec(t, `insert into customer_employees (customer_id, employee_id) values ($1, $2)`, customer, id)
		}
		return actor.With(t.Context(), actor.Actor{Kind: actor.Staff, ID: id, Name: name, Role: role, CustomerIDs: customers, AllCustomers: role == actor.Admin})
	}
	person := func(name string, company uuid.UUID, role actor.Role) context.Context {
		id := uuid.New()
		w.ids[name] = id
		w.exec(t, `insert into client_portal_users (id, customer_id, email, first_name, email_verified) values ($1, $2, $3, $4, true)`, id, company, name+"@x.example", name)
		w.exec(t, `insert into customer_members (customer_id, user_id, role) values ($1, $2, $3)`, company, id, role)
		return actor.With(t.Context(), actor.Actor{Kind: actor.Client, ID: id, Name: name, Role: role, CustomerIDs: []uuid.UUID{company}})
	}
	w.admin, w.manager = employee("admin", actor.Admin), employee("manager", actor.Manager, w.acme)
	w.agent, w.other = employee("agent", actor.Agent, w.acme), employee("other", actor.Manager, w.boltline)
	w.owner, w.member, w.viewer = person("owner", w.acme, actor.Admin), person("member", w.acme, actor.Member), person("viewer", w.acme, actor.Viewer)
	w.foreign = person("foreign", w.boltline, actor.Admin)
	w.system = actor.As(t.Context(), "test")
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

func (w *world) events(t *testing.T, action string) (n int) {
	t.Helper()
	err := w.Read(w.system, func(tx *db.Tx) error {
		return tx.QueryRow(w.system, `select count(*) from audit_events where action = $1`, action).Scan(&n)
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// weekly is a plan for Wednesdays at 14:00 to some of acme's people.
func (w *world) weekly(names ...string) schedule.Plan {
	p := schedule.Plan{Rhythm: schedule.Rhythm{Cadence: schedule.Weekly, Weekday: 3, Hour: 14}, Compare: widget.PreviousPeriod}
	for _, name := range names {
		p.Recipients = append(p.Recipients, w.ids[name])
	}
	return p
}

func (w *world) plan(t *testing.T, names ...string) schedule.Schedule {
	t.Helper()
	s, err := w.Create(clock.At(w.manager, noon), w.board, w.weekly(names...))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// begin begins what is due and returns the reports that there are.
func (w *world) begin(t *testing.T, now time.Time) []schedule.Summary {
	t.Helper()
	if err := w.BeginDue(clock.At(w.system, now)); err != nil {
		t.Fatal(err)
	}
	return w.reports(t, w.admin)
}

func (w *world) reports(t *testing.T, as context.Context) []schedule.Summary {
	t.Helper()
	list, err := w.Reports(as, schedule.Filter{}, api.PageQuery{Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	return list.Items
}

func (w *world) make(t *testing.T, id uuid.UUID, now time.Time) (wait bool) {
	t.Helper()
	wait, err := w.Make(clock.At(w.system, now), id)
	if err != nil {
		t.Fatal(err)
	}
	return wait
}

// send does the mails of a report that jobs ask for.
func (w *world) send(t *testing.T, report uuid.UUID, now time.Time) (to []string) {
	t.Helper()
	before := len(w.postbox.sent)
	for _, id := range w.ids {
		if err := w.Send(clock.At(w.system, now), report, id); err != nil {
			t.Fatal(err)
		}
	}
	for _, m := range w.postbox.sent[before:] {
		to = append(to, m.ToName)
	}
	slices.Sort(to)
	return to
}

// one reads one value as the portal itself.
func (w *world) one(t *testing.T, into any, sql string, args ...any) {
	t.Helper()
	if err := w.Read(w.system, func(tx *db.Tx) error { return tx.QueryRow(w.system, sql, args...).Scan(into) }); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}
