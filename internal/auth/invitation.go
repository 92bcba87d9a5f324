package auth

import (
	"context"
	"crypto/rand"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"clientportal/internal/actor"
	"clientportal/internal/audit"
	"clientportal/internal/clock"
	"clientportal/internal/db"
	"clientportal/internal/fault"
	"clientportal/internal/maybe"
)

// invitationLife is how long an invitation can be accepted.
const invitationLife = 14 * 24 * time.Hour

// Invitation asks somebody to join a company in the portal.
type Invitation struct {
	ID            uuid.UUID  `json:"id"`
	CustomerID    uuid.UUID  `json:"customer_id"`
	Email         string     `json:"email"`
	Role          actor.Role `json:"role"`
	InvitedByName string     `json:"invited_by_name"`
	ExpiresAt     time.Time  `json:"expires_at"`
	AcceptedAt    *time.Time `json:"accepted_at"`
	RevokedAt     *time.Time `json:"revoked_at"`
	CreatedAt     time.Time  `json:"created_at"`
}

// invitationColumns are those that a client may read too: not the token's digest.
const invitationColumns = `id, customer_id, email, role, invited_by_name, expires_at, accepted_at, revoked_at, created_at`

// mayManage makes sure that the actor decides who belongs to a company: its own
// admin, or the agency's admins and its managers.
func mayManage(who actor.Actor, customer uuid.UUID) error {
	switch {
	case who.Kind == actor.System, who.Is(actor.Staff, actor.Admin):
		return nil
	case who.Is(actor.Staff) && !who.Serves(customer), who.Is(actor.Client) && who.CustomerID() != customer:
		return fault.Missing("customer")
	case who.Is(actor.Staff, actor.Manager), who.Is(actor.Client, actor.Admin):
		return nil
	}
	return fault.Denied("Your role, %s, may not decide who belongs to a company.", who.Role)
}

// Invite asks somebody to join a company. An earlier invitation of the same
// address that is still open is revoked.
func (s *Service) Invite(ctx context.Context, customer uuid.UUID, email string, role actor.Role) (Invitation, error) {
	who, _ := actor.From(ctx)
	if err := mayManage(who, customer); err != nil {
		return Invitation{}, err
	}
	var c fault.Check
	email = checkEmail(&c, email)
	checkClientRole(&c, role)
	if err := c.Err(); err != nil {
		return Invitation{}, err
	}
	now := clock.Now(ctx)
	i := Invitation{
		ID: newID(), CustomerID: customer, Email: email, Role: role, InvitedByName: who.Name,
		ExpiresAt: now.Add(invitationLife), CreatedAt: now,
	}
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		if err := mayJoin(ctx, tx, customer, email); err != nil {
			return err
		}
		tx.Record(audit.Event{
			Action: "invitation.create", CustomerID: customer, Subject: audit.Subject{Type: "invitation", ID: i.ID},
			Payload: map[string]any{"email": email, "role": role},
		})
		tx.Enqueue(invitationJob{InvitationID: i.ID}, nil)
		return insertInvitation(ctx, tx, i)
	})
	return i, err
}

// mayJoin makes sure that there is such a customer, to which the address does not
// belong.
func mayJoin(ctx context.Context, tx *db.Tx, customer uuid.UUID, email string) error {
	var member bool
	err := tx.QueryRow(ctx, `
		select exists (
			select from customer_members m join client_portal_users u on u.id = m.user_id
			where m.customer_id = c.id and m.is_active and lower(u.email) = lower($2))
		from customers c where c.id = $1`, customer, email).Scan(&member)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return fault.Missing("customer")
	case member:
		return fault.New(fault.Conflict, "This address belongs to the company already.")
	}
	return err
}

// insertInvitation stores an invitation under the digest of a token that nobody
// knows: the real one is made when the mail is sent.
func insertInvitation(ctx context.Context, tx *db.Tx, i Invitation) error {
	b := &pgx.Batch{}
	b.Queue(`update invitations set revoked_at = $3
		where customer_id = $1 and lower(email) = lower($2) and accepted_at is null and revoked_at is null`, i.CustomerID, i.Email, i.CreatedAt)
	b.Queue(`insert into invitations (id, customer_id, email, role, token_hash, invited_by_name, expires_at, created_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8)`,
		i.ID, i.CustomerID, i.Email, i.Role, digest(rand.Text()), i.InvitedByName, i.ExpiresAt, i.CreatedAt)
	return tx.SendBatch(ctx, b).Close()
}

// Invitations are those of a company, the newest first, at most limit of them
// from before the one with the id before.
func (s *Service) Invitations(ctx context.Context, customer, before uuid.UUID, limit int) ([]Invitation, error) {
	who, _ := actor.From(ctx)
	if err := mayManage(who, customer); err != nil {
		return nil, err
	}
	var list []Invitation
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		rows, err := tx.Query(ctx, `select `+invitationColumns+` from invitations
			where customer_id = $1 and ($2::uuid is null or id < $2) order by id desc limit $3`, customer, maybe.Of(before), limit)
		if err != nil {
			return err
		}
		list, err = pgx.CollectRows(rows, pgx.RowToStructByPos[Invitation])
		if err == nil && len(list) == 0 {
			err = exists(ctx, tx, customer)
		}
		return err
	})
	return list, err
}

// OpenInvitations are those of a company that nobody has accepted or taken back, the
// newest first.
func (s *Service) OpenInvitations(ctx context.Context, customer uuid.UUID) ([]Invitation, error) {
	who, _ := actor.From(ctx)
	if err := mayManage(who, customer); err != nil {
		return nil, err
	}
	var list []Invitation
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		rows, err := tx.Query(ctx, `select `+invitationColumns+` from invitations
			where customer_id = $1 and accepted_at is null and revoked_at is null order by id desc limit $2`, customer, maxMembers)
		if err != nil {
			return err
		}
		list, err = pgx.CollectRows(rows, pgx.RowToStructByPos[Invitation])
		return err
	})
	return list, err
}

// RevokeInvitation makes an invitation useless.
func (s *Service) RevokeInvitation(ctx context.Context, customer, id uuid.UUID) error {
	who, _ := actor.From(ctx)
	if err := mayManage(who, customer); err != nil {
		return err
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		tag, err := tx.Exec(ctx, `update invitations set revoked_at = $3
			where id = $1 and customer_id = $2 and accepted_at is null and revoked_at is null`, id, customer, clock.Now(ctx))
		if err == nil && tag.RowsAffected() == 0 {
			return fault.Missing("open invitation")
		}
		tx.Record(audit.Event{Action: "invitation.revoke", CustomerID: customer, Subject: audit.Subject{Type: "invitation", ID: id}})
		return err
	})
}

func checkClientRole(c *fault.Check, role actor.Role) {
	c.OneOf("role", string(role), string(actor.Viewer), string(actor.Member), string(actor.Approver), string(actor.Admin))
}
