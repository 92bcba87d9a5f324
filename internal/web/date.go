package web

import (
	"fmt"
	"time"
)

// A date is a day of the calendar, kept as its midnight in UTC: it is the same day
// for every reader.

// Date is a day of the calendar, with its year unless it is this one: "17 Nov".
func (c Clock) Date(day time.Time) string {
	if day.Year() == c.Today().Year() {
		return day.Format("2 Jan")
	}
	return day.Format("2 Jan 2006")
}

// Today is the reader's day.
func (c Clock) Today() time.Time { return midnight(c.in(c.Now)) }

// DaysUntil counts the days from the reader's to this one; below zero it is past.
func (c Clock) DaysUntil(day time.Time) int {
	return int(day.Sub(c.Today()).Hours() / 24)
}

// Due says when something has to be done: "Due tomorrow", "Due 24 Nov", or how late
// it is. Urgent is what is due tomorrow or before.
func (c Clock) Due(day time.Time) (words string, urgent bool) {
	switch days := c.DaysUntil(day); {
	case days < 0:
		return Lateness(-days), true
	case days == 0:
		return "Due today", true
	case days == 1:
		return "Due tomorrow", true
	default:
		return "Due " + c.Date(day), false
	}
}

// Lateness is how late something is: "5 days late", "One week late".
func Lateness(days int) string {
	switch weeks := days / 7; {
	case days == 1:
		return "One day late"
	case weeks == 0:
		return fmt.Sprintf("%d days late", days)
	case weeks == 1:
		return "One week late"
	default:
		return fmt.Sprintf("%d weeks late", weeks)
	}
}

// Span is from one day to another: "7 to 25 Sep", "28 Sep to 23 Oct".
func (c Clock) Span(from, to time.Time) string {
	switch {
	case from.Equal(to):
		return c.Date(to)
	case from.Year() == to.Year() && from.Month() == to.Month():
		return from.Format("2") + " to " + c.Date(to)
	case from.Year() == to.Year():
		return from.Format("2 Jan") + " to " + c.Date(to)
	}
	return from.Format("2 Jan 2006") + " to " + to.Format("2 Jan 2006")
}
