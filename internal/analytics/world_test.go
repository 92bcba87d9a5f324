package analytics_test

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	"clientportal/internal/actor"
	"clientportal/internal/analytics"
	"clientportal/internal/analytics/widget"
	"clientportal/internal/audit"
	"clientportal/internal/clock"
	"clientportal/internal/db"
	"clientportal/internal/db/dbtest"
	"clientportal/internal/fault"
	"clientportal/internal/metric"
)

func day(text string) widget.Day {
	d, err := widget.ParseDay(text)
	if err != nil {
		panic(err)
	}
	return d
}

var today = day("2026-11-25")

// world is an agency with two customers and the people of one of them; manager
// serves that one only.
type world struct {
	*dbtest.Database
	*analytics.Service
	asked                             *asked
	acme, boltline                    uuid.UUID
	admin, manager, agent, otherAgent context.Context
	owner, member, viewer, foreign    context.Context
}

// asked are the ranges that sources were asked for.
type asked struct{ ranges []string }

func (a *asked) AskRange(_ context.Context, tx *db.Tx, source uuid.UUID, from, until time.Time) error {
	a.ranges = append(a.ranges, fmt.Sprintf("%s to %s", from.Format(time.DateOnly), until.Format(time.DateOnly)))
	tx.Record(audit.Event{Action: "data_source.ask_range", Subject: audit.Subject{Type: "data_source", ID: source}})
	return nil
}

func registry(t testing.TB) *metric.Registry {
	t.Helper()
	r, err := metric.NewRegistry(metrics())
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{Database: dbtest.New(t), acme: uuid.New(), boltline: uuid.New(), asked: &asked{}}
	w.Service = analytics.New(analytics.Deps{
		DB: w.DB, Metrics: registry(t), Ranges: w.asked,
		Attribution: func(kind string, windows json.RawMessage) string {
			return kind + " by " + cmp.Or(string(windows), "null")
		},
		SourceLabels: map[string]string{"ga4": "Google Analytics 4", "meta": "Meta Ads", "shopify": "Shopify"},
	})
	w.exec(t, `insert into customers (id, name, slug, ticket_prefix, currency, timezone)
		values ($1, 'Acme', 'acme', 'AC', 'EUR', 'Europe/Berlin'), ($2, 'Boltline', 'boltline', 'BO', 'USD', 'America/New_York')`, w.acme, w.boltline)
	at := clock.At(t.Context(), today.Add(10*time.Hour))
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
	w.admin, w.manager, w.agent = employee(actor.Admin), employee(actor.Manager, w.acme), employee(actor.Agent, w.acme)
	w.otherAgent = employee(actor.Agent, w.boltline)
	w.owner, w.member, w.viewer = person(w.acme, actor.Admin), person(w.acme, actor.Member), person(w.acme, actor.Viewer)
	w.foreign = person(w.boltline, actor.Admin)
	return w
}

