package ticket

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"clientportal/internal/actor"
	"clientportal/internal/audit"
	"clientportal/internal/clock"
	"clientportal/internal/db"
	"clientportal/internal/fault"
	"clientportal/internal/ticket/ticketdb"
	"clientportal/internal/upload"
)

// place is what files are attached to.
type place struct {
	customer uuid.UUID
	ticket   uuid.UUID
	comment  *uuid.UUID // nil: the ticket itself
	internal bool
}

// event is an audit event about the place. One that is internal belongs to the
// agency: a company reads its own events.
func (p place) event(action string, payload any) audit.Event {
	e := audit.Event{CustomerID: p.customer, Action: action, Subject: subject(p.ticket), Payload: payload}
	if p.internal {
		e.CustomerID = uuid.Nil
	}
	return e
}

// attach makes the files attachments of the place, with an event for each. From
// here on the commit decides: files whose attachments did not come to stay are
// swept.
func attach(ctx context.Context, tx *db.Tx, at place, u *upload.Files) ([]Attachment, error) {
	attachments := []Attachment{}
	if len(u.Stored()) == 0 {
		return attachments, nil
	}
	p := ticketdb.AddAttachmentsParams{
		CustomerID: at.customer, TicketID: at.ticket, CommentID: at.comment, Internal: at.internal,
		UploadedBy: tx.Actor().Name, Now: clock.Now(ctx),
	}
	for _, f := range u.Stored() {
		a := Attachment{newID(), at.comment, f.Name, f.ContentType, f.Size, p.Now}
		attachments = append(attachments, a)
		p.Ids, p.FileNames, p.ContentTypes = append(p.Ids, a.ID), append(p.FileNames, f.Name), append(p.ContentTypes, f.ContentType)
		p.Sizes, p.Hashes, p.StorageKeys = append(p.Sizes, f.Size), append(p.Hashes, f.Hash), append(p.StorageKeys, f.Key)
		tx.Record(at.event("attachment.create", a))
	}
	if err := ticketdb.New(tx).AddAttachments(ctx, p); err != nil {
		return nil, err
	}
	u.Take()
	return attachments, nil
}

// AddAttachments attaches files to a ticket, or to the client's own comment of it.
func (s *Service) AddAttachments(ctx context.Context, id uuid.UUID, comment *uuid.UUID, files *upload.Files) ([]Attachment, error) {
	who, err := asAuthor(ctx)
	if err != nil {
		return nil, err
	}
	if err := files.Needed(); err != nil {
		return nil, err
	}
	var attachments []Attachment
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		row, err := ticketdb.New(tx).LockTicket(ctx, ticketdb.LockTicketParams{ID: id, CustomerID: who.CustomerID()})
		switch {
		case errors.Is(err, pgx.ErrNoRows):
			return fault.Missing("ticket")
		case err != nil:
			return err
		case Status(row.Status) == Closed:
			return errClosed()
		}
		here := place{customer: row.CustomerID, ticket: id, comment: comment}
		if _, err := commentOf(ctx, tx, here); err != nil {
			return err
		}
		if err := touch(ctx, tx, here); err != nil {
			return err
		}
		announce(ctx, tx, here)
		attachments, err = attach(ctx, tx, here, files)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("add attachments: %w", err)
	}
	return attachments, nil
}

// touch makes the ticket a new version: for both sides, or if what is new is
// internal, for the agency.
func touch(ctx context.Context, tx *db.Tx, at place) error {
	return ticketdb.New(tx).TouchTicket(ctx, ticketdb.TouchTicketParams{ID: at.ticket, Internal: at.internal, Now: clock.Now(ctx)})
}

// commentOf checks that the place's comment, if it has one, is of that ticket and
// the actor's own. It reports whether the comment is internal.
func commentOf(ctx context.Context, tx *db.Tx, at place) (internal bool, err error) {
	if at.comment == nil {
		return false, nil
	}
	internal, err = ticketdb.New(tx).CommentBy(ctx, ticketdb.CommentByParams{ID: *at.comment, TicketID: at.ticket, AuthorID: tx.Actor().ID})
	if errors.Is(err, pgx.ErrNoRows) {
		return false, fault.InvalidField("comment_id", "Choose a comment of your own on this ticket.")
	}
	return internal, err
}

// Download is an attachment, which the caller closes. Row-level security says who may
// have it, at every download.
func (c *core) Download(ctx context.Context, id uuid.UUID) (*upload.Download, error) {
	var row ticketdb.AttachmentRow
	err := c.DB.Read(ctx, func(tx *db.Tx) (err error) {
		if tx.Actor().Kind != actor.Client && tx.Actor().Kind != actor.Staff {
			return fault.Denied("This is for people.")
		}
		row, err = ticketdb.New(tx).Attachment(ctx, id)
		if errors.Is(err, pgx.ErrNoRows) {
			return fault.Missing("attachment")
		}
		if err != nil {
			return err
		}
		at := place{customer: row.CustomerID, ticket: row.ClientTicketID, internal: row.Internal}
		tx.Record(at.event("attachment.download", map[string]any{"attachment_id": id, "file_name": row.FileName}))
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("download attachment: %w", err)
	}
	return c.store().Open(ctx, row.StorageKey, row.FileName, row.ContentType, row.SizeBytes)
}
