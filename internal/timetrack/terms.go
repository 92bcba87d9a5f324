package timetrack

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"clientportal/internal/api"
	"clientportal/internal/audit"
	"clientportal/internal/db"
	"clientportal/internal/fault"
	"clientportal/internal/timetrack/ledger"
	"clientportal/internal/timetrack/timetrackdb"
)

// UpdateRetainer changes a retainer's name and end at once, and its terms from a day
// on. What closed periods came to stays.
func (s *Service) UpdateRetainer(ctx context.Context, id uuid.UUID, in RetainerChange, ifMatch string) (r Retainer, err error) {
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		if err := mayAgree(tx.Actor()); err != nil {
			return err
		}
		q := timetrackdb.New(tx)
		was, err := readRetainer(ctx, q, id)
		if err != nil {
			return err
		}
		if _, err := q.LockCustomer(ctx, was.CustomerID); err != nil { // no overlap is made meanwhile
			return err
		}
		accounts, err := openAccounts(ctx, tx, q, []uuid.UUID{id}, nil)
		if err != nil {
			return err
		}
		a := accounts[id]
		if err := api.CheckMatch(ifMatch, api.ETag(a.Revision)); err != nil {
			return err
		}
		if err := a.rename(ctx, q, in); err != nil {
			return err
		}
		if err := a.agree(ctx, tx, q, in); err != nil {
			return err
		}
		if err := a.save(ctx, q); err != nil {
			return err
		}
		if in.EndsOn.Said { // what was worked after the old end waits for it
			if err := takeIn(ctx, tx, q, id); err != nil {
				return err
			}
		}
		if r, err = readRetainer(ctx, q, id); err != nil {
			return err
		}
		tx.Record(about("retainer", "retainer.update", r.CustomerID, id, map[string]any{"before": was, "after": r}))
		announce(tx, r.CustomerID, false)
		return nil
	})
	return r, err
}

// rename changes the name and the end.
func (a *account) rename(ctx context.Context, q *timetrackdb.Queries, in RetainerChange) error {
	var check fault.Check
	name := a.Name
	if in.Name != nil {
		name = check.Text("name", "the name", *in.Name, 1, 200)
	}
	if in.EndsOn.Said {
		a.ends(&check, in.EndsOn.Day)
	}
	if err := check.Err(); err != nil {
		return err
	}
	if err := overlap(ctx, q, timetrackdb.OverlappingRetainerParams{
		CustomerID: a.CustomerID, ID: a.ID, QuoteID: a.QuoteID, StartsOn: a.StartsOn, EndsOn: a.Ends.Midnight(),
	}); err != nil {
		return err
	}
	return q.UpdateRetainer(ctx, timetrackdb.UpdateRetainerParams{ID: a.ID, Name: name, EndsOn: a.Ends.Midnight(), Now: a.now})
}

// ends puts the end to another day, or takes it away. What has begun is not cut.
func (a *account) ends(check *fault.Check, day *Day) {
	a.Ends = day
	if day == nil {
		return
	}
	switch {
	case day.IsZero():
		check.Add("ends_on", "There is no such day.")
	case day.Before(a.StartsOn):
		check.Add("ends_on", "Choose a day that is not before the first.")
	case len(a.Periods) > 0:
		last := a.Periods[len(a.Periods)-1].Last()
		check.That(!day.Before(last.Time), "ends_on", "The period until %s has begun: the retainer ends with it, or later.", last.Format(longDay))
	}
}

// agree keeps changed terms, and what they change in open periods.
func (a *account) agree(ctx context.Context, tx *db.Tx, q *timetrackdb.Queries, in RetainerChange) error {
	var check fault.Check
	if !in.changesTerms() {
		check.That(in.EffectiveFrom == nil, "effective_from", "Say which terms change from then on.")
		return check.Err()
	}
	if in.EffectiveFrom == nil {
		return fault.InvalidField("effective_from", "Say from which day on the changed terms hold.")
	}
	from := *in.EffectiveFrom
	check.That(a.Runs(from), "effective_from", "Choose a day on which the retainer runs.")
	if p, ok := a.On(from); ok && p.Closed != nil {
		check.Add("effective_from", "The period from %s is closed: choose a day after it.", p.Starts.Format("2 January 2006"))
	}
	next := a.termsOn(from).shown()
	in.apply(&next)
	next.check(&check)
	if err := check.Err(); err != nil {
		return err
	}
	stored := storedOf(next)
	stored.RecordedAt = a.now
	err := a.Agree(stored.arithmetic())
	if errors.Is(err, ledger.ErrOpened) {
		return fault.InvalidField("effective_from", "A period that has begun keeps its length: choose the first day of a later one.")
	}
	a.terms = append(a.terms, stored)
	return first(err, insertTerms(ctx, tx, q, a.CustomerID, a.ID, len(a.terms), next), a.repost(ctx, q))
}

