package home

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	"clientportal/internal/clock"
	"clientportal/internal/db"
	"clientportal/internal/timetrack"
)

// start is what waits for the agency, across the customers that the employee serves.
type start struct {
	mine     []queued // overdue answers of the employee's own
	overdue  []queued // of the others
	nobodys  []queued
	phases   []stuck
	unsigned []handedOver
	quotes   []sentQuote
	drafts   []draft // the employee's own
	rejected []rejectedEntry
	close    []timetrack.Standing // retainers close to their limit, or over it
}

// queued is a ticket that wants an answer.
type queued struct {
	ID       uuid.UUID
	Number   string
	Title    string
	Customer string
	Assignee *string
	Urgent   bool
	DueAt    time.Time
}

// stuck is a phase that is late, held up, or waits for the client.
type stuck struct {
	Project    uuid.UUID
	Name       string
	Customer   string
	Phase      string
	Status     string
	WaitingOn  *string
	PlannedEnd *time.Time
	UpdatedAt  time.Time
}

// handedOver is a deliverable to which the client asks for changes.
type handedOver struct {
	Project     uuid.UUID
	ProjectName string
	Customer    string
	Name        string
	Comment     *string
	DecidedAt   time.Time
}

// sentQuote is a quote that the client has not answered.
type sentQuote struct {
	ID         uuid.UUID
	Number     string
	Name       string
	Customer   string
	Total      *decimal.Decimal
	Currency   string
	ValidUntil *time.Time
	SentAt     *time.Time
}

// draft is a quote that was begun.
type draft struct {
	ID        uuid.UUID
	Number    string
	Name      string
	Customer  string
	UpdatedAt time.Time
}

// rejectedEntry is one of the employee's own that a client has turned down.
type rejectedEntry struct {
	ID       uuid.UUID
	Text     string
	Customer string
	Minutes  int
	Reason   *string
	At       time.Time
}

const rejectedSQL = `
select t.id, t.task_description, c.name, t.minutes, t.rejection_reason, t.rejected_at
from time_tracking t join customers c on c.id = t.customer_id
where t.employee_id = $1 and t.approval = 'rejected' and t.deleted_at is null
order by t.rejected_at limit $2`

// listed is how many entries each part of the page has at most.
const listed = 6

const queuedSQL = `
select ct.id, t.number, ct.title, co.name, ct.assigned_to, ct.priority = 'urgent', t.answer_due_at
from tickets t join client_tickets ct on ct.ticket_id = t.id join customers co on co.id = t.customer_id
where `

// A ticket that waits for the client is due at infinity, which is no time.
const (
	mineSQL    = queuedSQL + `t.assignee_id = $1 and t.answer_due_at < $2 order by t.answer_due_at, t.id limit $3`
	overdueSQL = queuedSQL + `t.assignee_id <> $1 and t.answer_due_at < $2 order by t.answer_due_at, t.id limit $3`
	nobodysSQL = queuedSQL + `t.assignee_id is null and t.answer_due_at < 'infinity' order by t.answer_due_at, t.id limit $1`
)

const stuckSQL = `
select q.id, q.name, co.name, p.name, p.status, p.waiting_on, p.planned_end, p.updated_at
from quote_phases p
join quotes q on q.customer_id = p.customer_id and q.id = p.quote_id
join customers co on co.id = q.customer_id
where q.status in ('approved', 'in_progress')
  and (p.status in ('blocked', 'waiting_for_client') or p.status <> 'completed' and p.planned_end < ($1 at time zone co.timezone)::date)
order by p.planned_end nulls last, p.id limit $2`

const unsignedSQL = `
select q.id, q.name, co.name, d.name, d.comment, d.decided_at
from deliverables d
join quotes q on q.customer_id = d.customer_id and q.id = d.quote_id
join customers co on co.id = q.customer_id
where d.status = 'changes_requested' and q.status in ('approved', 'in_progress', 'completed')
order by d.decided_at limit $1`

const sentQuotesSQL = `
select q.id, q.number, q.name, co.name, q.total, q.currency, q.valid_until, q.sent_at
from quotes q join customers co on co.id = q.customer_id
where q.status = 'sent' order by q.valid_until nulls last, q.sent_at, q.id limit $1`

const draftsSQL = `
select q.id, q.number, q.name, co.name, q.updated_at
from quotes q join customers co on co.id = q.customer_id
where q.status = 'draft' and q.created_by_employee_id = $1 order by q.updated_at desc, q.id limit $2`

// start reads the start page of one of the agency's people.
func (h *Home) start(ctx context.Context) (s start, err error) {
	var standings []timetrack.Standing
	err = together(
		func() error { return h.waits(ctx, &s) },
		func() (err error) { standings, err = h.Hours.Standings(ctx, nil); return err },
	)
	if err != nil {
		return start{}, fmt.Errorf("read the start page: %w", err)
	}
	for _, standing := range standings {
		if standing.IsUrgent() && len(s.close) < listed {
			s.close = append(s.close, standing)
		}
	}
	return s, nil
}

// waits reads what the page asks for itself.
func (h *Home) waits(ctx context.Context, s *start) error {
	return h.DB.Read(ctx, func(tx *db.Tx) error {
		b, me, now := &pgx.Batch{}, tx.Actor().ID, clock.Now(ctx)
		into(b, &s.mine, mineSQL, me, now, listed)
		into(b, &s.overdue, overdueSQL, me, now, listed)
		into(b, &s.nobodys, nobodysSQL, listed)
		into(b, &s.phases, stuckSQL, now, listed)
		into(b, &s.unsigned, unsignedSQL, listed)
		into(b, &s.quotes, sentQuotesSQL, listed)
		into(b, &s.drafts, draftsSQL, me, listed)
		into(b, &s.rejected, rejectedSQL, me, listed)
		return tx.SendBatch(ctx, b).Close()
	})
}
