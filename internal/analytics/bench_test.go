package analytics_test

import (
	"encoding/json"
	"testing"

	"github.com/jackc/pgx/v5"

	"clientportal/internal/analytics/widget"
)

// BenchmarkReports reads the preset of an online shop over a year with comparison, as JSON.
func BenchmarkReports(b *testing.B) {
	w := newWorld(b)
	ga, meta, shop := w.source(b, "ga4", "", today), w.source(b, "meta", "EUR", today), w.source(b, "shopify", "EUR", today)
	w.exec(b, `select ensure_metric_months('2024-11-01', '2026-11-30')`)
	for _, s := range []struct {
		source, parts any
		metrics       []string
		report, key   string
		currency      string
	}{
		{ga, 1, []string{"ga4.sessions", "ga4.key_events"}, "daily", "", ""},
		{ga, 1, []string{"ga4.items_viewed", "ga4.add_to_carts", "ga4.checkouts", "ga4.ecommerce_purchases"}, "shop", "", ""},
		{ga, 12, []string{"ga4.sessions", "ga4.engaged_sessions"}, "channel", "channel", ""},
		{shop, 1, []string{"shopify.gross_revenue"}, "orders", "", "EUR"},
		{shop, 1, []string{"shopify.orders", "shopify.checkouts_started", "shopify.checkouts_abandoned", "shopify.returning_orders"}, "orders", "", ""},
		{shop, 40, []string{"shopify.gross_revenue", "shopify.units_sold", "shopify.orders"}, "products", "product", "EUR"},
		{meta, 12, []string{"meta.spend", "meta.purchases", "meta.purchase_value"}, "ads", "campaign", "EUR"},
	} {
		w.exec(b, `insert into metric_facts (customer_id, source_id, day, report, metric, dimensions, value, currency, zone)
			select $1, $2, d::date, $3, m, case when $4 <> '' then jsonb_build_object($4::text, 'part ' || p) end, 100 + p, nullif($5, ''), 'Europe/Berlin'
			from generate_series(date '2024-11-25', date '2026-11-25', interval '1 day') d, generate_series(1, $6) p, unnest($7::text[]) m`,
			w.acme, s.source, s.report, s.key, s.currency, s.parts, s.metrics)
		w.exec(b, `select keep_metric_months($1, array_agg($2::text), array_agg(d::date)) from generate_series(date '2024-11-01', date '2026-11-01', interval '1 month') d`,
			s.source, s.report)
	}
	analyze(b, w)
	d, err := w.CreateDashboard(w.manager, draft(w.acme, "b2c", "online_sales"))
	if err != nil {
		b.Fatal(err)
	}
	year, _ := widget.PresetRange(widget.Last365Days, today)
	for b.Loop() {
		report, err := w.Reports(w.viewer, d.ID, year, widget.PreviousPeriod)
		if err != nil {
			b.Fatal(err)
		}
		text, err := json.Marshal(report)
		if err != nil {
			b.Fatal(err)
		}
		b.SetBytes(int64(len(text)))
	}
}

// analyze tells the planner what stands in the tables, as autovacuum does in time.
func analyze(b *testing.B, w *world) {
	b.Helper()
	owner, err := pgx.Connect(b.Context(), w.OwnerURL)
	if err != nil {
		b.Fatal(err)
	}
	defer owner.Close(b.Context())
	if _, err := owner.Exec(b.Context(), `vacuum analyze metric_months`); err != nil {
		b.Fatal(err)
	}
}
