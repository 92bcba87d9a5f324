package prepare_test

import (
	"context"
	"errors"
	"io"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"gocloud.dev/blob"
	"gocloud.dev/blob/memblob"

	"clientportal/internal/actor"
	"clientportal/internal/analytics"
	"clientportal/internal/analytics/prepare"
	"clientportal/internal/analytics/widget"
	"clientportal/internal/audit"
	"clientportal/internal/clock"
	"clientportal/internal/db"
	"clientportal/internal/db/dbtest"
	"clientportal/internal/fault"
	"clientportal/internal/jobs"
	"clientportal/internal/mail"
	"clientportal/internal/metric"
	"clientportal/internal/notify"
	"clientportal/internal/secret"
	"clientportal/internal/settings"
	"clientportal/internal/upload"
)

type nowhere struct{}

func (nowhere) Send(context.Context, mail.Message) error { return nil }

// world is an agency with two customers, and a dashboard of acme's. Its jobs are done
// by the tests.
type world struct {
	*dbtest.Database
	*prepare.Service
	files                          *blob.Bucket
	broken                         error // of every file that is written
	acme, boltline, board, source  uuid.UUID
	admin, agent, other            context.Context
	owner, member, viewer, foreign context.Context
	system                         context.Context
}

var noon = time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{Database: dbtest.New(t), files: memblob.OpenBucket(nil), acme: uuid.New(), boltline: uuid.New(), board: uuid.New(), source: uuid.New()}
	t.Cleanup(func() { _ = w.files.Close() })
	metrics, err := metric.NewRegistry([]metric.Metric{
		{Name: "ga4.sessions", Label: "Sessions", Unit: metric.Count, Aggregation: metric.Sum, Report: "daily"},
		{Name: "ga4.total_users", Label: "People", Unit: metric.Count, Aggregation: metric.Distinct, Report: "people"},
		{Name: "ga4.margin", Label: "Margin", Unit: metric.Count, Aggregation: metric.Sum, Report: "daily", Hidden: true},
	})
	if err != nil {
		t.Fatal(err)
	}
	secrets, err := secret.Load("", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	told := notify.New(notify.Deps{DB: w.DB, Mail: nowhere{}, Secrets: secrets, BaseURL: "https://portal.example", Letterhead: settings.New(w.DB, "").Letterhead})
	w.Service = prepare.New(prepare.Deps{
		DB: w.DB, Files: upload.Store{Bucket: w.files, Folder: "exports/"}, Notify: told,
		Dashboards: analytics.New(analytics.Deps{DB: w.DB, Metrics: metrics, SourceLabels: map[string]string{"ga4": "Google Analytics 4"}, Formats: map[string]analytics.Format{
			"txt": {Label: "Text", ContentType: "text/plain", Extension: "txt", Render: func(_ context.Context, out io.Writer, r analytics.Report) error {
				for _, result := range r.Widgets {
					_, _ = io.WriteString(out, result.Title+" ")
				}
				return w.broken
			}},
		}}),
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
		values ($1, $2, 'Leads', 'b2b', 'lead_gen', '{"version": 1, "widgets": [{"id": "w1", "kind": "number", "width": 3, "measures": [{"metric": "ga4.sessions"}]},
			{"id": "w2", "kind": "number", "width": 3, "measures": [{"metric": "ga4.margin"}]}]}')`, w.board, w.acme)
	w.exec(t, `insert into analytics_data_sources (id, customer_id, source_type, source_name, connection_status, connected_at, last_sync_at, complete_to, zone)
		values ($1, $2, 'ga4', 'Acme', 'connected', $3, $3, $4, 'Europe/Berlin')`, w.source, w.acme, noon.Add(-6*time.Hour), noon)
	return w
}

func (w *world) people(t *testing.T) {
	t.Helper()
	at := clock.At(t.Context(), noon)
	employee := func(role actor.Role, customers ...uuid.UUID) context.Context {
		id := uuid.New()
		w.exec(t, `insert into employees (id, email, first_name, last_name, role) values ($1, $2, 'An', $3, $3)`, id, id.String()+"@agency.example", string(role))
		for _, customer := range customers {
			w.exec(t, `insert into customer_employees (customer_id, employee_id) values ($1, $2)`, customer, id)
		}
		return actor.With(at, actor.Actor{Kind: actor.Staff, ID: id, Name: string(role), Role: role, CustomerIDs: customers, AllCustomers: role == actor.Admin})
	}
	person := func(company uuid.UUID, role actor.Role) context.Context {
		id := uuid.New()
		w.exec(t, `insert into client_portal_users (id, customer_id, email, email_verified) values ($1, $2, $3, true)`, id, company, id.String()+"@x.example")
		w.exec(t, `insert into customer_members (customer_id, user_id, role) values ($1, $2, $3)`, company, id, role)
		return actor.With(at, actor.Actor{Kind: actor.Client, ID: id, Name: string(role), Role: role, CustomerIDs: []uuid.UUID{company}})
	}
	w.admin, w.agent, w.other = employee(actor.Admin), employee(actor.Agent, w.acme), employee(actor.Manager, w.boltline)
	w.owner, w.member, w.viewer = person(w.acme, actor.Admin), person(w.acme, actor.Member), person(w.acme, actor.Viewer)
	w.foreign = person(w.boltline, actor.Admin)
	w.system = clock.At(actor.As(t.Context(), "test"), noon)
}

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

// texts are the values of a query's only column.
func (w *world) texts(t *testing.T, sql string, args ...any) (list []string) {
	t.Helper()
	err := w.Read(w.system, func(tx *db.Tx) error {
		rows, err := tx.Query(w.system, sql, args...)
		if err == nil {
			list, err = pgx.CollectRows(rows, pgx.RowTo[string])
		}
		return err
	})
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return list
}

var years = prepare.Order{Format: "txt", From: "2024-01-01", To: "2026-11-24"}

func (w *world) ask(t *testing.T, as context.Context) prepare.Export {
	t.Helper()
	e, err := w.Ask(as, w.board, years)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func (w *world) make(t *testing.T, id uuid.UUID) (wait bool) {
	t.Helper()
	wait, err := w.Make(w.system, id)
	if err != nil {
		t.Fatal(err)
	}
	return wait
}

func refused(t *testing.T, what string, err error, code fault.Code) {
	t.Helper()
	if fault.CodeOf(err) != code {
		t.Errorf("%s: got %v, want %s", what, err, code)
	}
}

func TestAnExportIsMadeForWhoeverAsked(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	e := w.ask(t, w.member)
	if e.Status != prepare.Waiting || e.Customer.Name != "Acme" || e.Dashboard.Name != "Leads" || e.Compare != widget.NoComparison {
		t.Fatalf("asked: %+v", e)
	}
	if again := w.ask(t, w.member); again.ID != e.ID {
		t.Error("asked twice, it is made twice")
	}
	_, err := w.File(w.member, e.ID)
	refused(t, "the file before it is made", err, fault.NotFound)
	w.make(t, e.ID)
	w.make(t, e.ID) // by another job
	made, err := w.Export(w.member, e.ID)
	if err != nil || made.Status != prepare.Ready || made.FileName != "acme-leads-2024-01-01-to-2026-11-24.txt" {
		t.Fatalf("made: %+v, %v", made, err)
	}
	file, err := w.File(w.member, e.ID)
	if err != nil {
		t.Fatal(err)
	}
	content, err := io.ReadAll(file)
	if err != nil || string(content) != "Sessions " { // and nothing that is internal to the agency
		t.Errorf("the file holds %q, %v", content, err)
	}
	for who, ctx := range map[string]context.Context{"a colleague": w.owner, "another company": w.foreign, "an agent": w.agent, "an admin of the agency": w.admin} {
		_, err := w.Export(ctx, e.ID)
		refused(t, who+" reads it", err, fault.NotFound)
		_, err = w.File(ctx, e.ID)
		refused(t, who+" has the file", err, fault.NotFound)
	}
	told := w.texts(t, `select path from notifications where kind = 'export'`)
	if want := []string{"/analytics/exports/" + e.ID.String()}; !slices.Equal(told, want) {
		t.Errorf("told %v, want %v", told, want)
	}
	got := w.texts(t, `select action from audit_events where subject_id = $1 order by id`, e.ID)
	if want := []string{"export.create", "export.step", "export.step", "export.make", "export.download"}; !slices.Equal(got, want) {
		t.Errorf("recorded %v, want %v", got, want)
	}

	staff := w.ask(t, w.agent)
	w.make(t, staff.ID)
	if file, err = w.File(w.agent, staff.ID); err != nil {
		t.Fatal(err)
	}
	if content, _ = io.ReadAll(file); string(content) != "Sessions Margin " {
		t.Errorf("the agency's holds %q", content)
	}
}

func TestAnExportOfSomebodyWhoIsKeptAway(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	e := w.ask(t, w.viewer)
	w.make(t, e.ID)
	who, _ := actor.From(w.viewer)
	w.exec(t, `insert into dashboard_denials (customer_id, dashboard_id, user_id) values ($1, $2, $3)`, w.acme, w.board, who.ID)
	_, err := w.File(w.viewer, e.ID)
	refused(t, "the file of one who is kept away since", err, fault.NotFound)
	_, err = w.Ask(w.viewer, w.board, years)
	refused(t, "to ask for another", err, fault.NotFound)
}

func TestExportsThatCantBe(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for name, o := range map[string]prepare.Order{
		"no such format": {Format: "doc"}, "a hundred years": {Format: "txt", From: "1926-01-01", To: "2026-01-01"},
		"from after to": {Format: "txt", From: "2026-02-01", To: "2026-01-01"}, "no day": {Format: "txt", From: "2026-02-30", To: "2026-03-01"},
		"no comparison": {Format: "txt", Compare: "moon"},
	} {
		_, err := w.Ask(w.member, w.board, o)
		refused(t, name, err, fault.Invalid)
	}
	for who, ctx := range map[string]context.Context{"another company": w.foreign, "who serves others": w.other} {
		_, err := w.Ask(ctx, w.board, years)
		refused(t, who, err, fault.NotFound)
	}
	for _, to := range []string{"2026-11-01", "2026-11-02", "2026-11-03", "2026-11-04", "2026-11-05"} {
		if _, err := w.Ask(w.member, w.board, prepare.Order{Format: "txt", From: "2024-01-01", To: to}); err != nil {
			t.Fatal(err)
		}
	}
	_, err := w.Ask(w.member, w.board, years)
	refused(t, "a sixth at once", err, fault.Conflict)
}

func TestAnExportWaitsForPeopleWhoAreBeingCounted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.exec(t, `update analytics_dashboard_configs set config = '{"version": 1, "widgets": [{"id": "w1", "kind": "number", "width": 3, "measures": [{"metric": "ga4.total_users"}]}]}'`)
	e := w.ask(t, w.member)
	if !w.make(t, e.ID) {
		t.Error("it does not wait")
	}
	if now, err := w.Export(w.member, e.ID); err != nil || now.Status != prepare.Reading {
		t.Errorf("meanwhile %+v, %v", now, err)
	}
	wait, err := w.Make(clock.At(w.system, noon.Add(11*time.Minute)), e.ID)
	if err != nil || wait {
		t.Errorf("it waits for ever: %t, %v", wait, err)
	}
}

func TestAnExportThatCantBeWrittenSaysSo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.broken = errors.New("no ink")
	e := w.ask(t, w.member)
	if _, err := w.Make(w.system, e.ID); err == nil {
		t.Fatal("it was written")
	}
	w.exec(t, `update analytics_dashboard_configs set is_active = false`)
	gone := w.ask(t, w.agent) // who sees it nevertheless
	if _, err := w.Make(w.system, e.ID); err != nil {
		t.Fatal(err)
	}
	w.exec(t, `update analytics_dashboard_configs set is_active = true`)
	if now, err := w.Export(w.member, e.ID); err != nil || now.Status != prepare.Failed {
		t.Errorf("of a dashboard that was switched off: %+v, %v", now, err)
	}
	w.exec(t, `delete from analytics_dashboard_configs`)
	if _, err := w.Make(w.system, gone.ID); err != nil {
		t.Errorf("of one that is gone: %v", err)
	}
	if told := w.texts(t, `select text from notifications where kind = 'export'`); !slices.Equal(told, []string{"could not make your export of"}) {
		t.Errorf("told %v", told)
	}
}

func TestAnExportExpires(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	e := w.ask(t, w.member)
	w.make(t, e.ID)
	keys := func() (list []string) {
		for files := w.files.List(nil); ; {
			file, err := files.Next(t.Context())
			if err != nil {
				return list
			}
			list = append(list, file.Key)
		}
	}
	if err := w.Expire(clock.At(w.system, noon.AddDate(0, 0, 4))); err != nil || len(keys()) != 1 {
		t.Errorf("after four days %d files are there, %v", len(keys()), err)
	}
	_, err := w.Export(clock.At(w.member, noon.AddDate(0, 0, 6)), e.ID)
	refused(t, "an expired one", err, fault.NotFound)
	if err := w.Expire(clock.At(w.system, noon.AddDate(0, 0, 6))); err != nil || len(keys()) != 0 {
		t.Errorf("after six days %d files are there, %v", len(keys()), err)
	}
	if err := w.Expire(clock.At(w.system, noon.AddDate(0, 0, 6))); err != nil {
		t.Errorf("once more: %v", err)
	}
	if left := w.texts(t, `select id::text from dashboard_exports`); len(left) != 0 {
		t.Errorf("%v is left", left)
	}
}
