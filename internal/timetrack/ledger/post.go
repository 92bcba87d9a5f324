package ledger

import (
	"time"

	"github.com/google/uuid"

	"clientportal/internal/exact"
)

// Post makes the ledger say that an entry of this day takes so many minutes, none if
// it was deleted, is another retainer's or does not count (yet). What it took before
// is in past, all rows of the entry.
//
// In an open period its use is changed; what a closed period holds stays, and the
// difference is an adjustment in the open one, which counts today. Once the retainer
// has ended and none is open it is one in the last, which is settled anew.
func (b *Book) Post(entry uuid.UUID, past []Row, day exact.Day, minutes int, today exact.Day, at time.Time) error {
	type place struct {
		period int
		day    int64 // as Unix counts it
	}
	used := map[place]int{}
	fixed := 0
	for _, r := range past {
		if r.Kind == Use && b.isOpen(r.Period) {
			used[place{r.Period, r.Day.Unix()}] += r.Minutes
		} else {
			fixed += r.Minutes
		}
	}
	target, known := b.On(day)
	adjust := -minutes - fixed
	if known && target.Closed == nil {
		here := place{target.Number, day.Unix()}
		used[here] += minutes // so that putting it back to nothing leaves -minutes
		adjust = -fixed
	}
	for _, p := range b.Periods { // in order, so that the same history gives the same ledger
		for d := p.Starts; d.Before(p.Ends.Time); d = (exact.Day{Time: d.AddDate(0, 0, 1)}) {
			b.add(Row{Period: p.Number, Kind: Use, Minutes: -used[place{p.Number, d.Unix()}], Day: d, Origin: p.Number, EntryID: entry, Recorded: at})
		}
	}
	if adjust == 0 {
		return nil
	}
	row := Row{Kind: Adjustment, Minutes: adjust, EntryID: entry, Recorded: at}
	if open, ok := b.OpenPeriod(); ok {
		row.Period, row.Origin, row.Day = open.Number, open.Number, within(open, today)
		b.add(row)
		return nil
	}
	if len(b.Periods) == 0 {
		return ErrEnded
	}
	last := b.Periods[len(b.Periods)-1]
	row.Period, row.Origin, row.Day = last.Number, last.Number, last.Ends
	b.add(row)
	b.settle(last, at)
	return nil
}

func (b *Book) isOpen(period int) bool {
	for _, p := range b.Periods {
		if p.Number == period {
			return p.Closed == nil
		}
	}
	return false
}

// within is the day of the period that is nearest to day.
func within(p Period, day exact.Day) exact.Day {
	switch {
	case day.Before(p.Starts.Time):
		return p.Starts
	case !day.Before(p.Ends.Time):
		return p.Last()
	}
	return day
}
