package ticket

import (
	"context"
	"net/http"
	"strings"

	"github.com/a-h/templ"
	"github.com/google/uuid"

	"clientportal/internal/fault"
	"clientportal/internal/route"
	"clientportal/internal/upload"
	"clientportal/internal/web"
)

// ticketView is a ticket's page.
type ticketView struct {
	Ticket
	entries  []entry
	answered string // how long the first answer took
	reply    web.Form
	preview  templ.Component
	mayWrite bool
	follows  bool
	worked   worked
}

func (c clientPages) showTicket(w http.ResponseWriter, r *http.Request) error {
	id, err := ticketID(r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	t, err := look(ctx, c.core, id,
		func() (Ticket, error) { return c.Ticket(ctx, id) },
		func() (Ticket, error) { return c.ticket(ctx, id, nil) })
	if err != nil {
		return err
	}
	return c.drawTicket(w, r, http.StatusOK, ticketView{Ticket: t})
}

func (c clientPages) drawTicket(w http.ResponseWriter, r *http.Request, status int, v ticketView) error {
	terms, err := c.Terms(r.Context())
	if err != nil {
		return err
	}
	p := c.page(w, r, v.Title, web.Crumb{Label: "Tickets", Href: "/tickets"}, web.Crumb{Label: v.Number}).
		Following("ticket:" + v.ID.String())
	who, err := asClient(r.Context())
	if err != nil {
		return err
	}
	v.entries = clientThread(v.Ticket, p.Brand.Name)
	v.answered = terms.firstAnswer(v.Status, v.CreatedAt, v.FirstRespondedAt)
	if v.worked, err = c.worked(r.Context(), v.ID); err != nil {
		return err
	}
	v.mayWrite, v.follows = mayWrite(r), v.FollowedBy(who.ID)
	if v.reply.Values == nil {
		v.reply = freshForm()
	}
	web.Render(w, r, status, TicketView(p, v))
	return nil
}

// comment sends a reply, and closes the ticket after it if the sender asks for it.
func (c clientPages) comment(w http.ResponseWriter, r *http.Request) error {
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
		return c.replyAgain(w, r, http.StatusOK, id, ticketView{reply: s.Again(nil), preview: prose(s.Value("body"))})
	}
	location, err := c.once(r.Context(), s, func(ctx context.Context) (string, error) {
		comment, err := c.AddComment(ctx, id, NewComment{Body: s.Value("body"), Files: s.Files})
		if err == nil && s.Value("close") != "" {
			err = c.move(ctx, id, Closed)
		}
		return ticketPath(id) + "#" + anchorOf(comment.ID), err
	})
	if fault.Mendable(err) {
		return c.replyAgain(w, r, fault.Status(err), id, ticketView{reply: s.Again(err)})
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, location, http.StatusSeeOther)
	return nil
}

// replyAgain shows the ticket with what was typed.
func (c clientPages) replyAgain(w http.ResponseWriter, r *http.Request, status int, id uuid.UUID, v ticketView) (err error) {
	if v.Ticket, err = c.ticket(r.Context(), id, nil); err != nil {
		return err
	}
	return c.drawTicket(w, r, status, v)
}

func (c clientPages) move(ctx context.Context, id uuid.UUID, to Status) error {
	_, err := c.Update(ctx, id, Edit{Status: &to}, "")
	return err
}

// does answers a button of the ticket's page, and says what was done.
func (c clientPages) does(action func(context.Context, uuid.UUID) error, done string) route.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		id, err := ticketID(r)
		if err != nil {
			return err
		}
		if err := action(r.Context(), id); err != nil {
			return err
		}
		c.Flash.Say(w, web.Done, done)
		http.Redirect(w, r, ticketPath(id), http.StatusSeeOther)
		return nil
	}
}

func (c clientPages) close(ctx context.Context, id uuid.UUID) error  { return c.move(ctx, id, Closed) }
func (c clientPages) reopen(ctx context.Context, id uuid.UUID) error { return c.move(ctx, id, Open) }

// freshForm is an empty form with a key of its own: see once.
func freshForm() web.Form {
	return web.Form{Values: map[string][]string{keyField: {newID().String()}}}
}

// actions are the buttons in the head of the page.
func (v ticketView) actions() []web.Action {
	if !v.mayWrite {
		return nil
	}
	path := ticketPath(v.ID)
	follow := web.Action{Label: "Follow", Post: path + "/follow", Attrs: templ.Attributes{"title": "Get an e-mail when something happens"}}
	if v.follows {
		follow = web.Action{Label: "Following", Icon: web.IconCheck, Post: path + "/unfollow", Attrs: templ.Attributes{"title": "Stop the e-mails about this ticket"}}
	}
	actions := []web.Action{follow}
	if v.Status != Closed {
		actions = append(actions, web.Action{Label: "Edit", Href: path + "/edit"})
	}
	if v.Status == Resolved {
		actions = append(actions, web.Action{Label: "Reopen", Post: path + "/reopen"})
	}
	if v.Status != Closed {
		actions = append(actions, web.Action{Label: "Close ticket", Post: path + "/close"})
	}
	return actions
}

func (v ticketView) composer(author string) web.Composer {
	hint := "Write a reply"
	if v.AssignedTo != nil {
		hint = "Reply to " + firstName(*v.AssignedTo)
	}
	return web.Composer{
		Form: v.reply, Action: ticketPath(v.ID) + "/comments", Label: "Your reply", Hint: hint, Author: author,
		Limits: upload.Limits, Preview: web.Preview{URL: previewURL, Body: v.preview},
		Hidden: []web.Hidden{{Name: keyField, Value: v.reply.Value(keyField)}},
		Submit: []web.Action{
			{Label: "Send and close", Kind: web.Ghost, Name: "close", Value: "1", Attrs: whileSending},
			{Label: "Send reply", Kind: web.Primary, Attrs: whileSending},
		},
	}
}

// lid is what a folded column of details says: "High, Billing".
func (v ticketView) lid() string {
	lid := sentence(string(v.Priority))
	if v.Category != nil {
		lid += ", " + *v.Category
	}
	return lid
}

func firstName(name string) string {
	first, _, _ := strings.Cut(name, " ")
	return first
}
