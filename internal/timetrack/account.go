package timetrack

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"clientportal/internal/clock"
	"clientportal/internal/db"
	"clientportal/internal/exact"
	"clientportal/internal/timetrack/ledger"
	"clientportal/internal/timetrack/timetrackdb"
)

// account is a retainer whose row is held until the end of the transaction, so that
// one at a time adds to its ledger.
type account struct {
	timetrackdb.LockRetainerRow
	*book
	stored struct{ periods, rows int }
	now    time.Time
	today  Day
	by     string
}

// book is a retainer's ledger with what the arithmetic does not need.
type book struct {
	ledger.Book
	terms   []storedTerms
	periods []storedPeriod
}

// storedTerms, storedPeriod and storedRow are rows of the database, as JSON.
type storedTerms struct {
	EffectiveFrom               Day              `json:"effective_from"`
	MinutesPerPeriod            int              `json:"minutes_per_period"`
	Period                      string           `json:"period"`
	RolloverCapMinutes          *int             `json:"rollover_cap_minutes"`
	RolloverExpiresAfterPeriods *int             `json:"rollover_expires_after_periods"`
	Deficit                     string           `json:"deficit"`
	OverageRate                 *decimal.Decimal `json:"overage_rate"`
	PendingConsumes             bool             `json:"pending_consumes"`
	RejectedConsumes            bool             `json:"rejected_consumes"`
	AutoApproveAfterDays        *int             `json:"auto_approve_after_days"`
	ConsentBlockMinutes         *int             `json:"consent_block_minutes"`
	ClosesAfterDays             int              `json:"closes_after_days"`
	AgreedByEmployeeID          *uuid.UUID       `json:"agreed_by_employee_id"`
	RecordedAt                  time.Time        `json:"recorded_at"`
}

type storedPeriod struct {
	Number       int        `json:"number"`
	StartsOn     Day        `json:"starts_on"`
	EndsOn       Day        `json:"ends_on"`
	OpenedAt     time.Time  `json:"opened_at"`
	ClosedAt     *time.Time `json:"closed_at"`
	ClosedByName *string    `json:"closed_by_name"`
}

type storedRow struct {
	Period     int              `json:"period"`
	Kind       ledger.Kind      `json:"kind"`
	Minutes    int              `json:"minutes"`
	Day        Day              `json:"day"`
	Origin     int              `json:"origin"`
	EntryID    uuid.UUID        `json:"entry_id"`
	Amount     *decimal.Decimal `json:"amount"`
	Note       string           `json:"note"`
	RecordedAt time.Time        `json:"recorded_at"`
}

// arithmetic is the terms as the ledger counts with them.
func (t storedTerms) arithmetic() ledger.Terms {
	months := 1
	if t.Period == Quarter {
		months = 3
	}
	return ledger.Terms{
		From: t.EffectiveFrom, Minutes: t.MinutesPerPeriod, Months: months, Cap: t.RolloverCapMinutes, Lives: t.RolloverExpiresAfterPeriods,
		Bill: t.Deficit == Bill, Rate: t.OverageRate, Pending: t.PendingConsumes, Rejected: t.RejectedConsumes, Recorded: t.RecordedAt,
	}
}

// openAccounts holds the retainers and reads their books, in the order of their ids:
// two who need the same ones wait for each other in turn.
func openAccounts(ctx context.Context, tx *db.Tx, q *timetrackdb.Queries, ids ...uuid.UUID) (map[uuid.UUID]*account, error) {
	slices.SortFunc(ids, func(a, b uuid.UUID) int { return slices.Compare(a[:], b[:]) })
	ids = slices.Compact(ids)
	accounts := map[uuid.UUID]*account{}
	for _, id := range ids {
		row, err := q.LockRetainer(ctx, id)
		if err != nil {
			return nil, missing(err, "retainer")
		}
		accounts[id] = &account{LockRetainerRow: row, by: tx.Actor().Name}
	}
	if len(ids) == 0 {
		return accounts, nil
	}
	books, err := readBooks(ctx, q, ids, false)
	if err != nil {
		return nil, err
	}
	for id, a := range accounts {
		a.use(ctx, books[id])
	}
	return accounts, nil
}

