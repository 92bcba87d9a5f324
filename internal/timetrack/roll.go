package timetrack

import (
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/google/uuid"

	"clientportal/internal/clock"
	"clientportal/internal/db"
	"clientportal/internal/fault"
	"clientportal/internal/timetrack/ledger"
	"clientportal/internal/timetrack/timetrackdb"
)

// rollPeriods is the hourly job that opens the periods that have begun and closes
// those whose time is over.
type rollPeriods struct{}

// Kind implements river.JobArgs.
func (rollPeriods) Kind() string { return "retainer_periods" }

// RollPeriods opens the periods that have begun, and closes those that ended as long
// ago as their terms say.
func (s *Service) RollPeriods(ctx context.Context) error {
	var ids []uuid.UUID
	err := s.DB.Read(ctx, func(tx *db.Tx) (err error) {
		ids, err = timetrackdb.New(tx).DueRetainers(ctx, clock.Now(ctx))
		return err
	})
	for _, id := range ids {
		err = errors.Join(err, s.roll(ctx, id))
	}
	return err
}

// roll does it for one retainer, whose row is held: of two portals that try, the
// second finds it done.
func (s *Service) roll(ctx context.Context, id uuid.UUID) error {
	err := s.DB.Write(ctx, func(tx *db.Tx) error {
		q := timetrackdb.New(tx)
		accounts, err := openAccounts(ctx, tx, q, []uuid.UUID{id}, nil)
		if err != nil {
			return err
		}
		a := accounts[id]
		before := len(a.Periods)
		a.Open(a.today, a.now)
		var closed []ledger.Period
		for p, ok := a.OpenPeriod(); ok && a.isDue(p); p, ok = a.OpenPeriod() {
			if err := a.close(ctx, tx, q, p); err != nil {
				return err
			}
			closed = append(closed, p)
		}
		if len(closed) == 0 && len(a.Periods) == before {
			return db.ErrUnchanged
		}
		for _, p := range a.Periods[before:] {
			tx.Record(a.event("retainer.open_period", p))
		}
		announce(tx, a.CustomerID, false)
		return a.save(ctx, q)
	})
	if err != nil {
		return fmt.Errorf("open and close the periods of retainer %s: %w", id, err)
	}
	return nil
}

// isDue reports whether a period closes by itself today. What was worked before the
// retainer was made has as long to be logged.
func (a *account) isDue(p ledger.Period) bool {
	from := p.Ends
	if made := dayIn(a.Timezone, a.CreatedAt); made.After(from.Time) {
		from = made
	}
	return !a.today.Before(from.AddDate(0, 0, a.closesAfter(p)))
}

// closesAfter is how many days after its end a period closes.
func (a *account) closesAfter(p ledger.Period) int {
	return a.termsOn(p.Starts).ClosesAfterDays
}

// termsOn is TermsOn, with all that was agreed.
func (b *book) termsOn(day Day) (held storedTerms) {
	for _, t := range b.terms {
		if !t.EffectiveFrom.After(day.Time) && !t.EffectiveFrom.Before(held.EffectiveFrom.Time) {
			held = t
		}
	}
	return held
}

// ClosePeriod closes the first open period of a retainer, which must have ended: from
// then on it is locked.
func (s *Service) ClosePeriod(ctx context.Context, retainer uuid.UUID, starts Day) (p Period, err error) {
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		if err := mayAgree(tx.Actor()); err != nil {
			return err
		}
		q := timetrackdb.New(tx)
		accounts, err := openAccounts(ctx, tx, q, []uuid.UUID{retainer}, nil)
		if err != nil {
			return err
		}
		a := accounts[retainer]
		a.Open(a.today, a.now)
		which, err := a.closable(starts)
		if err != nil {
			return err
		}
		if err := first(a.close(ctx, tx, q, which), a.save(ctx, q)); err != nil {
			return err
		}
		announce(tx, a.CustomerID, false)
		p = Period{
			Number: which.Number, PeriodStart: which.Starts, PeriodEnd: which.Ends, ClosedAt: &a.now, ClosedBy: &a.by, Figures: figures(&a.Book, which),
		}
		return nil
	})
	return p, err
}

// closable is the period that starts on the day, if it is the next to be closed.
func (a *account) closable(starts Day) (ledger.Period, error) {
	p, ok := a.On(starts)
	open, some := a.OpenPeriod()
	switch {
	case !ok || p.Starts != starts:
		return p, fault.Missing("period")
	case p.Closed != nil:
		return p, fault.New(fault.Conflict, "This period is closed already.")
	case a.today.Before(p.Ends.Time):
		return p, fault.New(fault.Conflict, "This period goes on until %s. It can be closed from the day after.", p.Last().Format("2 January 2006"))
	case some && open.Number != p.Number:
		return p, fault.New(fault.Conflict, "Close the period from %s first.", open.Starts.Format("2 January 2006"))
	}
	return p, nil
}

// close closes the first open period, and takes back what is still asked for it.
func (a *account) close(ctx context.Context, tx *db.Tx, q *timetrackdb.Queries, p ledger.Period) error {
	rows := len(a.Rows)
	if err := a.Close(a.now); err != nil {
		return err
	}
	if err := q.WithdrawBlocks(ctx, timetrackdb.WithdrawBlocksParams{RetainerID: a.ID, Period: int32(p.Number), Now: &a.now}); err != nil {
		return err
	}
	event := a.event("retainer.close_period", p)
	event.Payload.(map[string]any)["rows"] = len(a.Rows) - rows
	event.Payload.(map[string]any)["figures"] = figures(&a.Book, p)
	tx.Record(event)
	return nil
}

// Periods are all periods of a retainer until today, the last first, with what each
// came to.
func (s *Service) Periods(ctx context.Context, retainer uuid.UUID) (list []Period, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		b, err := readBook(ctx, timetrackdb.New(tx), retainer, timetrackdb.BooksParams{Drawn: math.MaxInt32, Waiting: true})
		if err == nil {
			list = b.list(b.localDay(ctx))
		}
		return err
	})
	return list, err
}

// list is all periods until a day, the last first.
func (b *book) list(today Day) []Period {
	at := b.At(today, nil)
	list := []Period{}
	for _, p := range at.Periods {
		shown := Period{Number: p.Number, PeriodStart: p.Starts, PeriodEnd: p.Ends, Figures: figures(at, p)}
		if p.Number < len(b.periods) {
			shown.ClosedAt, shown.ClosedBy = b.periods[p.Number].ClosedAt, b.periods[p.Number].ClosedByName
		}
		shown.PendingHours, shown.RejectedHours = b.apart(p, at.TermsOn(p.Starts), today, nil)
		list = append([]Period{shown}, list...)
	}
	return list
}
