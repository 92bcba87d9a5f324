package timetrack

import (
	"testing"
	"time"
)

func TestDurations(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{
		"01:30:00": 90, "1:30": 90, "1.5": 90, "1,5": 90, "0:00:30": 1, "0:20:29": 20, "0.33": 20, "0,3333": 20,
		"24:00:00": 1440, "24": 1440, "8": 480, "1.005": 60,
	} {
		if got, wrong := parseDuration(text); got != want || wrong != "" {
			t.Errorf("%s: %d minutes, %q, want %d", text, got, wrong, want)
		}
	}
	for _, text := range []string{"", "-1:00", "−1.5", "0", "0:00:29", "24:00:31", "25", "1:60", "1.5h", "1.234,5", "1e3", "=1+1", "99999.9"} {
		if got, wrong := parseDuration(text); wrong == "" {
			t.Errorf("%q: %d minutes, want words", text, got)
		}
	}
}

func TestDays(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text  string
		order dayOrder
		want  string
	}{
		{"2026-11-25", orderUnknown, "2026-11-25"},
		{"2026/1/5", orderUnknown, "2026-01-05"},
		{"05.11.2026", orderMonthFirst, "2026-11-05"},
		{"25/11/2026", orderUnknown, "2026-11-25"},
		{"11/25/2026", orderUnknown, "2026-11-25"},
		{"11-25-2026", orderUnknown, "2026-11-25"},
		{"05/05/2026", orderUnknown, "2026-05-05"},
		{"03/04/2026", orderDayFirst, "2026-04-03"},
		{"03/04/2026", orderMonthFirst, "2026-03-04"},
		{"29/02/2024", orderUnknown, "2024-02-29"},
		{"03/04/2026", orderUnknown, ""},
		{"25/11/2026", orderMonthFirst, ""},
		{"11/25/2026", orderDayFirst, ""},
		{"29/02/2026", orderUnknown, ""},
		{"2026-13-01", orderUnknown, ""},
		{"32/13/2026", orderUnknown, ""},
		{"25/11/26", orderUnknown, ""},
		{"yesterday", orderUnknown, ""},
		{"", orderUnknown, ""},
	} {
		day, wrong := parseDay(c.text, c.order)
		if got := day.Format(time.DateOnly); (c.want == "") != (wrong != "") || (c.want != "" && got != c.want) {
			t.Errorf("%q, %q: %s, %q, want %q", c.text, c.order, got, wrong, c.want)
		}
	}
}

func TestOneDateTellsTheOrderOfAll(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		dates []string
		want  dayOrder
	}{
		{[]string{"03/04/2026", "25/11/2026", "2026-01-01"}, orderDayFirst},
		{[]string{"03/04/2026", "11/25/2026"}, orderMonthFirst},
		{[]string{"03/04/2026", "05/06/2026"}, orderUnknown},
		{[]string{"25/11/2026", "11/25/2026", "03/04/2026"}, orderUnknown},
		{nil, orderUnknown},
	} {
		if got := orderOf(c.dates); got != c.want {
			t.Errorf("%q: %q, want %q", c.dates, got, c.want)
		}
	}
}

func TestStartsAreTheSameHoweverTheyAreWritten(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"09:05": "09:05:00", "9:05 am": "09:05:00", "09:05:00 AM": "09:05:00", "21:05:07": "21:05:07", "9:05PM": "21:05:00", "": "", "noon": "noon",
	} {
		if got := clockTime(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
