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
)

// Follow sends the client a mail whenever something happens to the ticket.
func (s *Service) Follow(ctx context.Context, id uuid.UUID) error {
	who, err := asAuthor(ctx)
	if err != nil {
		return err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		n, err := ticketdb.New(tx).Follow(ctx, ticketdb.FollowParams{
			TicketID: id, CustomerID: who.CustomerID(), UserID: who.ID, Now: clock.Now(ctx),
		})
		if err != nil {
			return err
		}
		return followed(ctx, tx, id, n, "ticket.follow")
	})
	if err != nil {
		return fmt.Errorf("follow ticket: %w", err)
	}
	return nil
}

// Unfollow ends those mails.
func (s *Service) Unfollow(ctx context.Context, id uuid.UUID) error {
	who, err := asAuthor(ctx)
	if err != nil {
		return err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		n, err := ticketdb.New(tx).Unfollow(ctx, ticketdb.UnfollowParams{TicketID: id, CustomerID: who.CustomerID(), UserID: who.ID})
		if err != nil {
			return err
		}
		return followed(ctx, tx, id, n, "ticket.unfollow")
	})
	if err != nil {
		return fmt.Errorf("unfollow ticket: %w", err)
	}
	return nil
}

// followed records the change of a follower, unless it was so before.
func followed(ctx context.Context, tx *db.Tx, id uuid.UUID, changed int64, action string) error {
	if changed > 0 {
		tx.Record(audit.Event{Action: action, Subject: subject(id)})
		return nil
	}
	if err := exists(ctx, tx, id); err != nil {
		return err
	}
	return db.ErrUnchanged
}

// exists is a fault unless the client's company has this ticket.
func exists(ctx context.Context, tx *db.Tx, id uuid.UUID) error {
	_, err := ticketdb.New(tx).TicketExists(ctx, ticketdb.TicketExistsParams{ID: id, CustomerID: tx.Actor().CustomerID()})
	if errors.Is(err, pgx.ErrNoRows) {
		return fault.Missing("ticket")
	}
	return err
}
