package web

import (
	"testing"
	"time"
)

func TestAgo(t *testing.T) {
	t.Parallel()
	london, err := time.LoadLocation("Europe/London")
	if err != nil {
		t.Fatal(err)
	}
	auckland, err := time.LoadLocation("Pacific/Auckland")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 19, 9, 14, 0, 0, time.UTC)
	for _, c := range []struct {
		zone *time.Location
		at   time.Time
		want string
	}{
		{london, now, "just now"},
		{london, now.Add(-59 * time.Second), "just now"},
		{london, now.Add(-time.Minute), "1 min ago"},
		{london, now.Add(-59 * time.Minute), "59 min ago"},
		{london, now.Add(-time.Hour), "1 h ago"},
		{london, now.Add(-9 * time.Hour), "9 h ago"},
		{london, now.Add(-10 * time.Hour), "yesterday"},
		{auckland, now.Add(-10 * time.Hour), "10 h ago"}, // still the same day there
		{auckland, now.Add(-23 * time.Hour), "yesterday"},
		{london, now.Add(-48 * time.Hour), "17 Nov"},
		{london, now.AddDate(-1, 0, 0), "19 Nov 2025"},
		{nil, now.Add(-2 * time.Hour), "2 h ago"},
		{london, now.Add(12 * time.Minute), "in 12 min"},
		{london, now.Add(3 * time.Hour), "in 3 h"},
		{london, now.Add(20 * time.Hour), "tomorrow"},
		{london, now.Add(5 * 24 * time.Hour), "24 Nov"},
		{london, now.Add(60 * 24 * time.Hour), "18 Jan 2027"},
	} {
		if got := (Clock{Now: now, Zone: c.zone}).Ago(c.at); got != c.want {
			t.Errorf("Ago(%v) in %v = %q, want %q", c.at, c.zone, got, c.want)
		}
	}
}

func TestMoment(t *testing.T) {
	t.Parallel()
	london, err := time.LoadLocation("Europe/London")
	if err != nil {
		t.Fatal(err)
	}
	// The clocks went back on 25 October, so that day had 25 hours.
	clock := Clock{Now: time.Date(2026, 10, 26, 8, 0, 0, 0, time.UTC), Zone: london}
	for _, c := range []struct {
		at   time.Time
		want string
	}{
		{time.Date(2026, 10, 26, 0, 5, 0, 0, time.UTC), "Today, 00:05"},
		{time.Date(2026, 10, 25, 0, 30, 0, 0, time.UTC), "Yesterday, 01:30"},
		{time.Date(2026, 10, 24, 23, 30, 0, 0, time.UTC), "Yesterday, 00:30"},
		{time.Date(2026, 10, 24, 22, 30, 0, 0, time.UTC), "24 Oct, 23:30"},
		{time.Date(2025, 12, 31, 12, 0, 0, 0, time.UTC), "31 Dec 2025, 12:00"},
	} {
		if got := clock.Moment(c.at); got != c.want {
			t.Errorf("Moment(%v) = %q, want %q", c.at, got, c.want)
		}
	}
	if got, want := clock.Exact(time.Date(2026, 7, 1, 8, 0, 5, 0, time.UTC)), "1 July 2026 at 09:00:05 BST"; got != want {
		t.Errorf("Exact = %q, want %q", got, want)
	}
}

func TestBytes(t *testing.T) {
	t.Parallel()
	for n, want := range map[int64]string{
		0: "0 B", 999: "999 B", 1000: "1 kB", 84_499: "84 kB", 999_499: "999 kB", 999_500: "1.0 MB",
		1_240_000: "1.2 MB", 9_949_999: "9.9 MB", 9_950_000: "10 MB", 25_000_000: "25 MB", 2_500_000_000: "2.5 GB",
	} {
		if got := Bytes(n); got != want {
			t.Errorf("Bytes(%d) = %q, want %q", n, got, want)
		}
	}
}

func TestInitials(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"Mara Lindqvist": "ML", "Ana María de la Cruz": "AC", "Cher": "C", "  ": "?", "": "?",
		"élodie östberg": "ÉÖ", "O'Neill, Pat": "OP", "(Bot) 7": "B7", "李 小龙": "李小", "<b> x": "BX",
	} {
		if got := Initials(name); got != want {
			t.Errorf("Initials(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestPlural(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ got, want string }{
		{Plural(0, "ticket"), "0 tickets"},
		{Plural(1, "ticket"), "1 ticket"},
		{Plural(2, "ticket"), "2 tickets"},
		{Plural(2, "entry", "entries"), "2 entries"},
	} {
		if c.got != c.want {
			t.Errorf("Plural = %q, want %q", c.got, c.want)
		}
	}
}

// What stands around every page is counted as far as it is said.
func TestTheNavigationCountsTo99(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]string{1: "1", 99: "99", MostCounted: "99+", 12_345: "99+"} {
		if got := upTo99(n); got != want {
			t.Errorf("%d is %q, want %q", n, got, want)
		}
	}
}
