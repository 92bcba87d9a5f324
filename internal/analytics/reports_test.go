package analytics_test

import (
	"slices"
	"testing"

	"github.com/google/uuid"

	"clientportal/internal/analytics/widget"
)

var october = widget.Range{From: day("2026-10-01"), To: day("2026-10-31")}

func one(kind string, names ...string) widget.Widget {
	w := widget.Widget{Kind: kind}
	for _, name := range names {
		w.Measures = append(w.Measures, widget.Measure{Metric: name})
	}
	return w
}

func TestSumsAreAddedUpAndComparedLikeWithLike(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ga := w.source(t, "ga4", "", today.Plus(-1))
	w.facts(t,
		fact{source: ga, day: day("2026-09-30"), report: "daily", metric: "ga4.sessions", value: "7"},
		fact{source: ga, day: day("2026-10-01"), report: "daily", metric: "ga4.sessions", value: "10"},
		fact{source: ga, day: day("2026-10-01"), report: "channel", metric: "ga4.sessions", dimension: "channel=Direct", value: "10"},
		fact{source: ga, day: day("2026-10-31"), report: "daily", metric: "ga4.sessions", value: "5", flags: 1},
		fact{source: ga, day: day("2026-11-01"), report: "daily", metric: "ga4.sessions", value: "100"},
	)
	report := w.show(t, october, widget.PreviousPeriod, one("number", "ga4.sessions"))
	r := report.Widgets[0]
	f := r.Figures[0]
	if str(f.Value) != "15" || str(f.Previous) != "7" || str(f.Change) != "1.142857" || !f.Provisional {
		t.Errorf("figure %s before %s change %s provisional %t, want 15, 7, 1.142857, true", str(f.Value), str(f.Previous), str(f.Change), f.Provisional)
	}
	points := r.Series[0].Points
	if len(points) != 31 || str(points[0].Value) != "10" || str(points[1].Value) != "none" || !points[30].Provisional {
		t.Errorf("points %v", points)
	}
	if got := report.Freshness[0]; got.State != "fresh" || !slices.Equal(got.Provisional, []widget.Day{day("2026-10-31")}) {
		t.Errorf("freshness %+v", got)
	}
	if len(r.Passport) != 1 || r.Passport[0].Sources[0].Zone != "Europe/Berlin" || r.Subtitle != "Google Analytics 4" {
		t.Errorf("passport %+v, subtitle %q", r.Passport, r.Subtitle)
	}

	running, _ := widget.PresetRange(widget.ThisMonth, today)
	w.facts(t,
		fact{source: ga, day: day("2026-10-24"), report: "daily", metric: "ga4.sessions", value: "1"},
		fact{source: ga, day: day("2026-10-25"), report: "daily", metric: "ga4.sessions", value: "50"}, // the source has not reported the 25th of this month
	)
	f = w.show(t, running, widget.PreviousPeriod, one("number", "ga4.sessions")).Widgets[0].Figures[0]
	if str(f.Value) != "100" || str(f.Previous) != "11" {
		t.Errorf("this month %s beside %s, want 100 beside 11: as many days as were reported", str(f.Value), str(f.Previous))
	}
}

