package demo

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"clientportal/internal/actor"
	"clientportal/internal/ticket"
)

// perform takes the steps of a story. If it was cut off, it goes on where it
// ended.
func (p *play) perform(ctx context.Context, id uuid.UUID, cutOff bool) error {
	first := 0
	if cutOff {
		t, err := p.Tickets.Desk().Ticket(at(ctx, p.staff[admin], p.now), id)
		if err != nil {
			return err
		}
		first = p.taken(t)
	}
	for i := first; i < len(p.steps); i++ {
		if err := p.take(ctx, id, i); err != nil {
			return fmt.Errorf("step %d: %w", i+1, err)
		}
	}
	return nil
}

// taken is how many steps have been taken already: all up to the last comment
// that is there, and those after it that show.
func (p *play) taken(t ticket.DeskTicket) int {
	n, comments := 0, len(t.Comments)
	for i, st := range p.steps {
		if st.isComment() && comments > 0 {
			comments--
			n = i + 1
		}
	}
	for n < len(p.steps) && p.shows(t, p.steps[n]) {
		n++
	}
	return n
}

func (st step) isComment() bool { return st.verb == "" || st.verb == "asks" || st.verb == "internal" }

// shows reports whether a step that is no comment has left its mark.
func (p *play) shows(t ticket.DeskTicket, st step) bool {
	name := st.who
	switch st.verb {
	case "gives":
		name = st.object
		fallthrough
	case "takes":
		who, err := p.actor(name)
		return err == nil && t.AssignedTo != nil && *t.AssignedTo == who.ID
	case "sets":
		return t.Priority == ticket.Priority(st.object)
	case "notes":
		return t.InternalNotes != nil
	case "resolves":
		return t.ResolvedAt != nil
	case "closes":
		return t.Status == ticket.Closed
	}
	return false
}

// take takes one step.
func (p *play) take(ctx context.Context, id uuid.UUID, i int) error {
	st := p.steps[i]
	who, err := p.actor(st.who)
	if err != nil {
		return err
	}
	ctx = at(ctx, who, p.times[i])
	if !st.isComment() {
		return p.edit(ctx, id, who, st)
	}
	files, err := store(ctx, p.Tickets.Uploads("files"), st.files)
	defer files.Discard(ctx)
	if err != nil {
		return err
	}
	if who.Is(actor.Client) {
		_, err = p.Tickets.AddComment(ctx, id, ticket.NewComment{Body: st.text, Files: files})
		return err
	}
	n := ticket.NewDeskComment{Body: st.text, Internal: st.verb == "internal", Files: files}
	if st.verb == "asks" {
		n.Status = new(ticket.WaitingForClient)
	}
	_, err = p.Tickets.Desk().AddComment(ctx, id, n)
	return err
}

// edit changes the ticket itself.
func (p *play) edit(ctx context.Context, id uuid.UUID, who actor.Actor, st step) error {
	if who.Is(actor.Client) {
		if st.verb != "closes" {
			return fmt.Errorf("%s can't do this: %s", st.who, st.verb)
		}
		_, err := p.Tickets.Update(ctx, id, ticket.Edit{Status: new(ticket.Closed)}, "")
		return err
	}
	var e ticket.DeskEdit
	switch st.verb {
	case "takes":
		e.AssignedTo, e.Status = new(who.ID.String()), new(ticket.InProgress)
	case "gives":
		to, err := p.actor(st.object)
		if err != nil {
			return err
		}
		e.AssignedTo = new(to.ID.String())
	case "sets":
		e.Priority = new(ticket.Priority(st.object))
	case "notes":
		e.InternalNotes = &st.text
	case "resolves":
		e.Status, e.Resolution = new(ticket.Resolved), &st.text
	case "closes":
		e.Status = new(ticket.Closed)
	}
	_, err := p.Tickets.Desk().Update(ctx, id, e, "")
	return err
}
