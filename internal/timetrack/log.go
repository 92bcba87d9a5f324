package timetrack

import (
	"context"

	"github.com/google/uuid"

	"clientportal/internal/api"
	"clientportal/internal/clock"
	"clientportal/internal/db"
	"clientportal/internal/exact"
	"clientportal/internal/fault"
	"clientportal/internal/live"
	"clientportal/internal/maybe"
	"clientportal/internal/timetrack/timetrackdb"
)

// LogEntry keeps some time that was worked. Hours of a retainer are taken from that
// which runs on the day, once they count.
func (s *Service) LogEntry(ctx context.Context, in EntryInput) (entry Entry, err error) {
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		entry, err = logIn(ctx, tx, in)
		return err
	})
	return entry, s.asking(ctx, err)
}

// logIn logs time within a change that may do more.
func logIn(ctx context.Context, tx *db.Tx, in EntryInput) (Entry, error) {
	d, check := draftOf(in, tx.Actor())
	if err := mayLogOf(tx.Actor(), d.worker); err != nil {
		return Entry{}, err
	}
	q := timetrackdb.New(tx)
	if err := d.settle(ctx, q, &check); err != nil {
		return Entry{}, err
	}
	w := &writing{tx: tx, q: q, draft: d, action: "log"}
	if err := w.insert(ctx, in.Source); err != nil {
		return Entry{}, err
	}
	return w.entry(), nil
}

// UpdateEntry changes an entry, which needs approval again then.
func (s *Service) UpdateEntry(ctx context.Context, id uuid.UUID, in EntryChange, ifMatch string) (entry Entry, err error) {
	err = s.changeEntry(ctx, id, ifMatch, "update", func(w *writing) error {
		check := w.apply(in)
		if err := mayLogOf(w.tx.Actor(), w.worker); err != nil {
			return err
		}
		if err := w.settle(ctx, w.q, &check); err != nil {
			return err
		}
		if err := w.replace(ctx, false); err != nil {
			return err
		}
		entry = w.entry()
		return nil
	})
	return entry, s.asking(ctx, err)
}

// DeleteEntry takes an entry out of every list and sum. Its history stays.
func (s *Service) DeleteEntry(ctx context.Context, id uuid.UUID, ifMatch string) error {
	return s.changeEntry(ctx, id, ifMatch, "delete", func(w *writing) error {
		return w.replace(ctx, true)
	})
}

// changeEntry holds an entry of which its reader saw this revision.
func (s *Service) changeEntry(ctx context.Context, id uuid.UUID, ifMatch, action string, change func(*writing) error) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		who := tx.Actor()
		if err := mayLog(who); err != nil {
			return err
		}
		q := timetrackdb.New(tx)
		row, err := q.EntryForUpdate(ctx, id)
		if err != nil {
			return db.Missing(err, "time entry")
		}
		if err := mayLogOf(who, row.EmployeeID); err != nil {
			return err
		}
		if err := api.CheckMatch(ifMatch, api.ETag(row.Revision)); err != nil {
			return err
		}
		d := draftFrom(row)
		d.setting, err = q.Setting(ctx, timetrackdb.SettingParams{CustomerID: d.customer, QuoteID: d.quote, TicketID: d.ticket, EmployeeID: d.worker})
		if err != nil {
			return db.Missing(err, "customer")
		}
		return change(&writing{tx: tx, q: q, draft: d, before: &row, action: action})
	})
}

// draftFrom is an entry as it stands.
func draftFrom(row timetrackdb.TimeTracking) *draft {
	return &draft{
		customer: row.CustomerID, quote: row.QuoteID, ticket: row.TicketID, worker: row.EmployeeID, description: row.TaskDescription,
		category: maybe.Value(row.Category), minutes: int(row.Minutes), day: Day{Time: row.DateWorked}, billable: row.Billable,
		retained: row.IsRetainer, internal: row.Internal, rate: exact.AmountOf(row.HourlyRate), currency: row.Currency,
	}
}

// writing is a change of an entry on its way into the database.
type writing struct {
	*draft
	tx     *db.Tx
	q      *timetrackdb.Queries
	action string
	before *timetrackdb.TimeTracking // nil: it is new
	after  timetrackdb.TimeTracking
}

