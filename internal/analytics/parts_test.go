package analytics_test

import (
	"slices"
	"testing"

	"clientportal/internal/analytics/widget"
)

func TestPartsAreRankedAndTheRestIsOne(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	meta := w.source(t, "meta", "GBP", today)
	var list []fact
	for i, c := range []struct{ name, spend, leads string }{{"Gifts", "100", "10"}, {"Shirts", "300", "6"}, {"Ties", "40", "0"}, {"Irish launch", "0", "0"}} {
		list = append(list,
			fact{source: meta, day: day("2026-10-02"), report: "ads", metric: "meta.spend", dimension: "campaign=" + c.name, value: c.spend, currency: "GBP"},
			fact{source: meta, day: day("2026-10-03"), report: "ads", metric: "meta.leads", dimension: "campaign=" + c.name, value: c.leads},
		)
		if i < 2 {
			list = append(list, fact{source: meta, day: day("2026-09-02"), report: "ads", metric: "meta.spend", dimension: "campaign=" + c.name, value: "200", currency: "GBP"})
		}
	}
	w.facts(t, list...)
	table := one("table", "meta.spend", "meta.leads", "meta.cost_per_lead")
	table.Dimension, table.Limit = "campaign", 2
	got := w.show(t, october, widget.PreviousPeriod, table).Widgets[0].Table
	var rows []string
	for _, row := range append(got.Rows, *got.Total) {
		line := row.Label
		for _, f := range row.Figures {
			line += " " + str(f.Value)
		}
		rows = append(rows, line)
	}
	want := []string{"Shirts 300 6 50", "Gifts 100 10 10", "Other 40 0 none", "All 440 16 27.5"}
	if !slices.Equal(rows, want) {
		t.Errorf("rows %q, want %q", rows, want)
	}
	if f := got.Rows[0].Figures[0]; str(f.Change) != "0.5" || f.Currency != "GBP" || !got.Rows[2].Other {
		t.Errorf("the first row changed by %s %s, want 0.5 GBP", str(f.Change), f.Currency)
	}
}

func TestFiltersKeepOnePart(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ga := w.source(t, "ga4", "", today)
	w.facts(t,
		fact{source: ga, day: day("2026-10-02"), report: "event", metric: "ga4.event_count", dimension: "event=generate_lead", value: "4"},
		fact{source: ga, day: day("2026-10-02"), report: "event", metric: "ga4.event_count", dimension: "event=feature_map", value: "20"},
		fact{source: ga, day: day("2026-10-02"), report: "event", metric: "ga4.event_count", dimension: "event=feature_export", value: "30"},
		fact{source: ga, day: day("2026-10-02"), report: "daily", metric: "ga4.event_count", value: "999"},
	)
	leads := widget.Widget{Kind: "number", Measures: []widget.Measure{{Metric: "ga4.event_count", Label: "Leads", Filter: &widget.Filter{Dimension: "event", Value: "generate_lead"}}}}
	features := widget.Widget{Kind: "bar", Dimension: "event", Measures: []widget.Measure{{Metric: "ga4.event_count", Filter: &widget.Filter{Dimension: "event", Value: "feature_*"}}}}
	report := w.show(t, october, widget.NoComparison, leads, features)
	if r := report.Widgets[0]; r.Title != "Leads" || str(r.Figures[0].Value) != "4" {
		t.Errorf("%s %s, want Leads 4", r.Title, str(r.Figures[0].Value))
	}
	rows := report.Widgets[1].Table.Rows
	if len(rows) != 2 || rows[0].Label != "feature_export" || str(rows[0].Figures[0].Value) != "30" || str(rows[0].Share) != "0.6" {
		t.Errorf("features %+v", rows)
	}
}

func TestFunnelStacksCohortsAndGoals(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ga := w.source(t, "ga4", "", today)
	var list []fact
	for i, name := range []string{"ga4.items_viewed", "ga4.add_to_carts", "ga4.ecommerce_purchases"} {
		list = append(list, fact{source: ga, day: day("2026-10-05"), report: "shop", metric: name, value: []string{"200", "20", "5"}[i]})
	}
	for _, channel := range []string{"a", "b", "c", "d", "e", "f"} {
		list = append(list, fact{source: ga, day: day("2026-10-05"), report: "channel", metric: "ga4.sessions", dimension: "channel=" + channel, value: "10"})
	}
	list = append(list,
		fact{source: ga, day: day("2026-10-05"), report: "daily", metric: "ga4.sessions", value: "60"},
		fact{source: ga, day: day("2026-10-05"), report: "cohorts", metric: "ga4.cohort_active_users", dimension: "week=0", value: "50"},
		fact{source: ga, day: day("2026-10-05"), report: "cohorts", metric: "ga4.cohort_active_users", dimension: "week=2", value: "10"},
		fact{source: ga, day: day("2026-10-12"), report: "cohorts", metric: "ga4.cohort_active_users", dimension: "week=0", value: "40"},
	)
	w.facts(t, list...)
	stack := one("stacked_bar", "ga4.sessions")
	stack.Dimension = "channel"
	goal := one("goal", "ga4.sessions")
	goal.Goal = &widget.Number{Decimal: decimalOf("120")}
	report := w.show(t, october, widget.NoComparison, one("funnel", "ga4.items_viewed", "ga4.add_to_carts", "ga4.ecommerce_purchases"), stack, one("cohorts", "ga4.cohort_active_users"), goal)
	funnel := report.Widgets[0]
	if str(funnel.Steps[1].Share) != "0.1" || str(funnel.Steps[2].Share) != "0.25" || len(funnel.Notes) != 1 {
		t.Errorf("funnel %+v %v", funnel.Steps, funnel.Notes)
	}
	series := report.Widgets[1].Series
	if len(series) != 5 || series[4].Name != "Other" || str(series[4].Total.Value) != "20" || str(series[4].Points[4].Value) != "20" {
		t.Errorf("stacks %+v", series)
	}
	cohorts := report.Widgets[2].Cohorts
	if len(cohorts) != 2 || cohorts[0].Size.String() != "50" || len(cohorts[0].Shares) != 2 || cohorts[0].Shares[0] != nil || str(cohorts[0].Shares[1]) != "0.2" {
		t.Errorf("cohorts %+v", cohorts)
	}
	if g := report.Widgets[3].Goal; g.Share.String() != "0.5" || g.Goal.String() != "120" || g.Expected.String() != "1" {
		t.Errorf("goal %+v", g)
	}
}
