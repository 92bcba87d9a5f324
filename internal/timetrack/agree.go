package timetrack

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"golang.org/x/text/currency"

	"clientportal/internal/clock"
	"clientportal/internal/db"
	"clientportal/internal/exact"
	"clientportal/internal/fault"
	"clientportal/internal/maybe"
	"clientportal/internal/timetrack/timetrackdb"
)

const closesAfterDays = 5

// CreateRetainer begins a retainer, and takes from it the retainer hours of its days
// that were logged before it was there.
func (s *Service) CreateRetainer(ctx context.Context, in RetainerInput) (r Retainer, err error) {
	id := newID()
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		if err := first(mayAgree(tx.Actor()), in.tidy()); err != nil {
			return err
		}
		q, now := timetrackdb.New(tx), clock.Now(ctx)
		c, err := q.LockCustomer(ctx, in.CustomerID)
		if err != nil {
			return db.Missing(err, "customer")
		}
		if err := in.fits(ctx, q, id); err != nil {
			return err
		}
		if in.Currency == "" {
			in.Currency = c.Currency
		}
		if err := first(
			q.InsertRetainer(ctx, timetrackdb.InsertRetainerParams{
				ID: id, CustomerID: in.CustomerID, QuoteID: in.QuoteID, Name: in.Name, StartsOn: in.StartsOn.Time, EndsOn: in.EndsOn.Midnight(),
				Currency: in.Currency, Now: now,
			}),
			insertTerms(ctx, tx, q, in.CustomerID, id, 1, in.terms()),
			takeIn(ctx, tx, q, id),
		); err != nil {
			return err
		}
		if r, err = readRetainer(ctx, q, id); err != nil {
			return err
		}
		tx.Record(about("retainer", "retainer.create", r.CustomerID, r.ID, map[string]any{"retainer": r}))
		announce(tx, r.CustomerID, false)
		return nil
	})
	return r, err
}

func (in *RetainerInput) tidy() error {
	var check fault.Check
	in.Name = check.Text("name", "the name", in.Name, 1, 200)
	in.Currency = strings.ToUpper(strings.TrimSpace(in.Currency))
	if _, err := currency.ParseISO(in.Currency); in.Currency != "" && err != nil {
		check.Add("currency", "Name a currency by its three letters of ISO 4217, such as GBP.")
	}
	check.That(in.StartsOn.Year() >= 2000 && in.StartsOn.Year() < 2100, "starts_on", "Choose the first day of its first period, from 2000 to 2099.")
	check.That(in.EndsOn == nil || !in.EndsOn.Before(in.StartsOn.Time), "ends_on", "Choose a day that is not before the first.")
	in.terms().check(&check)
	return check.Err()
}

// terms are those of the start.
func (in *RetainerInput) terms() Terms {
	closes := closesAfterDays
	if in.ClosesAfterDays != nil {
		closes = *in.ClosesAfterDays
	}
	return Terms{
		EffectiveFrom: in.StartsOn, MinutesPerPeriod: in.MinutesPerPeriod, Period: in.Period, RolloverCapMinutes: in.RolloverCapMinutes,
		RolloverExpiresAfterPeriods: in.RolloverExpiresAfterPeriods, Deficit: in.Deficit, OverageRate: in.OverageRate,
		PendingConsumes: in.PendingConsumes, RejectedConsumes: in.RejectedConsumes, AutoApproveAfterDays: in.AutoApproveAfterDays,
		ConsentBlockMinutes: in.ConsentBlockMinutes, ClosesAfterDays: closes,
	}
}

func (t Terms) check(check *fault.Check) {
	within := func(n *int, least, most int) bool { return n == nil || *n >= least && *n <= most }
	check.That(within(&t.MinutesPerPeriod, 1, 1_000_000), "minutes_per_period", "Write the minutes of a period, from 1 to 1000000.")
	check.OneOf("period", t.Period, Month, Quarter)
	check.OneOf("deficit", t.Deficit, Carry, Bill)
	check.That(within(t.RolloverCapMinutes, 0, 10_000_000), "rollover_cap_minutes", "Write a number of minutes, 0 for no rollover.")
	check.That(within(t.RolloverExpiresAfterPeriods, 0, 100), "rollover_expires_after_periods", "Write a number of periods up to 100, 0 for no rollover.")
	check.That(t.OverageRate == nil || exact.Within(t.OverageRate.Decimal, 2, maxRate) && !t.OverageRate.IsNegative(), "overage_rate", mendRate)
	check.That(within(t.AutoApproveAfterDays, 1, 365), "auto_approve_after_days", "Write a number of days from 1 to 365.")
	check.That(within(t.ConsentBlockMinutes, 1, 1_000_000), "consent_block_minutes", "Write the minutes of a block, from 1.")
	check.That(t.ConsentBlockMinutes == nil || t.OverageRate != nil, "overage_rate", "Say what an hour beyond costs: the client is asked to approve it.")
	check.That(within(&t.ClosesAfterDays, 0, 365), "closes_after_days", "Write a number of days from 0 to 365.")
}

