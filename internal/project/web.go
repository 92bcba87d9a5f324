package project

import (
	"context"
	"errors"
	"net/http"

	"github.com/a-h/templ"
	"github.com/google/uuid"

	"clientportal/internal/actor"
	"clientportal/internal/fault"
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

// maxTyped is how many bytes a form of these pages carries at most.
const maxTyped = 1 << 20

// formOf is what was typed into a form.
func formOf(r *http.Request) (web.Form, error) {
	r.Body = http.MaxBytesReader(nil, r.Body, maxTyped)
	err := r.ParseForm()
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		return web.Form{}, fault.New(fault.TooLarge, "That is more than a form can carry. Send less text.")
	}
	if err != nil {
		return web.Form{}, fault.New(fault.Malformed, "The form did not come in whole. Send it again.")
	}
	return web.Form{Values: r.PostForm}, nil
}

// mendable reports whether the sender of a form can put err right in it.
func mendable(err error) bool {
	switch fault.CodeOf(err) {
	case fault.Invalid, fault.Conflict, fault.Stale, fault.NeedsMatch, fault.TooLarge, fault.MediaType:
		return true
	}
	return false
}

// pathID is the id that the address names; one that is no id names nothing.
func pathID(r *http.Request, name, what string) (uuid.UUID, error) {
	id, err := uuid.Parse(r.PathValue(name))
	if err != nil {
		return uuid.Nil, fault.Missing(what)
	}
	return id, nil
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
