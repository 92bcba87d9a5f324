package timetrack

import (
	"fmt"
	"slices"
	"time"

	"clientportal/internal/timetrack/ledger"
)

const (
	notEnoughHistory = "not enough history"
	fewestPeriods    = 2 // that a pace can be seen from
	mostPeriods      = 6
)

// forecast says between which days a period's minutes run out, if the agency works on
// at the slowest or at the quickest pace of the periods before, a working day as any
// other. What waits for approval was worked already.
func forecast(at *ledger.Book, p ledger.Period, day Day, pending Hours) Forecast {
	left := max(0, at.Sums(p).Remaining()-int(pending))
	if left == 0 {
		return Forecast{Basis: "the ledger", Reason: reason("used up")}
	}
	var paces []float64 // minutes a working day; an estimate, never an amount
	lived := 0          // periods with hours
	for _, before := range slices.Backward(at.Periods) {
		if before.Number >= p.Number || len(paces) == mostPeriods {
			continue
		}
		used := at.Sums(before).Used
		if days := workingDays(before.Starts, before.Ends); days > 0 {
			paces = append(paces, float64(used)/float64(days))
		}
		if used > 0 {
			lived++
		}
	}
	if lived < fewestPeriods {
		return Forecast{Basis: notEnoughHistory + ": it takes two periods with hours before this one", Reason: reason(notEnoughHistory)}
	}
	f := Forecast{Basis: fmt.Sprintf("the pace of the %d periods before, on working days", len(paces))}
	worked := Hours(at.Sums(p).Used) + pending
	f.LeastHours, f.MostHours = workedByEnd(worked, p, day, slices.Min(paces)), workedByEnd(worked, p, day, slices.Max(paces))
	f.RunsOutFrom = runsOut(left, slices.Max(paces), day, p.Ends)
	f.RunsOutTo = runsOut(left, slices.Min(paces), day, p.Ends)
	if f.RunsOutFrom == nil {
		f.RunsOutTo, f.Reason = nil, reason("lasts until the end of the period")
	}
	return f
}

// workedByEnd is what will have been worked by a period's end, at a pace from day on.
func workedByEnd(worked Hours, p ledger.Period, day Day, pace float64) *Hours {
	worked += Hours(pace * float64(workingDays(next(day), p.Ends)))
	return &worked
}

func reason(text string) *string { return &text }

// runsOut is the working day after day on which so many minutes are used up at a
// pace, or nil if that is not before end.
func runsOut(left int, pace float64, day, end Day) *Day {
	used := 0.0
	for d := next(day); d.Before(end.Time); d = next(d) {
		if !works(d) {
			continue
		}
		if used += pace; used >= float64(left) {
			return &d
		}
	}
	return nil
}

func next(d Day) Day { return Day{Time: d.AddDate(0, 0, 1)} }

func works(d Day) bool { return d.Weekday() != time.Saturday && d.Weekday() != time.Sunday }

func workingDays(from, until Day) int {
	n := 0
	for d := from; d.Before(until.Time); d = next(d) {
		if works(d) {
			n++
		}
	}
	return n
}