func TestRatiosAreSumOverSum(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ga, shop := w.source(t, "ga4", "", today), w.source(t, "shopify", "EUR", today)
	w.facts(t,
		fact{source: ga, day: day("2026-10-01"), report: "daily", metric: "ga4.sessions", value: "100"},
		fact{source: ga, day: day("2026-10-01"), report: "daily", metric: "ga4.engaged_sessions", value: "10"},
		fact{source: ga, day: day("2026-10-02"), report: "daily", metric: "ga4.sessions", value: "10"},
		fact{source: ga, day: day("2026-10-02"), report: "daily", metric: "ga4.engaged_sessions", value: "10"},
		fact{source: ga, day: day("2026-10-03"), report: "daily", metric: "ga4.sessions", value: "0"},
		fact{source: ga, day: day("2026-10-03"), report: "daily", metric: "ga4.engaged_sessions", value: "0"},
		fact{source: shop, day: day("2026-10-01"), report: "lifetime", metric: "shopify.lifetime_spent", value: "900", currency: "EUR"},
		fact{source: shop, day: day("2026-10-02"), report: "lifetime", metric: "shopify.lifetime_spent", value: "1000", currency: "EUR"},
		fact{source: shop, day: day("2026-10-01"), report: "lifetime", metric: "shopify.lifetime_customers", value: "9"},
		fact{source: shop, day: day("2026-10-02"), report: "lifetime", metric: "shopify.lifetime_customers", value: "8"},
	)
	report := w.show(t, october, widget.NoComparison, one("number", "ga4.engagement_rate"), one("number", "shopify.customer_lifetime_value"), one("number", "shopify.abandonment_rate"))
	if got := str(report.Widgets[0].Figures[0].Value); got != "0.18181818" {
		t.Errorf("engagement rate %s, want 20/110, which is no mean of rates", got)
	}
	points := report.Widgets[0].Series[0].Points
	if str(points[0].Value) != "0.1" || str(points[2].Value) != "none" {
		t.Errorf("rates by day %s … %s, want 0.1 and none for a day to divide by nothing", str(points[0].Value), str(points[2].Value))
	}
	if f := report.Widgets[1].Figures[0]; str(f.Value) != "125" || f.Currency != "EUR" {
		t.Errorf("lifetime value %s %s, want 125 EUR of the last day", str(f.Value), f.Currency)
	}
	if r := report.Widgets[2]; r.State != widget.NoData || r.Figures[0].Value != nil {
		t.Errorf("rate of nothing: %s %s, want no data", r.State, str(r.Figures[0].Value))
	}
}

func TestPeopleAreOnlyOfExactlyTheRange(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ga := w.source(t, "ga4", "", today)
	w.facts(t, fact{source: ga, day: day("2026-10-01"), report: "daily", metric: "ga4.total_users", value: "10"},
		fact{source: ga, day: day("2026-10-02"), report: "daily", metric: "ga4.total_users", value: "10"})
	users := one("number", "ga4.total_users")
	r := w.show(t, october, widget.PreviousYear, users).Widgets[0]
	if r.State != widget.Pending || r.Figures[0].Value != nil {
		t.Errorf("before the source was asked: %s %s, want pending without a number", r.State, str(r.Figures[0].Value))
	}
	if want := []string{"2026-10-01 to 2026-11-01", "2025-10-01 to 2025-11-01"}; !slices.Equal(w.asked.ranges, want) {
		t.Errorf("asked for %v, want %v", w.asked.ranges, want)
	}
	w.told(t, ga, "ga4.total_users", october, 14)
	w.told(t, ga, "ga4.total_users", widget.Range{From: day("2026-10-01"), To: day("2026-10-30")}, 13)
	r = w.show(t, october, widget.NoComparison, users).Widgets[0]
	if r.State != widget.OK || str(r.Figures[0].Value) != "14" {
		t.Errorf("once told: %s %s, want 14 and no sum of days", r.State, str(r.Figures[0].Value))
	}
	if str(r.Series[0].Points[0].Value) != "10" {
		t.Errorf("the people of a single day are the source's: got %s", str(r.Series[0].Points[0].Value))
	}

	second := w.source(t, "ga4", "", today)
	r = w.show(t, october, widget.NoComparison, users).Widgets[0]
	if r.State != widget.Unavailable {
		t.Errorf("of two properties: %s, want unavailable", r.State)
	}
	users.SourceID = &ga
	if r = w.show(t, october, widget.NoComparison, users).Widgets[0]; str(r.Figures[0].Value) != "14" {
		t.Errorf("of one of them: %s, want 14", str(r.Figures[0].Value))
	}
	_ = second
}

