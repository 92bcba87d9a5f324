package notify

import (
	"testing"
	"time"
)

// The daily mail keeps to its hour of the reader's clock, also when that clock is
// changed in between.
func TestDailyMailKeepsToTheReadersHour(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		what, zone, now, want string
		hour                  int
	}{
		{"later today", "Europe/London", "2026-11-19T06:00:00Z", "2026-11-19T08:00:00Z", 8},
		{"not at once, at the hour itself", "Europe/London", "2026-11-19T08:00:00Z", "2026-11-20T08:00:00Z", 8},
		{"over the change to summer time", "Europe/London", "2026-03-28T20:00:00Z", "2026-03-29T07:00:00Z", 8},
		{"over the change to winter time", "Europe/London", "2026-10-24T20:00:00Z", "2026-10-25T08:00:00Z", 8},
		{"an hour that the night leaves out", "Europe/London", "2026-03-28T20:00:00Z", "2026-03-29T01:00:00Z", 1},
		{"an hour that the night has twice", "Europe/London", "2026-10-24T20:00:00Z", "2026-10-25T01:00:00Z", 1},
		{"between the two", "Europe/London", "2026-10-25T00:30:00Z", "2026-10-25T01:00:00Z", 1},
		{"after both", "Europe/London", "2026-10-25T01:00:00Z", "2026-10-26T01:00:00Z", 1},
		{"already tomorrow there", "Pacific/Auckland", "2026-11-19T12:00:00Z", "2026-11-19T19:00:00Z", 8},
		{"still yesterday there", "America/Los_Angeles", "2026-11-19T05:00:00Z", "2026-11-19T16:00:00Z", 8},
	} {
		now, err := time.Parse(time.RFC3339, c.now)
		if err != nil {
			t.Fatal(err)
		}
		due := Settings{DigestHour: c.hour}.due(Daily, now, zoneOf(c.zone))
		if got := due.Format(time.RFC3339); got != c.want {
			t.Errorf("%s: %s, want %s", c.what, got, c.want)
		}
	}
}
