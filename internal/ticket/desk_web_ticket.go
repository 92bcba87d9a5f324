package ticket

import (
	"net/http"
	"net/url"
	"time"

	"github.com/a-h/templ"

	"clientportal/internal/actor"
	"clientportal/internal/fault"
	"clientportal/internal/maybe"
	"clientportal/internal/upload"
	"clientportal/internal/web"
)

// deskView is a ticket's page with the queue beside it.
type deskView struct {
	DeskTicket
	queue     queuePage
	newer     string // addresses of the tickets beside it in the queue
	older     string
	entries   []entry
	assignees []Named
	mine      bool // the reader is on it
	worked    worked
	asClient  bool // the reader may see it as the client does

	settings web.Form // status, assignee, priority and category
	notes    web.Form
	reply    web.Form
	preview  templ.Component // of the reply, when it was asked for
}

func (d deskPages) showTicket(w http.ResponseWriter, r *http.Request) error {
	id, err := ticketID(r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	t, err := look(ctx, d.core, id,
		func() (DeskTicket, error) { return d.Ticket(ctx, id) },
		func() (DeskTicket, error) { return d.ticket(ctx, id, "") })
	if err != nil {
		return err
	}
	return d.drawTicket(w, r, http.StatusOK, deskView{DeskTicket: t})
}

// drawTicket shows a ticket with the forms in v, or new ones.
func (d deskPages) drawTicket(w http.ResponseWriter, r *http.Request, status int, v deskView) error {
	if err := d.surround(r, &v); err != nil {
		return err
	}
	p := d.page(w, r, v.Number+" "+v.Title).Following("ticket:" + v.ID.String())
	p.Width = web.Full
	v.entries = deskThread(v.DeskTicket, p.Brand.Name)
	if v.settings.Values == nil {
		v.settings.Values = url.Values{
			"status": {string(v.Status)}, "assigned_to": {textOfID(v.AssignedTo)}, "priority": {string(v.Priority)}, "category": {maybe.Value(v.Category)},
		}
	}
	if v.notes.Values == nil {
		v.notes.Values = url.Values{"internal_notes": {maybe.Value(v.InternalNotes)}}
	}
	if v.reply.Values == nil {
		v.reply = v.freshReply()
	}
	v.settings.ID, v.notes.ID, v.reply.ID = "settings", "notes", "reply"
	web.Render(w, r, status, DeskTicketView(p, v))
	return nil
}

// surround reads what stands around the ticket.
func (d deskPages) surround(r *http.Request, v *deskView) (err error) {
	ctx := r.Context()
	if v.queue, err = d.readQueue(ctx, readQueueAddress(r.URL.Query())); err != nil {
		return err
	}
	v.queue.open = v.ID
	if v.worked, err = d.worked(ctx, v.ID); err != nil {
		return err
	}
	who, _ := actor.From(ctx)
	v.mine = v.AssignedTo != nil && *v.AssignedTo == who.ID
	v.asClient = who.Is(actor.Staff, actor.Manager, actor.Admin)
	if v.newer, v.older, err = d.beside(ctx, v.queue, v.ID); err != nil {
		return err
	}
	v.assignees, err = d.Assignees(ctx, v.Customer.ID)
	return err
}

// again shows the page with a form that did not go through, which keeps what was
// typed. A ticket that has changed meanwhile is shown as it is now.
func (d deskPages) again(w http.ResponseWriter, r *http.Request, s upload.Form, put func(*deskView, web.Form), err error) error {
	stale := fault.CodeOf(err) == fault.Stale
	if !stale && !fault.Mendable(err) {
		return err
	}
	v, unread := d.asItIs(r)
	if unread != nil {
		return unread
	}
	form := s.Again(err)
	if stale {
		form.Message = v.doerSince(seenAt(s.Form)) + " changed the ticket meanwhile. It is shown as it is now, with what you chose: look again, then send it once more."
	}
	put(&v, form)
	return d.drawTicket(w, r, fault.Status(err), v)
}

// asItIs is the ticket that the address names, read without leaving an event.
func (d deskPages) asItIs(r *http.Request) (v deskView, err error) {
	id, err := ticketID(r)
	if err == nil {
		v.DeskTicket, err = d.ticket(r.Context(), id, "")
	}
	return v, err
}

// doerSince is who was the last to write or change something after a moment.
func (t DeskTicket) doerSince(seen time.Time) string {
	var comments []Comment
	for _, c := range t.Comments {
		comments = append(comments, c.Comment)
	}
	return doerSince(seen, comments, t.Changes)
}
