package timetrack

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	"clientportal/internal/actor"
	"clientportal/internal/api"
	"clientportal/internal/db"
	"clientportal/internal/exact"
	"clientportal/internal/fault"
)

// position is where a page of entries ends.
type position struct {
	Day Day       `json:"d"`
	ID  uuid.UUID `json:"i"`
}

// selectEntries reads entries that a select from time_tracking t picks.
const selectEntries = `select t.id, t.customer_id, c.name, t.quote_id, q.name, t.project_id, t.ticket_id, ct.number, t.employee_id,
	concat_ws(' ', e.first_name, e.last_name), t.employee_email, t.task_description, t.minutes, t.date_worked, t.billable, t.hourly_rate, t.currency,
	t.category, t.is_retainer, t.retainer_id, t.retainer_period_start, t.retainer_period_end, t.internal, t.approval, t.approved_by_client_user_id,
	t.approved_at, t.rejected_by_user_id, t.rejected_at, t.rejection_reason, t.decided_by_name, t.revision, t.created_at, t.updated_at
from (%s) t
	join customers c on c.id = t.customer_id
	left join quotes q on q.customer_id = t.customer_id and q.id = t.quote_id
	left join client_tickets ct on ct.customer_id = t.customer_id and ct.id = t.ticket_id
	left join employees e on e.id = t.employee_id`

const selectTotals = `select coalesce(sum(minutes), 0), coalesce(sum(minutes) filter (where billable), 0),
	coalesce(sum(minutes) filter (where approval = 'pending'), 0), coalesce(sum(minutes) filter (where approval = 'approved'), 0),
	coalesce(sum(minutes) filter (where approval = 'rejected'), 0), count(*), count(*) filter (where approval = 'pending')
from time_tracking t`

// Entries are a page of the entries that the reader sees, the last worked first, with
// the totals of all that the filter picks.
func (s *Service) Entries(ctx context.Context, f Filter, page api.PageQuery) (out EntryPage, err error) {
	l, err := f.list(ctx)
	if err != nil {
		return out, err
	}
	limit := min(max(page.Limit, 1), 100)
	if page.Limit == 0 {
		limit = 25
	}
	batch := &pgx.Batch{}
	batch.Queue(selectTotals+l.clause(), l.args...).QueryRow(func(row pgx.Row) error {
		t := &out.Totals
		return row.Scan(&t.Hours, &t.BillableHours, &t.PendingHours, &t.ApprovedHours, &t.RejectedHours, &t.Count, &t.PendingCount)
	})
	var after position
	if err := api.DecodeCursor(page.Cursor, &after); err != nil {
		return out, err
	}
	if after.ID != uuid.Nil {
		l.and("(t.date_worked, t.id) < (?, ?)", after.Day.Time, after.ID)
	}
	var items []Entry
	// The page is picked before it is joined: what a customer's rows are joined with
	// hides from the planner that an index gives their order.
	const order = " order by t.date_worked desc, t.id desc"
	picked := "select t.* from time_tracking t" + l.clause() + order + fmt.Sprintf(" limit %d", limit+1)
	batch.Queue(fmt.Sprintf(selectEntries, picked)+order, l.args...).
		Query(func(rows pgx.Rows) (err error) {
			items, err = pgx.CollectRows(rows, scanEntry)
			return err
		})
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		if company := f.sheet(tx.Actor()); company != uuid.Nil && page.Cursor == "" {
			tx.Record(about("customer", "time_entry.view_sheet", company, company, nil))
		}
		return tx.SendBatch(ctx, batch).Close()
	})
	out.Page = api.PageOf(items, limit, func(e Entry) any { return position{e.DateWorked, e.ID} })
	return out, err
}

// sheet is the customer whose hours a person looks at, if it is one.
func (f Filter) sheet(who actor.Actor) uuid.UUID {
	switch {
	case who.Is(actor.Client):
		return who.CustomerID()
	case who.Is(actor.Staff) && f.CustomerID != nil && who.Serves(*f.CustomerID):
		return *f.CustomerID
	}
	return uuid.Nil
}

// entryRow reads one entry.
func entryRow(ctx context.Context, tx *db.Tx, id uuid.UUID) (Entry, error) {
	rows, err := tx.Query(ctx, fmt.Sprintf(selectEntries, "select t.* from time_tracking t where t.id = $1 and t.deleted_at is null"), id)
	if err != nil {
		return Entry{}, err
	}
	return pgx.CollectExactlyOneRow(rows, scanEntry)
}

