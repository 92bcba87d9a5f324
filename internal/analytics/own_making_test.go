package analytics_test

import (
	"slices"
	"testing"

	"clientportal/internal/analytics/widget"
)

// A ratio of a source's own is the sum over the sum, whatever days are looked at; one
// that is made of what is internal stays so.
func TestRatiosOfTheirOwnMakingAreShownToo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	sheet := w.source(t, "csv", "", today)
	w.exec(t, `insert into source_metrics (customer_id, source_id, name, label, unit, aggregation, numerator, denominator, hidden, dimensions)
		values ($1, $2, 'csv.deals', 'Deals', 'count', 'sum', null, null, false, '{region}'), ($1, $2, 'csv.visits', 'Visits', 'count', 'sum', null, null, false, '{region}'),
		       ($1, $2, 'csv.cost', 'Cost', 'money', 'sum', null, null, true, '{}'), ($1, $2, 'csv.rate', 'Deals per visit', 'percent', 'ratio', 'csv.deals', 'csv.visits', false, '{}'),
		       ($1, $2, 'csv.per_deal', 'Cost per deal', 'money', 'ratio', 'csv.cost', 'csv.deals', true, '{}')`, w.acme, sheet)
	w.facts(t,
		fact{source: sheet, day: day("2026-10-05"), report: "csv", metric: "csv.deals", dimension: "region=North", value: "1"},
		fact{source: sheet, day: day("2026-10-05"), report: "csv", metric: "csv.visits", dimension: "region=North", value: "2"},
		fact{source: sheet, day: day("2026-10-06"), report: "csv", metric: "csv.deals", dimension: "region=South", value: "9"},
		fact{source: sheet, day: day("2026-10-06"), report: "csv", metric: "csv.visits", dimension: "region=South", value: "98"},
		fact{source: sheet, day: day("2026-10-06"), report: "csv", metric: "csv.cost", value: "900", currency: "EUR", internal: true},
	)
	bar := one("bar", "csv.rate")
	bar.Dimension = "region"
	d := w.build(t, one("number", "csv.rate"), bar, one("number", "csv.per_deal"))
	report, err := w.Reports(w.viewer, d.ID, october, widget.NoComparison)
	if err != nil || len(report.Widgets) != 2 {
		t.Fatalf("%d widgets, %v: a client sees two, without what is internal", len(report.Widgets), err)
	}
	if r := report.Widgets[0]; str(r.Figures[0].Value) != "0.1" {
		t.Errorf("a rate of %s, want 10 of 100", str(r.Figures[0].Value))
	}
	rows := report.Widgets[1].Table.Rows
	if at := slices.IndexFunc(rows, func(r widget.Row) bool { return r.Label == "North" }); len(rows) != 2 || at < 0 || str(rows[at].Figures[0].Value) != "0.5" {
		t.Errorf("by region %+v", rows)
	}
	report, err = w.Reports(w.agent, d.ID, october, widget.NoComparison)
	if err != nil || len(report.Widgets) != 3 || str(report.Widgets[2].Figures[0].Value) != "90" {
		t.Errorf("the agency sees %+v, %v", report.Widgets, err)
	}
}

func TestSourcesOfTheirOwnMakingAreShownToo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	sheet := w.source(t, "csv", "", today)
	w.exec(t, `insert into source_metrics (customer_id, source_id, name, label, unit, aggregation, better, hidden, dimensions)
		values ($1, $2, 'csv.deals', 'Deals won', 'count', 'sum', 'up', false, '{region}'), ($1, $2, 'csv.margin', 'Margin', 'money', 'sum', 'up', true, '{}')`, w.acme, sheet)
	w.facts(t,
		fact{source: sheet, day: day("2026-10-05"), report: "csv", metric: "csv.deals", dimension: "region=North", value: "3"},
		fact{source: sheet, day: day("2026-10-05"), report: "csv", metric: "csv.deals", dimension: "region=South", value: "4"},
		fact{source: sheet, day: day("2026-10-05"), report: "csv", metric: "csv.margin", value: "900", currency: "EUR", internal: true},
	)
	bar := one("bar", "csv.deals")
	bar.Dimension = "region"
	d := w.build(t, one("number", "csv.deals"), bar, one("number", "csv.margin"))
	report, err := w.Reports(w.viewer, d.ID, october, widget.NoComparison)
	if err != nil || len(report.Widgets) != 2 {
		t.Fatalf("%d widgets, %v: a client sees two, without what is internal", len(report.Widgets), err)
	}
	if r := report.Widgets[0]; r.Title != "Deals won" || str(r.Figures[0].Value) != "7" {
		t.Errorf("%s %s, want Deals won 7", r.Title, str(r.Figures[0].Value))
	}
	if rows := report.Widgets[1].Table.Rows; len(rows) != 2 || rows[0].Label != "South" {
		t.Errorf("regions %+v", rows)
	}
	if report, err = w.Reports(w.agent, d.ID, october, widget.NoComparison); err != nil || len(report.Widgets) != 3 || str(report.Widgets[2].Figures[0].Value) != "900" {
		t.Errorf("the agency sees %d widgets, %v", len(report.Widgets), err)
	}
}
