package timetrack

import (
	"context"
	"fmt"
	"slices"
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
	"clientportal/internal/maybe"
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
	totals, args := f.totals(*l)
	batch.Queue(totals, args...).QueryRow(func(row pgx.Row) error {
		t := &out.Totals
		return row.Scan(&t.Hours, &t.BillableHours, &t.PendingHours, &t.ApprovedHours, &t.RejectedHours, &t.Count, &t.PendingCount)
	})
	from, until := f.days()
	l.during(from, until)
	var after position
	if err := api.DecodeCursor(page.Cursor, &after); err != nil {
		return out, err
	}
	if after.ID != uuid.Nil {
		l.entryAnd("(t.date_worked, t.id) < (?, ?)", after.Day.Time, after.ID)
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
	where []string // what holds for an entry and for its month
	entry []string // what a month can't tell
	args  []any
}

// and adds a condition, in which each ? is one of the values.
func (l *list) and(condition string, values ...any) {
	l.where = append(l.where, l.numbered(condition, values))
}

// entryAnd adds a condition on what an entry has and its month has not.
func (l *list) entryAnd(condition string, values ...any) {
	l.entry = append(l.entry, l.numbered(condition, values))
}

// during adds the days worked, the last not among them.
func (l *list) during(from, until *time.Time) {
	if from != nil {
		l.entryAnd("t.date_worked >= ?", *from)
	}
	if until != nil {
		l.entryAnd("t.date_worked < ?", *until)
	}
}

func (l *list) numbered(condition string, values []any) string {
	for _, v := range values {
		l.args = append(l.args, v)
		condition = strings.Replace(condition, "?", "$"+strconv.Itoa(len(l.args)), 1)
	}
	return condition
}

func (l *list) clause() string {
	return where(append(slices.Concat(l.where, l.entry), "t.deleted_at is null"))
}

func where(conditions []string) string {
	if len(conditions) == 0 {
		return ""
	}
	return " where " + strings.Join(conditions, " and ")
}

// is adds that a column is the value, if there is one.
func is[T any](and func(string, ...any), column string, value *T) {
	if value != nil {
		and(column+" = ?", *value)
	}
}

// list is all that the filter asks, but for its days.
func (f Filter) list(ctx context.Context) (*list, error) {
	who, _ := actor.From(ctx)
	l := &list{}
	if company := who.CustomerID(); company != uuid.Nil {
		l.and("t.customer_id = ?", company) // beside the row-level security: its index gives the order
		l.and("not t.internal")
	} else {
		is(l.and, "t.customer_id", f.CustomerID)
	}
	is(l.and, "t.quote_id", f.QuoteID)
	is(l.and, "t.billable", f.Billable)
	is(l.and, "t.is_retainer", f.IsRetainer)
	is(l.entryAnd, "t.employee_id", f.EmployeeID)
	is(l.entryAnd, "t.ticket_id", f.TicketID)
	is(l.entryAnd, "t.retainer_id", f.RetainerID)
	var check fault.Check
	check.That(f.From == nil || f.To == nil || !f.To.Before(f.From.Time), "query.to", "Choose a day that is not before the first.")
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
		l.entryAnd("position(lower(?) in lower(t.task_description)) > 0", word)
	}
	return l, check.Err()
}

// days are from the first day, until the day after the last; nil where it is open.
func (f Filter) days() (from, until *time.Time) {
	if f.From != nil {
		from = &f.From.Time
	}
	if f.To != nil {
		until = new(f.To.AddDate(0, 0, 1))
	}
	return from, until
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
	if maybe.Value(e.EmployeeName) == "" {
		e.EmployeeName = nil
	}
	return e, err
}
