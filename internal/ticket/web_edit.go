package ticket

import (
	"net/http"
	"net/url"
	"time"

	"github.com/google/uuid"

	"clientportal/internal/fault"
	"clientportal/internal/maybe"
	"clientportal/internal/web"
)

// What the reader has seen: the ticket's entity tag, and when.
const (
	versionField = "version"
	seenField    = "seen"
)

// seen is what a form about a ticket carries, to find out whether the ticket has
// changed meanwhile.
func seen(etag string, now time.Time) []web.Hidden {
	return []web.Hidden{{Name: versionField, Value: etag}, {Name: seenField, Value: now.UTC().Format(time.RFC3339Nano)}}
}

// seenAt is when the sender of a form has seen the ticket.
func seenAt(f web.Form) time.Time {
	t, _ := time.Parse(time.RFC3339Nano, f.Value(seenField))
	return t
}

func (c clientPages) showEdit(w http.ResponseWriter, r *http.Request) error {
	t, err := c.writable(r)
	if err != nil {
		return err
	}
	if t.Status == Closed {
		return errClosed()
	}
	values := url.Values{
		"title": {t.Title}, "description": {t.Description}, "category": {maybe.Value(t.Category)}, "priority": {string(t.Priority)},
	}
	return c.drawEdit(w, r, http.StatusOK, ticketForm{Form: web.Form{Values: values}, edited: &t})
}

// writable is the ticket that the address names, for somebody who may change it.
func (c clientPages) writable(r *http.Request) (Ticket, error) {
	if _, err := asAuthor(r.Context()); err != nil {
		return Ticket{}, err
	}
	id, err := ticketID(r)
	if err != nil {
		return Ticket{}, err
	}
	return c.ticket(r.Context(), id, nil)
}

func (c clientPages) drawEdit(w http.ResponseWriter, r *http.Request, status int, f ticketForm) (err error) {
	if f.priorities, err = c.priorityCards(r.Context()); err != nil {
		return err
	}
	p := c.page(w, r, "Edit the ticket", web.Crumb{Label: "Tickets", Href: "/tickets"},
		web.Crumb{Label: f.edited.Number, Href: ticketPath(f.edited.ID)}, web.Crumb{Label: "Edit"})
	p.Width = web.Narrow
	web.Render(w, r, status, EditTicketForm(p, f))
	return nil
}

func (c clientPages) edit(w http.ResponseWriter, r *http.Request) error {
	id, err := c.answerable(r)
	if err != nil {
		return err
	}
	s, err := c.store().Read(r)
	defer s.Files.Discard(r.Context())
	if err != nil {
		return err
	}
	if s.Value("preview") != "" {
		return c.editAgain(w, r, http.StatusOK, id, ticketForm{Form: s.Form, preview: prose(s.Value("description"))})
	}
	title, description, category, priority := s.Value("title"), s.Value("description"), s.Value("category"), Priority(s.Value("priority"))
	_, err = c.Update(r.Context(), id, Edit{
		Title: &title, Description: &description, Category: &category, Priority: &priority,
	}, s.Value(versionField))
	switch {
	case fault.CodeOf(err) == fault.Stale:
		return c.editAgain(w, r, fault.Status(err), id, ticketForm{Form: s.Form, stale: true})
	case fault.Mendable(err):
		return c.editAgain(w, r, fault.Status(err), id, ticketForm{Form: s.Again(err)})
	case err != nil:
		return err
	}
	http.Redirect(w, r, ticketPath(id), http.StatusSeeOther)
	return nil
}

// editAgain shows what was typed beside the ticket as it is now.
func (c clientPages) editAgain(w http.ResponseWriter, r *http.Request, status int, id uuid.UUID, f ticketForm) error {
	t, err := c.ticket(r.Context(), id, nil)
	if err != nil {
		return err
	}
	f.edited = &t
	if f.stale {
		f.Message = doerSince(seenAt(f.Form), t.Comments, t.Changes) + " changed the ticket after you opened it. What you typed is kept: compare it with the ticket as it is now, then save again."
	}
	return c.drawEdit(w, r, status, f)
}
