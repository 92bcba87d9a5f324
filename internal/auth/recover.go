package auth

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"clientportal/internal/actor"
	"clientportal/internal/audit"
	"clientportal/internal/clock"
	"clientportal/internal/db"
	"clientportal/internal/fault"
)

// How long the links can be used that lead to a new password: one that was asked
// for, and the first one of an employee.
const (
	resetLife   = time.Hour
	welcomeLife = 72 * time.Hour
)

// ForgotPassword notes that somebody asked for a new password. As with Register,
// nothing tells whether the address is known.
func (s *Service) ForgotPassword(ctx context.Context, r Realm, email string) error {
	var c fault.Check
	email = checkEmail(&c, email)
	if err := c.Err(); err != nil {
		return err
	}
	if err := s.take(ctx, addressKey(ctx, "forgot"), perRequester); err != nil {
		return err
	}
	return s.write(ctx, func(tx *db.Tx) error {
		a, err := accountByEmail(ctx, tx, r, email)
		tx.Record(audit.Event{
			Action: "auth.forgot_password", CustomerID: a.customerID,
			Actor: audit.Actor{Kind: string(actor.Anonymous), Name: email}, Subject: a.subject(r),
			Payload: map[string]any{"email": email},
		})
		tx.Enqueue(resetJob{Realm: r, AccountID: a.id}, nil) // of nobody, if the address is unknown
		return err
	})
}

// sendReset sends the link to a new password, unless there is no such account.
// A client's address must be verified; an employee's is by using the link.
func (s *Service) sendReset(ctx context.Context, job resetJob) error {
	var n *notice
	err := s.write(ctx, func(tx *db.Tx) error {
		a, err := accountByID(ctx, tx, job.Realm, job.AccountID)
		if err != nil {
			return err
		}
		if !a.active || job.Realm == Clients && !a.verified {
			return db.ErrUnchanged
		}
		if may, err := mayMail(ctx, tx, a.email); err != nil || !may {
			return firstError(err, db.ErrUnchanged)
		}
		compose, life := resetLink, resetLife
		if job.Welcome {
			compose, life = welcome, welcomeLife
		}
		link, err := s.grantReset(ctx, tx, job.Realm, a, life)
		n = compose(a, link)
		return err
	})
	if err != nil || n == nil {
		return err
	}
	return s.send(ctx, n)
}

// grantReset gives an account a token for a new password, and returns its link.
func (s *Service) grantReset(ctx context.Context, tx *db.Tx, r Realm, a account, life time.Duration) (string, error) {
	token := newToken()
	_, err := tx.Exec(ctx, r.sql(`update {accounts} set password_reset_token = $2, password_reset_expires_at = $3 where id = $1`),
		a.id, hexDigest(token), clock.Now(ctx).Add(life))
	tx.Record(audit.Event{Action: "auth.reset_send", CustomerID: a.customerID, Subject: a.subject(r)})
	return s.link(r.traits().pages+"/reset", "token", token), err
}

const holdsReset = `where password_reset_token = $1 and password_reset_expires_at > $2 and is_active`

// ResetPassword sets a new password with the token of a mail. It is the way back in
// for somebody whose account another may have used, so all of the person's sessions end
// and their access tokens are revoked. The second factor stays on.
func (s *Service) ResetPassword(ctx context.Context, r Realm, token, password string) error {
	var a account
	err := s.read(ctx, func(tx *db.Tx) (err error) {
		a, err = accountWhere(ctx, tx, r, holdsReset, hexDigest(token), clock.Now(ctx))
		return err
	})
	if err == nil && a.id == uuid.Nil {
		err = errDeadLink // before any work on the password
	}
	if err != nil {
		return err
	}
	var c fault.Check
	checkPassword(&c, password, a.email, a.firstName, a.lastName)
	if err := c.Err(); err != nil {
		return err
	}
	hash, err := s.passwords.hash(ctx, password)
	if err != nil {
		return err
	}
	return s.write(ctx, func(tx *db.Tx) error {
		return useReset(ctx, tx, r, a, token, hash)
	})
}

// useReset uses up the token. The condition stands in the update: of parallel
// tries one succeeds.
func useReset(ctx context.Context, tx *db.Tx, r Realm, a account, token, hash string) error {
	now := clock.Now(ctx)
	var id uuid.UUID
	err := tx.QueryRow(ctx, r.sql(`
		update {accounts} set password_hash = $3, password_reset_token = null, password_reset_expires_at = null,
			email_verified = true, email_verified_at = coalesce(email_verified_at, $2), updated_at = $2 `+holdsReset+`
		returning id`), hexDigest(token), now, hash).Scan(&id)
	if errors.Is(err, pgx.ErrNoRows) {
		return errDeadLink
	}
	if err != nil {
		return err
	}
	tokens, err := tx.Exec(ctx, r.sql(`delete from access_tokens where {owner} = $1`), id)
	if err != nil {
		return err
	}
	tx.Record(audit.Event{
		Action: "auth.reset_password", CustomerID: a.customerID, Actor: a.actor(r), Subject: a.subject(r),
		Payload: map[string]any{"tokens_revoked": tokens.RowsAffected()},
	})
	tx.Enqueue(passwordChangedJob{Realm: r, AccountID: id, Reset: true, First: a.passwordHash == "", TokensRevoked: tokens.RowsAffected()}, nil)
	if err := forgetNewAddress(ctx, tx, id); err != nil {
		return err
	}
	return endSessions(ctx, tx, r, id, uuid.Nil)
}