func (w *writing) insert(ctx context.Context, source *Source) error {
	w.after = w.row(ctx)
	w.after.ID, w.after.Revision, w.after.CreatedAt = newID(), 1, w.after.UpdatedAt
	accounts, err := w.place(ctx)
	if err == nil {
		err = w.allow(ctx, accounts)
	}
	if err != nil {
		return err
	}
	r := w.after
	if w.after, err = w.q.InsertEntry(ctx, timetrackdb.InsertEntryParams{
		ID: r.ID, CustomerID: r.CustomerID, QuoteID: r.QuoteID, ProjectID: r.ProjectID, TicketID: r.TicketID, EmployeeID: r.EmployeeID,
		EmployeeEmail: r.EmployeeEmail, TaskDescription: r.TaskDescription, Minutes: r.Minutes, DateWorked: r.DateWorked, Billable: r.Billable,
		HourlyRate: r.HourlyRate, Currency: r.Currency, Category: r.Category, IsRetainer: r.IsRetainer, RetainerID: r.RetainerID,
		RetainerPeriodStart: r.RetainerPeriodStart, RetainerPeriodEnd: r.RetainerPeriodEnd, Internal: r.Internal, Now: r.UpdatedAt,
	}); err != nil {
		return err
	}
	if source != nil {
		n, err := w.q.InsertSource(ctx, timetrackdb.InsertSourceParams{
			Source: source.Name, ExternalID: source.ExternalID, CustomerID: r.CustomerID, EntryID: r.ID, CreatedAt: r.UpdatedAt,
		})
		if err == nil && n == 0 {
			err = fault.New(fault.Conflict, "This entry was imported before.")
		}
		if err != nil {
			return err
		}
	}
	return w.finish(ctx, accounts)
}

func (w *writing) replace(ctx context.Context, deleted bool) error {
	w.after = w.row(ctx)
	w.after.ID, w.after.Revision, w.after.CreatedAt = w.before.ID, w.before.Revision+1, w.before.CreatedAt
	if deleted {
		w.after.DeletedAt = &w.after.UpdatedAt
	}
	accounts, err := w.place(ctx)
	if err == nil {
		err = w.allow(ctx, accounts)
	}
	if err != nil {
		return err
	}
	r := w.after
	err = w.q.UpdateEntry(ctx, timetrackdb.UpdateEntryParams{
		ID: r.ID, QuoteID: r.QuoteID, ProjectID: r.ProjectID, TicketID: r.TicketID, EmployeeID: r.EmployeeID, EmployeeEmail: r.EmployeeEmail,
		TaskDescription: r.TaskDescription, Minutes: r.Minutes, DateWorked: r.DateWorked, Billable: r.Billable, HourlyRate: r.HourlyRate,
		Currency: r.Currency, Category: r.Category, IsRetainer: r.IsRetainer, RetainerID: r.RetainerID, RetainerPeriodStart: r.RetainerPeriodStart,
		RetainerPeriodEnd: r.RetainerPeriodEnd, Internal: r.Internal, Revision: r.Revision, Now: r.UpdatedAt, DeletedAt: r.DeletedAt,
	})
	if err != nil {
		return err
	}
	return w.finish(ctx, accounts)
}

// finish is what follows from an entry that is written.
func (w *writing) finish(ctx context.Context, accounts map[uuid.UUID]*account) error {
	for _, step := range []func() error{
		func() error { return w.post(ctx, accounts) },
		func() error { return w.record(ctx) },
		func() error { return w.watch(ctx, accounts) },
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// row is the draft as the table has it, waiting for approval.
func (w *writing) row(ctx context.Context) timetrackdb.TimeTracking {
	d := w.draft
	return timetrackdb.TimeTracking{
		CustomerID: d.customer, QuoteID: d.quote, ProjectID: d.setting.QuoteNumber, TicketID: d.ticket, EmployeeID: d.worker,
		EmployeeEmail: d.setting.EmployeeEmail, TaskDescription: d.description, Minutes: int32(d.minutes), Hours: Hours(d.minutes).Decimal(),
		DateWorked: d.day.Time, Billable: d.billable, HourlyRate: decimalOf(d.rate), Currency: d.currency, Category: maybe.Of(d.category),
		IsRetainer: d.retained, Internal: d.internal, Approval: string(Pending), UpdatedAt: clock.Now(ctx), PendingSince: clock.Now(ctx),
	}
}

// record keeps the revision and the event, and tells open pages.
func (w *writing) record(ctx context.Context) error {
	entry := w.entry()
	payload := map[string]any{"entry": entry}
	if w.before != nil {
		payload["before"] = entryOf(*w.before, w.setting)
	}
	owner := w.customer
	if w.after.Internal {
		owner = uuid.Nil // an event of the agency's own
	}
	w.tx.Record(about("time_entry", "time_entry."+w.action, owner, w.after.ID, payload))
	announce(w.tx, w.customer, w.after.Internal)
	return keepRevision(ctx, w.tx, w.q, w.after, entry, w.action)
}

func (w *writing) entry() Entry { return entryOf(w.after, w.setting) }

// announce tells open pages with hours of a change.
func announce(tx *db.Tx, customer uuid.UUID, internal bool) {
	tx.Announce(live.Hint{CustomerID: customer, Topic: "hours:" + customer.String(), Internal: internal})
}
