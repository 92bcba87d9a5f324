package ticket

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"clientportal/internal/audit"
	"clientportal/internal/clock"
	"clientportal/internal/db"
	"clientportal/internal/fault"
	"clientportal/internal/ticket/ticketdb"
)

// Ticket is one ticket with all that the agency knows of it, and leaves an event
// of the view.
func (d *Desk) Ticket(ctx context.Context, id uuid.UUID) (DeskTicket, error) {
	return d.ticket(ctx, id, "ticket.view")
}

// ticket reads a ticket and records the view, if it has a name.
func (d *Desk) ticket(ctx context.Context, id uuid.UUID, view string) (t DeskTicket, err error) {
	if _, err := asStaff(ctx); err != nil {
		return t, err
	}
	err = d.DB.Read(ctx, func(tx *db.Tx) error {
		row, err := ticketdb.New(tx).DeskTicket(ctx, id)
		if errors.Is(err, pgx.ErrNoRows) {
			return fault.Missing("ticket")
		}
		if err != nil {
			return err
		}
		if view != "" {
			tx.Record(audit.Event{CustomerID: row.CustomerID, Action: view, Subject: subject(id)})
		}
		t, err = deskTicket(row)
		return err
	})
	if err != nil {
		return DeskTicket{}, fmt.Errorf("read ticket: %w", err)
	}
	return t, nil
}

func deskTicket(r ticketdb.DeskTicketRow) (DeskTicket, error) {
	t := DeskTicket{
		DeskSummary: DeskSummary{
			ID: r.ID, Number: r.Number, Customer: Named{r.CustomerID, r.CustomerName}, Title: r.Title,
			Status: Status(r.Status), Priority: Priority(r.Priority), Category: r.Category, QuoteID: r.QuoteID,
			CreatedBy: Named{r.CreatedByUserID, r.CreatedByName}, AssignedTo: r.AssigneeID, Assignee: assignee(r.AssigneeID, r.AssignedTo),
			CommentCount: r.CommentCount, CreatedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt,
			SLA: SLA{FirstResponseDueAt: r.FirstResponseDueAt, FirstRespondedAt: r.FirstRespondedAt},
		},
		Description: r.Description, InternalNotes: r.InternalNotes, Resolution: r.Resolution,
		ResolvedAt: r.ResolvedAt, ResolvedBy: r.ResolvedBy, QuoteName: r.QuoteName, Version: r.Version,
	}
	t.SLA.AnswerDueAt, t.SLA.Paused = answerDue(r.AnswerDueAt)
	err := errors.Join(
		json.Unmarshal(r.Comments, &t.Comments),
		json.Unmarshal(r.Attachments, &t.Attachments),
		json.Unmarshal(r.Changes, &t.Changes),
		json.Unmarshal(r.Followers, &t.Followers),
	)
	files := make([]Attachment, len(t.Attachments))
	for i, a := range t.Attachments {
		files[i] = a.Attachment
	}
	for i := range t.Comments {
		t.Comments[i].Attachments = filesOf(files, &t.Comments[i].ID)
	}
	return t, err
}

// Counts are the sizes of the queue's views, of one customer or of all.
func (d *Desk) Counts(ctx context.Context, customer *uuid.UUID) (n DeskCounts, err error) {
	who, err := asStaff(ctx)
	if err != nil {
		return n, err
	}
	err = d.DB.Read(ctx, func(tx *db.Tx) error {
		row, err := ticketdb.New(tx).DeskCounts(ctx, ticketdb.DeskCountsParams{Me: who.ID, Now: clock.Now(ctx), CustomerID: customer})
		n = DeskCounts(row)
		return err
	})
	if err != nil {
		return n, fmt.Errorf("count the queue: %w", err)
	}
	return n, nil
}

// Neighbours are the tickets before and after one in the queue; nil where there
// is none.
type Neighbours struct {
	Previous *DeskSummary `json:"previous"`
	Next     *DeskSummary `json:"next"`
}

// Neighbours are those of a ticket in the queue of this filter.
func (d *Desk) Neighbours(ctx context.Context, id uuid.UUID, f DeskFilter) (n Neighbours, err error) {
	if _, err := asStaff(ctx); err != nil {
		return n, err
	}
	if f.Sort == "" {
		f.Sort = DeskSorts[0]
	}
	err = d.DB.Read(ctx, func(tx *db.Tx) error {
		by, _, err := orderOf(f.Sort, DeskSorts, "")
		if err != nil {
			return err
		}
		here, err := placeOf(ctx, tx, id, f.Sort)
		if err != nil {
			return err
		}
		if n.Next, err = f.first(ctx, tx, by, here); err != nil {
			return err
		}
		n.Previous, err = f.first(ctx, tx, by.backwards(), here)
		return err
	})
	if err != nil {
		return n, fmt.Errorf("find the tickets beside: %w", err)
	}
	return n, nil
}

func placeOf(ctx context.Context, tx *db.Tx, id uuid.UUID, sort string) (position, error) {
	rows, err := tx.Query(ctx, "with picked as (select $1::uuid as id) "+selectQueue, id)
	if err != nil {
		return position{}, err
	}
	t, err := pgx.CollectExactlyOneRow(rows, scanDeskSummary)
	if errors.Is(err, pgx.ErrNoRows) {
		return position{}, fault.Missing("ticket")
	}
	return at(sort, t), err
}

// first is the ticket that comes next in an order.
func (f DeskFilter) first(ctx context.Context, tx *db.Tx, by order, from position) (*DeskSummary, error) {
	found, err := f.rows(ctx, tx, by, from, 1)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return &found[0], nil
}
