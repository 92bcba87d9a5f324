package auth

import (
	"context"
	"errors"
	"net/mail"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"clientportal/internal/actor"
	"clientportal/internal/audit"
	"clientportal/internal/db"
	"clientportal/internal/fault"
)

// Lengths of what people are called, in characters.
const (
	maxEmail = 254
	maxName  = 100
	maxPhone = 40
)

// account is what sign-in knows of a person. The zero account is nobody's.
type account struct {
	id           uuid.UUID
	email        string
	firstName    string
	lastName     string
	customerID   uuid.UUID // the company that a client came with
	passwordHash string
	verified     bool
	active       bool
	twoFactor    bool
	sealedSecret string // of the second factor
}

func (a account) name() string { return fullName(a.firstName, a.lastName, a.email) }

// mayEnter reports whether the account is open.
func (a account) mayEnter() bool { return a.active && a.verified }

// actor is this account's person, for the audit trail.
func (a account) actor(r Realm) audit.Actor {
	return audit.Actor{Kind: string(r.kind()), ID: a.id, Name: a.name()}
}

func (a account) subject(r Realm) audit.Subject { return audit.Subject{Type: r.subject(), ID: a.id} }

const selectAccount = `
	select id, email, coalesce(first_name, ''), coalesce(last_name, ''), {company}, coalesce(password_hash, ''),
		email_verified, is_active, two_factor_enabled, coalesce(two_factor_secret, '')
	from {accounts} `

// accountWhere reads the account for which the condition holds, or nobody's.
func accountWhere(ctx context.Context, tx *db.Tx, r Realm, condition string, args ...any) (account, error) {
	var a account
	var company *uuid.UUID
	err := tx.QueryRow(ctx, r.sql(selectAccount+condition), args...).Scan(&a.id, &a.email, &a.firstName, &a.lastName, &company,
		&a.passwordHash, &a.verified, &a.active, &a.twoFactor, &a.sealedSecret)
	if errors.Is(err, pgx.ErrNoRows) {
		return account{}, nil
	}
	if company != nil {
		a.customerID = *company
	}
	return a, err
}

func accountByEmail(ctx context.Context, tx *db.Tx, r Realm, email string) (account, error) {
	return accountWhere(ctx, tx, r, `where lower(email) = lower($1)`, email)
}

func accountByID(ctx context.Context, tx *db.Tx, r Realm, id uuid.UUID) (account, error) {
	return accountWhere(ctx, tx, r, `where id = $1`, id)
}

// own is the account of the person who is signed in.
func (s *Service) own(ctx context.Context, r Realm, who actor.Actor) (a account, err error) {
	err = s.read(ctx, func(tx *db.Tx) error {
		a, err = accountByID(ctx, tx, r, who.ID)
		return err
	})
	return a, err
}

// checkEmail checks an address and returns it without surrounding white space.
func checkEmail(c *fault.Check, email string) string {
	email = strings.TrimSpace(email)
	parsed, err := mail.ParseAddress(email)
	switch {
	case email == "":
		c.Add("email", "Fill in the e-mail address.")
	case len(email) > maxEmail, err != nil, parsed.Address != email, strings.ContainsAny(email, "\x00\""):
		c.Add("email", "This is not an e-mail address. It looks like name@company.com.")
	}
	return email
}

// checkZone checks the name of a time zone; "" is none of one's own.
func checkZone(c *fault.Check, name, zone string) {
	if zone == "" {
		return
	}
	if _, err := time.LoadLocation(zone); err != nil || zone == "Local" {
		c.Add(name, "Choose a time zone from the list, such as Europe/London.")
	}
}

func fullName(first, last, email string) string {
	if name := strings.TrimSpace(first + " " + last); name != "" {
		return name
	}
	return email
}

// newID makes an id that sorts by the time of its making.
func newID() uuid.UUID { return uuid.Must(uuid.NewV7()) }

// either is id, or other when id is Nil.
func either(id, other uuid.UUID) uuid.UUID {
	if id != uuid.Nil {
		return id
	}
	return other
}