func TestCurrenciesAreNeverAddedUp(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	euros, dollars := w.source(t, "shopify", "EUR", today), w.source(t, "shopify", "USD", today)
	w.facts(t,
		fact{source: euros, day: day("2026-10-01"), report: "orders", metric: "shopify.gross_revenue", value: "100.50", currency: "EUR"},
		fact{source: dollars, day: day("2026-10-01"), report: "orders", metric: "shopify.gross_revenue", value: "80", currency: "USD"},
		fact{source: euros, day: day("2026-10-01"), report: "orders", metric: "shopify.orders", value: "3"},
		fact{source: dollars, day: day("2026-10-01"), report: "orders", metric: "shopify.orders", value: "2"},
		fact{source: euros, day: day("2026-10-01"), report: "products", metric: "shopify.gross_revenue", dimension: "product=Shirt", value: "100.50", currency: "EUR"},
		fact{source: dollars, day: day("2026-10-01"), report: "products", metric: "shopify.gross_revenue", dimension: "product=Shirt", value: "80", currency: "USD"},
	)
	donut := one("donut", "shopify.gross_revenue")
	donut.Dimension = "product"
	report := w.show(t, october, widget.NoComparison, one("number", "shopify.gross_revenue"), one("number", "shopify.average_order_value"),
		one("number", "shopify.orders"), one("line", "shopify.gross_revenue"), donut)
	want := [][]string{{"100.5 EUR", "80 USD"}, {"33.5 EUR", "40 USD"}, {"5 "}}
	for i, values := range want {
		var got []string
		for _, f := range report.Widgets[i].Figures {
			got = append(got, str(f.Value)+" "+f.Currency)
		}
		if !slices.Equal(got, values) {
			t.Errorf("%s: %v, want %v", report.Widgets[i].Title, got, values)
		}
	}
	for _, i := range []int{0, 3, 4} {
		if report.Widgets[i].State != widget.Mixed {
			t.Errorf("%s: %s, want mixed currencies", report.Widgets[i].Kind, report.Widgets[i].State)
		}
	}
	if len(report.Widgets[3].Series) != 0 || report.Widgets[4].Table != nil {
		t.Error("something is drawn of mixed currencies")
	}
}

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

func TestWorkStandsOnItsDays(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ga := w.source(t, "ga4", "", today)
	w.facts(t, fact{source: ga, day: day("2026-10-05"), report: "daily", metric: "ga4.sessions", value: "60"})
	ticket, quote := uuid.New(), uuid.New()
	w.exec(t, `with t as (insert into tickets (id, customer_id, number, awaited_since) values ($1, $2, 'AC-1', now()))
		insert into client_tickets (id, ticket_id, customer_id, number, created_by_user_id, title, description, status, resolved_at, internal_notes)
		select $1, $1, $2, 'AC-1', user_id, 'Faster checkout', 'x', 'closed', '2026-10-06T22:30:00Z', 'secret'
		from customer_members where customer_id = $2 limit 1`, ticket, w.acme)
	w.exec(t, `insert into quotes (id, customer_id, number, name, status, currency) values ($1, $2, 'Q-1', 'Relaunch', 'in_progress', 'EUR')`, quote, w.acme)
	w.exec(t, `insert into quote_phases (customer_id, quote_id, position, name, status, progress_percent, actual_end) values ($1, $2, 1, 'Design', 'completed', 100, '2026-10-09')`, w.acme, quote)
	got := w.show(t, october, widget.NoComparison, one("work_results", "ga4.sessions")).Widgets[0].Annotations
	want := []widget.Annotation{
		{Day: day("2026-10-07"), Kind: "ticket", ID: ticket, Title: "Faster checkout"}, // it was the 7th in Berlin
		{Day: day("2026-10-09"), Kind: "phase", ID: quote, Title: "Relaunch: Design"},
	}
	if !slices.Equal(got, want) {
		t.Errorf("annotations %+v, want %+v", got, want)
	}
}

func TestWhatIsMissingIsSaid(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := w.show(t, october, widget.NoComparison, one("number", "shopify.orders"), one("reconciliation"), one("number", "meta.margin"))
	if got := r.Widgets[0]; got.State != widget.NotConnected || !slices.Equal(got.Connect, []string{"shopify"}) || got.Reason != "Connect Shopify to see this." {
		t.Errorf("without a shop: %s %v %q", got.State, got.Connect, got.Reason)
	}
	if got := r.Widgets[1]; got.State != widget.NotConnected || len(got.Connect) != 3 {
		t.Errorf("reconciliation of nothing: %s %v", got.State, got.Connect)
	}
	if len(r.Widgets) != 2 {
		t.Errorf("a client sees %d widgets, want 2 without what is internal", len(r.Widgets))
	}
	shop := w.source(t, "shopify", "EUR", today)
	w.facts(t, fact{source: shop, day: day("2026-10-05"), report: "orders", metric: "shopify.orders", value: "6"},
		fact{source: shop, day: day("2026-10-05"), report: "orders", metric: "shopify.gross_revenue", value: "66", currency: "EUR"})
	got := w.show(t, october, widget.NoComparison, one("reconciliation")).Widgets[0]
	if got.State != widget.OK || str(got.Table.Rows[0].Figures[0].Value) != "6" || got.Table.Rows[1].Figures[0].State != widget.NotConnected || len(got.Notes) != 1 {
		t.Errorf("reconciliation %+v", got)
	}
}

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
