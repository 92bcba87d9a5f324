package demo

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"clientportal/internal/actor"
	"clientportal/internal/analytics"
	"clientportal/internal/analytics/widget"
	"clientportal/internal/audit"
	"clientportal/internal/db"
	"clientportal/internal/db/dbtest"
	"clientportal/internal/metric"
)

// TestEachPresetShowsWhatTheSystemsSay connects the systems of all of the demo's
// customers, gives each the dashboard of its kind of business, and holds every figure
// of it to what the systems themselves say of the same days: sums, ratios, people.
func TestEachPresetShowsWhatTheSystemsSay(t *testing.T) {
	t.Parallel()
	sims, err := StartSimulators(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	d := dbtest.New(t)
	sources := openSources(t, d, sims)
	dashboards := analytics.New(analytics.Deps{DB: d.DB, Metrics: sources.Metrics(), Ranges: sources})
	chief := actor.Actor{Kind: actor.Staff, Role: actor.Admin, Name: "Elena Marsh", AllCustomers: true}
	m := &maker{now: time.Now(), staff: map[string]actor.Actor{admin: chief}}
	m.Sources, m.Simulators = sources, sims
	ctx := actor.As(t.Context(), "test")
	accounts := make([]*account, len(companies))
	for i := range companies {
		a := &account{company: &companies[i], id: uuid.New()}
		accounts[i] = a
		if err := d.Write(ctx, func(tx *db.Tx) error {
			tx.Record(audit.Event{Action: "test.setup"})
			_, err := tx.Exec(ctx, `insert into customers (id, name, slug, ticket_prefix, timezone, currency) values ($1, $2, $3, $4, $5, $6)`,
				a.id, a.name, a.slug, strings.ToUpper(a.slug[:2]), a.timezone, a.currency)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if err := m.connect(ctx, a); err != nil {
			t.Fatal(err)
		}
	}
	await(t, d, `select count(*) = 0 from sync_runs where status in ('queued', 'running')`)
	await(t, d, `select count(*) = 0 from sync_runs where status <> 'succeeded'`)

	as := actor.With(t.Context(), chief)
	shown := map[string]bool{}
	for _, a := range accounts {
		board, err := dashboards.CreateDashboard(as, analytics.Draft{
			CustomerID: a.id, Business: analytics.Business{ClientType: a.clientType, BusinessModel: a.businessModel, WebsiteType: a.websiteType},
		})
		if err != nil {
			t.Fatal(err)
		}
		shown[board.Name+a.clientType] = true
		r, _ := widget.PresetRange(widget.Last30Days, analytics.Today(as, a.timezone))
		report := counted(t, as, d, dashboards, board.ID, r)
		figures := 0
		for i, result := range report.Widgets {
			if result.Kind != "number" {
				continue
			}
			figures++
			measure := board.Config.Widgets[i].Measures[0]
			want := systems{sims, a.numbers, sources.Metrics(), r}.say(t, measure.Metric, measure.Filter)
			if f := result.Figures[0]; f.State != widget.OK || !f.Value.Round(6).Equal(want.Round(6)) {
				t.Errorf("%s, %s (%s): %+v, the systems say %s", a.name, result.Title, measure.Metric, f, want)
			}
		}
		if figures < 5 {
			t.Errorf("%s shows %d figures", a.name, figures)
		}
	}
	if len(shown) != len(analytics.Presets) {
		t.Errorf("the demo shows %d of %d presets", len(shown), len(analytics.Presets))
	}
}

// counted is a dashboard's report once people of its range have been counted.
func counted(t *testing.T, ctx context.Context, d *dbtest.Database, dashboards *analytics.Service, id uuid.UUID, r widget.Range) analytics.Report {
	t.Helper()
	for range 10 {
		report, err := dashboards.Reports(ctx, id, r, widget.NoComparison)
		if err != nil {
			t.Fatal(err)
		}
		if !report.Pending() {
			return report
		}
		await(t, d, `select count(*) = 0 from sync_runs where status in ('queued', 'running')`)
	}
	t.Fatal("people are not counted")
	return analytics.Report{}
}

// systems are what a customer's systems say of some days.
type systems struct {
	*Simulators
	numbers
	metrics *metric.Registry
	days    widget.Range
}

func (s systems) say(t *testing.T, name string, filter *widget.Filter) decimal.Decimal {
	t.Helper()
	known, ok := s.metrics.Find(name)
	if !ok {
		t.Fatalf("there is no metric %s", name)
	}
	if known.Aggregation == metric.Ratio {
		return s.say(t, known.Numerator, nil).DivRound(s.say(t, known.Denominator, nil), 8)
	}
	from, to := s.days.From.Time, s.days.To.Time
	system, field, _ := strings.Cut(name, ".")
	switch {
	case system == "ga4" && filter != nil:
		return s.ga4.Rows(s.property, known.Field, from, to, "eventName")[filter.Value]
	case system == "ga4":
		return s.ga4.Total(s.property, known.Field, from, to)
	case system == "meta":
		return s.meta.Total(s.adAccount, field, from, to)
	}
	totals := s.shopify.Store(s.shop).Totals(from, s.days.Until().Time)
	amount, ok := map[string]decimal.Decimal{
		"gross_revenue": totals.Gross, "orders": decimal.NewFromInt(totals.Orders), "returning_orders": decimal.NewFromInt(totals.ReturningOrders),
		"checkouts_started": decimal.NewFromInt(totals.CheckoutsStarted), "checkouts_abandoned": decimal.NewFromInt(totals.CheckoutsAbandoned),
		"lifetime_spent": totals.LifetimeSpent, "lifetime_customers": decimal.NewFromInt(totals.LifetimeCustomers),
	}[field]
	if !ok {
		t.Fatalf("nobody has said what %s is in the shop", name)
	}
	return amount
}
