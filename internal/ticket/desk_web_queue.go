package ticket

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"github.com/google/uuid"

	"clientportal/internal/api"
	"clientportal/internal/fault"
	"clientportal/internal/web"
)

// queueSize is how many tickets the queue lists at once.
const queueSize = 50

// queuePage is the queue with what its filters offer.
type queuePage struct {
	queueAddress
	items      []DeskSummary
	later      string // address of what comes after these, "" for nothing
	counts     DeskCounts
	customers  []Named
	colleagues []Named
	terms      Terms
	open       uuid.UUID // the ticket that is open beside it, or Nil
}

func (d deskPages) showQueue(w http.ResponseWriter, r *http.Request) error {
	a := readQueueAddress(r.URL.Query())
	q, err := d.readQueue(r.Context(), a)
	if err != nil {
		return err
	}
	p := d.page(w, r, "Ticket queue").Following("ticket:")
	p.Width, p.Search.Query = web.Full, a.query
	web.Render(w, r, http.StatusOK, TicketQueue(p, q))
	return nil
}

func (d deskPages) readQueue(ctx context.Context, a queueAddress) (q queuePage, err error) {
	page, err := d.Queue(ctx, a.filter(), api.PageQuery{Limit: queueSize, Cursor: a.cursor})
	if a.cursor != "" && fault.CodeOf(err) == fault.Invalid { // no place of this queue
		a.cursor = ""
		return d.readQueue(ctx, a)
	}
	if err != nil {
		return q, err
	}
	q.queueAddress = a
	q.items = page.Items
	if page.NextCursor != nil {
		later := a
		later.cursor = *page.NextCursor
		q.later = later.href()
	}
	var failures [4]error
	q.counts, failures[0] = d.Counts(ctx, a.customer)
	q.customers, failures[1] = d.Customers(ctx)
	q.colleagues, failures[2] = d.colleagues(ctx)
	q.terms, failures[3] = d.Terms(ctx)
	return q, errors.Join(failures[:]...)
}

// beside are the addresses of the tickets before and after one in the queue.
func (d deskPages) beside(ctx context.Context, q queuePage, id uuid.UUID) (newer, older string, err error) {
	i := slices.IndexFunc(q.items, func(t DeskSummary) bool { return t.ID == id })
	if 0 < i && i < len(q.items)-1 {
		return q.ticket(q.items[i-1].ID, ""), q.ticket(q.items[i+1].ID, ""), nil
	}
	n, err := d.Neighbours(ctx, id, q.filter())
	if n.Previous != nil {
		newer = q.ticket(n.Previous.ID, "")
	}
	if n.Next != nil {
		older = q.ticket(n.Next.ID, "")
	}
	return newer, older, err
}
