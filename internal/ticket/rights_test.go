package ticket_test

import (
	"bytes"
	"context"
	"testing"

	"github.com/google/uuid"

	"clientportal/internal/actor"
	"clientportal/internal/api"
	"clientportal/internal/fault"
	"clientportal/internal/ticket"
	"clientportal/internal/upload"
)

// text is a small file.
func text(t *testing.T, w *world) *upload.Files {
	t.Helper()
	files := w.tickets.Uploads("file")
	if err := files.Add(t.Context(), "notes.txt", bytes.NewBufferString("some notes")); err != nil {
		t.Fatal(err)
	}
	return files
}

func TestWhoMayDoWhat(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	theirs, err := w.tickets.Create(by(t, w.stranger), ticket.NewTicket{Title: "Theirs", Description: "Not yours"})
	if err != nil {
		t.Fatal(err)
	}
	file, err := w.tickets.AddAttachments(by(t, w.stranger), theirs.ID, nil, text(t, w))
	if err != nil {
		t.Fatal(err)
	}

	// An action of somebody on a ticket and an attachment of Dapper's; the
	// company's own id is swapped for Fleetly's in the second round.
	type action func(ctx context.Context, id, attachment uuid.UUID) error
	client := map[string]action{
		"list": func(ctx context.Context, _, _ uuid.UUID) error {
			_, err := w.tickets.List(ctx, ticket.Filter{}, api.PageQuery{})
			return err
		},
		"counts": func(ctx context.Context, _, _ uuid.UUID) error { _, err := w.tickets.Counts(ctx); return err },
		"read":   func(ctx context.Context, id, _ uuid.UUID) error { _, err := w.tickets.Ticket(ctx, id); return err },
	}
	writing := map[string]action{
		"create": func(ctx context.Context, _, _ uuid.UUID) error {
			_, err := w.tickets.Create(ctx, ticket.NewTicket{Title: "New", Description: "New"})
			return err
		},
		"update": func(ctx context.Context, id, _ uuid.UUID) error {
			_, err := w.tickets.Update(ctx, id, ticket.Edit{Title: ptr("Other words " + uuid.NewString())}, "")
			return err
		},
		"comment": func(ctx context.Context, id, _ uuid.UUID) error {
			_, err := w.tickets.AddComment(ctx, id, ticket.NewComment{Body: "An answer"})
			return err
		},
		"attach": func(ctx context.Context, id, _ uuid.UUID) error {
			_, err := w.tickets.AddAttachments(ctx, id, nil, text(t, w))
			return err
		},
		"unfollow": func(ctx context.Context, id, _ uuid.UUID) error { return w.tickets.Unfollow(ctx, id) },
		"follow":   func(ctx context.Context, id, _ uuid.UUID) error { return w.tickets.Follow(ctx, id) },
	}
	staff := map[string]action{
		"desk read": func(ctx context.Context, id, _ uuid.UUID) error { _, err := w.desk.Ticket(ctx, id); return err },
		"desk update": func(ctx context.Context, id, _ uuid.UUID) error {
			_, err := w.desk.Update(ctx, id, ticket.DeskEdit{InternalNotes: ptr("A note " + uuid.NewString())}, "")
			return err
		},
		"desk comment": func(ctx context.Context, id, _ uuid.UUID) error {
			_, err := w.desk.AddComment(ctx, id, ticket.NewDeskComment{Body: "An answer"})
			return err
		},
		"desk attach": func(ctx context.Context, id, _ uuid.UUID) error {
			_, err := w.desk.AddAttachments(ctx, id, nil, false, text(t, w))
			return err
		},
		"neighbours": func(ctx context.Context, id, _ uuid.UUID) error {
			_, err := w.desk.Neighbours(ctx, id, ticket.DeskFilter{})
			return err
		},
	}
	download := func(ctx context.Context, _, attachment uuid.UUID) error {
		content, err := w.tickets.Download(ctx, attachment)
		if err == nil {
			content.Close()
		}
		return err
	}

	nobody := actor.Actor{Kind: actor.Anonymous}
	ours := w.raise(t, "Ours")
	ownFile, err := w.tickets.AddAttachments(by(t, w.member), ours.ID, nil, text(t, w))
	if err != nil {
		t.Fatal(err)
	}
	check := func(set map[string]action, who actor.Actor, own, foreign fault.Code) {
		for name, act := range set {
			wants(t, who.Name+" may "+name, act(by(t, who), ours.ID, ownFile[0].ID), own)
			switch name {
			case "list", "counts", "create":
			default:
				wants(t, who.Name+" may "+name+" another company's", act(by(t, who), theirs.ID, file[0].ID), foreign)
			}
		}
	}
	for _, who := range []actor.Actor{w.admin, w.approver, w.member} {
		check(client, who, "", fault.NotFound)
		check(writing, who, "", fault.NotFound)
		check(staff, who, fault.Forbidden, fault.Forbidden)
	}
	check(client, w.viewer, "", fault.NotFound)
	check(writing, w.viewer, fault.Forbidden, fault.Forbidden)
	for _, who := range []actor.Actor{w.agent, w.manager} {
		check(staff, who, "", fault.NotFound)
		check(client, who, fault.Forbidden, fault.Forbidden)
		check(writing, who, fault.Forbidden, fault.Forbidden)
	}
	check(staff, w.chief, "", "")
	check(staff, w.otherAgent, fault.NotFound, "")

	for who, want := range map[*actor.Actor]fault.Code{
		&w.member: "", &w.viewer: "", &w.agent: "", &w.chief: "", &w.stranger: fault.NotFound, &w.otherAgent: fault.NotFound,
	} {
		wants(t, who.Name+" may download", download(by(t, *who), ours.ID, ownFile[0].ID), want)
	}
	for name, act := range staff {
		wants(t, "nobody may "+name, act(by(t, nobody), ours.ID, ownFile[0].ID), fault.Forbidden)
	}
}

func TestAForeignProjectIsNoProject(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for name, quote := range map[string]uuid.UUID{"another company's": w.otherProject, "a draft": w.draft, "nobody's": uuid.New()} {
		_, err := w.tickets.Create(by(t, w.member), ticket.NewTicket{Title: "About it", Description: "Of course", QuoteID: &quote})
		wantsField(t, name, err, "quote_id")
	}
	var number int
	w.scan(t, `select last_ticket_number from customers where id = $1`, []any{w.dapper}, &number)
	if number != 0 {
		t.Errorf("refused tickets took %d numbers", number)
	}
	created, err := w.tickets.Create(by(t, w.member), ticket.NewTicket{Title: "About it", Description: "Of course", QuoteID: &w.project})
	if err != nil || created.Number != "DG-1" || *created.QuoteID != w.project {
		t.Errorf("got %+v, %v", created.Summary, err)
	}
	if found, err := w.tickets.List(by(t, w.member), ticket.Filter{QuoteID: &w.otherProject}, api.PageQuery{}); err != nil || len(found.Items) != 0 {
		t.Errorf("listed %v, %v", found.Items, err)
	}
}
