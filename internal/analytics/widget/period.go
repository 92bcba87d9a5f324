package widget

import (
	"fmt"

	"clientportal/internal/fault"
	"clientportal/internal/metric"
)

// Range is the days that a dashboard is read for, the last one included. The zero
// Range is the last 30 days.
type Range struct {
	From, To Day
	// Preset is what the range was chosen as, "" for a custom one. It matters for the
	// comparison: the days of this month are compared with those of the last.
	Preset Preset
}

// Preset is a range by its name.
type Preset string

// The presets. The last ones in days end yesterday, since no day is whole before its end.
const (
	Last7Days   Preset = "last_7_days"
	Last30Days  Preset = "last_30_days"
	Last90Days  Preset = "last_90_days"
	Last365Days Preset = "last_365_days"
	ThisMonth   Preset = "this_month"
	LastMonth   Preset = "last_month"
	ThisQuarter Preset = "this_quarter"
	LastQuarter Preset = "last_quarter"
	ThisYear    Preset = "this_year"
	LastYear    Preset = "last_year"
)

// Presets are all presets with their names for people, in their order.
var Presets = []struct {
	Name  Preset
	Label string
}{
	{Last7Days, "Last 7 days"}, {Last30Days, "Last 30 days"}, {Last90Days, "Last 90 days"}, {Last365Days, "Last 365 days"},
	{ThisMonth, "This month"}, {LastMonth, "Last month"}, {ThisQuarter, "This quarter"}, {LastQuarter, "Last quarter"},
	{ThisYear, "This year"}, {LastYear, "Last year"},
}

// PresetRange is the range of a preset, seen from today; ok is false when there is
// no such preset.
func PresetRange(name Preset, today Day) (r Range, ok bool) {
	month := Day{today.AddDate(0, 0, 1-today.Day())}
	quarter := Day{month.AddDate(0, -(int(month.Month())-1)%3, 0)}
	year := Day{month.AddDate(0, 1-int(month.Month()), 0)}
	yesterday := today.Plus(-1)
	r.Preset = name
	switch name {
	case Last7Days:
		r.From, r.To = today.Plus(-7), yesterday
	case Last30Days:
		r.From, r.To = today.Plus(-30), yesterday
	case Last90Days:
		r.From, r.To = today.Plus(-90), yesterday
	case Last365Days:
		r.From, r.To = today.Plus(-365), yesterday
	case ThisMonth:
		r.From, r.To = month, today
	case LastMonth:
		r.From, r.To = Day{month.AddDate(0, -1, 0)}, month.Plus(-1)
	case ThisQuarter:
		r.From, r.To = quarter, today
	case LastQuarter:
		r.From, r.To = Day{quarter.AddDate(0, -3, 0)}, quarter.Plus(-1)
	case ThisYear:
		r.From, r.To = year, today
	case LastYear:
		r.From, r.To = Day{year.AddDate(-1, 0, 0)}, year.Plus(-1)
	default:
		return Range{}, false
	}
	return r, true
}

// Until is the day after the last.
func (r Range) Until() Day { return r.To.Plus(1) }

// Days is how many days the range has.
func (r Range) Days() int { return r.From.DaysTo(r.Until()) }

// Label names a range for people.
func (r Range) Label() string {
	for _, p := range Presets {
		if p.Name == r.Preset {
			return p.Label
		}
	}
	if r.From.Equal(r.To.Time) {
		return r.From.Format("2 Jan 2006")
	}
	return r.From.Format("2 Jan 2006") + " to " + r.To.Format("2 Jan 2006")
}

// lineGrain is how long a point of a line is.
func (r Range) lineGrain() Grain {
	if r.Days() > 366 {
		return ByWeek
	}
	return ByDay
}

// sparkGrain is how long a point of a tile's small line is: what is some hundred
// pixels wide shows no more. People and stocks are read day by day.
func (r Range) sparkGrain(bases []metric.Metric) Grain {
	for _, base := range bases {
		if base.Aggregation != metric.Sum {
			return r.lineGrain()
		}
	}
	if r.Days() <= 92 {
		return ByDay
	}
	return r.stepGrain()
}

// uncut reports whether the step that begins on a day lies in the range whole.
func (r Range) uncut(start Day, g Grain) bool {
	switch g {
	case ByWeek:
		return start.DaysTo(r.Until()) >= 7
	case ByMonth:
		return start.Day() == 1 && !start.AddDate(0, 1, 0).After(r.Until().Time)
	}
	return true
}

