package project

import (
	"time"

	"clientportal/internal/exact"
)

// Day is a day of the calendar, written YYYY-MM-DD.
type Day = exact.Day

// DayOf is the day on which t falls, in t's own zone.
func DayOf(t time.Time) Day { return exact.DayOf(t) }

// dayOf is a day of the database; nil is none.
func dayOf(t *time.Time) *Day { return exact.DayAt(t) }
