package project

import (
	"context"
	"net/http"

	"github.com/a-h/templ"
	"github.com/google/uuid"

	"clientportal/internal/actor"
	"clientportal/internal/markdown"
	"clientportal/internal/route"
	"clientportal/internal/web"
)

// clientPages are quotes and projects as a customer's people see them.
type clientPages struct {
	*Service
	*web.Pages
}

// Pages registers what a customer's people see of their quotes and projects.
func (s *Service) Pages(p *web.Pages) {
	c := clientPages{s, p}
	anyone := route.Client("")
	p.Handle("GET /projects", anyone, c.showProjects)
	p.Handle("GET /projects/{quoteId}", anyone, c.showProject)
	p.Handle("POST /projects/{quoteId}/deliverables/{deliverableId}/accept", anyone, c.accept)
	p.Handle("POST /projects/{quoteId}/deliverables/{deliverableId}/changes", anyone, c.askChanges)
	p.Handle("GET /quotes", anyone, c.showQuotes)
	p.Handle("GET /quotes/{id}", anyone, c.showQuote)
	p.Handle("POST /quotes/{id}/approve", anyone, c.approve)
	p.Handle("POST /quotes/{id}/reject", anyone, c.reject)
}

// page is what stands around a page about projects or quotes.
func (c clientPages) page(w http.ResponseWriter, r *http.Request, section, title string, crumbs ...web.Crumb) web.Page {
	p := c.Shell(w, r).Named(title, crumbs...)
	p.Section = section
	return p
}

// can reports whether the reader may do what the check is for.
func can(ctx context.Context, check func(actor.Actor) error) bool {
	who, ok := actor.From(ctx)
	return ok && check(who) == nil
}

// prose is Markdown as it is shown.
func prose(text string) templ.Component { return templ.Raw(markdown.HTML(text)) }

func projectPath(id uuid.UUID) string { return "/projects/" + id.String() }
func quotePath(id uuid.UUID) string   { return "/quotes/" + id.String() }
