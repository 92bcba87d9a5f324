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
		rows, err := q.Retainers(ctx, timetrackdb.RetainersParams{CustomerID: in.CustomerID})
		if err != nil || len(rows) == 0 {
			return err
		}
		ids, customers := make([]uuid.UUID, len(rows)), make([]uuid.UUID, len(rows))
		for i, r := range rows {
			ids[i], customers[i] = r.Retainer.ID, r.Retainer.CustomerID
		}
		books, err := readBooks(ctx, q, in.books(ids))
		if err != nil {
			return err
		}
		waiting, err := readWaiting(ctx, q, ids)
		if in.Known != nil {
			waiting, err = readWaitingAsOf(ctx, q, timetrackdb.WaitingHoursAsOfParams{Ids: ids, Customers: customers, AsOf: *in.Known})
		}
		if err != nil {
			return err
		}
		for _, row := range rows {
			if sum, ok := summarize(row, books[row.Retainer.ID], waiting[row.Retainer.ID], in.day(ctx, row.Timezone), in.Known); ok {
				list = append(list, sum)
			}
		}
		return nil
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
func (in SummaryQuery) books(ids []uuid.UUID) timetrackdb.BooksParams {
	of := timetrackdb.BooksParams{Ids: ids, Day: in.AsOf.Midnight(), Known: in.Known, Drawn: mostPeriods}
	if in.Known != nil {
		tomorrow := in.Known.AddDate(0, 0, 1) // somewhere it was that day already
		of.Day = &tomorrow
	}
	return of
}

// waiting is hours that do not count as used, of one day.
type waiting struct {
	day      Day
	approval Approval
	minutes  int
}

func readWaiting(ctx context.Context, q *timetrackdb.Queries, ids []uuid.UUID) (map[uuid.UUID][]waiting, error) {
	by := map[uuid.UUID][]waiting{}
	rows, err := q.WaitingHours(ctx, ids)
	for _, r := range rows {
		by[r.RetainerID] = append(by[r.RetainerID], waiting{Day{Time: r.DateWorked}, Approval(r.Approval), int(r.Minutes)})
	}
	return by, err
}

func readWaitingAsOf(ctx context.Context, q *timetrackdb.Queries, of timetrackdb.WaitingHoursAsOfParams) (map[uuid.UUID][]waiting, error) {
	by := map[uuid.UUID][]waiting{}
	rows, err := q.WaitingHoursAsOf(ctx, of)
	for _, r := range rows {
		by[r.RetainerID] = append(by[r.RetainerID], waiting{Day{Time: r.DateWorked}, Approval(r.Approval), int(r.Minutes)})
	}
	return by, err
}

// summarize is how a retainer stands at the end of a day, if it runs then.
func summarize(row timetrackdb.RetainersRow, b *book, wait []waiting, day Day, known *time.Time) (Summary, bool) {
	r := row.Retainer
	b.of(r)
	if !b.Runs(day) {
		return Summary{}, false
	}
	at := b.At(day, known)
	if len(at.Terms) == 0 {
		return Summary{}, false // it was not agreed yet
	}
	p, _ := at.On(day)
	terms := at.TermsOn(p.Starts)
	s := Summary{
		RetainerID: r.ID, CustomerID: r.CustomerID, Customer: Named{r.CustomerID, row.CustomerName}, Name: r.Name, QuoteID: r.QuoteID,
		QuoteName: row.QuoteName, PeriodStart: p.Starts, PeriodEnd: p.Ends, AsOf: day, Currency: r.Currency,
		OverageRate: exact.AmountOf(terms.Rate), Period: Month, Burn: burn(at, p, day),
	}
	if terms.Months == 3 {
		s.Period = Quarter
	}
	s.Figures = figures(at, p)
	s.PendingHours, s.RejectedHours = apart(b.closedBy(known), p, terms, wait, day)
	s.Forecast = forecast(at, p, day)
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
func apart(closed []ledger.Period, p ledger.Period, terms ledger.Terms, wait []waiting, day Day) (pending, rejected Hours) {
	for _, w := range wait {
		late := p.Closed == nil && slices.ContainsFunc(closed, func(of ledger.Period) bool { return of.Has(w.day) && of.Number < p.Number })
		if w.day.After(day.Time) || !p.Has(w.day) && !late {
			continue
		}
		switch {
		case w.approval == Pending && !terms.Pending:
			pending += Hours(w.minutes)
		case w.approval == Rejected && !terms.Rejected && p.Has(w.day):
			rejected += Hours(w.minutes)
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
