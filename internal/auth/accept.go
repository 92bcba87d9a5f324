package auth

import (
	"context"
	"errors"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"clientportal/internal/audit"
	"clientportal/internal/clock"
	"clientportal/internal/db"
	"clientportal/internal/fault"
)

// Invited is what the holder of an invitation's link may know of it.
type Invited struct {
	CustomerID uuid.UUID
	Company    string
	Email      string
	InvitedBy  string
}

const selectOpenInvitation = `
	select i.customer_id, c.name, i.email, i.invited_by_name
	from invitations i join customers c on c.id = i.customer_id and c.is_active
	where i.accepted_at is null and i.revoked_at is null and i.expires_at > $2 and `

func openInvitation(ctx context.Context, tx *db.Tx, condition string, arg any) (Invited, error) {
	var i Invited
	err := tx.QueryRow(ctx, selectOpenInvitation+condition, arg, clock.Now(ctx)).Scan(&i.CustomerID, &i.Company, &i.Email, &i.InvitedBy)
	return i, err
}

// InvitationOf is the open invitation with this token; any other token is the
// fault of a dead link.
func (s *Service) InvitationOf(ctx context.Context, token string) (Invited, error) {
	var i Invited
	err := s.read(ctx, func(tx *db.Tx) (err error) {
		i, err = openInvitation(ctx, tx, `i.token_hash = $1`, digest(token))
		return err
	})
	if errors.Is(err, pgx.ErrNoRows) {
		err = errDeadLink
	}
	return i, err
}

// AcceptInvitation makes the client who is signed in a member of a further
// company, whose invitation was sent to their own address, and returns its id.
func (s *Service) AcceptInvitation(ctx context.Context, token string) (uuid.UUID, error) {
	who, r, err := signedInBrowser(ctx)
	if err != nil {
		return uuid.Nil, err
	}
	if r != Clients {
		return uuid.Nil, fault.Denied("An invitation is for a client's account.")
	}
	var company uuid.UUID
	err = s.write(ctx, func(tx *db.Tx) error {
		a, err := accountByID(ctx, tx, r, who.ID)
		if err != nil {
			return err
		}
		places, err := accept(ctx, tx, a, digest(token))
		if err != nil {
			return err
		}
		if len(places) == 0 {
			return errDeadLink
		}
		company = places[0].CustomerID
		return nil
	})
	return company, err
}

// sendInvitation makes the token of an invitation and sends it.
func (s *Service) sendInvitation(ctx context.Context, id uuid.UUID) error {
	var n *notice
	err := s.write(ctx, func(tx *db.Tx) error {
		i, err := openInvitation(ctx, tx, `i.id = $1`, id)
		if errors.Is(err, pgx.ErrNoRows) {
			return db.ErrUnchanged // revoked, or accepted otherwise
		}
		if err != nil {
			return err
		}
		if may, err := mayMail(ctx, tx, i.Email); err != nil || !may {
			return firstError(err, db.ErrUnchanged)
		}
		token := newToken()
		n = invitation(i, s.link("/register", "invite", token))
		tx.Record(audit.Event{Action: "invitation.send", CustomerID: i.CustomerID, Subject: audit.Subject{Type: "invitation", ID: id}})
		_, err = tx.Exec(ctx, `update invitations set token_hash = $2 where id = $1`, id, digest(token))
		return err
	})
	if err != nil || n == nil {
		return err
	}
	return s.send(ctx, n)
}
