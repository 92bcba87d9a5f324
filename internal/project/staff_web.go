package project

import (
	"context"
	"net/http"

	"github.com/google/uuid"

	"clientportal/internal/route"
	"clientportal/internal/web"
)

// staffPages are quotes and projects as the agency's people work on them.
type staffPages struct {
	*Service
	*web.Pages
}

// staffPreview answers Markdown as it will look.
const staffPreview = "/staff/projects/preview"

// StaffPages registers what the agency's people see of quotes and projects. Who may
// plan and who may work is checked in the actions.
func (s *Service) StaffPages(p *web.Pages) {
	c := staffPages{s, p}
	anyone := route.Staff("")
	p.Handle("GET /staff/projects", anyone, c.showPortfolio)
	p.Handle("POST "+staffPreview, anyone, web.MarkdownPreview)
	p.Handle("GET /staff/projects/{quoteId}", anyone, c.showProject)
	p.Handle("POST /staff/projects/{quoteId}/phases", anyone, c.addPhase)
	p.Handle("POST /staff/projects/{quoteId}/phases/{phaseId}", anyone, c.changePhase)
	p.Handle("POST /staff/projects/{quoteId}/updates", anyone, c.postUpdate)
	p.Handle("POST /staff/projects/{quoteId}/deliverables", anyone, c.deliver)
	p.Handle("POST /staff/projects/{quoteId}/deliverables/{deliverableId}", anyone, c.redeliver)
	p.Handle("POST /staff/projects/{quoteId}/start", anyone, c.moves(s.StartProject, "Work on it has begun.", projectPath))
	p.Handle("POST /staff/projects/{quoteId}/complete", anyone, c.moves(s.CompleteProject, "The project is finished.", projectPath))

	p.Handle("GET /staff/quotes", anyone, c.showQuotes)
	p.Handle("GET /staff/quotes/new", anyone, c.showNew)
	p.Handle("POST /staff/quotes", anyone, c.create)
	p.Handle("GET /staff/quotes/{quoteId}", anyone, c.showQuote)
	p.Handle("GET /staff/quotes/{quoteId}/edit", anyone, c.showEdit)
	p.Handle("POST /staff/quotes/{quoteId}/edit", anyone, c.edit)
	p.Handle("POST /staff/quotes/{quoteId}/send", anyone, c.moves(s.SendQuote, "The quote is sent. The client's approvers get an e-mail.", quotePath))
	p.Handle("GET /staff/quotes/{quoteId}/cancel", anyone, c.confirmCancel)
	p.Handle("POST /staff/quotes/{quoteId}/cancel", anyone, c.moves(s.CancelQuote, "It is cancelled.", quotePath))
}

// page is what stands around a page about projects or quotes.
func (c staffPages) page(w http.ResponseWriter, r *http.Request, section, title string, crumbs ...web.Crumb) web.Page {
	p := c.Shell(w, r).Named(title, crumbs...)
	p.Section = section
	return p
}

// moves takes a quote a step on, says so, and leads to its page.
func (c staffPages) moves(action func(context.Context, uuid.UUID) error, done string, path func(uuid.UUID) string) route.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		id, err := route.PathID(r, "quoteId", "quote")
		if err != nil {
			return err
		}
		if err := action(r.Context(), id); err != nil {
			return err
		}
		c.Flash.Say(w, web.Done, done)
		http.Redirect(w, r, "/staff"+path(id), http.StatusSeeOther)
		return nil
	}
}
