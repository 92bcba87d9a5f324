package timetrack

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"

	"clientportal/internal/clock"
	"clientportal/internal/db"
	"clientportal/internal/exact"
	"clientportal/internal/timetrack/ledger"
	"clientportal/internal/timetrack/timetrackdb"
)

// SummaryQuery says of which retainers, and when.
type SummaryQuery struct {
	CustomerID *uuid.UUID // for the agency's people; nil: all whom they serve
	AsOf       *Day       // the end of this day; today, where the customer is, when nil

	// Known is the moment whose knowledge it has, and whose day AsOf then is. What was
	// recorded later, of whatever day, is not in it: the same answer for ever.
	Known *time.Time
}

// RetainerSummary is how each retainer that runs on the day stands at its end: a
// period that has ended without having been closed is counted as it will be.
func (s *Service) RetainerSummary(ctx context.Context, in SummaryQuery) (list []Summary, err error) {
	list = []Summary{}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		q := timetrackdb.New(tx)
		books, err := readBooks(ctx, q, in.books())
		if err == nil && in.Known != nil {
			err = waitingAsOf(ctx, q, books, *in.Known)
		}
		for _, b := range books {
			if sum, ok := b.summary(ctx, in.day(ctx, b.row.Timezone), in.Known); ok {
				list = append(list, sum)
			}
		}
		return err
	})
	return list, err
}

// day is the day at whose end it is looked.
func (in SummaryQuery) day(ctx context.Context, zone string) Day {
	switch {
	case in.AsOf != nil:
		return *in.AsOf
	case in.Known != nil:
		return dayIn(zone, *in.Known)
	}
	return dayIn(zone, clock.Now(ctx))
}

// books asks for what is needed of the ledgers; of the periods before, what was used.
func (in SummaryQuery) books() timetrackdb.BooksParams {
	now := in.Known == nil
	of := timetrackdb.BooksParams{CustomerID: in.CustomerID, Day: in.AsOf.Midnight(), Known: in.Known, Drawn: mostPeriods, Waiting: now, ByDay: now}
	if in.Known != nil {
		tomorrow := in.Known.AddDate(0, 0, 1) // somewhere it was that day already
		of.Day = &tomorrow
	}
	return of
}

// waitingAsOf reads what was not approved at a moment.
func waitingAsOf(ctx context.Context, q *timetrackdb.Queries, books []*book, at time.Time) error {
	of := timetrackdb.WaitingHoursAsOfParams{AsOf: at}
	by := map[uuid.UUID]*book{}
	for _, b := range books {
		of.Ids, of.Customers = append(of.Ids, b.row.Retainer.ID), append(of.Customers, b.row.Retainer.CustomerID)
		by[b.row.Retainer.ID] = b
	}
	rows, err := q.WaitingHoursAsOf(ctx, of)
	for _, r := range rows {
		b := by[r.RetainerID]
		b.waiting = append(b.waiting, waiting{Day{Time: r.DateWorked}, Approval(r.Approval), int(r.Minutes)})
	}
	return err
}

// summary is how the retainer stands at the end of a day, if it runs then.
func (b *book) summary(ctx context.Context, day Day, known *time.Time) (Summary, bool) {
	if !b.Runs(day) {
		return Summary{}, false
	}
	at := b.At(day, known)
	if len(at.Terms) == 0 {
		return Summary{}, false // it was not agreed yet
	}
	p, _ := at.On(day)
	terms, retainer := at.TermsOn(p.Starts), b.retainer(ctx)
	s := Summary{
		RetainerID: retainer.ID, CustomerID: retainer.CustomerID, Customer: retainer.Customer, Name: retainer.Name, QuoteID: retainer.QuoteID,
		QuoteName: retainer.QuoteName, PeriodStart: p.Starts, PeriodEnd: p.Ends, AsOf: day, Currency: retainer.Currency,
		OverageRate: exact.AmountOf(terms.Rate), Period: Month, Burn: burn(at, p, day), retainer: retainer,
	}
	if terms.Months == 3 {
		s.Period = Quarter
	}
	s.Figures = figures(at, p)
	s.PendingHours, s.RejectedHours = b.apart(p, terms, day, known)
	for _, w := range b.waiting {
		if terms.Pending && w.Approval == Pending && p.Has(w.Day) && !w.Day.After(day.Time) {
			s.counted += Hours(w.Minutes)
		}
	}
	s.Forecast = forecast(at, p, day, s.PendingHours)
	return s, true
}

// figures are what the ledger's rows of a period come to.
func figures(at *ledger.Book, p ledger.Period) Figures {
	s := at.Sums(p)
	f := Figures{
		IncludedHours: Hours(s.Included), RolledOverHours: Hours(s.RolledOver), UsedHours: Hours(s.Used), AdjustedHours: Hours(s.Adjusted),
		OverageHours: Hours(s.Beyond()), BoughtHours: Hours(s.Bought), ExpiredHours: Hours(s.Expired), OnwardHours: Hours(s.Onward),
		RemainingHours: Hours(s.Remaining()),
	}
	for _, r := range at.Rows {
		if r.Period == p.Number && r.Amount != nil {
			sum := *r.Amount
			if f.BilledAmount != nil {
				sum = sum.Add(f.BilledAmount.Decimal)
			}
			f.BilledAmount = &Amount{Decimal: sum}
		}
	}
	return f
}

// apart are the hours that do not count as used by the day: of the period, and, where it
// is open, of closed ones before it, whose hours will count in it.
func (b *book) apart(p ledger.Period, terms ledger.Terms, day Day, known *time.Time) (pending, rejected Hours) {
	closed := b.closedBy(known)
	for _, w := range b.waiting {
		late := p.Closed == nil && slices.ContainsFunc(closed, func(of ledger.Period) bool { return of.Has(w.Day) && of.Number < p.Number })
		if w.Day.After(day.Time) || !p.Has(w.Day) && !late {
			continue
		}
		switch {
		case w.Approval == Pending && !terms.Pending:
			pending += Hours(w.Minutes)
		case w.Approval == Rejected && !terms.Rejected && p.Has(w.Day):
			rejected += Hours(w.Minutes)
		}
	}
	return pending, rejected
}

// closedBy are the periods that were closed by a moment, or are now.
func (b *book) closedBy(known *time.Time) (closed []ledger.Period) {
	for _, p := range b.Periods {
		if p.Closed != nil && (known == nil || !p.Closed.After(*known)) {
			closed = append(closed, p)
		}
	}
	return closed
}

// burn is what was used by the end of each day of the period until day.
func burn(at *ledger.Book, p ledger.Period, day Day) []Burn {
	by := map[int64]int{}
	for _, r := range at.Rows {
		if r.Period == p.Number && (r.Kind == ledger.Use || r.Kind == ledger.Adjustment) {
			by[r.Day.Unix()] -= r.Minutes
		}
	}
	var list []Burn
	used := 0
	for d := p.Starts; d.Before(p.Ends.Time) && !d.After(day.Time); d = (Day{Time: d.AddDate(0, 0, 1)}) {
		used += by[d.Unix()]
		list = append(list, Burn{d, Hours(used)})
	}
	return list
}
