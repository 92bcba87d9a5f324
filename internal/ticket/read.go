package ticket

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"clientportal/internal/audit"
	"clientportal/internal/db"
	"clientportal/internal/fault"
	"clientportal/internal/ticket/ticketdb"
)

// Ticket is one ticket of the client's company, and leaves an event of the view.
func (s *Service) Ticket(ctx context.Context, id uuid.UUID) (Ticket, error) {
	return s.ticket(ctx, id, &audit.Event{Action: "ticket.view", Subject: subject(id)})
}

// ticket reads a ticket and records the event, if there is one.
func (s *Service) ticket(ctx context.Context, id uuid.UUID, view *audit.Event) (t Ticket, err error) {
	who, err := asClient(ctx)
	if err != nil {
		return t, err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		row, err := ticketdb.New(tx).Ticket(ctx, ticketdb.TicketParams{ID: id, CustomerID: who.CustomerID()})
		if errors.Is(err, pgx.ErrNoRows) {
			return fault.Missing("ticket")
		}
		if err != nil {
			return err
		}
		if view != nil {
			tx.Record(*view)
		}
		t, err = clientTicket(row)
		return err
	})
	if err != nil {
		return Ticket{}, fmt.Errorf("read ticket: %w", err)
	}
	return t, nil
}

func clientTicket(r ticketdb.TicketRow) (Ticket, error) {
	t := Ticket{
		Summary: Summary{
			ID: r.ID, Number: r.Number, Title: r.Title, Status: Status(r.Status), Priority: Priority(r.Priority),
			Category: r.Category, QuoteID: r.QuoteID, CreatedBy: Named{r.CreatedByUserID, r.CreatedByName},
			AssignedTo: r.AssignedTo, CommentCount: r.CommentCount, CreatedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt,
		},
		Description: r.Description, Resolution: r.Resolution, ResolvedAt: r.ResolvedAt,
		QuoteName: r.QuoteName, CustomerName: r.CustomerName, FirstRespondedAt: r.FirstRespondedAt,
	}
	err := errors.Join(
		json.Unmarshal(r.Comments, &t.Comments),
		json.Unmarshal(r.Attachments, &t.Attachments),
		json.Unmarshal(r.Changes, &t.Changes),
		json.Unmarshal(r.Followers, &t.Followers),
	)
	for i := range t.Comments {
		t.Comments[i].Attachments = filesOf(t.Attachments, &t.Comments[i].ID)
	}
	return t, err
}

// Counts are how many tickets the client's company has in each state.
func (s *Service) Counts(ctx context.Context) (map[Status]int64, error) {
	who, err := asClient(ctx)
	if err != nil {
		return nil, err
	}
	counts := map[Status]int64{}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		rows, err := ticketdb.New(tx).Counts(ctx, who.CustomerID())
		for _, r := range rows {
			counts[Status(r.Status)] = r.Count
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("count tickets: %w", err)
	}
	return counts, nil
}

// Projects are the quotes that a new ticket of the client's company may be about.
func (s *Service) Projects(ctx context.Context) ([]Named, error) {
	who, err := asClient(ctx)
	if err != nil {
		return nil, err
	}
	var projects []Named
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		rows, err := ticketdb.New(tx).Projects(ctx, who.CustomerID())
		for _, r := range rows {
			projects = append(projects, Named(r))
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list projects: %w", err)
	}
	return projects, nil
}
