package ticket

import (
	"net/http"
	"net/url"

	"github.com/a-h/templ"

	"clientportal/internal/fault"
	"clientportal/internal/maybe"
	"clientportal/internal/web"
)

// resolveForm is where a ticket is resolved, with words that the client reads.
type resolveForm struct {
	web.Form
	ticket  DeskTicket
	preview templ.Component
	action  string
	back    string
}

func (d deskPages) showResolve(w http.ResponseWriter, r *http.Request) error {
	v, err := d.asItIs(r)
	if err != nil {
		return err
	}
	values := url.Values{"resolution": {maybe.Value(v.Resolution)}}
	return d.drawResolve(w, r, http.StatusOK, resolveForm{Form: web.Form{Values: values}, ticket: v.DeskTicket})
}

func (d deskPages) drawResolve(w http.ResponseWriter, r *http.Request, status int, f resolveForm) error {
	a := readQueueAddress(r.URL.Query())
	f.action, f.back = a.ticket(f.ticket.ID, "/resolve"), a.ticket(f.ticket.ID, "")
	p := d.page(w, r, "Resolve "+f.ticket.Number, web.Crumb{Label: "Queue", Href: a.href()},
		web.Crumb{Label: f.ticket.Number, Href: f.back}, web.Crumb{Label: "Resolve"})
	p.Width = web.Narrow
	web.Render(w, r, status, ResolveForm(p, f))
	return nil
}

func (d deskPages) resolve(w http.ResponseWriter, r *http.Request) error {
	id, err := d.answerable(r)
	if err != nil {
		return err
	}
	s, err := d.store().Read(r)
	defer s.Files.Discard(r.Context())
	if err != nil {
		return err
	}
	f := resolveForm{Form: s.Form}
	status, resolved := http.StatusOK, Resolved
	if s.Value("preview") != "" {
		f.preview = prose(s.Value("resolution"))
	} else {
		_, err = d.Update(r.Context(), id, DeskEdit{Status: &resolved, Resolution: chosen[string](s, "resolution")}, s.Value(versionField))
		if err == nil {
			d.backTo(w, r, id)
			return nil
		}
		status = fault.Status(err)
	}
	v, unread := d.asItIs(r)
	switch {
	case unread != nil:
		return unread
	case fault.CodeOf(err) == fault.Stale:
		f.Message = v.doerSince(seenAt(s.Form)) + " changed the ticket meanwhile. What you typed is kept: look at the ticket again, then send it once more."
	case fault.Mendable(err):
		f.Form = s.Again(err)
	case err != nil:
		return err
	}
	f.ticket = v.DeskTicket
	return d.drawResolve(w, r, status, f)
}
