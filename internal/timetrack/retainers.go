package timetrack

import (
	"context"
	"slices"

	"github.com/google/uuid"

	"clientportal/internal/clock"
	"clientportal/internal/db"
	"clientportal/internal/exact"
	"clientportal/internal/fault"
	"clientportal/internal/timetrack/timetrackdb"
)

// Retainers are all retainers that the reader sees; for the agency's people, those of
// one customer or of all.
func (s *Service) Retainers(ctx context.Context, customer *uuid.UUID) (list []Retainer, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		list, err = readRetainers(ctx, timetrackdb.New(tx), timetrackdb.RetainersParams{CustomerID: customer})
		return err
	})
	return list, err
}

// Retainer is the retainer of this id.
func (s *Service) Retainer(ctx context.Context, id uuid.UUID) (r Retainer, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		all, err := readRetainers(ctx, timetrackdb.New(tx), timetrackdb.RetainersParams{ID: &id})
		if err == nil && len(all) == 0 {
			err = fault.Missing("retainer")
		}
		if err != nil {
			return err
		}
		r = all[0]
		tx.Record(about("retainer", "retainer.view", r.CustomerID, r.ID, nil))
		return nil
	})
	return r, err
}

func readRetainers(ctx context.Context, q *timetrackdb.Queries, of timetrackdb.RetainersParams) ([]Retainer, error) {
	list := []Retainer{}
	rows, err := q.Retainers(ctx, of)
	if err != nil || len(rows) == 0 {
		return list, err
	}
	ids := make([]uuid.UUID, len(rows))
	for i, r := range rows {
		ids[i] = r.Retainer.ID
	}
	books, err := readBooks(ctx, q, timetrackdb.BooksParams{Ids: ids})
	if err != nil {
		return nil, err
	}
	names, err := employeeNames(ctx, q, books)
	for _, row := range rows {
		list = append(list, retainerOf(row, books[row.Retainer.ID], names, dayIn(row.Timezone, clock.Now(ctx))))
	}
	return list, err
}

func employeeNames(ctx context.Context, q *timetrackdb.Queries, books map[uuid.UUID]*book) (map[uuid.UUID]string, error) {
	var ids []uuid.UUID
	for _, b := range books {
		for _, t := range b.terms {
			if t.AgreedByEmployeeID != nil && !slices.Contains(ids, *t.AgreedByEmployeeID) {
				ids = append(ids, *t.AgreedByEmployeeID)
			}
		}
	}
	names := map[uuid.UUID]string{}
	found, err := q.EmployeeNames(ctx, ids)
	for _, e := range found {
		names[e.ID] = e.Name
	}
	return names, err
}

func retainerOf(row timetrackdb.RetainersRow, b *book, names map[uuid.UUID]string, today Day) Retainer {
	r := row.Retainer
	out := Retainer{
		ID: r.ID, CustomerID: r.CustomerID, Customer: Named{r.CustomerID, row.CustomerName}, QuoteID: r.QuoteID, QuoteName: row.QuoteName, Name: r.Name,
		StartsOn: Day{Time: r.StartsOn}, EndsOn: exact.DayAt(r.EndsOn), Currency: r.Currency, Revision: int(r.Revision),
		CreatedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt,
	}
	held := Terms{}
	for _, t := range b.terms {
		terms := t.shown(names)
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
func (t storedTerms) shown(names map[uuid.UUID]string) Terms {
	out := Terms{
		EffectiveFrom: t.EffectiveFrom, MinutesPerPeriod: t.MinutesPerPeriod, Period: t.Period, RolloverCapMinutes: t.RolloverCapMinutes,
		RolloverExpiresAfterPeriods: t.RolloverExpiresAfterPeriods, Deficit: t.Deficit, OverageRate: exact.AmountOf(t.OverageRate),
		PendingConsumes: t.PendingConsumes, RejectedConsumes: t.RejectedConsumes, AutoApproveAfterDays: t.AutoApproveAfterDays,
		ConsentBlockMinutes: t.ConsentBlockMinutes, ClosesAfterDays: t.ClosesAfterDays, RecordedAt: t.RecordedAt,
	}
	if t.AgreedByEmployeeID != nil {
		out.AgreedBy = names[*t.AgreedByEmployeeID]
	}
	return out
}
