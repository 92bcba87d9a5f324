package ticket

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"clientportal/internal/actor"
	"clientportal/internal/audit"
	"clientportal/internal/clock"
	"clientportal/internal/db"
	"clientportal/internal/fault"
	"clientportal/internal/maybe"
	"clientportal/internal/ticket/ticketdb"
	"clientportal/internal/upload"
)

// NewTicket is what a client writes to raise a ticket.
type NewTicket struct {
	Title       string
	Description string   // Markdown
	Category    string   // "" for none
	Priority    Priority // "" is medium
	QuoteID     *uuid.UUID
	Files       *upload.Files // nil for none
}

func (n *NewTicket) check() error {
	var c fault.Check
	n.Title = checkTitle(&c, n.Title)
	n.Description = checkBody(&c, "description", "the description", n.Description)
	n.Category = checkCategory(&c, n.Category)
	if n.Priority == "" {
		n.Priority = Medium
	}
	checkPriority(&c, "priority", n.Priority)
	return n.Files.Faults(c.Err())
}

// Create raises a ticket, with its files, and tells those who will work on it.
func (s *Service) Create(ctx context.Context, n NewTicket) (Ticket, error) {
	who, err := asAuthor(ctx)
	if err != nil {
		return Ticket{}, err
	}
	if err := n.check(); err != nil {
		return Ticket{}, err
	}
	terms, err := s.Terms(ctx)
	if err != nil {
		return Ticket{}, err
	}
	now := clock.Now(ctx)
	t := n.ticket(who, now)
	due := terms.Calendar.After(now, terms.Policies[n.Priority].FirstResponse)
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		number, err := ticketdb.New(tx).CreateTicket(ctx, ticketdb.CreateTicketParams{
			ID: t.ID, CustomerID: who.CustomerID(), AuthorID: who.ID, QuoteID: n.QuoteID,
			Title: t.Title, Description: t.Description, Category: t.Category, Priority: string(t.Priority),
			DueAt: pgtype.Timestamptz{Time: due, Valid: true}, Now: now,
		})
		if errors.Is(err, pgx.ErrNoRows) {
			return fault.InvalidField("quote_id", "Choose one of your projects, or none.")
		}
		if err != nil {
			return err
		}
		t.Number = number
		tx.Record(audit.Event{Action: "ticket.create", Subject: subject(t.ID), Payload: map[string]any{
			"number": number, "title": t.Title, "category": t.Category, "priority": t.Priority, "quote_id": t.QuoteID,
		}})
		here := place{customer: who.CustomerID(), ticket: t.ID}
		announce(ctx, tx, here, notice{Event: created})
		t.Attachments, err = attach(ctx, tx, here, n.Files)
		return err
	})
	if err != nil {
		return Ticket{}, fmt.Errorf("create ticket: %w", err)
	}
	return t, nil
}

// ticket is the ticket as it will read, but for its number and files.
func (n NewTicket) ticket(who actor.Actor, now time.Time) Ticket {
	author := Named{who.ID, who.Name}
	return Ticket{
		Summary: Summary{
			ID: newID(), Title: n.Title, Status: Open, Priority: n.Priority, Category: maybe.Of(n.Category),
			QuoteID: n.QuoteID, CreatedBy: author, CreatedAt: now, UpdatedAt: now,
		},
		Description: n.Description, Comments: []Comment{}, Changes: []Change{}, Followers: []Named{author},
	}
}

func subject(ticket uuid.UUID) audit.Subject { return audit.Subject{Type: "ticket", ID: ticket} }
