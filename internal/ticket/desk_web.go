package ticket

import (
	"net/http"

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
	p.Handle("POST /staff/tickets/preview", staff, preview)
	p.Handle("GET /staff/tickets/{id}", staff, desk.showTicket)
	p.Handle("POST /staff/tickets/{id}", staff, desk.change)
	p.Handle("POST /staff/tickets/{id}/take", staff, desk.take)
	p.Handle("POST /staff/tickets/{id}/notes", staff, desk.note)
	p.Handle("POST /staff/tickets/{id}/comments", staff, desk.comment)
	p.Handle("GET /staff/tickets/{id}/resolve", staff, desk.showResolve)
	p.Handle("POST /staff/tickets/{id}/resolve", staff, desk.resolve)
}

// page is what stands around a page of the desk, which hears of every ticket.
func (d deskPages) page(w http.ResponseWriter, r *http.Request, title string, crumbs ...web.Crumb) web.Page {
	p := d.Shell(w, r).Named(title, crumbs...)
	p.Section = "/staff/tickets"
	return p
}
