package timetrack

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"clientportal/internal/db"
	"clientportal/internal/fault"
	"clientportal/internal/news"
	"clientportal/internal/timetrack/ledger"
	"clientportal/internal/timetrack/timetrackdb"
)

// limit is how much of a period's minutes was worked: what is used, and what will be
// unless the client rejects it.
type limit struct {
	period    ledger.Period
	terms     storedTerms
	worked    int
	available int // with what was bought beyond
}

// limitOf reads it for the period of a day; the entry but is left out.
func (a *account) limitOf(ctx context.Context, q *timetrackdb.Queries, day Day, but uuid.UUID) (l limit, err error) {
	l.period, _ = a.On(day)
	l.terms = a.termsOn(l.period.Starts)
	at := a.At(l.period.Last(), nil)
	sums := at.Sums(l.period)
	l.available, l.worked = max(0, sums.Available())+sums.Bought, sums.Used
	if !l.terms.PendingConsumes {
		waits, err := q.WaitingInPeriod(ctx, timetrackdb.WaitingInPeriodParams{
			RetainerID: a.ID, Starts: l.period.Starts.Time, Ends: l.period.Ends.Time, But: but,
		})
		l.worked += int(waits)
		return l, err
	}
	return l, nil
}

// limits reports whether it takes the client's consent to go beyond the period.
func (a *account) limits(p ledger.Period) bool {
	return p.Closed == nil && a.termsOn(p.Starts).ConsentBlockMinutes != nil
}

// allow refuses to log beyond the retainer what the client has not agreed to pay for,
// if its terms ask for that. Less than before is always allowed.
func (w *writing) allow(ctx context.Context, accounts map[uuid.UUID]*account) error {
	if w.after.RetainerID == nil {
		return nil
	}
	a := accounts[*w.after.RetainerID]
	period, _ := a.On(w.day)
	if !a.limits(period) {
		return nil
	}
	before := 0
	if b := w.before; b != nil && b.RetainerID != nil && *b.RetainerID == a.ID && period.Has(Day{Time: b.DateWorked}) {
		before = int(b.Minutes)
	}
	if w.minutes <= before {
		return nil
	}
	l, err := a.limitOf(ctx, w.q, w.day, w.after.ID)
	if err != nil {
		return err
	}
	for _, r := range a.past[w.after.ID] {
		if r.Period == period.Number && r.Kind == ledger.Use {
			l.worked += r.Minutes // what it took is taken anew
		}
	}
	return a.consented(l, w.minutes)
}

// consented refuses minutes beyond the limit, where the terms ask for the client's
// consent to them.
func (a *account) consented(l limit, minutes int) error {
	block := l.terms.ConsentBlockMinutes
	if block == nil || l.worked+minutes <= l.available {
		return nil
	}
	left := fmt.Sprintf("Of %s there are %s h left until %s.", a.Name, Hours(max(0, l.available-l.worked)), l.period.Last().Format("2 January"))
	return &beyond{a.ID, a.Name, l.period.Starts, left, fault.New(fault.Conflict,
		"%s The client is asked for a block of %s h beyond it: log this once they approve, or outside the retainer.", left, Hours(*block))}
}

// beyond is the fault of hours that need the client's consent first.
type beyond struct {
	retainer uuid.UUID
	name     string
	period   Day    // on which it starts
	left     string // in words
	fault    *fault.Error
}

func (b *beyond) Error() string { return b.fault.Error() }
func (b *beyond) Unwrap() error { return b.fault }

// asking asks the client for consent where err is that it is missing. It is a change
// of its own: that which needs it is not done.
func (s *Service) asking(ctx context.Context, err error) error {
	b, ok := errors.AsType[*beyond](err)
	if !ok {
		return err
	}
	if err := db.Apart(ctx, func(ctx context.Context) error {
		_, err := s.askOn(ctx, BlockInput{RetainerID: b.retainer}, &b.period)
		if fault.CodeOf(err) == fault.Conflict {
			return nil // asked before
		}
		return err
	}); err != nil {
		return err
	}
	return b.fault
}

// watch tells both sides, once for each period, that most or all of its minutes are
// worked, and asks the client for more at the limit if the terms say so.
func (w *writing) watch(ctx context.Context, accounts map[uuid.UUID]*account) error {
	if w.after.RetainerID == nil {
		return nil
	}
	a := accounts[*w.after.RetainerID]
	if p, _ := a.On(w.day); !a.today.Before(p.Ends.Time) {
		return nil // it is over: nothing can be done about it
	}
	l, err := a.limitOf(ctx, w.q, w.day, uuid.Nil)
	if err != nil {
		return err
	}
	for _, percent := range news.RetainerPercents {
		if l.worked*100 < l.available*percent {
			continue
		}
		id := newID()
		n, err := w.q.NoteAlert(ctx, timetrackdb.NoteAlertParams{
			CustomerID: a.CustomerID, RetainerID: a.ID, Period: int32(l.period.Number), Percent: int32(percent), ID: id, ToldAt: a.now,
		})
		if err != nil {
			return err
		}
		if n > 0 && (percent == 100 || l.worked < l.available) {
			tell(ctx, w.tx, notice{ID: id, CustomerID: a.CustomerID, Event: runsLow, SubjectID: a.ID, Percent: percent})
		}
	}
	if l.worked >= l.available && l.terms.ConsentBlockMinutes != nil {
		_, err = a.ask(ctx, w.tx, w.q, l.period, l.terms, *l.terms.ConsentBlockMinutes, "")
	}
	return err
}

// ask lays a block of minutes beyond the retainer before the client, unless one lies
// there.
func (a *account) ask(ctx context.Context, tx *db.Tx, q *timetrackdb.Queries, p ledger.Period, terms storedTerms, minutes int, why string) (uuid.UUID, error) {
	if terms.OverageRate == nil {
		return uuid.Nil, fault.New(fault.Conflict, "The terms of %s do not say what an hour beyond costs. Change them first.", a.Name)
	}
	id := newID()
	price := ledger.Price(minutes, terms.OverageRate)
	n, err := q.AskBlock(ctx, timetrackdb.AskBlockParams{
		ID: id, CustomerID: a.CustomerID, RetainerID: a.ID, Period: int32(p.Number), Minutes: int32(minutes), Rate: *terms.OverageRate, Amount: *price,
		Currency: a.Currency, Reason: why, AskedByName: tx.Actor().Name, AskedAt: a.now,
	})
	if err != nil || n == 0 {
		return uuid.Nil, err
	}
	tx.Record(about("overage_block", "overage_block.ask", a.CustomerID, id, map[string]any{
		"retainer_id": a.ID, "period_start": p.Starts, "hours": Hours(minutes), "amount": price.StringFixed(2), "currency": a.Currency,
	}))
	tell(ctx, tx, notice{CustomerID: a.CustomerID, Event: blockAsked, SubjectID: id})
	return id, nil
}
