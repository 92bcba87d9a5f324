// Package ledger is the arithmetic of a retainer, in minutes and civil days, without
// a database: which periods there are, what is granted, used, rolled over, expired,
// billed and put right in each, and what stood in the book on any day.
//
// The balance is the sum of the rows. Rows are only ever added; a period that is
// closed sums to nothing, for what was left of it went into the next, expired or was
// billed.
package ledger

import (
	"cmp"
	"errors"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"clientportal/internal/exact"
)

// Kind says what a row is.
type Kind string

// The kinds of rows.
const (
	Grant      Kind = "grant"      // of a period's minutes, when it opens
	Use        Kind = "use"        // by a time entry of the period
	Rollover   Kind = "rollover"   // out of a closed period, into the next; also of a deficit
	Expiry     Kind = "expiry"     // of what does not roll over
	Overage    Kind = "overage"    // minutes beyond the retainer, paid for by themselves
	Adjustment Kind = "adjustment" // by a late, edited or deleted entry of a closed period
)

// Terms are what was agreed, from a day on. A period keeps to the terms of its first
// day.
type Terms struct {
	From     exact.Day
	Minutes  int  // granted for each period
	Months   int  // of a period: 1 or 3
	Cap      *int // minutes that roll over at most
	Lives    *int // periods for which they do, after that in which they were granted
	Bill     bool // what is used beyond is billed, not carried
	Rate     *decimal.Decimal
	Pending  bool // hours that wait for approval count as used
	Rejected bool // so do those that the client rejected

	Recorded time.Time
}

// Rolls reports whether anything rolls over: not where neither a cap nor a life was
// agreed.
func (t Terms) Rolls() bool { return t.Cap != nil || t.Lives != nil }

// Period is one period of a retainer, half-open: Ends is the day after its last.
type Period struct {
	Number       int
	Starts, Ends exact.Day
	Opened       time.Time
	Closed       *time.Time
}

// Has reports whether the day is in the period.
func (p Period) Has(day exact.Day) bool {
	return !day.Before(p.Starts.Time) && day.Before(p.Ends.Time)
}

// Last is the last day of the period.
func (p Period) Last() exact.Day { return exact.Day{Time: p.Ends.AddDate(0, 0, -1)} }

// Row is one row of the ledger.
type Row struct {
	Period   int
	Kind     Kind
	Minutes  int // below zero: taken
	Day      exact.Day
	Origin   int       // the period in which the minutes were granted
	EntryID  uuid.UUID // of a use or adjustment
	Amount   *decimal.Decimal
	Note     string
	Recorded time.Time
	Expected bool // not recorded yet: shown as it will be
}

// Book is a retainer with its terms, opened periods and rows, each in order. One that
// has forgotten its closed periods and their rows goes on all the same.
type Book struct {
	Starts  exact.Day
	Ends    *exact.Day // the last day; nil: it goes on
	Terms   []Terms
	Periods []Period
	Rows    []Row
}

// ErrEnded says that all periods are closed and none comes after.
var ErrEnded = errors.New("ledger: the retainer has ended")

// ErrOpened says that terms would change the length of a period that has begun.
var ErrOpened = errors.New("ledger: the period is open already")

// TermsOn are the terms that hold on a day: of those that began by then the last, and
// of two that began on one day the one agreed later.
func (b *Book) TermsOn(day exact.Day) Terms {
	var held Terms
	for _, t := range b.Terms {
		if !t.From.After(day.Time) && !t.From.Before(held.From.Time) {
			held = t
		}
	}
	return held
}

// Runs reports whether the retainer runs on a day.
func (b *Book) Runs(day exact.Day) bool {
	return !day.Before(b.Starts.Time) && (b.Ends == nil || !day.After(b.Ends.Time))
}

// next is the period after the last one, if there is one.
func (b *Book) next() (Period, bool) {
	p := Period{Starts: b.Starts}
	if len(b.Periods) > 0 {
		last := b.Periods[len(b.Periods)-1]
		p.Number, p.Starts = last.Number+1, last.Ends
	}
	if !b.Runs(p.Starts) {
		return Period{}, false
	}
	_, p.Ends = b.whole(p.Starts)
	if b.Ends != nil && p.Ends.After(b.Ends.AddDate(0, 0, 1)) {
		p.Ends = exact.Day{Time: b.Ends.AddDate(0, 0, 1)}
	}
	return p, true
}