// fits refuses a retainer for a project that is not there, or for days that another
// one has.
func (in *RetainerInput) fits(ctx context.Context, q *timetrackdb.Queries, id uuid.UUID) error {
	if in.QuoteID != nil {
		if at, err := q.Setting(ctx, timetrackdb.SettingParams{CustomerID: in.CustomerID, QuoteID: in.QuoteID}); err != nil || at.QuoteID == nil {
			return first(err, fault.Missing("project"))
		}
	}
	return overlap(ctx, q, timetrackdb.OverlappingRetainerParams{
		CustomerID: in.CustomerID, ID: id, QuoteID: in.QuoteID, StartsOn: in.StartsOn.Time, EndsOn: in.EndsOn.Midnight(),
	})
}

// overlap refuses days that another retainer has, at the field that can mend it.
func overlap(ctx context.Context, q *timetrackdb.Queries, of timetrackdb.OverlappingRetainerParams) error {
	other, err := q.OverlappingRetainer(ctx, of)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	clash := fault.New(fault.Conflict, "The retainer %s runs on some of these days.", other.Name)
	field := fault.Field{Name: "starts_on", Message: fmt.Sprintf("%s runs on this day, and has no end yet. End it before this day first.", other.Name)}
	switch {
	case other.StartsOn.After(of.StartsOn):
		field = fault.Field{Name: "ends_on", Message: fmt.Sprintf("%s begins on %s. Choose a day before that.", other.Name, other.StartsOn.Format(longDay))}
	case other.EndsOn != nil:
		field.Message = fmt.Sprintf("%s runs until %s. Choose a day after that.", other.Name, other.EndsOn.Format(longDay))
	}
	clash.Fields = []fault.Field{field}
	return clash
}

func insertTerms(ctx context.Context, tx *db.Tx, q *timetrackdb.Queries, customer, retainer uuid.UUID, number int, t Terms) error {
	who := tx.Actor()
	return q.InsertTerms(ctx, timetrackdb.InsertTermsParams{
		CustomerID: customer, RetainerID: retainer, Number: int32(number), EffectiveFrom: t.EffectiveFrom.Time,
		MinutesPerPeriod: int32(t.MinutesPerPeriod), Period: t.Period, RolloverCapMinutes: small(t.RolloverCapMinutes),
		RolloverExpiresAfterPeriods: small(t.RolloverExpiresAfterPeriods), Deficit: t.Deficit, OverageRate: decimalOf(t.OverageRate),
		PendingConsumes: t.PendingConsumes, RejectedConsumes: t.RejectedConsumes, AutoApproveAfterDays: small(t.AutoApproveAfterDays),
		ConsentBlockMinutes: small(t.ConsentBlockMinutes), ClosesAfterDays: int32(t.ClosesAfterDays), AgreedByEmployeeID: maybe.Of(who.ID),
		RecordedAt: clock.Now(ctx),
	})
}

// takeIn opens the periods of a new retainer, and takes from it the entries that wait
// for it.
func takeIn(ctx context.Context, tx *db.Tx, q *timetrackdb.Queries, id uuid.UUID) error {
	accounts, err := openAccounts(ctx, tx, q, []uuid.UUID{id}, nil)
	if err != nil {
		return err
	}
	a := accounts[id]
	a.Open(a.today, a.now)
	ids, err := q.EntriesWithoutRetainer(ctx, timetrackdb.EntriesWithoutRetainerParams{
		CustomerID: a.CustomerID, QuoteID: a.QuoteID, StartsOn: a.StartsOn, EndsOn: a.EndsOn,
	})
	if err != nil {
		return err
	}
	h, err := holdEntries(ctx, tx, q, ids)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := a.takeIn(ctx, tx, q, h.entries[id]); err != nil {
			return err
		}
	}
	return a.save(ctx, q)
}

func (a *account) takeIn(ctx context.Context, tx *db.Tx, q *timetrackdb.Queries, e *held) error {
	a.Open(e.DateWorked, a.now)
	p, _ := a.On(e.DateWorked)
	e.Revision++
	e.RetainerID, e.RetainerPeriodStart, e.RetainerPeriodEnd, e.UpdatedAt, e.ETag = &a.ID, &p.Starts, &p.Ends, a.now, e.Tag()
	row := e.row
	row.RetainerID, row.Revision = e.RetainerID, int32(e.Revision)
	return first(
		q.PlaceEntry(ctx, timetrackdb.PlaceEntryParams{
			ID: e.ID, RetainerID: &a.ID, Starts: &p.Starts.Time, Ends: &p.Ends.Time, Revision: row.Revision, Now: a.now,
		}),
		keepRevision(ctx, tx, q, row, e.Entry, "place"),
		a.post(e.ID, e.DateWorked, a.takes(row)),
	)
}

// small is a number as the database has it.
func small(n *int) *int32 {
	if n == nil {
		return nil
	}
	s := int32(*n)
	return &s
}
