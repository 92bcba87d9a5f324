package ticket

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"clientportal/internal/api"
	"clientportal/internal/clock"
	"clientportal/internal/db"
	"clientportal/internal/fault"
	"clientportal/internal/maybe"
	"clientportal/internal/ticket/ticketdb"
)

// View is a ready-made part of the queue.
type View string

// The views: what still wants an answer, of that one's own, nobody's, and late.
const (
	ViewAll        View = ""
	ViewOpen       View = "open"
	ViewMine       View = "mine"
	ViewUnassigned View = "unassigned"
	ViewOverdue    View = "overdue"
)

// Views are all views but ViewAll.
var Views = []View{ViewOpen, ViewMine, ViewUnassigned, ViewOverdue}

// DeskFilter picks tickets for the agency; the zero one is all that the employee
// may see.
type DeskFilter struct {
	Filter
	View       View
	CustomerID *uuid.UUID
	AssignedTo string // an employee's id or e-mail, "me" or "none"
}

// DeskSorts are the orders of the agency's list; the first is the default.
var DeskSorts = []string{"due", "-updated_at", "updated_at", "-created_at", "created_at", "-priority", "priority"}

// selectQueue reads the tickets of a list that picked their ids.
const selectQueue = `select ct.id, t.number, ct.customer_id, co.name, ct.title, ct.status, ct.priority, ct.category, ct.quote_id, ct.created_by_user_id,
	coalesce(nullif(concat_ws(' ', u.first_name, u.last_name), ''), u.email, ''), t.assignee_id, ct.assigned_to, ct.comment_count,
	t.answer_due_at, t.first_response_due_at, t.first_responded_at, ct.created_at, ct.updated_at
from picked join client_tickets ct on ct.id = picked.id join tickets t on t.id = ct.ticket_id join customers co on co.id = ct.customer_id
	left join client_portal_users u on u.id = ct.created_by_user_id`

// Queue is a page of the tickets that the employee may see.
func (d *Desk) Queue(ctx context.Context, f DeskFilter, page api.PageQuery) (api.Page[DeskSummary], error) {
	if _, err := asStaff(ctx); err != nil {
		return api.Page[DeskSummary]{}, err
	}
	if f.Sort == "" {
		f.Sort = DeskSorts[0]
	}
	limit := pageSize(page.Limit)
	var items []DeskSummary
	err := d.DB.Read(ctx, func(tx *db.Tx) error {
		by, from, err := orderOf(f.Sort, DeskSorts, page.Cursor)
		if err != nil {
			return err
		}
		items, err = f.rows(ctx, tx, by, from, limit+1)
		return err
	})
	if err != nil {
		return api.Page[DeskSummary]{}, fmt.Errorf("list the queue: %w", err)
	}
	return api.PageOf(items, limit, func(t DeskSummary) any { return at(f.Sort, t) }), nil
}

// rows are the tickets past a place in the order.
func (f DeskFilter) rows(ctx context.Context, tx *db.Tx, by order, from position, limit int) ([]DeskSummary, error) {
	var s search
	if err := f.conditions(ctx, tx, &s); err != nil {
		return nil, err
	}
	if err := s.past(by, from); err != nil {
		return nil, err
	}
	rows, err := tx.Query(ctx, "with picked as materialized ("+s.pick(by, limit)+") "+selectQueue+by.clause(), s.args...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, scanDeskSummary)
}

func (f DeskFilter) conditions(ctx context.Context, tx *db.Tx, s *search) error {
	var c fault.Check
	s.filter(&c, f.Filter)
	if f.CustomerID != nil {
		s.and("ct.customer_id = ?", *f.CustomerID)
	}
	if f.View != ViewAll {
		c.OneOf("query.view", string(f.View), texts(Views)...)
		s.and("t.answer_due_at is not null")
	}
	switch f.View {
	case ViewMine:
		s.and("t.assignee_id = ?", tx.Actor().ID)
	case ViewUnassigned:
		s.and("t.assignee_id is null")
	case ViewOverdue:
		s.and("t.answer_due_at < ?", clock.Now(ctx))
	}
	if err := c.Err(); err != nil {
		return err
	}
	if err := s.find(ctx, tx, f.Query, f.CustomerID); err != nil {
		return err
	}
	return f.assigned(ctx, tx, s)
}

// assigned adds the condition on who has the ticket.
func (f DeskFilter) assigned(ctx context.Context, tx *db.Tx, s *search) error {
	id, err := uuid.Parse(f.AssignedTo)
	switch {
	case f.AssignedTo == "":
		return nil
	case f.AssignedTo == "none":
		s.and("t.assignee_id is null")
		return nil
	case f.AssignedTo == "me":
		id = tx.Actor().ID
	case err != nil:
		if id, err = employeeByEmail(ctx, tx, f.AssignedTo); err != nil {
			return err
		}
	}
	s.and("t.assignee_id = ?", id)
	return nil
}

func employeeByEmail(ctx context.Context, tx *db.Tx, email string) (uuid.UUID, error) {
	var c fault.Check
	email = c.Text("query.assigned_to", "the address", email, 1, maxQuery)
	c.That(strings.Contains(email, "@"), "query.assigned_to", "Give an employee's id or e-mail address, me, or none.")
	if err := c.Err(); err != nil {
		return uuid.Nil, err
	}
	id, err := ticketdb.New(tx).EmployeeByEmail(ctx, email)
	if errors.Is(err, pgx.ErrNoRows) {
		return uuid.Nil, nil // nobody's tickets
	}
	return id, err
}

func scanDeskSummary(row pgx.CollectableRow) (t DeskSummary, err error) {
	var assigned *string
	var due pgtype.Timestamptz
	err = row.Scan(&t.ID, &t.Number, &t.Customer.ID, &t.Customer.Name, &t.Title, &t.Status, &t.Priority, &t.Category, &t.QuoteID, &t.CreatedBy.ID,
		&t.CreatedBy.Name, &t.AssignedTo, &assigned, &t.CommentCount,
		&due, &t.SLA.FirstResponseDueAt, &t.SLA.FirstRespondedAt, &t.CreatedAt, &t.UpdatedAt)
	t.Assignee = assignee(t.AssignedTo, assigned)
	t.SLA.AnswerDueAt, t.SLA.Paused = answerDue(due)
	return t, err
}

func assignee(id *uuid.UUID, name *string) *Named {
	if id == nil {
		return nil
	}
	return &Named{*id, maybe.Value(name)}
}

// answerDue reads the clock's column: infinity is a pause.
func answerDue(due pgtype.Timestamptz) (at *time.Time, paused bool) {
	if !due.Valid || due.InfinityModifier != pgtype.Finite {
		return nil, due.Valid
	}
	return &due.Time, false
}
