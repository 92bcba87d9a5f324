package auth

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"clientportal/internal/actor"
	"clientportal/internal/audit"
	"clientportal/internal/clock"
	"clientportal/internal/db"
	"clientportal/internal/fault"
)

// addressLife is how long the link can be used that confirms a new address.
const addressLife = 24 * time.Hour

// AskNewAddress begins the change of one's own address, with one's password: a mail to
// the new address asks to confirm it, and one to the old says so. That an address has
// an account already is told to that address only.
func (s *Service) AskNewAddress(ctx context.Context, email, password string) error {
	who, r, err := signedInBrowser(ctx)
	if err != nil {
		return err
	}
	a, err := s.own(ctx, r, who)
	if err != nil {
		return err
	}
	var c fault.Check
	email = checkEmail(&c, email)
	c.That(!strings.EqualFold(email, a.email), "email", "This is your address already.")
	if err := c.Err(); err != nil {
		return err
	}
	if err := s.prove(ctx, r, a, "password", password); err != nil {
		return err
	}
	if err := s.take(ctx, addressKey(ctx, "address"), perRequester); err != nil {
		return err
	}
	return s.write(ctx, func(tx *db.Tx) error {
		now := clock.Now(ctx)
		_, err := tx.Exec(ctx, `
			insert into address_changes (owner_id, realm, session_id, email, created_at, expires_at) values ($1, $2, $3, $4, $5, $6)
			on conflict (owner_id) do update set session_id = excluded.session_id, email = excluded.email, token_hash = null,
				created_at = excluded.created_at, expires_at = excluded.expires_at`,
			a.id, r, who.SessionID, email, now, now.Add(addressLife))
		record(tx, who, audit.Event{Action: "user.ask_address", Subject: a.subject(r), Payload: map[string]any{"email": email}})
		tx.Enqueue(addressJob{Realm: r, AccountID: a.id, Email: email}, nil)
		return err
	})
}

// sendAddressLink asks the new address to confirm itself, and tells the old one. The
// warning to the old one counts for no limit.
func (s *Service) sendAddressLink(ctx context.Context, job addressJob) error {
	var mails []*notice
	err := s.write(ctx, func(tx *db.Tx) error {
		a, err := accountByID(ctx, tx, job.Realm, job.AccountID)
		if err != nil || !a.active {
			return firstError(err, db.ErrUnchanged)
		}
		pages := s.baseURL + job.Realm.traits().pages
		mails = append(mails, addressAsked(a, job.Email, pages+"/forgot"))
		tx.Record(audit.Event{Action: "auth.address_send", CustomerID: a.customerID, Subject: a.subject(job.Realm)})
		if may, err := mayMail(ctx, tx, job.Email); err != nil || !may {
			return err
		}
		other, err := accountByEmail(ctx, tx, job.Realm, job.Email)
		if err != nil {
			return err
		}
		if other.id != uuid.Nil {
			mails = append(mails, addressTaken(job.Email, pages+"/login"))
			return nil
		}
		token := newToken()
		mails = append(mails, newAddress(a, job.Email, s.link(job.Realm.path("/confirm-address"), "token", token)))
		_, err = tx.Exec(ctx, `update address_changes set token_hash = $3 where owner_id = $1 and email = $2`, a.id, job.Email, digest(token))
		return err
	})
	for _, m := range mails {
		err = firstError(err, s.send(ctx, m))
	}
	return err
}

// ConfirmAddress makes the address that the token was sent to the account's. All
// sessions end but the one in which it was asked for, and so do links to a new password
// that went to the old address.
func (s *Service) ConfirmAddress(ctx context.Context, r Realm, token string) error {
	return s.write(ctx, func(tx *db.Tx) error {
		var id, session uuid.UUID
		var email string
		err := tx.QueryRow(ctx, `delete from address_changes where token_hash = $1 and realm = $2 and expires_at > $3 returning owner_id, session_id, email`,
			digest(token), r, clock.Now(ctx)).Scan(&id, &session, &email)
		if errors.Is(err, pgx.ErrNoRows) {
			return errDeadLink
		}
		if err != nil {
			return err
		}
		a, err := accountByID(ctx, tx, r, id)
		if err != nil || !a.mayEnter() {
			return firstError(err, errDeadLink)
		}
		other, err := accountByEmail(ctx, tx, r, email)
		if err != nil {
			return err
		}
		if other.id != uuid.Nil {
			return fault.New(fault.Conflict, "This address has an account of its own meanwhile.")
		}
		tx.Record(audit.Event{
			Action: "user.change_address", CustomerID: a.customerID, Actor: a.actor(r), Subject: a.subject(r),
			Payload: map[string]any{"before": a.email, "after": email},
		})
		tx.Enqueue(addressChangedJob{Realm: r, AccountID: id, Before: a.email}, nil)
		_, err = tx.Exec(ctx, r.sql(`
			update {accounts} set email = $2, password_reset_token = null, password_reset_expires_at = null, updated_at = $3 where id = $1`),
			id, email, clock.Now(ctx))
		if err != nil {
			return err
		}
		return endSessions(ctx, tx, r, id, session)
	})
}

// sendAddressChanged warns at the address that was the account's.
func (s *Service) sendAddressChanged(ctx context.Context, job addressChangedJob) error {
	a, err := s.jobsAccount(ctx, job.Realm, job.AccountID)
	if err != nil || !a.active {
		return err
	}
	return s.send(ctx, addressChanged(a, job.Before))
}

// newAddressOf is the address that somebody asked for and has not confirmed, or "".
func (s *Service) newAddressOf(ctx context.Context, who actor.Actor) (email string, err error) {
	err = s.read(ctx, func(tx *db.Tx) error {
		err := tx.QueryRow(ctx, `select email from address_changes where owner_id = $1 and expires_at > $2`, who.ID, clock.Now(ctx)).Scan(&email)
		if errors.Is(err, pgx.ErrNoRows) {
			return nil
		}
		return err
	})
	return email, err
}

// forgetNewAddress makes the link to another address useless: a new password is how an
// owner keeps out whoever asked for it in their name.
func forgetNewAddress(ctx context.Context, tx *db.Tx, owner uuid.UUID) error {
	_, err := tx.Exec(ctx, `delete from address_changes where owner_id = $1`, owner)
	return err
}
