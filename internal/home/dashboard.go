package home

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	"clientportal/internal/actor"
	"clientportal/internal/analytics"
	"clientportal/internal/db"
	"clientportal/internal/project"
	"clientportal/internal/timetrack"
)

// dashboard is what a client's start page tells.
type dashboard struct {
	tickets      []openTicket // those that wait for the client first
	quotes       []offer
	asks         []ask
	deliverables []deliverable
	projects     []running
	news         []news
	retainers    []timetrack.Standing
	hours        []hoursAsked // at most one: all that waits
	blocks       []blockAsked
	numbers      analytics.Report // a few figures of the company's dashboard
	openTickets  int
	mayWrite     bool // the reader answers, and delivers what is asked for
	mayRaise     bool // the reader raises tickets
	mayDecide    bool // the reader decides on quotes and deliverables
}

type openTicket struct {
	ID         uuid.UUID
	Number     string
	Title      string
	Status     string
	AssignedTo *string
	AskedBy    *string // who of the agency wrote last, and when
	AskedAt    *time.Time
	UpdatedAt  time.Time
}

// offer is a quote that waits for a decision.
type offer struct {
	ID         uuid.UUID
	Number     string
	Name       string
	Version    int
	Total      *decimal.Decimal
	Currency   string
	ValidUntil *time.Time
	SentAt     *time.Time
}

// ask is a phase that waits for the client.
type ask struct {
	Project    uuid.UUID
	Name       string
	Phase      string
	WaitingOn  *string
	PlannedEnd *time.Time
	Since      time.Time
}

// deliverable is a result that waits to be accepted.
type deliverable struct {
	ID          uuid.UUID
	Project     uuid.UUID
	ProjectName string
	Name        string
	DeliveredAt time.Time
}

// running is an active project.
type running struct {
	ID      uuid.UUID
	Name    string
	Status  project.Status
	Current *string
	Due     *time.Time
	Phases  []project.Phase
}

// news is what one of the agency's people wrote last about a project or a ticket.
type news struct {
	OfTicket bool
	ID       uuid.UUID
	About    string
	By       string
	Body     string
	At       time.Time
}

// hoursAsked are the hours that wait for approval.
type hoursAsked struct {
	Count   int
	Minutes int
	Since   time.Time
}

// blockAsked is a block of hours beyond the retainer that waits for a decision.
type blockAsked struct {
	Minutes  int
	Amount   decimal.Decimal
	Currency string
	Name     string
	AskedAt  time.Time
}

const hoursSQL = `
select count(*)::integer, sum(minutes)::integer, min(pending_since)
from time_tracking where customer_id = $1 and approval = 'pending' and deleted_at is null and not internal
having count(*) > 0`

const blocksSQL = `
select b.minutes, b.amount, b.currency, r.name, b.asked_at
from overage_blocks b join retainers r on r.customer_id = b.customer_id and r.id = b.retainer_id
where b.customer_id = $1 and b.status = 'asked' order by b.asked_at limit 5`

// ticketsListed is how many open tickets the page lists at most; more may wait.
const ticketsListed = 5

const openTicketsSQL = `
select ct.id, t.number, ct.title, ct.status, ct.assigned_to, asked.by, asked.at, ct.updated_at
from client_tickets ct join tickets t on t.id = ct.ticket_id
left join lateral (
  select concat_ws(' ', e.first_name, e.last_name) as by, c.created_at as at
  from ticket_comments c join employees e on e.id = c.author_employee_id
  where c.client_ticket_id = ct.id and not c.internal and ct.status = 'waiting_for_client'
  order by c.created_at desc, c.id desc limit 1) asked on true
where ct.customer_id = $1 and ct.status in ('open', 'in_progress', 'waiting_for_client')
order by ct.status = 'waiting_for_client' desc, ct.updated_at desc limit 10`

const offersSQL = `
select q.id, q.number, q.name, q.version, q.total, q.currency, q.valid_until, q.sent_at
from quotes q join customers c on c.id = q.customer_id
where q.customer_id = $1 and q.status = 'sent' and (q.valid_until is null or q.valid_until >= (now() at time zone c.timezone)::date)
order by q.valid_until nulls last, q.sent_at limit 10`

