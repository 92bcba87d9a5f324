package schedule

import (
	"testing"
	"time"

	_ "time/tzdata"
)

func TestMomentsOfARhythm(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		rhythm Rhythm
		zone   string
		after  string
		want   []string
	}{
		"weekly":                 {Rhythm{Cadence: Weekly, Weekday: 1, Hour: 8}, "Europe/London", "2026-10-19T06:59:00Z", []string{"2026-10-19T07:00:00Z", "2026-10-26T08:00:00Z", "2026-11-02T08:00:00Z"}},
		"sundays":                {Rhythm{Cadence: Weekly, Weekday: 7, Hour: 0}, "America/New_York", "2026-11-01T00:00:00Z", []string{"2026-11-01T04:00:00Z", "2026-11-08T05:00:00Z"}},
		"an hour left out":       {Rhythm{Cadence: Weekly, Weekday: 7, Hour: 1}, "Europe/London", "2026-03-28T12:00:00Z", []string{"2026-03-29T01:00:00Z", "2026-04-05T00:00:00Z"}},
		"half an hour left out":  {Rhythm{Cadence: Weekly, Weekday: 7, Hour: 2}, "Australia/Lord_Howe", "2026-10-03T00:00:00Z", []string{"2026-10-03T15:30:00Z", "2026-10-10T15:00:00Z"}},
		"an hour twice":          {Rhythm{Cadence: Weekly, Weekday: 7, Hour: 1}, "Europe/London", "2026-10-24T12:00:00Z", []string{"2026-10-25T00:00:00Z", "2026-11-01T01:00:00Z"}},
		"the second of an hour":  {Rhythm{Cadence: Weekly, Weekday: 7, Hour: 1}, "Europe/London", "2026-10-25T00:30:00Z", []string{"2026-11-01T01:00:00Z"}},
		"midnight left out":      {Rhythm{Cadence: Monthly, MonthDay: 6, Hour: 0}, "America/Santiago", "2026-09-05T12:00:00Z", []string{"2026-09-06T04:00:00Z", "2026-10-06T03:00:00Z"}},
		"the end of each month":  {Rhythm{Cadence: Monthly, MonthDay: 31, Hour: 9}, "UTC", "2028-01-30T00:00:00Z", []string{"2028-01-31T09:00:00Z", "2028-02-29T09:00:00Z", "2028-03-31T09:00:00Z", "2028-04-30T09:00:00Z"}},
		"a day that was skipped": {Rhythm{Cadence: Monthly, MonthDay: 30, Hour: 9}, "Pacific/Apia", "2011-12-29T00:00:00Z", []string{"2011-12-30T10:00:00Z", "2012-01-29T19:00:00Z"}},
	} {
		zone, err := time.LoadLocation(c.zone)
		if err != nil {
			t.Fatal(err)
		}
		at, err := time.Parse(time.RFC3339, c.after)
		if err != nil {
			t.Fatal(err)
		}
		for i, want := range c.want {
			at = c.rhythm.after(at, zone)
			if got := at.UTC().Format(time.RFC3339); got != want {
				t.Errorf("%s: moment %d is %s, want %s", name, i, got, want)
			}
		}
	}
}

func TestEveryDayOfAYearHasOneMomentInEachZone(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"Europe/London", "America/New_York", "Australia/Lord_Howe", "America/Santiago", "Africa/Casablanca", "Asia/Gaza"} {
		zone, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		for hour := range 24 {
			for weekday := 1; weekday <= 7; weekday++ {
				r := Rhythm{Cadence: Weekly, Weekday: weekday, Hour: hour}
				at := time.Date(2026, 1, 1, 0, 0, 0, 0, zone).Add(-time.Second)
				n := 0
				for at = r.after(at, zone); at.Year() == 2026; at = r.after(at, zone) {
					n++
				}
				if n != 52 && n != 53 {
					t.Fatalf("%s, weekday %d at %d: %d moments in a year", name, weekday, hour, n)
				}
			}
		}
	}
}
