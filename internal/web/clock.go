package web

import (
	"fmt"
	"time"
)

// Clock tells times as the reader of one page sees them: in their zone, and as
// of the moment the page was made.
type Clock struct {
	Now  time.Time
	Zone *time.Location
}

// ClockIn starts a clock for a reader in the zone; nil is UTC.
func ClockIn(zone *time.Location) Clock { return Clock{Now: time.Now(), Zone: zone} }

func (c Clock) in(t time.Time) time.Time {
	if c.Zone == nil {
		return t.UTC()
	}
	return t.In(c.Zone)
}

// daysBack counts midnights between t and now in the reader's zone.
func (c Clock) daysBack(t time.Time) int {
	return int(midnight(c.in(c.Now)).Sub(midnight(c.in(t))).Hours() / 24)
}

// midnight is the day of t as an instant of UTC, so that days have 24 hours
// also where the clocks change.
func midnight(t time.Time) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// Ago is relative for a day, then a date: "12 min ago", "yesterday", "17 Nov".
// What lies ahead is "in 12 min", "tomorrow", "24 Nov".
func (c Clock) Ago(t time.Time) string {
	since := c.Now.Sub(t)
	days := c.daysBack(t)
	switch {
	case since.Abs() < time.Minute:
		return "just now"
	case since < 0 && since > -time.Hour:
		return fmt.Sprintf("in %d min", int(-since.Minutes()))
	case since < 0 && days == 0:
		return fmt.Sprintf("in %d h", int(-since.Hours()))
	case since < 0 && days == -1:
		return "tomorrow"
	case since >= 0 && since < time.Hour:
		return fmt.Sprintf("%d min ago", int(since.Minutes()))
	case since >= 0 && days == 0:
		return fmt.Sprintf("%d h ago", int(since.Hours()))
	case days == 1:
		return "yesterday"
	}
	return c.Day(t)
}

// Day is the date, with its year unless it is this one: "17 Nov", "3 Feb 2027".
func (c Clock) Day(t time.Time) string {
	t = c.in(t)
	if t.Year() == c.in(c.Now).Year() {
		return t.Format("2 Jan")
	}
	return t.Format("2 Jan 2006")
}

// Moment is the day and the time: "Today, 09:02", "17 Nov, 10:41".
func (c Clock) Moment(t time.Time) string {
	at := c.in(t).Format("15:04")
	switch c.daysBack(t) {
	case 0:
		return "Today, " + at
	case 1:
		return "Yesterday, " + at
	}
	return c.Day(t) + ", " + at
}

// Exact is the whole instant with its zone, for titles: "17 November 2026 at
// 10:41:07 GMT".
func (c Clock) Exact(t time.Time) string {
	return c.in(t).Format("2 January 2006 at 15:04:05 MST")
}
