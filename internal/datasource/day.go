package datasource

import (
	"encoding/json"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"clientportal/internal/clock"
	"clientportal/internal/datasource/upstream"
	"clientportal/internal/fault"
)

// Day is a civil day: YYYY-MM-DD in JSON.
type Day struct{ time.Time }

// MarshalJSON implements json.Marshaler.
func (d Day) MarshalJSON() ([]byte, error) { return json.Marshal(d.Format(time.DateOnly)) }

// UnmarshalText reads a day.
func (d *Day) UnmarshalText(text []byte) (err error) {
	d.Time, err = time.Parse(time.DateOnly, string(text))
	return err
}

// UnmarshalJSON implements json.Unmarshaler.
func (d *Day) UnmarshalJSON(b []byte) error {
	var text string
	if err := json.Unmarshal(b, &text); err != nil {
		return err
	}
	return d.UnmarshalText([]byte(text))
}

// Schema says to the API's description what a day is.
func (Day) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Format: "date", Examples: []any{"2026-11-25"}}
}

// The days that can be asked for at all.
var (
	firstDay = time.Date(2005, 1, 1, 0, 0, 0, 0, time.UTC)
	maxYears = 20
)

// parseRange reads two days, both included, as from and the day after the last.
func parseRange(from, to, fromName, toName string) (w upstream.Window, err error) {
	var check fault.Check
	read := func(text, name string) time.Time {
		day, err := time.Parse(time.DateOnly, text)
		switch {
		case err != nil:
			check.Add(name, "Write the day as YYYY-MM-DD.")
		case day.Before(firstDay) || day.Year() > time.Now().Year()+1:
			check.Add(name, "Choose a day from %s on, and not in the far future.", firstDay.Format(time.DateOnly))
		}
		return day
	}
	first, last := read(from, fromName), read(to, toName)
	if check.Err() == nil {
		check.That(!last.Before(first), toName, "The last day is before the first.")
	}
	return upstream.Window{From: first, Until: last.AddDate(0, 0, 1)}, check.Err()
}

// today is the day that it is in a zone.
func today(now time.Time, zone *time.Location) time.Time {
	year, month, day := now.In(zone).Date()
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

// zoneOf is the first of these zones that there is.
func zoneOf(names ...string) *time.Location {
	for _, name := range names {
		if zone, err := clock.Zone(name); err == nil && name != "" {
			return zone
		}
	}
	return time.UTC
}

// lastDay is the last day of what is complete up to, and without, this one.
func lastDay(until *time.Time) *Day {
	if until == nil {
		return nil
	}
	return &Day{until.AddDate(0, 0, -1)}
}

func dayOrNil(day *time.Time) *Day {
	if day == nil {
		return nil
	}
	return &Day{*day}
}

func daysIn(w upstream.Window) int { return int(w.Until.Sub(w.From).Hours() / 24) }

// clip is the part of a window within another.
func clip(w, within upstream.Window) upstream.Window {
	if w.From.Before(within.From) {
		w.From = within.From
	}
	if w.Until.After(within.Until) {
		w.Until = within.Until
	}
	return w
}
