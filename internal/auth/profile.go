package auth

import (
	"context"

	"github.com/google/uuid"

	"clientportal/internal/audit"
	"clientportal/internal/clock"
	"clientportal/internal/db"
	"clientportal/internal/fault"
	"clientportal/internal/maybe"
)

// Profile is what a person may change about themselves.
type Profile struct {
	FirstName string
	LastName  string
	Phone     string
	Timezone  string
}

func (p *Profile) check() error {
	var c fault.Check
	p.FirstName = c.Text("first_name", "your first name", p.FirstName, 1, maxName)
	p.LastName = c.Text("last_name", "your last name", p.LastName, 1, maxName)
	p.Phone = c.Text("phone", "the phone number", p.Phone, 0, maxPhone)
	checkZone(&c, "timezone", p.Timezone)
	return c.Err()
}

// ChangeProfile changes how the person who is signed in is called and reached.
func (s *Service) ChangeProfile(ctx context.Context, p Profile) error {
	who, r, err := signedIn(ctx)
	if err != nil {
		return err
	}
	if err := p.check(); err != nil {
		return err
	}
	return s.write(ctx, func(tx *db.Tx) error {
		record(tx, who, audit.Event{
			Action: "user.change_profile", Subject: audit.Subject{Type: r.subject(), ID: who.ID},
			Payload: map[string]any{"first_name": p.FirstName, "last_name": p.LastName, "phone": p.Phone, "timezone": p.Timezone},
		})
		_, err := tx.Exec(ctx, r.sql(`
			update {accounts} set first_name = $2, last_name = $3, phone = $4, timezone = $5, updated_at = $6 where id = $1`),
			who.ID, p.FirstName, p.LastName, maybe.Of(p.Phone), maybe.Of(p.Timezone), clock.Now(ctx))
		return err
	})
}

// ChangePassword sets a new password for the person who is signed in, who shows
// that they know the old one, and ends their other sessions.
func (s *Service) ChangePassword(ctx context.Context, current, password string) error {
	who, r, err := signedInBrowser(ctx)
	if err != nil {
		return err
	}
	a, err := s.own(ctx, r, who)
	if err != nil {
		return err
	}
	var c fault.Check
	checkPassword(&c, password, a.email, a.firstName, a.lastName)
	if err := c.Err(); err != nil {
		return err
	}
	if err := s.prove(ctx, r, a, "current_password", current); err != nil {
		return err
	}
	hash, err := s.passwords.hash(ctx, password)
	if err != nil {
		return err
	}
	return s.write(ctx, func(tx *db.Tx) error {
		record(tx, who, audit.Event{Action: "auth.change_password", Subject: a.subject(r)})
		tx.Enqueue(passwordChangedJob{Realm: r, AccountID: a.id}, nil)
		return setPassword(ctx, tx, r, a.id, hash, who.SessionID)
	})
}

// prove makes sure that it is the account's owner who sits at the browser: their
// password is right. Who has none, because they sign in with a provider, has
// nothing to prove it with but the session. Field is where a wrong one stands.
func (s *Service) prove(ctx context.Context, r Realm, a account, field, password string) error {
	if a.passwordHash == "" {
		return nil
	}
	if tooLong(password) {
		return fault.InvalidField(field, "A password has at most %d characters.", maxPassword)
	}
	if err := s.attempt(ctx, r, a.email); err != nil {
		return err
	}
	right, err := s.passwords.matches(ctx, password, a.passwordHash)
	switch {
	case err != nil:
		return err
	case right:
		return s.excuse(ctx, r, a.email)
	}
	return firstError(s.failed(ctx, r, a, a.email, field), fault.InvalidField(field, "This is not your password."))
}

// setPassword sets a password, which makes links to a new one and to another address
// useless, and ends the person's sessions but one.
func setPassword(ctx context.Context, tx *db.Tx, r Realm, id uuid.UUID, hash string, but uuid.UUID) error {
	_, err := tx.Exec(ctx, r.sql(`
		update {accounts} set password_hash = $2, password_reset_token = null, password_reset_expires_at = null, updated_at = $3
		where id = $1`), id, hash, clock.Now(ctx))
	if err = firstError(err, forgetNewAddress(ctx, tx, id)); err != nil {
		return err
	}
	return endSessions(ctx, tx, r, id, but)
}