// stepGrain is how long a bar over time is, so that there are at most some thirty.
func (r Range) stepGrain() Grain {
	switch days := r.Days(); {
	case days <= 31:
		return ByDay
	case days <= 190:
		return ByWeek
	}
	return ByMonth
}

// steps are the first days of the range's points, and the day after the last.
func (r Range) steps(g Grain) []Day {
	days := []Day{r.From}
	for next := r.From; ; {
		switch g {
		case ByWeek:
			next = next.Plus(7)
		case ByMonth:
			next = next.MonthStart(1)
		default:
			next = next.Plus(1)
		}
		if !next.Before(r.Until().Time) {
			return append(days, r.Until())
		}
		days = append(days, next)
	}
}

// IsZero reports whether no range was given.
func (r Range) IsZero() bool { return r.From.IsZero() && r.To.IsZero() }

// maxYears is how long a range may be.
const maxYears = 3

// Check notes what is wrong with a range, seen from today.
func (r Range) Check(check *fault.Check, today Day) {
	switch {
	case r.From.IsZero() != r.To.IsZero():
		check.Add("query.from", "Give both from and to, or neither.")
	case r.From.After(r.To.Time):
		check.Add("query.from", "The range ends on %s, before it begins on %s.", r.To, r.From)
	case r.Until().After(r.From.AddDate(maxYears, 0, 1)):
		check.Add("query.from", "A range is at most %d years long.", maxYears)
	case r.From.Year() < 2000:
		check.Add("query.from", "Nothing is kept from before 2000.")
	case r.From.After(today.Time):
		check.Add("query.from", "This range has not begun yet.")
	}
}

// Comparison is what a range is compared with.
type Comparison string

// The comparisons.
const (
	NoComparison   Comparison = "none"
	PreviousPeriod Comparison = "previous_period"
	PreviousYear   Comparison = "previous_year"
)

// Compared is the range that r is compared with; ok is false without a comparison.
// A range of a month, quarter or year is compared with the one before it, and one
// that still runs with as many of its days.
func (r Range) Compared(c Comparison) (before Range, ok bool) {
	switch c {
	case PreviousYear:
		before = Range{From: monthsBefore(r.From, 12), To: monthsBefore(r.To, 12)}
	case PreviousPeriod:
		months := map[Preset]int{ThisMonth: 1, LastMonth: 1, ThisQuarter: 3, LastQuarter: 3, ThisYear: 12, LastYear: 12}[r.Preset]
		switch {
		case months == 0:
			before = Range{From: r.From.Plus(-r.Days()), To: r.From.Plus(-1)}
		case r.Preset == LastMonth || r.Preset == LastQuarter || r.Preset == LastYear:
			before = Range{From: monthsBefore(r.From, months), To: r.From.Plus(-1)}
		default: // it runs: as many days, but none of this one
			before = Range{From: monthsBefore(r.From, months)}
			before.To = before.From.Plus(r.Days() - 1)
			if !before.To.Before(r.From.Time) {
				before.To = r.From.Plus(-1)
			}
		}
	default:
		return Range{}, false
	}
	return before, true
}

// monthsBefore is the same day so many months before, or the last one of its month.
func monthsBefore(d Day, months int) Day {
	moved := Day{d.AddDate(0, -months, 0)}
	if moved.Day() != d.Day() {
		moved = moved.Plus(-moved.Day())
	}
	return moved
}

// Check notes a comparison that there is not.
func (c Comparison) Check(check *fault.Check) {
	check.OneOf("query.compare", string(c), string(NoComparison), string(PreviousPeriod), string(PreviousYear))
}

// Label names a comparison for people, of a range of so many days.
func (c Comparison) Label(r Range) string {
	switch c {
	case PreviousYear:
		return "the year before"
	case PreviousPeriod:
		switch r.Preset {
		case ThisMonth, LastMonth:
			return "the month before"
		case ThisQuarter, LastQuarter:
			return "the quarter before"
		case ThisYear, LastYear:
			return "the year before"
		}
		if r.Days() == 1 {
			return "the day before"
		}
		return fmt.Sprintf("%d days before", r.Days())
	}
	return "nothing"
}
