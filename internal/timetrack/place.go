package timetrack

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	"clientportal/internal/clock"
	"clientportal/internal/db"
	"clientportal/internal/exact"
	"clientportal/internal/maybe"
	"clientportal/internal/timetrack/ledger"
	"clientportal/internal/timetrack/timetrackdb"
)

// place finds the retainers of the entry that is being written, that which it was
// taken from and that which it is taken from now, and sets its columns.
func (w *writing) place(ctx context.Context) (map[uuid.UUID]*account, error) {
	var ids, entries []uuid.UUID
	if w.before != nil {
		entries = []uuid.UUID{w.before.ID}
		if w.before.RetainerID != nil {
			ids = append(ids, *w.before.RetainerID)
		}
	}
	target, err := w.retainer(ctx)
	if err != nil {
		return nil, err
	}
	if target != uuid.Nil {
		ids = append(ids, target)
	}
	accounts, err := openAccounts(ctx, w.tx, w.q, ids, entries)
	if err != nil {
		return nil, err
	}
	for id, a := range accounts {
		a.Open(a.today, a.now)
		if id != target {
			continue
		}
		a.Open(w.day, a.now)
		w.after.RetainerID = &a.ID
		if period, ok := a.On(w.day); ok {
			w.after.RetainerPeriodStart, w.after.RetainerPeriodEnd = &period.Starts.Time, &period.Ends.Time
		}
	}
	return accounts, nil
}

// retainer is that which the entry is taken from, or none.
func (w *writing) retainer(ctx context.Context) (uuid.UUID, error) {
	if w.after.DeletedAt != nil {
		return uuid.Nil, nil
	}
	return w.takenFrom(ctx, w.q)
}

// takenFrom is the retainer that hours like these are taken from, or none.
func (d *draft) takenFrom(ctx context.Context, q *timetrackdb.Queries) (uuid.UUID, error) {
	if !d.retained {
		return uuid.Nil, nil
	}
	id, err := q.RetainerOn(ctx, timetrackdb.RetainerOnParams{CustomerID: d.customer, Day: d.day.Time, QuoteID: d.quote})
	if errors.Is(err, pgx.ErrNoRows) {
		return uuid.Nil, nil // they wait for one
	}
	return id, err
}

// post makes the ledgers say what the entry takes.
func (w *writing) post(ctx context.Context, accounts map[uuid.UUID]*account) error {
	for id, a := range accounts {
		minutes := 0
		if w.after.RetainerID != nil && *w.after.RetainerID == id {
			minutes = a.takes(w.after)
		}
		if err := first(a.post(w.after.ID, w.day, minutes), a.save(ctx, w.q)); err != nil {
			return err
		}
	}
	return nil
}

// takes is how many minutes an entry takes as its approval stands.
func (a *account) takes(row timetrackdb.TimeTracking) int {
	day := Day{Time: row.DateWorked}
	if period, ok := a.On(day); ok {
		day = period.Starts
	}
	terms := a.TermsOn(day)
	if consumes(terms, Approval(row.Approval)) {
		return int(row.Minutes)
	}
	return 0
}

func consumes(terms ledger.Terms, approval Approval) bool {
	return approval == Approved || approval == Pending && terms.Pending || approval == Rejected && terms.Rejected
}

// post makes the ledger say that an entry of this day takes so many minutes.
func (a *account) post(entry uuid.UUID, day Day, minutes int) error {
	return a.Post(entry, a.past[entry], day, minutes, a.today, a.now)
}

// keepRevision keeps what an entry is now for ever.
func keepRevision(ctx context.Context, tx *db.Tx, q *timetrackdb.Queries, row timetrackdb.TimeTracking, entry Entry, action string) error {
	whole, err := json.Marshal(entry)
	if err != nil {
		return err
	}
	who := tx.Actor()
	return q.InsertRevision(ctx, timetrackdb.InsertRevisionParams{
		CustomerID: row.CustomerID, EntryID: row.ID, Revision: row.Revision, Action: action, Minutes: row.Minutes, DateWorked: row.DateWorked,
		Approval: row.Approval, RetainerID: row.RetainerID, Deleted: row.DeletedAt != nil, Internal: row.Internal, Entry: whole, ByKind: string(who.Kind), ByName: who.Name,
		CreatedAt: clock.Now(ctx),
	})
}

// entryOf is a row as the API shows it.
func entryOf(r timetrackdb.TimeTracking, at timetrackdb.SettingRow) Entry {
	e := Entry{
		ID: r.ID, Customer: Named{r.CustomerID, at.CustomerName}, CustomerID: r.CustomerID, QuoteID: r.QuoteID, QuoteName: at.QuoteName,
		ProjectID: r.ProjectID, TicketID: r.TicketID, TicketNumber: at.TicketNumber, EmployeeID: r.EmployeeID,
		EmployeeName: maybe.Of(at.EmployeeName), EmployeeEmail: r.EmployeeEmail, TaskDescription: r.TaskDescription, Minutes: int(r.Minutes),
		Hours: Hours(r.Minutes), DateWorked: Day{Time: r.DateWorked}, Billable: r.Billable, HourlyRate: exact.AmountOf(r.HourlyRate),
		Currency: r.Currency, Category: r.Category, IsRetainer: r.IsRetainer, RetainerID: r.RetainerID,
		RetainerPeriodStart: exact.DayAt(r.RetainerPeriodStart), RetainerPeriodEnd: exact.DayAt(r.RetainerPeriodEnd), Internal: r.Internal,
		Approval: Approval(r.Approval), ApprovedByClient: r.Approval == string(Approved), ApprovedByClientUserID: r.ApprovedByClientUserID,
		ApprovedAt: r.ApprovedAt, RejectedByUserID: r.RejectedByUserID, RejectedAt: r.RejectedAt, RejectionReason: r.RejectionReason,
		DecidedByName: r.DecidedByName, Revision: int(r.Revision), CreatedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt,
	}
	e.ETag = e.Tag()
	return e
}

func decimalOf(a *Amount) *decimal.Decimal {
	if a == nil {
		return nil
	}
	return &a.Decimal
}
