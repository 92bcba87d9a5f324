package timetrack

import (
	"slices"
	"strconv"
	"testing"
	"time"
)

func TestARunIsSplitAtMidnight(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		zone, from, until string
		want              []string
	}{
		{"Europe/London", "2026-11-18T09:00:00Z", "2026-11-18T10:30:00Z", []string{"2026-11-18 90"}},
		{"Europe/London", "2026-11-18T09:00:00Z", "2026-11-18T09:00:10Z", []string{"2026-11-18 1"}},
		{"Europe/London", "2026-11-18T22:30:20Z", "2026-11-19T01:00:10Z", []string{"2026-11-18 90", "2026-11-19 60"}},
		{"America/New_York", "2026-11-18T22:30:00Z", "2026-11-19T01:00:00Z", []string{"2026-11-18 150"}},
		{"Europe/Berlin", "2026-10-24T22:00:00Z", "2026-10-25T23:30:00Z", []string{"2026-10-25 1500", "2026-10-26 30"}}, // a day of 25 hours
		{"Europe/London", "2026-11-18T23:59:45Z", "2026-11-19T00:30:00Z", []string{"2026-11-19 30"}},
	} {
		zone, err := time.LoadLocation(c.zone)
		if err != nil {
			t.Fatal(err)
		}
		from, _ := time.Parse(time.RFC3339, c.from)
		until, _ := time.Parse(time.RFC3339, c.until)
		var got []string
		for _, part := range (Timer{StartedAt: from, zone: zone}).stretches(until) {
			got = append(got, part.day.String()+" "+strconv.Itoa(part.minutes))
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s from %s to %s: %q, want %q", c.zone, c.from, c.until, got, c.want)
		}
	}
}
