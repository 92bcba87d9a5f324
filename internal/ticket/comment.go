package ticket

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"clientportal/internal/audit"
	"clientportal/internal/clock"
	"clientportal/internal/db"
	"clientportal/internal/fault"
	"clientportal/internal/ticket/ticketdb"
	"clientportal/internal/upload"
)

// NewComment is what a client writes about a ticket.
type NewComment struct {
	Body  string        // Markdown
	Files *upload.Files // nil for none
}

// AddComment adds to the conversation. A ticket that waited for the client is in
// progress again, a resolved one is open again, a closed one takes no comment.
func (s *Service) AddComment(ctx context.Context, id uuid.UUID, n NewComment) (Comment, error) {
	who, err := asAuthor(ctx)
	if err != nil {
		return Comment{}, err
	}
	var check fault.Check
	n.Body = checkBody(&check, "body", "your reply", n.Body)
	if err := n.Files.Faults(check.Err()); err != nil {
		return Comment{}, err
	}
	terms, err := s.Terms(ctx)
	if err != nil {
		return Comment{}, err
	}
	now := clock.Now(ctx)
	first, next := terms.restarts(now)
	comment := Comment{ID: newID(), Body: n.Body, Author: Author{who.Name, "client"}, CreatedAt: now}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		moved, err := ticketdb.New(tx).AddComment(ctx, ticketdb.AddCommentParams{
			ID: comment.ID, TicketID: id, CustomerID: who.CustomerID(), AuthorID: who.ID, AuthorName: who.Name,
			Body: n.Body, ChangeID: newID(), FirstDue: first, NextDue: next, Now: now,
		})
		switch {
		case errors.Is(err, pgx.ErrNoRows):
			return fault.Missing("ticket")
		case err != nil:
			return err
		case moved.Became == nil:
			return errClosed()
		}
		tx.Record(audit.Event{Action: "comment.create", Subject: subject(id), Payload: map[string]any{
			"comment_id": comment.ID, "before": map[string]string{"status": moved.Was}, "after": map[string]string{"status": *moved.Became},
		}})
		here := place{customer: who.CustomerID(), ticket: id, comment: &comment.ID}
		announce(ctx, tx, here, notice{Event: commented, ItemID: comment.ID})
		comment.Attachments, err = attach(ctx, tx, here, n.Files)
		return err
	})
	if err != nil {
		return Comment{}, fmt.Errorf("add comment: %w", err)
	}
	return comment, nil
}
