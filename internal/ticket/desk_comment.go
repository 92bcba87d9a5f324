package ticket

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"clientportal/internal/clock"
	"clientportal/internal/db"
	"clientportal/internal/fault"
	"clientportal/internal/ticket/ticketdb"
	"clientportal/internal/upload"
)

// NewDeskComment is what the agency writes about a ticket: to the client, or
// among its own people.
type NewDeskComment struct {
	Body     string // Markdown
	Internal bool
	Status   *Status       // what the ticket is after it; nil leaves it
	Files    *upload.Files // nil for none
}

func (n *NewDeskComment) check() error {
	var c fault.Check
	n.Body = checkBody(&c, "body", "the message", n.Body)
	if n.Status != nil {
		checkStatus(&c, "status", *n.Status)
	}
	return n.Files.Faults(c.Err())
}

// AddComment answers the client, or leaves a note beside the conversation. An
// answer stops the clock of the first response and restarts that of the next.
func (d *Desk) AddComment(ctx context.Context, id uuid.UUID, n NewDeskComment) (DeskComment, error) {
	who, err := asStaff(ctx)
	if err != nil {
		return DeskComment{}, err
	}
	if err := n.check(); err != nil {
		return DeskComment{}, err
	}
	terms, err := d.Terms(ctx)
	if err != nil {
		return DeskComment{}, err
	}
	now := clock.Now(ctx)
	comment := DeskComment{Comment{ID: newID(), Body: n.Body, Author: Author{who.Name, "staff"}, CreatedAt: now}, n.Internal}
	err = d.DB.Write(ctx, func(tx *db.Tx) error {
		r, err := lockForDesk(ctx, tx, id, terms, now, who.Name)
		if err != nil {
			return err
		}
		if err := n.apply(r); err != nil {
			return err
		}
		if err := r.save(ctx, tx); err != nil {
			return err
		}
		err = ticketdb.New(tx).AddDeskComment(ctx, ticketdb.AddDeskCommentParams{
			ID: comment.ID, CustomerID: r.row.CustomerID, TicketID: id, AuthorID: who.ID, Body: n.Body, Internal: n.Internal, Now: now,
		})
		if err != nil {
			return err
		}
		here := place{customer: r.row.CustomerID, ticket: id, comment: &comment.ID, internal: n.Internal}
		told, news := map[string]any{"comment_id": comment.ID}, commented
		if n.Internal {
			told["internal"], news = true, noted
		}
		tx.Record(here.event("comment.create", told))
		announce(ctx, tx, here, notice{Event: news, ItemID: comment.ID})
		comment.Attachments, err = attach(ctx, tx, here, n.Files)
		return err
	})
	if err != nil {
		return DeskComment{}, fmt.Errorf("add comment: %w", err)
	}
	return comment, nil
}

// apply makes what follows from the comment: the status that goes with it, and
// for an answer the clocks.
func (n NewDeskComment) apply(r *deskRevision) error {
	if n.Status != nil {
		if err := staffMoves.check(r.status, *n.Status); err != nil {
			return err
		}
		r.moveTo(*n.Status)
	}
	if n.Internal {
		r.aside = true
		return nil
	}
	if r.status == Closed && n.Status == nil {
		return fault.New(fault.Conflict, "This ticket is closed. Reopen it to answer, or write an internal note.")
	}
	r.said = true
	r.row.CommentCount++
	if r.clock.firstResponded == nil {
		r.clock.firstResponded = &r.now
	}
	r.clock.since = r.now
	r.terms.wind(&r.clock, r.status, r.priority)
	return nil
}

// AddAttachments attaches files to a ticket, or to the employee's own comment of
// it. With an internal comment they are internal.
func (d *Desk) AddAttachments(ctx context.Context, id uuid.UUID, comment *uuid.UUID, internal bool, files *upload.Files) ([]DeskAttachment, error) {
	if _, err := asStaff(ctx); err != nil {
		return nil, err
	}
	if err := files.Needed(); err != nil {
		return nil, err
	}
	var attachments []DeskAttachment
	err := d.DB.Write(ctx, func(tx *db.Tx) error {
		row, err := ticketdb.New(tx).LockForDesk(ctx, id)
		if errors.Is(err, pgx.ErrNoRows) {
			return fault.Missing("ticket")
		}
		if err != nil {
			return err
		}
		here := place{customer: row.CustomerID, ticket: id, comment: comment, internal: internal}
		aside, err := commentOf(ctx, tx, here)
		if err != nil {
			return err
		}
		here.internal = here.internal || aside
		if err := touch(ctx, tx, here); err != nil {
			return err
		}
		announce(ctx, tx, here)
		added, err := attach(ctx, tx, here, files)
		for _, a := range added {
			attachments = append(attachments, DeskAttachment{a, here.internal})
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("add attachments: %w", err)
	}
	return attachments, nil
}

// served is a fault unless the employee may work on this ticket.
func served(ctx context.Context, tx *db.Tx, id uuid.UUID) error {
	_, err := ticketdb.New(tx).CustomerOf(ctx, id)
	if errors.Is(err, pgx.ErrNoRows) {
		return fault.Missing("ticket")
	}
	return err
}