// whole is the period of a day on which one starts, if no end cuts it. It is counted
// from the retainer's first day, so that a start on the 31st does not drift. One that
// goes on after an end that was put off began before the day.
func (b *Book) whole(starts exact.Day) (from, until exact.Day) {
	months := (starts.Year()-b.Starts.Year())*12 + int(starts.Month()-b.Starts.Month())
	if monthsAfter(b.Starts, months).After(starts.Time) {
		months--
	}
	return monthsAfter(b.Starts, months), monthsAfter(b.Starts, months+b.TermsOn(starts).Months)
}

// granted is what the terms give for a period: of one that an end cuts its share by
// days, to the nearest minute.
func (b *Book) granted(p Period) int {
	from, until := b.whole(p.Starts)
	days, of := daysFrom(p.Starts, p.Ends), daysFrom(from, until)
	return (2*b.TermsOn(p.Starts).Minutes*days + of) / (2 * of)
}

func daysFrom(from, until exact.Day) int { return int(until.Sub(from.Time) / (24 * time.Hour)) }

// monthsAfter is the same day of the month some months on, or that month's last day.
func monthsAfter(day exact.Day, months int) exact.Day {
	first := time.Date(day.Year(), day.Month()+time.Month(months), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return exact.Day{Time: first.AddDate(0, 0, min(day.Day(), last)-1)}
}

// Open opens periods until one has the day, and grants their minutes.
func (b *Book) Open(day exact.Day, at time.Time) {
	for len(b.Periods) == 0 || !b.Periods[len(b.Periods)-1].Ends.After(day.Time) {
		p, more := b.next()
		if !more || p.Starts.After(day.Time) {
			return
		}
		b.open(p, at)
	}
}

func (b *Book) open(p Period, at time.Time) {
	p.Opened = at
	b.Periods = append(b.Periods, p)
	b.add(Row{Period: p.Number, Kind: Grant, Minutes: b.granted(p), Day: p.Starts, Origin: p.Number, Recorded: at})
}

func (b *Book) add(r Row) {
	if r.Minutes != 0 {
		b.Rows = append(b.Rows, r)
	}
}

// On is the opened period that has the day.
func (b *Book) On(day exact.Day) (Period, bool) {
	for _, p := range b.Periods {
		if p.Has(day) {
			return p, true
		}
	}
	return Period{}, false
}

// OpenPeriod is the first period that is not closed.
func (b *Book) OpenPeriod() (Period, bool) {
	i := slices.IndexFunc(b.Periods, func(p Period) bool { return p.Closed == nil })
	if i < 0 {
		return Period{}, false
	}
	return b.Periods[i], true
}

// Agree adds terms. Opened periods that are not closed yet are granted what the new
// terms give more, or less.
func (b *Book) Agree(t Terms) error {
	changed := *b
	changed.Terms = append(slices.Clip(b.Terms), t)
	for _, p := range b.Periods {
		if before, after := b.TermsOn(p.Starts), changed.TermsOn(p.Starts); p.Closed == nil {
			if before.Months != after.Months {
				return ErrOpened
			}
			changed.add(Row{
				Period: p.Number, Kind: Grant, Minutes: changed.granted(p) - b.granted(p), Day: p.Starts, Origin: p.Number,
				Note: "changed terms", Recorded: t.Recorded,
			})
		}
	}
	*b = changed
	return nil
}

// Balance is the sum of all rows.
func (b *Book) Balance() int {
	sum := 0
	for _, r := range b.Rows {
		sum += r.Minutes
	}
	return sum
}

// rowsOf are the rows of a period.
func (b *Book) rowsOf(period int) []Row {
	var rows []Row
	for _, r := range b.Rows {
		if r.Period == period {
			rows = append(rows, r)
		}
	}
	return rows
}

// lot is what is left of the minutes that were granted in a period.
type lot struct{ origin, minutes int }

// lots are what is left in a period, oldest first, once its uses have taken from the
// oldest; or else by how much they go beyond.
func (b *Book) lots(period int) (left []lot, deficit int) {
	by := map[int]int{}
	for _, r := range b.rowsOf(period) {
		switch {
		case r.Kind == Use, r.Kind == Adjustment, r.Kind == Rollover && r.Minutes < 0:
			deficit -= r.Minutes
		default:
			by[r.Origin] += r.Minutes
		}
	}
	if deficit < 0 { // more was put right than used
		by[period] -= deficit
		deficit = 0
	}
	for origin, minutes := range by {
		left = append(left, lot{origin, minutes})
	}
	slices.SortFunc(left, func(a, b lot) int { return cmp.Compare(a.origin, b.origin) })
	for i := range left {
		taken := min(deficit, left[i].minutes)
		left[i].minutes -= taken
		deficit -= taken
	}
	return slices.DeleteFunc(left, func(l lot) bool { return l.minutes == 0 }), deficit
}
