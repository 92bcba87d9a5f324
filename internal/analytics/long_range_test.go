package analytics_test

import (
	"slices"
	"strconv"
	"testing"

	"github.com/shopspring/decimal"

	"clientportal/internal/analytics/widget"
)

// A long range is read by months, and of those that it cuts by days.
func TestALongRangeIsTheSumOfItsDays(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ga := w.source(t, "ga4", "", today.Plus(-1))
	r := widget.Range{From: day("2025-12-10"), To: day("2026-11-20")}
	before, _ := r.Compared(widget.PreviousPeriod)
	var list []fact
	sum, earlier := 0, 0
	months := map[string]int{}
	for d, i := day("2024-12-01"), 1; d.Before(today.Time); d, i = d.Plus(1), i+1 {
		f := fact{source: ga, day: d, report: "daily", metric: "ga4.sessions", value: strconv.Itoa(i)}
		switch {
		case d.Equal(day("2026-06-05").Time):
			f.flags = 1
			fallthrough
		case !d.Before(r.From.Time) && d.Before(r.Until().Time):
			sum += i
			months[d.Format("2006-01")] += i
		case !d.Before(before.From.Time) && d.Before(before.Until().Time):
			earlier += i
		}
		channel := f
		channel.report, channel.dimension = "channel", "channel="+[]string{"Direct", "Email"}[i%2]
		list = append(list, f, channel)
	}
	w.facts(t, list...)
	bar := one("bar", "ga4.sessions")
	bar.Dimension = "channel"
	for name, widgets := range map[string][]widget.Widget{"by months": {one("number", "ga4.sessions"), bar}, "by days": {one("line", "ga4.sessions"), bar}} {
		report := w.show(t, r, widget.PreviousPeriod, widgets...)
		got := report.Widgets[0]
		f := got.Series[0].Total
		if str(f.Value) != strconv.Itoa(sum) || str(f.Previous) != strconv.Itoa(earlier) {
			t.Errorf("%s: %s beside %s, want %d beside %d", name, str(f.Value), str(f.Previous), sum, earlier)
		}
		if open := report.Freshness[0].Provisional; !slices.Equal(open, []widget.Day{day("2026-06-05")}) {
			t.Errorf("%s: provisional %v", name, open)
		}
		var parts, partsBefore decimal.Decimal
		for _, row := range report.Widgets[1].Table.Rows {
			parts, partsBefore = parts.Add(row.Figures[0].Value.Decimal), partsBefore.Add(row.Figures[0].Previous.Decimal)
		}
		if parts.String() != strconv.Itoa(sum) || partsBefore.String() != strconv.Itoa(earlier) {
			t.Errorf("%s: the parts come to %s beside %s, want %d beside %d", name, parts, partsBefore, sum, earlier)
		}
		points := got.Series[0].Points
		if name == "by days" && len(points) != r.Days() {
			t.Errorf("a line has %d points, want %d", len(points), r.Days())
		}
		if name == "by months" && (len(points) != 10 || points[0].Day != day("2026-01-01") || str(points[5].Value) != strconv.Itoa(months["2026-06"]) || !points[5].Provisional) {
			t.Errorf("a small line has %d points: %v", len(points), points)
		}
	}
}

// Over more than a year a line goes by weeks and a tile's by months, and a stock is
// what its last day says.
func TestWeeksAreNotTakenForMonths(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ga, shop := w.source(t, "ga4", "", today.Plus(-1)), w.source(t, "shopify", "EUR", today.Plus(-1))
	r := widget.Range{From: day("2025-06-04"), To: day("2026-11-20")}
	var list []fact
	months, sum := map[string]int{}, 0
	for d, i := r.From, 1; d.Before(r.Until().Time); d, i = d.Plus(1), i+1 {
		list = append(list,
			fact{source: ga, day: d, report: "daily", metric: "ga4.sessions", value: strconv.Itoa(i)},
			fact{source: shop, day: d, report: "lifetime", metric: "shopify.lifetime_customers", value: strconv.Itoa(1000 + i)})
		months[d.Format("2006-01")] += i
		sum += i
	}
	w.facts(t, list...)
	report := w.show(t, r, widget.NoComparison, one("number", "ga4.sessions"), one("line", "ga4.sessions"), one("number", "shopify.lifetime_customers"))
	for _, p := range report.Widgets[0].Series[0].Points {
		if want := strconv.Itoa(months[p.Day.Format("2006-01")]); str(p.Value) != want {
			t.Errorf("%s: %s, want %s", p.Day, str(p.Value), want)
		}
	}
	if f := report.Widgets[0].Figures[0]; str(f.Value) != strconv.Itoa(sum) || str(report.Widgets[1].Series[0].Total.Value) != strconv.Itoa(sum) {
		t.Errorf("a tile says %s and a line %s, want %d", str(f.Value), str(report.Widgets[1].Series[0].Total.Value), sum)
	}
	if f := report.Widgets[2].Figures[0]; str(f.Value) != strconv.Itoa(1000+r.Days()) {
		t.Errorf("a stock is %s, want what the last day says, %d", str(f.Value), 1000+r.Days())
	}
}
