package analytics_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"clientportal/internal/analytics/widget"
)

// run is something that was, or is to be, done with a source.
func (w *world) run(t *testing.T, source uuid.UUID, kind, status string, from, until, done any) {
	t.Helper()
	w.exec(t, `insert into sync_runs (id, customer_id, source_id, kind, status, asked_by, from_day, until_day, done_from, asked_at)
		values ($1, $2, $3, $4, $5, 'test', $6, $7, $8, now())`, uuid.New(), w.acme, source, kind, status, from, until, done)
}

func TestDaysThatAreStillToComeAreSaid(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	shop := w.source(t, "shopify", "EUR", today)
	w.facts(t,
		fact{source: shop, day: day("2026-09-28"), report: "orders", metric: "shopify.orders", value: "3"},
		fact{source: shop, day: day("2026-10-28"), report: "orders", metric: "shopify.orders", value: "6"},
	)
	w.run(t, shop, "sync", "succeeded", "2026-10-20", "2026-11-26", nil)
	w.run(t, shop, "backfill", "running", "2026-10-10", "2026-11-26", "2026-10-20")
	d := w.build(t, one("number", "shopify.orders"), one("line", "shopify.orders"))
	note := "Shopify is still being read for the first time: 10 Oct 2026 to 19 Oct 2026 are still to come."
	read := func(r widget.Range) widget.Result {
		t.Helper()
		report, err := w.Reports(w.viewer, d.ID, r, widget.PreviousPeriod)
		if err != nil {
			t.Fatal(err)
		}
		return report.Widgets[0]
	}
	if r := read(october); !slices.Equal(r.Notes, []string{note}) || str(r.Figures[0].Value) != "6" || r.Figures[0].Change != nil || r.Figures[0].Previous != nil {
		t.Errorf("while days are to come: %q, %+v", r.Notes, r.Figures)
	}
	page := visit(w.site(), w.viewer, "/analytics/"+d.ID.String()+"?from=2026-10-01&to=2026-10-31")
	if n := strings.Count(page.Body.String(), note); page.Code != 200 || n != 1 {
		t.Errorf("the page: %d, and says it %d times, want once for both widgets", page.Code, n)
	}
	shows(t, "how far the reading is", page, 200, "37 of 47 days", `<progress`)
	days := widget.Range{From: day("2026-10-12"), To: day("2026-10-14")}
	if r := read(days); r.State != widget.NoData || r.Reason != "These days have not been read yet." {
		t.Errorf("of days that are all to come: %s %q", r.State, r.Reason)
	}
	if r := read(widget.Range{From: day("2026-10-25"), To: day("2026-10-31")}); len(r.Notes) > 0 || r.Figures[0].Previous != nil {
		t.Errorf("of days that are there, beside some that are not: %q, %+v", r.Notes, r.Figures)
	}
	w.exec(t, `update sync_runs set status = 'succeeded' where kind = 'backfill'`)
	if r := read(october); len(r.Notes) > 0 || str(r.Figures[0].Previous) != "3" {
		t.Errorf("once all are there: %q, %+v", r.Notes, r.Figures)
	}
	w.run(t, shop, "backfill", "queued", "2026-10-01", "2026-10-31", nil)
	if r := read(october); len(r.Notes) > 0 {
		t.Errorf("while days are read again: %q", r.Notes)
	}
}

func TestWhatASourceDoesNotGiveIsNotNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ga := w.source(t, "ga4", "EUR", today)
	w.exec(t, `update analytics_data_sources set unavailable = '{ga4.purchase_revenue,ga4.total_users,ga4.screen_page_views}' where id = $1`, ga)
	w.facts(t, fact{source: ga, day: day("2026-10-05"), report: "daily", metric: "ga4.sessions", value: "9"})
	pages := one("table", "ga4.screen_page_views")
	pages.Dimension = "page"
	report := w.show(t, october, widget.PreviousPeriod, one("number", "ga4.purchase_revenue"), one("number", "ga4.total_users"), one("number", "ga4.views_per_session"), pages,
		one("line", "ga4.purchase_revenue"), one("number", "ga4.sessions"))
	for i, want := range []string{"ga4.purchase_revenue", "ga4.total_users", "ga4.screen_page_views", "ga4.screen_page_views", "ga4.purchase_revenue"} {
		r := report.Widgets[i]
		if r.State != widget.Unavailable || !strings.HasPrefix(r.Reason, "Google Analytics 4 does not let us read "+want) {
			t.Errorf("%s of %s: %s %q", r.Kind, want, r.State, r.Reason)
		}
	}
	if r := report.Widgets[5]; r.State != widget.OK || str(r.Figures[0].Value) != "9" {
		t.Errorf("what is given: %+v", r)
	}
	if len(w.asked.ranges) > 0 {
		t.Errorf("people whom nobody may count are asked for: %v", w.asked.ranges)
	}
}

