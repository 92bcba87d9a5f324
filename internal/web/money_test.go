package web

import (
	"testing"
	"time"

	"github.com/shopspring/decimal"
)

func TestMoney(t *testing.T) {
	t.Parallel()
	for want, given := range map[string][2]string{
		"£8,400.00":             {"8400", "GBP"},
		"$0.50":                 {"0.5", "USD"},
		"€1,234,567.80":         {"1234567.8", "EUR"},
		"CHF\u00a0999.00":       {"999", "CHF"},
		"\u2212£1,000.00":       {"-1000", "GBP"},
		"\u2212JPY\u00a0100.00": {"-100", "JPY"},
	} {
		if got := Money(decimal.RequireFromString(given[0]), given[1]); got != want {
			t.Errorf("Money(%s, %s) = %q, want %q", given[0], given[1], got, want)
		}
	}
}

func TestDatesAreTheSameDayInEveryZone(t *testing.T) {
	t.Parallel()
	zone, err := time.LoadLocation("America/Los_Angeles")
	if err != nil {
		t.Fatal(err)
	}
	day := func(month time.Month, d int) time.Time { return time.Date(2026, month, d, 0, 0, 0, 0, time.UTC) }
	c := Clock{Now: time.Date(2026, 11, 20, 3, 0, 0, 0, time.UTC), Zone: zone} // still the 19th there
	for want, got := range map[string]string{
		"19 Nov":                    c.Date(day(11, 19)),
		"2 Jan 2027":                c.Date(day(13, 2)),
		"7 to 25 Sep":               c.Span(day(9, 7), day(9, 25)),
		"28 Sep to 23 Oct":          c.Span(day(9, 28), day(10, 23)),
		"20 Dec 2026 to 8 Jan 2027": c.Span(day(12, 20), day(13, 8)),
		"5 Nov":                     c.Span(day(11, 5), day(11, 5)),
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	for d, want := range map[int]string{19: "Due today", 20: "Due tomorrow", 24: "Due 24 Nov", 18: "One day late", 14: "5 days late", 12: "One week late", 5: "2 weeks late"} {
		words, urgent := c.Due(day(11, d))
		if words != want || urgent != (d <= 20) {
			t.Errorf("Due(%d Nov) = %q, %t, want %q", d, words, urgent, want)
		}
	}
}