// entriesSeen reads the entries that somebody saw, as they are now.
func (s *Service) entriesSeen(ctx context.Context, seen []Seen) (map[uuid.UUID]Entry, error) {
	ids := make([]uuid.UUID, len(seen))
	for i := range seen {
		ids[i] = seen[i].ID
	}
	by := map[uuid.UUID]Entry{}
	err := s.DB.Read(ctx, func(tx *db.Tx) error {
		rows, err := tx.Query(ctx, fmt.Sprintf(selectEntries, "select t.* from time_tracking t where t.id = any($1) and t.deleted_at is null"), ids)
		if err != nil {
			return err
		}
		list, err := pgx.CollectRows(rows, scanEntry)
		for _, e := range list {
			by[e.ID] = e
		}
		return err
	})
	return by, err
}

// list is the moving part of a list's statement.
type list struct {
	where []string
	args  []any
}

// and adds a condition, in which each ? is one of the values.
func (l *list) and(condition string, values ...any) {
	for _, v := range values {
		l.args = append(l.args, v)
		condition = strings.Replace(condition, "?", "$"+strconv.Itoa(len(l.args)), 1)
	}
	l.where = append(l.where, condition)
}

func (l *list) clause() string { return " where " + strings.Join(l.where, " and ") }

// is adds that a column is the value, if there is one.
func is[T any](l *list, column string, value *T) {
	if value != nil {
		l.and(column+" = ?", *value)
	}
}

func (f Filter) list(ctx context.Context) (*list, error) {
	who, _ := actor.From(ctx)
	l := &list{where: []string{"t.deleted_at is null"}}
	if company := who.CustomerID(); company != uuid.Nil {
		l.and("t.customer_id = ?", company) // beside the row-level security: its index gives the order
		l.and("not t.internal")
	} else {
		is(l, "t.customer_id", f.CustomerID)
	}
	is(l, "t.employee_id", f.EmployeeID)
	is(l, "t.quote_id", f.QuoteID)
	is(l, "t.ticket_id", f.TicketID)
	is(l, "t.retainer_id", f.RetainerID)
	is(l, "t.billable", f.Billable)
	is(l, "t.is_retainer", f.IsRetainer)
	var check fault.Check
	if f.From != nil {
		l.and("t.date_worked >= ?", f.From.Time)
	}
	if f.To != nil {
		l.and("t.date_worked <= ?", f.To.Time)
		check.That(f.From == nil || !f.To.Before(f.From.Time), "query.to", "Choose a day that is not before the first.")
	}
	if category := check.Text("query.category", "the category", f.Category, 0, 100); category != "" {
		l.and("t.category = ?", category)
	}
	for _, a := range f.Approvals {
		check.OneOf("query.approval", string(a), string(Pending), string(Approved), string(Rejected))
	}
	if len(f.Approvals) > 0 {
		l.and("t.approval = any(?)", f.Approvals)
	}
	for word := range strings.FieldsSeq(check.Text("query.q", "the search", f.Query, 0, 200)) {
		l.and("position(lower(?) in lower(t.task_description)) > 0", word)
	}
	return l, check.Err()
}

func scanEntry(row pgx.CollectableRow) (e Entry, err error) {
	var worked time.Time
	var starts, ends *time.Time
	var rate *decimal.Decimal
	err = row.Scan(&e.ID, &e.CustomerID, &e.Customer.Name, &e.QuoteID, &e.QuoteName, &e.ProjectID, &e.TicketID, &e.TicketNumber, &e.EmployeeID,
		&e.EmployeeName, &e.EmployeeEmail, &e.TaskDescription, &e.Minutes, &worked, &e.Billable, &rate, &e.Currency,
		&e.Category, &e.IsRetainer, &e.RetainerID, &starts, &ends, &e.Internal, &e.Approval, &e.ApprovedByClientUserID,
		&e.ApprovedAt, &e.RejectedByUserID, &e.RejectedAt, &e.RejectionReason, &e.DecidedByName, &e.Revision, &e.CreatedAt, &e.UpdatedAt)
	e.Customer.ID, e.Hours, e.DateWorked, e.HourlyRate = e.CustomerID, Hours(e.Minutes), Day{Time: worked}, exact.AmountOf(rate)
	e.RetainerPeriodStart, e.RetainerPeriodEnd = exact.DayAt(starts), exact.DayAt(ends)
	e.ApprovedByClient, e.ETag = e.Approval == Approved, e.Tag()
	if textOf(e.EmployeeName) == "" {
		e.EmployeeName = nil
	}
	return e, err
}