func TestASourceThatIsRemovedUnderADashboard(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ga, other := w.source(t, "ga4", "", today), w.source(t, "ga4", "", today)
	chosen := one("number", "ga4.sessions")
	chosen.SourceID = &ga
	d := w.build(t, chosen, one("number", "ga4.sessions"))
	w.exec(t, `delete from analytics_data_sources where id = $1`, ga)
	report, err := w.Reports(w.viewer, d.ID, october, widget.PreviousPeriod)
	if err != nil {
		t.Fatal(err)
	}
	if r := report.Widgets[0]; r.State != widget.Unavailable || r.Reason != "The source of these numbers has been removed." {
		t.Errorf("of the one that is gone: %s %q", r.State, r.Reason)
	}
	w.exec(t, `delete from analytics_data_sources where id = $1`, other)
	if report, err = w.Reports(w.viewer, d.ID, october, widget.PreviousPeriod); err != nil || report.Widgets[1].State != widget.NotConnected {
		t.Errorf("without any: %v, %+v", err, report.Widgets)
	}
}

func TestARangeOverAChangeOfTheClocksHasItsDays(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ga := w.source(t, "ga4", "", today)
	for _, d := range []string{"2026-10-21", "2026-10-22", "2026-10-23", "2026-10-24", "2026-10-25", "2026-10-26", "2026-10-27"} {
		w.facts(t, fact{source: ga, day: day(d), report: "daily", metric: "ga4.sessions", value: "10"})
	}
	// In Berlin the clocks go back on the 25th, which has 25 hours.
	r := w.show(t, widget.Range{From: day("2026-10-24"), To: day("2026-10-26")}, widget.PreviousPeriod, one("line", "ga4.sessions")).Widgets[0]
	if f := r.Figures[0]; str(f.Value) != "30" || str(f.Previous) != "30" || len(r.Series[0].Points) != 3 || !r.Series[0].Points[1].Day.Equal(day("2026-10-25").Time) {
		t.Errorf("%s, before it %s, on %d days", str(f.Value), str(f.Previous), len(r.Series[0].Points))
	}
	for i, at := range []string{"2026-10-23T21:59:00Z", "2026-10-23T22:01:00Z", "2026-10-26T22:59:00Z", "2026-10-26T23:01:00Z"} {
		id, number := uuid.New(), fmt.Sprintf("AC-%d", i)
		w.exec(t, `with t as (insert into tickets (id, customer_id, number, awaited_since) values ($1, $2, $3, now()))
			insert into client_tickets (id, ticket_id, customer_id, number, created_by_user_id, title, description, status, resolved_at)
			select $1, $1, $2, $3, user_id, $4, 'x', 'resolved', $5 from customer_members where customer_id = $2 limit 1`, id, w.acme, number, "At "+at, at)
	}
	done := w.show(t, widget.Range{From: day("2026-10-24"), To: day("2026-10-26")}, widget.NoComparison, one("work_results", "ga4.sessions")).Widgets[0].Annotations
	if len(done) != 2 || done[0].Title != "At 2026-10-23T22:01:00Z" || done[1].Title != "At 2026-10-26T22:59:00Z" {
		t.Errorf("done in these days: %+v", done)
	}
}

func TestHowASourceAttributesStandsInThePassport(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	meta := w.source(t, "meta", "EUR", today)
	passports := func() []widget.Passport {
		return w.show(t, october, widget.NoComparison, one("funnel", "meta.clicks", "meta.purchases")).Widgets[0].Passport
	}
	if p := passports(); p[0].Sources[0].Attribution != "" || p[1].Sources[0].Attribution != "meta by null" {
		t.Errorf("as it is usual: %+v", p)
	}
	w.exec(t, `update analytics_data_sources set settings = '{"ad_account_id": "77", "attribution_windows": ["7d_click"]}' where id = $1`, meta)
	if p := passports(); p[1].Sources[0].Attribution != `meta by ["7d_click"]` {
		t.Errorf("as it was chosen: %+v", p)
	}
	page := visit(w.site(), w.viewer, "/analytics?range=last_month")
	if !strings.Contains(page.Body.String(), "meta by") {
		t.Error("a client does not read how the source attributes")
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
