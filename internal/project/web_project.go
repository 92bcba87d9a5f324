package project

import (
	"context"
	"fmt"
	"net/http"

	"github.com/a-h/templ"
	"github.com/google/uuid"

	"clientportal/internal/actor"
	"clientportal/internal/fault"
	"clientportal/internal/route"
	"clientportal/internal/web"
)

// projectView is a project's page, of either side.
type projectView struct {
	Project
	staff   bool
	decides bool                // the reader signs off deliverables
	asks    bool                // the reader raises tickets
	plans   bool                // the reader plans the project
	preview templ.Component     // of a form's Markdown, when it was asked for
	forms   map[string]web.Form // what was typed into a form that did not go through, by its id
}

// form is the form of this id, with what was typed into it if it did not go through.
func (v projectView) form(id string) web.Form {
	if form, ok := v.forms[id]; ok {
		return form
	}
	return web.Form{ID: id}
}

// previewOf is the preview of the form of this id.
func (v projectView) previewOf(id string) web.Preview {
	p := web.Preview{URL: staffPreview}
	if _, ok := v.forms[id]; ok {
		p.Body = v.preview
	}
	return p
}

// opened reports whether the form of this id is at work: refused, or previewed.
func (v projectView) opened(id string) bool {
	_, ok := v.forms[id]
	return ok
}

// failed are the forms that did not go through, of which there is at most one.
func (v projectView) failed() web.Form {
	for _, form := range v.forms {
		return form
	}
	return web.Form{}
}

func (c clientPages) showProject(w http.ResponseWriter, r *http.Request) error {
	id, err := route.PathID(r, "quoteId", "project")
	if err != nil {
		return err
	}
	p, err := c.look(r.Context(), id)
	if err != nil {
		return err
	}
	c.drawProject(w, r, http.StatusOK, projectView{Project: p})
	return nil
}

func (c clientPages) drawProject(w http.ResponseWriter, r *http.Request, status int, v projectView) {
	v.decides = can(r.Context(), mayDecide)
	who, _ := actor.From(r.Context())
	v.asks = who.May(actor.Client, actor.Member, actor.Approver, actor.Admin)
	p := c.page(w, r, "/projects", v.Name, web.Crumb{Label: "Projects", Href: "/projects"}, web.Crumb{Label: v.Name}).
		Following("project:"+v.QuoteID.String(), "ticket:")
	web.Render(w, r, status, ProjectView(p, v))
}

func (c clientPages) accept(w http.ResponseWriter, r *http.Request) error {
	return c.signOffBy(w, r, c.AcceptDeliverable, "You have accepted %s.")
}

func (c clientPages) askChanges(w http.ResponseWriter, r *http.Request) error {
	return c.signOffBy(w, r, c.RejectDeliverable, "You have asked for changes to %s.")
}

// signOffBy decides on the round of a deliverable that was shown.
func (c clientPages) signOffBy(w http.ResponseWriter, r *http.Request, decide func(ctx context.Context, quote, id uuid.UUID, comment, ifMatch string) (Deliverable, error), done string) error {
	quote, err := route.PathID(r, "quoteId", "project")
	if err != nil {
		return err
	}
	id, err := route.PathID(r, "deliverableId", "deliverable")
	if err != nil {
		return err
	}
	form, err := web.ReadForm(w, r)
	if err != nil {
		return err
	}
	d, err := decide(r.Context(), quote, id, form.Value("comment"), form.Value(tagField))
	if fault.Mendable(err) {
		return c.again(w, r, quote, id.String(), form, err)
	}
	if err != nil {
		return err
	}
	c.Flash.Say(w, web.Done, fmt.Sprintf(done, d.Name))
	http.Redirect(w, r, projectPath(quote)+"#deliverables", http.StatusSeeOther)
	return nil
}

// again shows the project as it is now with a form that did not go through.
func (c clientPages) again(w http.ResponseWriter, r *http.Request, quote uuid.UUID, formID string, form web.Form, err error) error {
	form, _ = form.With(err)
	p, gone := c.project(r.Context(), quote)
	if gone != nil {
		return gone
	}
	c.drawProject(w, r, fault.Status(err), projectView{Project: p, forms: refused(form, formID, err)})
	return nil
}

// refused is a form that did not go through, by its id.
func refused(form web.Form, id string, err error) map[string]web.Form {
	form.ID = id
	if fault.CodeOf(err) == fault.Stale {
		form.Message = "This changed after you opened the page. Below it is as it is now: look at it, then decide. What you typed is kept."
	}
	return map[string]web.Form{id: form}
}
