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
