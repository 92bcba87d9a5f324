package ticket

import (
	"net/http"

	"github.com/google/uuid"

	"clientportal/internal/db"
	"clientportal/internal/route"
	"clientportal/internal/web"
)

// clientPages are the tickets as a customer's people see them.
type clientPages struct {
	*Service
	*web.Pages
}

// Pages registers what a customer's people see of their tickets.
func (s *Service) Pages(p *web.Pages) {
	c := clientPages{s, p}
	anyone := route.Client("")
	p.Handle("GET /tickets", anyone, c.showList)
	p.Handle("GET /tickets/new", anyone, c.showNew)
	p.Handle("POST /tickets", anyone, c.create)
	p.Handle("POST /tickets/preview", anyone, web.MarkdownPreview)
	p.Handle("GET /tickets/{id}", anyone, c.showTicket)
	p.Handle("GET /tickets/{id}/edit", anyone, c.showEdit)
	p.Handle("POST /tickets/{id}/edit", anyone, c.edit)
	p.Handle("POST /tickets/{id}/comments", anyone, c.comment)
	p.Handle("POST /tickets/{id}/close", anyone, c.does(c.close, "The ticket is closed."))
	p.Handle("POST /tickets/{id}/reopen", anyone, c.does(c.reopen, "The ticket is open again."))
	p.Handle("POST /tickets/{id}/follow", anyone, c.does(c.Follow, "You get an e-mail when something happens on this ticket."))
	p.Handle("POST /tickets/{id}/unfollow", anyone, c.does(c.Unfollow, "You get no more e-mails about this ticket."))
}

// page is what stands around a page about tickets.
func (c clientPages) page(w http.ResponseWriter, r *http.Request, title string, crumbs ...web.Crumb) web.Page {
	p := c.Shell(w, r).Named(title, crumbs...)
	p.Section = "/tickets"
	return p
}

// mayWrite reports whether the reader may do more than read.
func mayWrite(r *http.Request) bool {
	_, err := asAuthor(r.Context())
	return err == nil
}

// ticketID is the ticket that the address names.
func ticketID(r *http.Request) (uuid.UUID, error) { return route.PathID(r, "id", "ticket") }

// answerable is the ticket that the address names, if the sender may write about it:
// looked at before the form is read, whose files may be large.
func (c clientPages) answerable(r *http.Request) (uuid.UUID, error) {
	ctx := r.Context()
	id, err := ticketID(r)
	if err == nil {
		_, err = asAuthor(ctx)
	}
	if err == nil {
		err = c.DB.Read(ctx, func(tx *db.Tx) error { return exists(ctx, tx, id) })
	}
	return id, err
}

// ticketPath is where a client reads a ticket.
func ticketPath(id uuid.UUID) string { return "/tickets/" + id.String() }
