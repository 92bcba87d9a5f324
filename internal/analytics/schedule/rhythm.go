package schedule

import (
	"fmt"
	"time"

	"clientportal/internal/analytics/schedule/scheduledb"
	"clientportal/internal/analytics/widget"
	"clientportal/internal/fault"
)

// Cadence is how often a report goes out.
type Cadence string

// The cadences.
const (
	Weekly  Cadence = "weekly"
	Monthly Cadence = "monthly"
)

// Rhythm is when a report goes out, by the clocks of its customer.
type Rhythm struct {
	Cadence  Cadence `json:"cadence" enum:"weekly,monthly"`
	Weekday  int     `json:"weekday,omitempty" minimum:"0" maximum:"7" doc:"Of a weekly one; Monday is 1"`
	MonthDay int     `json:"month_day,omitempty" minimum:"0" maximum:"31" doc:"Of a monthly one; in a shorter month its last day"`
	Hour     int     `json:"hour" minimum:"0" maximum:"23"`
}

func rhythmOf(row scheduledb.ReportSchedule) Rhythm {
	r := Rhythm{Cadence: Cadence(row.Cadence), Hour: int(row.Hour)}
	if row.Weekday != nil {
		r.Weekday = int(*row.Weekday)
	}
	if row.MonthDay != nil {
		r.MonthDay = int(*row.MonthDay)
	}
	return r
}

func (r Rhythm) check(check *fault.Check) {
	check.OneOf("cadence", string(r.Cadence), string(Weekly), string(Monthly))
	check.That(r.Hour >= 0 && r.Hour <= 23, "hour", "An hour is 0 to 23.")
	switch r.Cadence {
	case Weekly:
		check.That(r.Weekday >= 1 && r.Weekday <= 7, "weekday", "Choose the day of the week.")
		check.That(r.MonthDay == 0, "month_day", "A weekly report has a day of the week only.")
	case Monthly:
		check.That(r.MonthDay >= 1 && r.MonthDay <= 31, "month_day", "Choose the day of the month, 1 to 31.")
		check.That(r.Weekday == 0, "weekday", "A monthly report has a day of the month only.")
	}
}

// stored are the two days as the database has them.
func (r Rhythm) stored() (weekday, monthDay *int16) {
	if day := int16(r.Weekday); r.Cadence == Weekly {
		return &day, nil
	}
	day := int16(r.MonthDay)
	return nil, &day
}

// on reports whether a report goes out on this day.
func (r Rhythm) on(day widget.Day) bool {
	if r.Cadence == Weekly {
		return day.Weekday() == time.Weekday(r.Weekday%7)
	}
	last := day.AddDate(0, 1, -day.Day()).Day()
	return day.Day() == min(r.MonthDay, last)
}

// after is the first moment of the rhythm after t. Each of its days has one, whether
// its clocks leave the hour out or show it twice.
func (r Rhythm) after(t time.Time, zone *time.Location) time.Time {
	for day := widget.DayOf(t.In(zone)); ; day = day.Plus(1) {
		if r.on(day) {
			if at := moment(day, r.Hour, zone); at.After(t) {
				return at
			}
		}
	}
}

// moment is when clocks show the hour on a day for the first time; where they leave
// it out, it is when they jump.
func moment(day widget.Day, hour int, zone *time.Location) time.Time {
	wanted := day.Add(time.Duration(hour) * time.Hour)
	t := time.Date(day.Year(), day.Month(), day.Day(), hour, 0, 0, 0, zone)
	start, end := t.ZoneBounds()
	switch shown := wall(t); {
	case shown.Before(wanted):
		return end
	case shown.After(wanted):
		return start
	}
	if start.IsZero() {
		return t
	}
	_, offset := t.Zone()
	_, before := start.Add(-time.Second).Zone()
	if earlier := t.Add(time.Duration(offset-before) * time.Second); earlier.Before(start) && before > offset {
		return earlier
	}
	return t
}

// wall is what clocks show, as if they stood in Greenwich.
func wall(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), 0, time.UTC)
}

// covers are the days that a report tells of when it goes out on a day: the seven
// days before, or the month before.
func (r Rhythm) covers(day widget.Day) widget.Range {
	preset := widget.Last7Days
	if r.Cadence == Monthly {
		preset = widget.LastMonth
	}
	covered, _ := widget.PresetRange(preset, day)
	return covered
}

// Words are the rhythm as people say it.
func (r Rhythm) Words() string {
	if r.Cadence == Weekly {
		return fmt.Sprintf("Every %s at %02d:00", time.Weekday(r.Weekday%7), r.Hour)
	}
	return fmt.Sprintf("On day %d of each month at %02d:00", r.MonthDay, r.Hour)
}
