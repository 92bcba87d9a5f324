package ledger

import (
	"errors"
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"clientportal/internal/exact"
)

// Close closes the first open period: what is left rolls over as its terms say, and
// expires beyond; what was used beyond is billed or goes into the next period, never
// both. Of a retainer that ends here, what is left expires and what is beyond is
// billed.
func (b *Book) Close(at time.Time) error {
	p, ok := b.OpenPeriod()
	if !ok {
		return ErrEnded
	}
	onward := b.follow(p, at)
	terms := b.TermsOn(p.Starts)
	left, deficit := b.lots(p.Number)
	out := Row{Period: p.Number, Day: p.Ends, Origin: p.Number, Recorded: at}
	switch {
	case deficit > 0 && (terms.Bill || !onward):
		out.Kind, out.Minutes, out.Amount = Overage, deficit, Price(deficit, terms.Rate)
		b.add(out)
	case deficit > 0:
		b.move(out, -deficit)
	default:
		b.rollOver(out, left, terms, onward)
	}
	i := slices.IndexFunc(b.Periods, func(q Period) bool { return q.Number == p.Number })
	b.Periods = slices.Clone(b.Periods)
	b.Periods[i].Closed = &at
	if b.sum(p.Number) != 0 {
		return errors.New("ledger: a closed period does not sum to nothing")
	}
	return nil
}

// follow makes sure that the period after p is open, if there is one.
func (b *Book) follow(p Period, at time.Time) bool {
	if b.Periods[len(b.Periods)-1].Number > p.Number {
		return true
	}
	next, more := b.next()
	if more {
		b.open(next, at)
	}
	return more
}

// rollOver takes what is left out of a period: the newest minutes up to the cap into
// the next one, the others expire.
func (b *Book) rollOver(out Row, left []lot, terms Terms, onward bool) {
	room := 0
	for _, l := range left {
		room += l.minutes
	}
	if terms.Cap != nil {
		room = min(room, *terms.Cap)
	}
	if !onward || !terms.Rolls() {
		room = 0
	}
	for _, l := range slices.Backward(left) {
		out.Origin = l.origin
		rolls := 0
		if terms.Lives == nil || out.Period-l.origin < *terms.Lives {
			rolls = min(room, l.minutes)
		}
		room -= rolls
		b.move(out, rolls)
		out.Kind, out.Minutes = Expiry, rolls-l.minutes
		b.add(out)
	}
}

// move moves minutes, or a deficit, from a period into the next.
func (b *Book) move(out Row, minutes int) {
	out.Kind, out.Minutes = Rollover, -minutes
	b.add(out)
	out.Period, out.Minutes = out.Period+1, minutes
	b.add(out)
}

// settle adds to the closed last period what makes it come to what closing it now
// would: minutes that had expired are used before more are billed, and those that are
// given back are billed no more before they expire.
func (b *Book) settle(p Period, at time.Time) {
	closing := func(r Row) bool { return r.Kind == Expiry || r.Kind == Overage && r.Day.Equal(p.Ends.Time) }
	before := Book{Rows: slices.DeleteFunc(b.rowsOf(p.Number), closing)}
	left, beyond := before.lots(p.Number)
	expires, billed, price := map[int]int{}, 0, decimal.Zero
	for _, l := range left {
		expires[l.origin] = -l.minutes
	}
	for _, r := range b.rowsOf(p.Number) {
		switch {
		case r.Kind == Expiry:
			expires[r.Origin] -= r.Minutes
		case closing(r):
			billed += r.Minutes
			if r.Amount != nil {
				price = price.Add(*r.Amount)
			}
		}
	}
	out := Row{Period: p.Number, Day: p.Ends, Recorded: at}
	for origin := range p.Number + 1 {
		out.Kind, out.Minutes, out.Origin = Expiry, expires[origin], origin
		b.add(out)
	}
	out.Kind, out.Minutes, out.Amount = Overage, beyond-billed, Price(beyond, b.TermsOn(p.Starts).Rate)
	if out.Amount != nil {
		out.Amount = new(out.Amount.Sub(price))
	}
	b.add(out)
}

func (b *Book) sum(period int) int {
	sum := 0
	for _, r := range b.rowsOf(period) {
		sum += r.Minutes
	}
	return sum
}

// Price is what minutes come to at a rate for an hour; nil without a rate.
func Price(minutes int, rate *decimal.Decimal) *decimal.Decimal {
	if rate == nil {
		return nil
	}
	amount := rate.Mul(decimal.NewFromInt(int64(minutes))).DivRound(decimal.NewFromInt(60), 2)
	return &amount
}

// Buy adds minutes beyond the retainer that are paid for by themselves.
func (b *Book) Buy(period, minutes int, amount decimal.Decimal, today exact.Day, at time.Time) error {
	i := slices.IndexFunc(b.Periods, func(p Period) bool { return p.Number == period })
	if i < 0 || b.Periods[i].Closed != nil {
		return ErrEnded
	}
	b.add(Row{Period: period, Kind: Overage, Minutes: minutes, Day: within(b.Periods[i], today), Origin: period, Amount: &amount, Recorded: at})
	return nil
}
