package timetrack

import (
	"context"

	"github.com/google/uuid"

	"clientportal/internal/clock"
	"clientportal/internal/db"
	"clientportal/internal/exact"
	"clientportal/internal/timetrack/timetrackdb"
)

// Retainers are all retainers that the reader sees; for the agency's people, those of
// one customer or of all.
func (s *Service) Retainers(ctx context.Context, customer *uuid.UUID) (list []Retainer, err error) {
	list = []Retainer{}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		books, err := readBooks(ctx, timetrackdb.New(tx), timetrackdb.BooksParams{CustomerID: customer})
		for _, b := range books {
			list = append(list, b.retainer(ctx))
		}
		return err
	})
	return list, err
}

// Retainer is the retainer of this id.
func (s *Service) Retainer(ctx context.Context, id uuid.UUID) (r Retainer, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		if r, err = readRetainer(ctx, timetrackdb.New(tx), id); err == nil {
			tx.Record(about("retainer", "retainer.view", r.CustomerID, r.ID, nil))
		}
		return err
	})
	return r, err
}

func readRetainer(ctx context.Context, q *timetrackdb.Queries, id uuid.UUID) (Retainer, error) {
	b, err := readBook(ctx, q, id, timetrackdb.BooksParams{})
	if err != nil {
		return Retainer{}, err
	}
	return b.retainer(ctx), nil
}

// localDay is the day where the customer is.
func (b *book) localDay(ctx context.Context) Day { return dayIn(b.row.Timezone, clock.Now(ctx)) }

// retainer is the book's as the API shows it today.
func (b *book) retainer(ctx context.Context) Retainer {
	r, today := b.row.Retainer, b.localDay(ctx)
	out := Retainer{
		ID: r.ID, CustomerID: r.CustomerID, Customer: Named{r.CustomerID, b.row.CustomerName}, QuoteID: r.QuoteID, QuoteName: b.row.QuoteName, Name: r.Name,
		StartsOn: Day{Time: r.StartsOn}, EndsOn: exact.DayAt(r.EndsOn), Currency: r.Currency, Revision: int(r.Revision),
		CreatedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt,
	}
	held := Terms{}
	for _, t := range b.terms {
		terms := t.shown()
		out.Terms = append(out.Terms, terms)
		if held.Period == "" || !t.EffectiveFrom.After(today.Time) && !t.EffectiveFrom.Before(held.EffectiveFrom.Time) {
			held = terms
		}
	}
	out.MinutesPerPeriod, out.Period, out.Deficit, out.OverageRate = held.MinutesPerPeriod, held.Period, held.Deficit, held.OverageRate
	out.RolloverCapMinutes, out.RolloverExpiresAfterPeriods = held.RolloverCapMinutes, held.RolloverExpiresAfterPeriods
	out.PendingConsumes, out.RejectedConsumes, out.ClosesAfterDays = held.PendingConsumes, held.RejectedConsumes, held.ClosesAfterDays
	out.AutoApproveAfterDays, out.ConsentBlockMinutes = held.AutoApproveAfterDays, held.ConsentBlockMinutes
	return out
}

// shown is the terms as the API shows them.
func (t storedTerms) shown() Terms {
	return Terms{
		EffectiveFrom: t.EffectiveFrom, MinutesPerPeriod: t.MinutesPerPeriod, Period: t.Period, RolloverCapMinutes: t.RolloverCapMinutes,
		RolloverExpiresAfterPeriods: t.RolloverExpiresAfterPeriods, Deficit: t.Deficit, OverageRate: exact.AmountOf(t.OverageRate),
		PendingConsumes: t.PendingConsumes, RejectedConsumes: t.RejectedConsumes, AutoApproveAfterDays: t.AutoApproveAfterDays,
		ConsentBlockMinutes: t.ConsentBlockMinutes, ClosesAfterDays: t.ClosesAfterDays, AgreedBy: t.AgreedBy, RecordedAt: t.RecordedAt,
	}
}
