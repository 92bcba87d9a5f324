package ticket

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"clientportal/internal/api"
	"clientportal/internal/clock"
	"clientportal/internal/db"
	"clientportal/internal/fault"
	"clientportal/internal/maybe"
	"clientportal/internal/ticket/ticketdb"
)

// DeskEdit is what the agency changes of a ticket; nil leaves a field as it is.
type DeskEdit struct {
	Status        *Status
	Priority      *Priority
	AssignedTo    *string // an employee's id or e-mail; "" for nobody
	Category      *string // "" for none
	InternalNotes *string // likewise
	Resolution    *string // likewise
}

func (e *DeskEdit) check() error {
	var c fault.Check
	if e.Status != nil {
		checkStatus(&c, "status", *e.Status)
	}
	if e.Priority != nil {
		checkPriority(&c, "priority", *e.Priority)
	}
	if e.AssignedTo != nil {
		*e.AssignedTo = c.Text("assigned_to", "the assignee", *e.AssignedTo, 0, maxQuery)
	}
	if e.Category != nil {
		*e.Category = checkCategory(&c, *e.Category)
	}
	if e.InternalNotes != nil {
		*e.InternalNotes = c.Text("internal_notes", "the notes", *e.InternalNotes, 0, MaxBody)
	}
	if e.Resolution != nil {
		*e.Resolution = c.Text("resolution", "the resolution", *e.Resolution, 0, MaxBody)
	}
	return c.Err()
}

// Update changes a ticket, if it still is as ifMatch, the entity tag that the
// employee has seen, says; an empty one matches always.
func (d *Desk) Update(ctx context.Context, id uuid.UUID, edit DeskEdit, ifMatch string) (DeskTicket, error) {
	who, err := asStaff(ctx)
	if err != nil {
		return DeskTicket{}, err
	}
	if err := edit.check(); err != nil {
		return DeskTicket{}, err
	}
	terms, err := d.Terms(ctx)
	if err != nil {
		return DeskTicket{}, err
	}
	err = d.DB.Write(ctx, func(tx *db.Tx) error {
		r, err := lockForDesk(ctx, tx, id, terms, clock.Now(ctx), who.Name)
		if err != nil {
			return err
		}
		if err := api.CheckMatch(ifMatch, api.ETag(r.row.Version)); err != nil {
			return err
		}
		if err := edit.apply(ctx, tx, r); err != nil {
			return err
		}
		return r.save(ctx, tx)
	})
	if err != nil {
		return DeskTicket{}, fmt.Errorf("update ticket: %w", err)
	}
	return d.ticket(ctx, id, "")
}

// apply makes the edit, or refuses it whole.
func (e DeskEdit) apply(ctx context.Context, tx *db.Tx, r *deskRevision) error {
	if e.Status != nil {
		if err := staffMoves.check(r.status, *e.Status); err != nil {
			return err
		}
	}
	if e.AssignedTo != nil {
		if err := r.assign(ctx, tx, *e.AssignedTo); err != nil {
			return err
		}
	}
	if e.Priority != nil {
		r.prioritise(*e.Priority)
	}
	if e.Category != nil {
		r.categorise(*e.Category)
	}
	if e.Resolution != nil {
		setText(&r.revision, "resolution", &r.row.Resolution, *e.Resolution)
	}
	if e.Status != nil {
		r.moveTo(*e.Status)
	}
	if e.InternalNotes != nil && maybe.Value(r.row.InternalNotes) != *e.InternalNotes {
		r.notes = map[string]any{"before": r.row.InternalNotes, "after": *e.InternalNotes}
		r.row.InternalNotes = maybe.Of(*e.InternalNotes)
	}
	return nil
}

// deskRevision is a revision by the agency, which has more to change.
type deskRevision struct {
	revision
	row   ticketdb.LockForDeskRow
	notes map[string]any // the internal notes before and after, when they change
	said  bool           // a public comment goes with it
	aside bool           // an internal one does
}

func lockForDesk(ctx context.Context, tx *db.Tx, id uuid.UUID, terms Terms, now time.Time, by string) (*deskRevision, error) {
	row, err := ticketdb.New(tx).LockForDesk(ctx, id)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, fault.Missing("ticket")
	}
	if err != nil {
		return nil, err
	}
	s := state{
		status: Status(row.Status), priority: Priority(row.Priority), category: row.Category,
		resolvedAt: row.ResolvedAt, resolvedBy: row.ResolvedBy,
		clock: ticketClock{
			since: row.AwaitedSince, firstDue: row.FirstResponseDueAt, firstResponded: row.FirstRespondedAt, due: row.AnswerDueAt,
		},
	}
	return &deskRevision{revision: *revise(s, terms, now, by), row: row}, nil
}

// save writes the revision, its events and the news of it. What is internal has
// an event of the agency's own, and does not move the time of change that the
// client sees.
func (r *deskRevision) save(ctx context.Context, tx *db.Tx) error {
	public, internal := r.changed() || r.said, r.notes != nil || r.aside
	if !public && !internal {
		return db.ErrUnchanged
	}
	updated := r.row.UpdatedAt
	if public {
		updated = after(updated, r.now)
	}
	if err := ticketdb.New(tx).SaveForDesk(ctx, ticketdb.SaveForDeskParams{
		ID: r.row.ID, Category: r.category, Priority: string(r.priority), Status: string(r.status),
		Resolution: r.row.Resolution, ResolvedAt: r.resolvedAt, ResolvedBy: r.resolvedBy, InternalNotes: r.row.InternalNotes,
		AssigneeID: r.row.AssigneeID, AssignedTo: r.row.AssignedTo, CommentCount: r.row.CommentCount,
		AwaitedSince: r.clock.since, FirstResponseDueAt: r.clock.firstDue, FirstRespondedAt: r.clock.firstResponded, AnswerDueAt: r.clock.due,
		UpdatedAt: updated, Now: r.now, ChangedBy: r.by,
		ChangeIds: r.history.ids, Fields: r.history.fields, OldValues: r.history.olds, NewValues: r.history.news,
	}); err != nil {
		return err
	}
	here := place{customer: r.row.CustomerID, ticket: r.row.ID}
	if r.changed() {
		tx.Record(here.event("ticket.update", r.payload(r.row.Number)))
		announce(ctx, tx, here, r.news(r.said)...)
	}
	if r.notes != nil {
		here.internal = true
		tx.Record(here.event("ticket.note", r.notes))
		announce(ctx, tx, here)
	}
	return nil
}
