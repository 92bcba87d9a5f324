package ledger

import (
	"time"

	"clientportal/internal/exact"
)

// At is the book as it stood at the end of a day: what counts by then, as it was
// known at a moment, or is now where known is nil. Periods that had ended without
// having been closed are shown as they would be.
func (b *Book) At(day exact.Day, known *time.Time) *Book {
	knew := func(t time.Time) bool { return known == nil || !t.After(*known) }
	at := &Book{Starts: b.Starts, Ends: b.Ends}
	for _, t := range b.Terms {
		if knew(t.Recorded) {
			at.Terms = append(at.Terms, t)
		}
	}
	for _, r := range b.Rows {
		if knew(r.Recorded) && !r.Day.After(day.Time) {
			at.Rows = append(at.Rows, r)
		}
	}
	for _, p := range b.Periods {
		if p.Starts.After(day.Time) || !knew(p.Opened) {
			break
		}
		if p.Closed != nil && (!knew(*p.Closed) || p.Ends.After(day.Time)) {
			p.Closed = nil
		}
		at.Periods = append(at.Periods, p)
	}
	at.catchUp(day)
	return at
}

// catchUp opens and closes, as if it were done in time, what is due by the day.
func (b *Book) catchUp(day exact.Day) {
	recorded := len(b.Rows)
	defer func() {
		for i := range b.Rows[recorded:] {
			b.Rows[recorded+i].Expected = true
		}
	}()
	b.Open(day, day.Time)
	for {
		p, ok := b.OpenPeriod()
		if !ok || p.Ends.After(day.Time) || b.Close(p.Ends.Time) != nil {
			return
		}
	}
}

// Sums are what a period comes to.
type Sums struct {
	Included   int // granted
	RolledOver int // from before; below zero: a deficit that was carried
	Used       int
	Adjusted   int // by late, edited and deleted entries of closed periods
	Bought     int // beyond the retainer
	Expired    int
	Onward     int // rolled over into the next; below zero: a deficit
}

// Sums of a period of the book, by what its rows are.
func (b *Book) Sums(p Period) (s Sums) {
	for _, r := range b.rowsOf(p.Number) {
		switch r.Kind {
		case Grant:
			s.Included += r.Minutes
		case Use:
			s.Used -= r.Minutes
		case Adjustment:
			s.Adjusted += r.Minutes
		case Overage:
			s.Bought += r.Minutes
		case Expiry:
			s.Expired -= r.Minutes
		case Rollover:
			if r.Day.Equal(p.Ends.Time) {
				s.Onward -= r.Minutes
			} else {
				s.RolledOver += r.Minutes
			}
		}
	}
	return s
}

// Available is what can be used in the period without buying more.
func (s Sums) Available() int { return s.Included + s.RolledOver + s.Adjusted }

// Remaining is what is left.
func (s Sums) Remaining() int { return max(0, s.Available()+s.Bought-s.Used) }

// Beyond is what was used more than there was.
func (s Sums) Beyond() int { return max(0, s.Used-max(0, s.Available())) }
