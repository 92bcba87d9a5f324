package auth

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"clientportal/internal/audit"
	"clientportal/internal/clock"
	"clientportal/internal/db"
)

// verificationLife is how long the link of a registration's mail can be used.
const verificationLife = 48 * time.Hour

// pending is a registration whose mail is not verified.
type pending struct {
	id         uuid.UUID
	email      string
	firstName  string
	lastName   string
	invitation []byte
}

// sendVerification decides what a registration gets: a link for an address that
// is known or invited, a mail that explains for one that has an account, and
// nothing for any other.
func (s *Service) sendVerification(ctx context.Context, id uuid.UUID) error {
	var n *notice
	err := s.write(ctx, func(tx *db.Tx) error {
		reg, err := pendingByID(ctx, tx, id)
		if err != nil {
			return err
		}
		a, err := accountByEmail(ctx, tx, Clients, reg.email)
		if err != nil {
			return err
		}
		at, err := placeOf(ctx, tx, reg.email, reg.invitation, false)
		if err != nil {
			return err
		}
		may, err := mayMail(ctx, tx, reg.email)
		switch {
		case err != nil:
			return err
		case a.mayEnter() && may:
			n = alreadyRegistered(a, s.baseURL+"/login", s.baseURL+"/forgot")
			return drop(ctx, tx, reg, a, "already registered")
		case a.verified || at.customerID == uuid.Nil || !may:
			return drop(ctx, tx, reg, a, "not known, not invited, closed, or too many mails")
		}
		token := newToken()
		n = verification(reg, s.link("/verify", "token", token))
		return open(ctx, tx, reg, at, token)
	})
	if err != nil || n == nil {
		return err
	}
	return s.send(ctx, n)
}

func pendingByID(ctx context.Context, tx *db.Tx, id uuid.UUID) (pending, error) {
	p := pending{id: id}
	err := tx.QueryRow(ctx, `select email, first_name, last_name, invitation_hash from registrations where id = $1 for update`, id).
		Scan(&p.email, &p.firstName, &p.lastName, &p.invitation)
	if errors.Is(err, pgx.ErrNoRows) {
		err = db.ErrUnchanged // verified, or superseded by a later one
	}
	return p, err
}

// drop forgets a registration that comes to nothing.
func drop(ctx context.Context, tx *db.Tx, reg pending, a account, why string) error {
	tx.Record(audit.Event{
		Action: "auth.register", Outcome: audit.Failure, CustomerID: a.customerID,
		Subject: audit.Subject{Type: "registration", ID: reg.id},
		Payload: map[string]any{"email": reg.email, "why": why},
	})
	_, err := tx.Exec(ctx, `delete from registrations where id = $1`, reg.id)
	return err
}

// open makes the account of a registration, if there is none, without a password,
// and gives it the token that verifies it. An earlier registration of the account
// ends with that: only the newest link counts, and brings its own password.
func open(ctx context.Context, tx *db.Tx, reg pending, at place, token string) error {
	now := clock.Now(ctx)
	user := newID()
	var created bool
	err := tx.QueryRow(ctx, `
		insert into client_portal_users (id, customer_id, customer_stakeholder_id, is_primary_contact, email, first_name, last_name,
			email_verification_token, email_verification_expires_at, created_at, updated_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10)
		on conflict (lower(email)) do update set
			email_verification_token = excluded.email_verification_token,
			email_verification_expires_at = excluded.email_verification_expires_at
		where not client_portal_users.email_verified
		returning id, customer_id, id = $1`,
		user, at.customerID, at.stakeholderID, at.primary, reg.email, reg.firstName, reg.lastName,
		hexDigest(token), now.Add(verificationLife), now).Scan(&user, &at.customerID, &created)
	if err != nil {
		return err
	}
	b := &pgx.Batch{}
	b.Queue(`delete from registrations where user_id = $1 and id <> $2`, user, reg.id)
	b.Queue(`update registrations set user_id = $1 where id = $2`, user, reg.id)
	action := "auth.verification_send"
	if created {
		action = "user.create"
	}
	tx.Record(audit.Event{
		Action: action, CustomerID: at.customerID, Subject: audit.Subject{Type: "user", ID: user},
		Payload: map[string]any{"email": reg.email},
	})
	return tx.SendBatch(ctx, b).Close()
}