// repost makes open periods' uses what the terms say now: whether pending and
// rejected hours count may have changed.
func (a *account) repost(ctx context.Context, q *timetrackdb.Queries) error {
	open, ok := a.OpenPeriod()
	if !ok {
		return nil
	}
	rows, err := q.UndecidedSince(ctx, timetrackdb.UndecidedSinceParams{RetainerID: &a.ID, Since: open.Starts.Time})
	if err != nil {
		return err
	}
	ids := make([]uuid.UUID, len(rows))
	for i, row := range rows {
		ids[i] = row.ID
	}
	b, err := readBook(ctx, q, a.ID, timetrackdb.BooksParams{Entries: ids})
	if err != nil {
		return err
	}
	a.past = b.past
	for _, row := range rows {
		if err := a.post(row.ID, Day{Time: row.DateWorked}, a.takes(row)); err != nil {
			return err
		}
	}
	return nil
}

func (in RetainerChange) changesTerms() bool {
	return in.MinutesPerPeriod != nil || in.Period != nil || in.RolloverCapMinutes != nil || in.RolloverExpiresAfterPeriods != nil || in.Deficit != nil ||
		in.OverageRate != nil || in.PendingConsumes != nil || in.RejectedConsumes != nil || in.AutoApproveAfterDays != nil ||
		in.ConsentBlockMinutes != nil || in.ClosesAfterDays != nil
}

// apply makes of what holds on its day what is agreed from then on.
func (in RetainerChange) apply(t *Terms) {
	t.EffectiveFrom = *in.EffectiveFrom
	set(&t.MinutesPerPeriod, in.MinutesPerPeriod)
	set(&t.Period, in.Period)
	set(&t.Deficit, in.Deficit)
	set(&t.PendingConsumes, in.PendingConsumes)
	set(&t.RejectedConsumes, in.RejectedConsumes)
	set(&t.ClosesAfterDays, in.ClosesAfterDays)
	if in.OverageRate != nil {
		t.OverageRate = in.OverageRate.Amount
	}
	for field, value := range map[**int]*int{
		&t.RolloverCapMinutes: in.RolloverCapMinutes, &t.RolloverExpiresAfterPeriods: in.RolloverExpiresAfterPeriods,
		&t.AutoApproveAfterDays: in.AutoApproveAfterDays, &t.ConsentBlockMinutes: in.ConsentBlockMinutes,
	} {
		switch {
		case value == nil:
		case *value < 0:
			*field = nil
		default:
			*field = value
		}
	}
}

func storedOf(t Terms) storedTerms {
	return storedTerms{
		EffectiveFrom: t.EffectiveFrom, MinutesPerPeriod: t.MinutesPerPeriod, Period: t.Period, RolloverCapMinutes: t.RolloverCapMinutes,
		RolloverExpiresAfterPeriods: t.RolloverExpiresAfterPeriods, Deficit: t.Deficit, OverageRate: decimalOf(t.OverageRate),
		PendingConsumes: t.PendingConsumes, RejectedConsumes: t.RejectedConsumes, AutoApproveAfterDays: t.AutoApproveAfterDays,
		ConsentBlockMinutes: t.ConsentBlockMinutes, ClosesAfterDays: t.ClosesAfterDays,
	}
}

// event is an event of a period of the retainer.
func (a *account) event(action string, p ledger.Period) audit.Event {
	return about("retainer", action, a.CustomerID, a.ID, map[string]any{"period_start": p.Starts, "period_end": p.Ends})
}
