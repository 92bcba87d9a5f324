package ticket

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"clientportal/internal/api"
	"clientportal/internal/audit"
	"clientportal/internal/clock"
	"clientportal/internal/db"
	"clientportal/internal/fault"
	"clientportal/internal/ticket/ticketdb"
)

// Edit is what a client changes of a ticket; nil leaves a field as it is.
type Edit struct {
	Title       *string
	Description *string
	Category    *string // "" for none
	Priority    *Priority
	Status      *Status
}

func (e *Edit) check() error {
	var c fault.Check
	if e.Title != nil {
		*e.Title = checkTitle(&c, *e.Title)
	}
	if e.Description != nil {
		*e.Description = checkBody(&c, "description", "the description", *e.Description)
	}
	if e.Category != nil {
		*e.Category = checkCategory(&c, *e.Category)
	}
	if e.Priority != nil {
		checkPriority(&c, "priority", *e.Priority)
	}
	if e.Status != nil {
		checkStatus(&c, "status", *e.Status)
	}
	return c.Err()
}

// Update changes a ticket, if it still is as ifMatch, the entity tag that the
// client has seen, says; an empty one matches always.
func (s *Service) Update(ctx context.Context, id uuid.UUID, edit Edit, ifMatch string) (Ticket, error) {
	who, err := asAuthor(ctx)
	if err != nil {
		return Ticket{}, err
	}
	if err := edit.check(); err != nil {
		return Ticket{}, err
	}
	terms, err := s.Terms(ctx)
	if err != nil {
		return Ticket{}, err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		row, err := ticketdb.New(tx).LockTicket(ctx, ticketdb.LockTicketParams{ID: id, CustomerID: who.CustomerID()})
		if errors.Is(err, pgx.ErrNoRows) {
			return fault.Missing("ticket")
		}
		if err != nil {
			return err
		}
		if err := api.CheckMatch(ifMatch, api.ETag(row.UpdatedAt)); err != nil {
			return err
		}
		r := revise(clientState(row), terms, clock.Now(ctx), who.Name)
		if err := edit.apply(r, &row); err != nil {
			return err
		}
		return r.save(ctx, tx, row)
	})
	if err != nil {
		return Ticket{}, fmt.Errorf("update ticket: %w", err)
	}
	return s.ticket(ctx, id, nil)
}

// apply makes the edit, or refuses it whole.
func (e Edit) apply(r *revision, row *ticketdb.LockTicketRow) error {
	if r.status == Closed {
		return errClosed()
	}
	if e.Status != nil {
		if err := clientMoves.check(r.status, *e.Status); err != nil {
			return err
		}
	}
	if e.Title != nil && *e.Title != row.Title {
		r.note("title", row.Title, *e.Title)
		row.Title = *e.Title
	}
	if e.Description != nil && *e.Description != row.Description {
		r.note("description", row.Description, *e.Description)
		row.Description = *e.Description
	}
	if e.Category != nil {
		r.categorise(*e.Category)
	}
	if e.Priority != nil {
		r.prioritise(*e.Priority)
	}
	if e.Status != nil {
		r.moveTo(*e.Status)
	}
	return nil
}

func clientState(row ticketdb.LockTicketRow) state {
	return state{
		status: Status(row.Status), priority: Priority(row.Priority), category: row.Category,
		resolvedAt: row.ResolvedAt, resolvedBy: row.ResolvedBy,
		clock: ticketClock{
			since: row.AwaitedSince, firstDue: row.FirstResponseDueAt, firstResponded: row.FirstRespondedAt, due: row.AnswerDueAt,
		},
	}
}

// save writes a client's revision, its event and the news of it.
func (r *revision) save(ctx context.Context, tx *db.Tx, row ticketdb.LockTicketRow) error {
	if !r.changed() {
		return db.ErrUnchanged
	}
	err := ticketdb.New(tx).SaveTicket(ctx, ticketdb.SaveTicketParams{
		ID: row.ID, Title: row.Title, Description: row.Description,
		Category: r.category, Priority: string(r.priority), Status: string(r.status),
		ResolvedAt: r.resolvedAt, ResolvedBy: r.resolvedBy,
		AwaitedSince: r.clock.since, FirstResponseDueAt: r.clock.firstDue, AnswerDueAt: r.clock.due,
		UpdatedAt: after(row.UpdatedAt, r.now), Now: r.now, ChangedBy: r.by,
		ChangeIds: r.history.ids, Fields: r.history.fields, OldValues: r.history.olds, NewValues: r.history.news,
	})
	if err != nil {
		return err
	}
	tx.Record(audit.Event{Action: "ticket.update", Subject: subject(row.ID), Payload: r.payload(row.Number)})
	announce(ctx, tx, place{customer: row.CustomerID, ticket: row.ID}, r.news(false)...)
	return nil
}
