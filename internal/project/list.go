package project

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
	"clientportal/internal/clock"
	"clientportal/internal/db"
	"clientportal/internal/fault"
)

// Whom a project waits for, as a Filter has it.
const (
	WaitsForClient = "client"
	WaitsForAgency = "agency"
)

// ProjectStatuses are the statuses that a project can have.
var ProjectStatuses = []Status{Approved, InProgress, Completed, Cancelled}

// QuoteStatuses are the statuses of a quote that a client sees.
var QuoteStatuses = []Status{Sent, Approved, Rejected, InProgress, Completed, Cancelled}

// Filter picks projects, or quotes; the zero Filter is all that the reader sees.
type Filter struct {
	CustomerID *uuid.UUID // for the agency's people
	Statuses   []Status
	Query      string // in the name, number or kind, and for the agency the customer's name
	Late       bool   // projects only
	Waiting    string // projects only: WaitsForClient, WaitsForAgency, or "" for all
}

// position is where a page of a list by last change ends.
type position struct {
	UpdatedAt time.Time `json:"u"`
	ID        uuid.UUID `json:"i"`
}

const selectProjects = `select p.id, p.number, p.customer_id, c.name, p.name, p.project_type, p.status, p.progress_percent, p.phase_count,
	p.phases_done, p.current_phase, p.waiting_on, p.blocked, coalesce(p.next_due < ($1::timestamptz at time zone c.timezone)::date, false),
	p.start_date, p.due_date, concat_ws(' ', e.first_name, e.last_name), p.intro, p.updated_at
from projects p join customers c on c.id = p.customer_id left join employees e on e.id = p.created_by_employee_id`

// Projects are a page of the projects that the reader sees, last changed first.
func (s *Service) Projects(ctx context.Context, f Filter, page api.PageQuery) (api.Page[Summary], error) {
	l, err := f.list(ctx, "p", page, ProjectStatuses)
	if err != nil {
		return api.Page[Summary]{}, err
	}
	if f.Late {
		l.and("p.next_due < ($1::timestamptz at time zone c.timezone)::date")
	}
	switch f.Waiting {
	case WaitsForClient:
		l.and("p.waiting_on is not null")
	case WaitsForAgency:
		l.and("p.status in ('approved', 'in_progress') and p.waiting_on is null")
	}
	items, err := collect(ctx, s.DB, l, selectProjects, scanProject)
	return api.PageOf(items, l.limit, func(p Summary) any { return position{p.UpdatedAt, p.QuoteID} }), err
}

const selectQuotes = `select q.id, q.number, q.customer_id, c.name, q.name, q.project_type, q.status, q.version, q.total, q.currency, q.valid_until,
	coalesce(q.status in ('draft', 'sent') and q.valid_until < ($1::timestamptz at time zone c.timezone)::date, false),
	q.sent_at, q.created_at, q.updated_at
from quotes q join customers c on c.id = q.customer_id`

// Quotes are a page of the quotes that the reader sees, last changed first.
func (s *Service) Quotes(ctx context.Context, f Filter, page api.PageQuery) (api.Page[QuoteSummary], error) {
	l, err := f.list(ctx, "q", page, append([]Status{Draft}, QuoteStatuses...))
	if err != nil {
		return api.Page[QuoteSummary]{}, err
	}
	items, err := collect(ctx, s.DB, l, selectQuotes, scanQuote)
	return api.PageOf(items, l.limit, func(q QuoteSummary) any { return position{q.UpdatedAt, q.ID} }), err
}

// list is the moving part of a list's statement. Its first argument is the time.
type list struct {
	table string
	where []string
	args  []any
	limit int
}

// and adds a condition, in which each ? is one of the values.
func (l *list) and(condition string, values ...any) {
	for _, v := range values {
		l.args = append(l.args, v)
		condition = strings.Replace(condition, "?", "$"+strconv.Itoa(len(l.args)), 1)
	}
	l.where = append(l.where, condition)
}

func (f Filter) list(ctx context.Context, table string, page api.PageQuery, statuses []Status) (*list, error) {
	who, _ := actor.From(ctx)
	l := &list{table: table, args: []any{clock.Now(ctx)}, limit: min(max(page.Limit, 1), 100)}
	if page.Limit == 0 {
		l.limit = 25
	}
	if company := who.CustomerID(); company != uuid.Nil {
		l.and(table+".customer_id = ?", company) // beside the row-level security: its index gives the order
	} else if f.CustomerID != nil {
		l.and(table+".customer_id = ?", *f.CustomerID)
	}
	var check fault.Check
	for _, status := range f.Statuses {
		check.That(slices.Contains(statuses, status), "query.status", "There is no status %s here.", status)
	}
	if len(f.Statuses) > 0 {
		l.and(table+".status = any(?)", f.Statuses)
	}
	if query := check.Text("query.q", "the search", f.Query, 0, 200); query != "" {
		text := fmt.Sprintf("concat_ws(' ', %[1]s.name, %[1]s.number, %[1]s.project_type", table)
		if who.Is(actor.Staff) {
			text += ", c.name"
		}
		for word := range strings.FieldsSeq(query) {
			l.and("position(lower(?) in lower("+text+"))) > 0", word)
		}
	}
	check.That(f.Waiting == "" || f.Waiting == WaitsForClient || f.Waiting == WaitsForAgency, "query.waiting", "Choose client or agency.")
	var after position
	if err := first(check.Err(), api.DecodeCursor(page.Cursor, &after)); err != nil {
		return nil, err
	}
	if after.ID != uuid.Nil {
		l.and(fmt.Sprintf("(%[1]s.updated_at, %[1]s.id) < (?, ?)", table), after.UpdatedAt, after.ID)
	}
	return l, nil
}

// collect runs the list's statement, for one row more than the page has.
func collect[T any](ctx context.Context, database *db.DB, l *list, statement string, scan pgx.RowToFunc[T]) (items []T, err error) {
	if len(l.where) > 0 {
		statement += " where " + strings.Join(l.where, " and ")
	}
	statement += fmt.Sprintf(" order by %[1]s.updated_at desc, %[1]s.id desc limit %[2]d", l.table, l.limit+1)
	err = database.Read(ctx, func(tx *db.Tx) error {
		rows, err := tx.Query(ctx, statement, l.args...)
		if err == nil {
			items, err = pgx.CollectRows(rows, scan)
		}
		return err
	})
	return items, err
}

func scanProject(row pgx.CollectableRow) (p Summary, err error) {
	var starts, due *time.Time
	err = row.Scan(&p.QuoteID, &p.Number, &p.Customer.ID, &p.Customer.Name, &p.Name, &p.ProjectType, &p.Status, &p.ProgressPercent, &p.PhaseCount,
		&p.PhasesDone, &p.CurrentPhase, &p.WaitingOn, &p.Blocked, &p.Late, &starts, &due, &p.Lead, &p.Intro, &p.UpdatedAt)
	p.StartDate, p.DueDate = dayOf(starts), dayOf(due)
	return p, err
}

func scanQuote(row pgx.CollectableRow) (q QuoteSummary, err error) {
	var total *decimal.Decimal
	var until *time.Time
	err = row.Scan(&q.ID, &q.Number, &q.Customer.ID, &q.Customer.Name, &q.Name, &q.ProjectType, &q.Status, &q.Version, &total, &q.Currency,
		&until, &q.Expired, &q.SentAt, &q.CreatedAt, &q.UpdatedAt)
	q.Total, q.ValidUntil = amountOf(total), dayOf(until)
	return q, err
}