const asksSQL = `
select q.id, q.name, p.name, p.waiting_on, p.planned_end, p.updated_at
from quote_phases p join quotes q on q.customer_id = p.customer_id and q.id = p.quote_id
where q.customer_id = $1 and q.status in ('approved', 'in_progress') and p.status = 'waiting_for_client'
order by p.planned_end nulls last, p.updated_at limit 10`

const deliverablesSQL = `
select d.id, q.id, q.name, d.name, d.delivered_at
from deliverables d join quotes q on q.customer_id = d.customer_id and q.id = d.quote_id
where d.customer_id = $1 and d.status = 'delivered' and q.status in ('approved', 'in_progress', 'completed')
order by d.delivered_at limit 10`

const projectsSQL = `
select p.id, p.name, p.status, p.current_phase, p.due_date,
  (select coalesce(jsonb_agg(jsonb_build_object('name', f.name, 'status', f.status, 'planned_end', f.planned_end) order by f.position), '[]')
   from quote_phases f where f.customer_id = p.customer_id and f.quote_id = p.id)
from projects p where p.customer_id = $1 and p.status in ('approved', 'in_progress')
order by p.next_due nulls last, p.id limit 4`

// What was written last stands on what was changed last, so that few are looked at.
const newsSQL = `
select * from (
  (select false, q.id, q.name, concat_ws(' ', e.first_name, e.last_name), left(u.body, 600), u.created_at as at
   from (select id, customer_id, name from quotes where customer_id = $1 order by updated_at desc, id desc limit 10) q
   cross join lateral (select author_employee_id, body, created_at from project_updates
                       where quote_id = q.id order by created_at desc, id desc limit 2) u
   join employees e on e.id = u.author_employee_id)
  union all
  (select true, ct.id, ct.title, concat_ws(' ', e.first_name, e.last_name), left(c.body, 600), c.created_at
   from (select id, title from client_tickets where customer_id = $1 order by updated_at desc, id desc limit 10) ct
   cross join lateral (select author_employee_id, body, created_at from ticket_comments
                       where client_ticket_id = ct.id and not internal and author_employee_id is not null
                       order by created_at desc, id desc limit 1) c
   join employees e on e.id = c.author_employee_id)
) written order by at desc limit 3`

// dashboard reads a client's start page.
func (h *Home) dashboard(ctx context.Context) (d dashboard, err error) {
	err = together(
		func() error { return h.own(ctx, &d) },
		func() (err error) { d.retainers, err = h.Hours.Standings(ctx, nil); return err },
		func() (err error) { d.numbers, err = h.Numbers.Highlights(ctx); return err },
	)
	if err != nil {
		return dashboard{}, fmt.Errorf("read the dashboard: %w", err)
	}
	return d, nil
}

// own reads what the page asks for itself.
func (h *Home) own(ctx context.Context, d *dashboard) error {
	return h.DB.Read(ctx, func(tx *db.Tx) error {
		who := tx.Actor()
		d.mayWrite = who.Is(actor.Client, actor.Member, actor.Approver, actor.Admin)
		d.mayRaise = d.mayWrite && !who.Viewing()
		d.mayDecide = who.Is(actor.Client, actor.Approver, actor.Admin)
		b, company := &pgx.Batch{}, who.CustomerID()
		into(b, &d.tickets, openTicketsSQL, company)
		into(b, &d.quotes, offersSQL, company)
		into(b, &d.asks, asksSQL, company)
		into(b, &d.deliverables, deliverablesSQL, company)
		into(b, &d.projects, projectsSQL, company)
		into(b, &d.news, newsSQL, company)
		into(b, &d.hours, hoursSQL, company)
		into(b, &d.blocks, blocksSQL, company)
		b.Queue(`select count(*) from client_tickets where customer_id = $1 and status in ('open', 'in_progress', 'waiting_for_client')`, company).
			QueryRow(func(row pgx.Row) error { return row.Scan(&d.openTickets) })
		return tx.SendBatch(ctx, b).Close()
	})
}