// exec changes the database as the portal itself.
func (w *world) exec(t testing.TB, sql string, args ...any) {
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

// source connects a source of acme that has reported up to, and with, a day.
func (w *world) source(t testing.TB, kind, currency string, reportedTo widget.Day) uuid.UUID {
	t.Helper()
	id := uuid.New()
	w.exec(t, `insert into analytics_data_sources (id, customer_id, source_type, source_name, connection_status, connected_at, last_sync_at, complete_to, zone, currency)
		values ($1, $2, $3, $3 || ' of acme', 'connected', $4, $5, $6, 'Europe/Berlin', $7)`,
		id, w.acme, kind, today.AddDate(-1, 0, 0), today.Add(6*time.Hour), reportedTo.Plus(1).Time, currency)
	return id
}

// fact is a row of metric_facts.
type fact struct {
	source    uuid.UUID
	day       widget.Day
	report    string
	metric    string
	dimension string // "event=generate_lead"
	value     string
	currency  string
	flags     int
	internal  bool
}

// facts fills metric_facts, and what follows from it.
func (w *world) facts(t testing.TB, list ...fact) {
	t.Helper()
	ctx := actor.As(t.Context(), "test")
	err := w.Write(ctx, func(tx *db.Tx) error {
		tx.Record(audit.Event{Action: "test.setup"})
		if _, err := tx.Exec(ctx, `select ensure_metric_months('2026-09-01', '2026-11-30')`); err != nil {
			return err
		}
		b := &pgx.Batch{}
		for _, f := range list {
			b.Queue(`insert into metric_facts (customer_id, source_id, day, report, metric, dimensions, value, currency, zone, flags, internal)
				values ($1, $2, $3, $4, $5, $6, $7, nullif($8, ''), 'Europe/Berlin', $9, $10)`,
				w.acme, f.source, f.day.Time, f.report, f.metric, dimensions(f.dimension), decimal.RequireFromString(f.value), f.currency, f.flags, f.internal)
		}
		type month struct {
			source uuid.UUID
			report string
			day    time.Time
		}
		seen := map[month]bool{}
		for _, f := range list {
			m := month{f.source, f.report, f.day.AddDate(0, 0, 1-f.day.Day())}
			if !seen[m] {
				b.Queue(`select keep_metric_months($1, array[$2], array[$3::date])`, m.source, m.report, m.day)
			}
			seen[m] = true
		}
		return tx.SendBatch(ctx, b).Close()
	})
	if err != nil {
		t.Fatalf("fill metric_facts: %v", err)
	}
}

// told fills metric_ranges.
func (w *world) told(t testing.TB, source uuid.UUID, name string, r widget.Range, value int) {
	t.Helper()
	w.exec(t, `insert into metric_ranges (customer_id, source_id, range_from, range_until, report, metric, value, zone, read_at)
		values ($1, $2, $3, $4, 'ranges', $5, $6, 'Europe/Berlin', now())`, w.acme, source, r.From.Time, r.Until().Time, name, value)
}

func dimensions(text string) map[string]string {
	for i := range text {
		if text[i] == '=' {
			return map[string]string{text[:i]: text[i+1:]}
		}
	}
	return nil
}

// build makes a dashboard of acme of these widgets.
func (w *world) build(t testing.TB, widgets ...widget.Widget) analytics.Dashboard {
	t.Helper()
	for i := range widgets {
		if widgets[i].ID == "" {
			widgets[i].ID = fmt.Sprintf("w%d", i+1)
		}
		if widgets[i].Width == 0 {
			widgets[i].Width = 6
		}
	}
	d, err := w.CreateDashboard(w.manager, analytics.Draft{
		CustomerID: w.acme, Name: "Numbers", Business: analytics.Business{ClientType: "b2c", BusinessModel: "online_sales"},
		Config: &widget.Config{Version: widget.Version, Widgets: widgets},
	})
	if err != nil {
		t.Fatalf("build a dashboard: %v", err)
	}
	return d
}

// show reads what a dashboard of these widgets shows.
func (w *world) show(t testing.TB, r widget.Range, c widget.Comparison, widgets ...widget.Widget) analytics.Report {
	t.Helper()
	report, err := w.Reports(w.viewer, w.build(t, widgets...).ID, r, c)
	if err != nil {
		t.Fatalf("read the reports: %v", err)
	}
	return report
}

// refused checks that an error is a fault of this code.
func refused(t *testing.T, what string, err error, code fault.Code) {
	t.Helper()
	if fault.CodeOf(err) != code {
		t.Errorf("%s: got %v, want %s", what, err, code)
	}
}

// faulty checks that an error blames exactly these fields.
func faulty(t *testing.T, what string, err error, fields ...string) {
	t.Helper()
	f, ok := errors.AsType[*fault.Error](err)
	if !ok {
		t.Errorf("%s: got %v, want faults of %v", what, err, fields)
		return
	}
	var got []string
	for _, field := range f.Fields {
		got = append(got, field.Name)
	}
	if !slices.Equal(got, fields) {
		t.Errorf("%s: blames %v, want %v", what, got, fields)
	}
}

// recorded are the events of a subject, oldest first.
func (w *world) recorded(t *testing.T, subject uuid.UUID) (actions []string) {
	t.Helper()
	ctx := actor.As(t.Context(), "test")
	err := w.Read(ctx, func(tx *db.Tx) error {
		rows, err := tx.Query(ctx, `select action from audit_events where subject_id = $1 order by id`, subject)
		if err == nil {
			actions, err = pgx.CollectRows(rows, pgx.RowTo[string])
		}
		return err
	})
	if err != nil {
		t.Fatalf("read the audit trail: %v", err)
	}
	return actions
}

func str(n *widget.Number) string {
	if n == nil {
		return "none"
	}
	return n.String()
}
