package ticket

import "time"

// Calendar is the agency's working hours: Monday to Friday, from opening to
// closing, by the clock on its wall.
type Calendar struct {
	Zone          *time.Location
	Opens, Closes time.Duration // since midnight
}

// OfficeHours is the calendar of an agency in this zone.
func OfficeHours(zone *time.Location) Calendar {
	return Calendar{Zone: zone, Opens: 9 * time.Hour, Closes: 17*time.Hour + 30*time.Minute}
}

// After is the moment when this much working time has passed since start.
func (c Calendar) After(start time.Time, work time.Duration) time.Time {
	for day := c.noon(start, 0); ; day = c.noon(day, 1) {
		opens, closes, works := c.hours(day)
		if !works || !start.Before(closes) {
			continue
		}
		from := later(opens, start)
		if left := closes.Sub(from); work > left {
			work -= left
			continue
		}
		return from.Add(work).UTC()
	}
}

// Between is the working time from start to end.
func (c Calendar) Between(start, end time.Time) time.Duration {
	var work time.Duration
	for day := c.noon(start, 0); ; day = c.noon(day, 1) {
		opens, closes, works := c.hours(day)
		if opens.After(end) {
			return work
		}
		from, to := later(opens, start), earlier(closes, end)
		if works && from.Before(to) {
			work += to.Sub(from)
		}
	}
}

// hours are the opening and closing of a day.
func (c Calendar) hours(day time.Time) (opens, closes time.Time, works bool) {
	works = day.Weekday() != time.Saturday && day.Weekday() != time.Sunday
	return c.at(day, c.Opens), c.at(day, c.Closes), works
}

// noon stands for a day, some days after t's: unlike midnight, no zone skips it
// when its clocks are moved.
func (c Calendar) noon(t time.Time, days int) time.Time {
	return c.at(t.In(c.Zone).AddDate(0, 0, days), 12*time.Hour)
}

// at is a time of the day on the wall's clock.
func (c Calendar) at(day time.Time, since time.Duration) time.Time {
	y, m, d := day.Date()
	return time.Date(y, m, d, 0, int(since/time.Minute), 0, 0, c.Zone)
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
