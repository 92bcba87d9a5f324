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
	"clientportal/internal/fault"
	"clientportal/internal/maybe"
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
	row     timetrackdb.BooksRow
	terms   []storedTerms
	periods []storedPeriod
	past    map[uuid.UUID][]ledger.Row // all of some entries
	waiting []waiting
}

// waiting is hours of one day that are not approved.
type waiting struct {
	Day      Day      `json:"day"`
	Approval Approval `json:"approval"`
	Minutes  int      `json:"minutes"`
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
	AgreedBy                    string           `json:"agreed_by"`
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
	Number     int              `json:"number"`
	Period     int              `json:"period"`
	Kind       ledger.Kind      `json:"kind"`
	Minutes    int              `json:"minutes"`
	Day        Day              `json:"day"`
	Origin     int              `json:"origin"`
	EntryID    *uuid.UUID       `json:"entry_id"`
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

// openAccounts holds the retainers and reads their books, with all rows of the entries
// that change. It holds them in the order of their ids: two who need the same ones
// wait for each other in turn.
func openAccounts(ctx context.Context, tx *db.Tx, q *timetrackdb.Queries, ids, entries []uuid.UUID) (map[uuid.UUID]*account, error) {
	ids = inOrder(ids)
	accounts := map[uuid.UUID]*account{}
	for _, id := range ids {
		row, err := q.LockRetainer(ctx, id)
		if err != nil {
			return nil, db.Missing(err, "retainer")
		}
		accounts[id] = &account{LockRetainerRow: row, by: tx.Actor().Name}
	}
	if len(ids) == 0 {
		return accounts, nil
	}
	books, err := readBooks(ctx, q, timetrackdb.BooksParams{Ids: ids, Entries: entries})
	if err != nil {
		return nil, err
	}
	for _, b := range books {
		accounts[b.row.Retainer.ID].use(ctx, b)
	}
	return accounts, nil
}

// viewAccount is the retainer as it stands now, without holding it: nothing of it is to be
// saved.
func viewAccount(ctx context.Context, q *timetrackdb.Queries, id uuid.UUID) (*account, error) {
	b, err := readBook(ctx, q, id, timetrackdb.BooksParams{})
	if err != nil {
		return nil, err
	}
	r := b.row.Retainer
	a := &account{LockRetainerRow: timetrackdb.LockRetainerRow{
		ID: r.ID, CustomerID: r.CustomerID, QuoteID: r.QuoteID, Name: r.Name, StartsOn: r.StartsOn, EndsOn: r.EndsOn, Currency: r.Currency,
		LedgerAt: r.LedgerAt, Timezone: b.row.Timezone, CustomerName: b.row.CustomerName,
	}}
	a.use(ctx, b)
	return a, nil
}

func (a *account) use(ctx context.Context, b *book) {
	a.book = b
	a.stored.periods, a.stored.rows = len(b.Periods), len(b.Rows)
	a.now = clock.Now(ctx)
	a.today = dayIn(a.Timezone, a.now)
	if a.LedgerAt.After(a.now) {
		a.now = a.LedgerAt // clocks of two portals differ; the ledger's does not go back
	}
}

// readBooks reads the ledgers of retainers, as far as an answer needs them: a closed
// period sums to nothing, so that what comes after it does not depend on its rows.
func readBooks(ctx context.Context, q *timetrackdb.Queries, of timetrackdb.BooksParams) ([]*book, error) {
	rows, err := q.Books(ctx, of)
	if err != nil {
		return nil, err
	}
	books := make([]*book, len(rows))
	for i, r := range rows {
		if books[i], err = bookOf(r); err != nil {
			return nil, fmt.Errorf("read the ledger of retainer %s: %w", r.Retainer.ID, err)
		}
	}
	return books, nil
}

// readBook reads that of one retainer.
func readBook(ctx context.Context, q *timetrackdb.Queries, id uuid.UUID, of timetrackdb.BooksParams) (*book, error) {
	of.Ids = []uuid.UUID{id}
	books, err := readBooks(ctx, q, of)
	if err == nil && len(books) == 0 {
		err = fault.Missing("retainer")
	}
	if err != nil {
		return nil, err
	}
	return books[0], nil
}

func bookOf(r timetrackdb.BooksRow) (*book, error) {
	b := &book{row: r, past: map[uuid.UUID][]ledger.Row{}}
	b.Starts, b.Ends = Day{Time: r.Retainer.StartsOn}, exact.DayAt(r.Retainer.EndsOn)
	var drawn, rows, past []storedRow
	for column, to := range map[*[]byte]any{
		&r.Terms: &b.terms, &r.Periods: &b.periods, &r.Drawn: &drawn, &r.Rows: &rows, &r.Past: &past, &r.Waiting: &b.waiting,
	} {
		if err := json.Unmarshal(*column, to); err != nil {
			return nil, err
		}
	}
	for _, t := range b.terms {
		b.Terms = append(b.Terms, t.arithmetic())
	}
	for _, p := range b.periods {
		b.Periods = append(b.Periods, ledger.Period{Number: p.Number, Starts: p.StartsOn, Ends: p.EndsOn, Opened: p.OpenedAt, Closed: p.ClosedAt})
	}
	for _, l := range slices.Concat(drawn, rows) {
		b.Rows = append(b.Rows, l.arithmetic())
	}
	for _, l := range past {
		b.past[*l.EntryID] = append(b.past[*l.EntryID], l.arithmetic())
	}
	return b, nil
}

// arithmetic is the row as the ledger counts with it.
func (l storedRow) arithmetic() ledger.Row {
	row := ledger.Row{
		Period: l.Period, Kind: l.Kind, Minutes: l.Minutes, Day: l.Day, Origin: l.Origin, Amount: l.Amount, Note: l.Note, Recorded: l.RecordedAt,
	}
	if l.EntryID != nil {
		row.EntryID = *l.EntryID
	}
	return row
}

// save stores what was added to the ledger.
func (a *account) save(ctx context.Context, q *timetrackdb.Queries) error {
	var periods []storedPeriod
	var closed []int32
	for i, p := range a.Periods {
		switch {
		case i >= a.stored.periods:
			periods = append(periods, storedPeriod{Number: p.Number, StartsOn: p.Starts, EndsOn: p.Ends, ClosedAt: p.Closed})
		case p.Closed != nil && a.periods[i].ClosedAt == nil:
			closed = append(closed, int32(p.Number))
		}
	}
	var rows []storedRow
	for _, r := range a.Rows[a.stored.rows:] {
		a.LedgerRows++
		rows = append(rows, storedRow{
			Number: int(a.LedgerRows), Period: r.Period, Kind: r.Kind, Minutes: r.Minutes, Day: r.Day, Origin: r.Origin, EntryID: maybe.Of(r.EntryID),
			Amount: r.Amount, Note: r.Note,
		})
	}
	if len(periods)+len(rows)+len(closed) == 0 {
		return nil
	}
	a.stored.periods, a.stored.rows = len(a.Periods), len(a.Rows)
	opened, err := json.Marshal(periods)
	if err != nil {
		return err
	}
	added, err := json.Marshal(rows)
	if err != nil {
		return err
	}
	if len(closed) > 0 {
		n, err := q.ClosePeriods(ctx, timetrackdb.ClosePeriodsParams{Now: &a.now, ActorName: &a.by, RetainerID: a.ID, Numbers: closed})
		if err == nil && int(n) != len(closed) {
			err = fmt.Errorf("of %d periods to close %d were open", len(closed), n)
		}
		if err != nil {
			return err
		}
	}
	return q.AddToLedger(ctx, timetrackdb.AddToLedgerParams{
		CustomerID: a.CustomerID, ID: a.ID, Now: a.now, ActorName: a.by, Periods: orNone(opened), Rows: orNone(added), LedgerRows: a.LedgerRows,
	})
}

// orNone is an empty list for what JSON calls null.
func orNone(list []byte) []byte {
	if string(list) == "null" {
		return []byte("[]")
	}
	return list
}

// inOrder is the ids in their order, each once.
func inOrder(ids []uuid.UUID) []uuid.UUID {
	slices.SortFunc(ids, func(a, b uuid.UUID) int { return slices.Compare(a[:], b[:]) })
	return slices.Compact(ids)
}