func (a *account) use(ctx context.Context, b *book) {
	a.book = b
	b.Starts, b.Ends = Day{Time: a.StartsOn}, exact.DayAt(a.EndsOn)
	a.stored.periods, a.stored.rows = len(b.Periods), len(b.Rows)
	a.now = clock.Now(ctx)
	a.today = dayIn(a.Timezone, a.now)
	if a.LedgerAt.After(a.now) {
		a.now = a.LedgerAt // clocks of two portals differ; the ledger's does not go back
	}
}

// readBooks reads the ledgers of retainers: all rows, or those of open periods.
func readBooks(ctx context.Context, q *timetrackdb.Queries, ids []uuid.UUID, whole bool) (map[uuid.UUID]*book, error) {
	rows, err := q.Books(ctx, timetrackdb.BooksParams{Ids: ids, Whole: whole})
	if err != nil {
		return nil, err
	}
	books := map[uuid.UUID]*book{}
	for _, r := range rows {
		b, err := bookOf(r)
		if err != nil {
			return nil, fmt.Errorf("read the ledger of retainer %s: %w", r.ID, err)
		}
		books[r.ID] = b
	}
	return books, nil
}

func bookOf(r timetrackdb.BooksRow) (*book, error) {
	b := &book{}
	var rows []storedRow
	for column, to := range map[*[]byte]any{&r.Terms: &b.terms, &r.Periods: &b.periods, &r.Rows: &rows} {
		if err := json.Unmarshal(*column, to); err != nil {
			return nil, err
		}
	}
	for _, t := range b.terms {
		b.Terms = append(b.Terms, t.arithmetic())
	}
	for _, p := range b.periods {
		b.Periods = append(b.Periods, ledger.Period{Number: p.Number, Starts: p.StartsOn, Ends: p.EndsOn, Closed: p.ClosedAt})
	}
	for _, l := range rows {
		b.Rows = append(b.Rows, ledger.Row{
			Period: l.Period, Kind: l.Kind, Minutes: l.Minutes, Day: l.Day, Origin: l.Origin, EntryID: l.EntryID, Amount: l.Amount,
			Note: l.Note, Recorded: l.RecordedAt,
		})
	}
	return b, nil
}

// save stores what was added to the ledger.
func (a *account) save(ctx context.Context, q *timetrackdb.Queries) error {
	periods := make([]timetrackdb.InsertPeriodParams, 0, 1)
	var closed []timetrackdb.ClosePeriodParams
	for i, p := range a.Periods {
		if i >= a.stored.periods {
			periods = append(periods, timetrackdb.InsertPeriodParams{
				CustomerID: a.CustomerID, RetainerID: a.ID, Number: int32(p.Number), StartsOn: p.Starts.Time, EndsOn: p.Ends.Time, OpenedAt: a.now,
			})
		}
		if p.Closed != nil && (i >= a.stored.periods || a.periods[i].ClosedAt == nil) {
			closed = append(closed, timetrackdb.ClosePeriodParams{RetainerID: a.ID, Number: int32(p.Number), ClosedAt: p.Closed, ClosedByName: &a.by})
		}
	}
	rows := make([]timetrackdb.InsertRowParams, 0, len(a.Rows)-a.stored.rows)
	for i, r := range a.Rows[a.stored.rows:] {
		rows = append(rows, timetrackdb.InsertRowParams{
			CustomerID: a.CustomerID, RetainerID: a.ID, Number: a.LedgerRows + int32(i) + 1, Period: int32(r.Period), Kind: string(r.Kind),
			Minutes: int32(r.Minutes), Day: r.Day.Time, Origin: int32(r.Origin), EntryID: given(r.EntryID), Amount: r.Amount, Note: r.Note,
			ActorName: a.by, RecordedAt: a.now,
		})
	}
	if len(periods)+len(rows)+len(closed) == 0 {
		return nil
	}
	a.LedgerRows += int32(len(rows))
	var failed error
	keep := func(_ int, err error) { failed = first(failed, err) }
	q.InsertPeriod(ctx, periods).Exec(keep)
	q.InsertRow(ctx, rows).Exec(keep)
	if len(closed) > 0 {
		q.ClosePeriod(ctx, closed).Exec(keep)
	}
	a.stored.periods, a.stored.rows = len(a.Periods), len(a.Rows)
	return first(failed, q.CountRows(ctx, timetrackdb.CountRowsParams{ID: a.ID, LedgerRows: a.LedgerRows, LedgerAt: a.now}))
}

// given is nil for an id that is none.
func given(id uuid.UUID) *uuid.UUID {
	if id == uuid.Nil {
		return nil
	}
	return &id
}
