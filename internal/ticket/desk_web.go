package ticket

import (
	"net/http"

	"github.com/google/uuid"

	"clientportal/internal/db"
	"clientportal/internal/route"
	"clientportal/internal/web"
)

// deskPages are the tickets as the agency's people work on them.
type deskPages struct {
	*Desk
	*web.Pages
}

// StaffPages registers the queue and its tickets.
func (s *Service) StaffPages(p *web.Pages) {
	desk := deskPages{s.Desk(), p}
	staff := route.Staff("")
	p.Handle("GET /staff/tickets", staff, desk.showQueue)
	p.Handle("POST /staff/tickets/preview", staff, web.MarkdownPreview)
	p.Handle("GET /staff/tickets/{id}", staff, desk.showTicket)
	p.Handle("POST /staff/tickets/{id}", staff, desk.change)
	p.Handle("POST /staff/tickets/{id}/take", staff, desk.take)
	p.Handle("POST /staff/tickets/{id}/notes", staff, desk.note)
	p.Handle("POST /staff/tickets/{id}/comments", staff, desk.comment)
	p.Handle("GET /staff/tickets/{id}/resolve", staff, desk.showResolve)
	p.Handle("POST /staff/tickets/{id}/resolve", staff, desk.resolve)
}

// answerable is the ticket that the address names, if the sender serves its customer:
// looked at before the form is read, whose files may be large.
func (d deskPages) answerable(r *http.Request) (uuid.UUID, error) {
	ctx := r.Context()
	id, err := ticketID(r)
	if err == nil {
		err = d.DB.Read(ctx, func(tx *db.Tx) error { return served(ctx, tx, id) })
	}
	return id, err
}

// page is what stands around a page of the desk, which hears of every ticket.
func (d deskPages) page(w http.ResponseWriter, r *http.Request, title string, crumbs ...web.Crumb) web.Page {
	p := d.Shell(w, r).Named(title, crumbs...)
	p.Section = "/staff/tickets"
	return p
}
