package ticket

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"clientportal/internal/api"
	"clientportal/internal/db"
	"clientportal/internal/fault"
)

// Filter picks tickets of the client's company; the zero Filter is all of them.
type Filter struct {
	Statuses []Status
	Category string
	Priority Priority
	QuoteID  *uuid.UUID // the Nil id: of no project
	Query    string     // words, or a number
	Sort     string     // one of Sorts; "" is the last changed first
}

// Sorts are the orders of a client's list.
var Sorts = []string{"-updated_at", "updated_at", "-created_at", "created_at", "-priority", "priority"}

const selectTickets = `select ct.id, ct.number, ct.title, ct.status, ct.priority, ct.category, ct.quote_id, ct.created_by_user_id,
	coalesce(nullif(concat_ws(' ', u.first_name, u.last_name), ''), u.email, ''), ct.assigned_to, ct.comment_count, ct.created_at, ct.updated_at
from client_tickets ct left join client_portal_users u on u.id = ct.created_by_user_id`

// List is a page of the tickets of the client's company.
func (s *Service) List(ctx context.Context, f Filter, page api.PageQuery) (api.Page[Summary], error) {
	who, err := asClient(ctx)
	if err != nil {
		return api.Page[Summary]{}, err
	}
	if f.Sort == "" {
		f.Sort = Sorts[0]
	}
	by, from, err := orderOf(f.Sort, Sorts, page.Cursor)
	if err != nil {
		return api.Page[Summary]{}, err
	}
	found, err := f.search(who.CustomerID())
	if err != nil {
		return api.Page[Summary]{}, err
	}
	if err := found.past(by, from); err != nil {
		return api.Page[Summary]{}, err
	}
	limit := pageSize(page.Limit)
	var items []Summary
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		if err := found.find(ctx, tx, f.Query, nil); err != nil {
			return err
		}
		statement, args := f.statement(found, by, limit+1)
		rows, err := tx.Query(ctx, statement, args...)
		if err != nil {
			return err
		}
		items, err = pgx.CollectRows(rows, scanSummary)
		return err
	})
	if err != nil {
		return api.Page[Summary]{}, fmt.Errorf("list tickets: %w", err)
	}
	return api.PageOf(items, limit, func(t Summary) any {
		return at(f.Sort, DeskSummary{ID: t.ID, UpdatedAt: t.UpdatedAt, CreatedAt: t.CreatedAt, Priority: t.Priority})
	}), nil
}

func (f Filter) statement(s search, by order, limit int) (string, []any) {
	where, page := s.conditions(), by.clause()+" limit "+s.arg(limit)
	if len(f.Statuses) < 2 || f.Query != "" {
		return selectTickets + where + page, s.args
	}
	// An index has each status in order, but not several together: so the first of
	// each are picked, and of those the first.
	pick := `select ct.id from (select distinct unnest(` + s.arg(texts(f.Statuses)) + `::text[]) as status) one
		cross join lateral (select ct.id, ct.updated_at, ct.created_at, ct.priority from client_tickets ct` +
		where + " and ct.status = one.status" + page + ") ct" + page
	return "with picked as materialized (" + pick + ") " + selectTickets + " join picked on picked.id = ct.id" + by.clause(), s.args
}

// search is the filter's conditions on the tickets of a company, but for its words.
func (f Filter) search(customer uuid.UUID) (s search, err error) {
	var c fault.Check
	s.and("ct.customer_id = ?", customer)
	s.filter(&c, f)
	return s, c.Err()
}

// filter checks a filter and adds the conditions that both sides have.
func (s *search) filter(c *fault.Check, f Filter) {
	for _, status := range f.Statuses {
		checkStatus(c, "query.status", status)
	}
	switch len(f.Statuses) {
	case 0:
	case 1: // lets an index by status give the order
		s.and("ct.status = ?", string(f.Statuses[0]))
	default:
		s.and("ct.status = any(?)", texts(f.Statuses))
	}
	if f.Category != "" {
		s.and("ct.category = ?", c.Text("query.category", "the category", f.Category, 0, MaxCategory))
	}
	if f.Priority != "" {
		checkPriority(c, "query.priority", f.Priority)
		s.and("ct.priority = ?", string(f.Priority))
	}
	switch {
	case f.QuoteID == nil:
	case *f.QuoteID == uuid.Nil:
		s.and("ct.quote_id is null")
	default:
		s.and("ct.quote_id = ?", *f.QuoteID)
	}
	c.Text("query.q", "the search", f.Query, 0, maxQuery)
}

func scanSummary(row pgx.CollectableRow) (t Summary, err error) {
	err = row.Scan(&t.ID, &t.Number, &t.Title, &t.Status, &t.Priority, &t.Category, &t.QuoteID, &t.CreatedBy.ID,
		&t.CreatedBy.Name, &t.AssignedTo, &t.CommentCount, &t.CreatedAt, &t.UpdatedAt)
	return t, err
}
