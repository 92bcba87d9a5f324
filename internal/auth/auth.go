// Package auth knows who somebody is: accounts, sign-in, sessions, the second
// factor, personal access tokens, invitations and the agency's employees.
//
// There are two realms, the clients' and the staff's, whose accounts have the
// same shape: one implementation serves both, told the Realm. A session or token
// of one realm opens nothing of the other.
//
// No answer, body or time of what the public may call tells whether an address
// is known. So such a request only notes what was asked, always in the same
// statements, and a job decides later what the mail says, if there is to be one.
// Tokens are stored as SHA-256 hashes; those in mails are made when the mail is
// sent, so that no queue holds them.
package auth

import (
	"context"
	"fmt"
	"strings"

	"clientportal/internal/actor"
	"clientportal/internal/audit"
	"clientportal/internal/db"
	"clientportal/internal/mail"
	"clientportal/internal/secret"
)

// Config is what sign-in needs of the portal.
type Config struct {
	DB         *db.DB
	Mail       mail.Sender
	Secrets    *secret.Box
	BaseURL    string                                     // every link in a mail starts with it
	Letterhead func(context.Context) (mail.Letter, error) // the agency's part of every mail
	Providers  []Provider                                 // whom else people may sign in with
}

// Service is the feature's actions.
type Service struct {
	db         *db.DB
	mail       mail.Sender
	secrets    *secret.Box
	baseURL    string
	letterhead func(context.Context) (mail.Letter, error)
	providers  []*provider
	passwords  *hasher
}

// New makes the feature.
func New(c Config) *Service {
	s := &Service{
		db: c.DB, mail: c.Mail, secrets: c.Secrets, letterhead: c.Letterhead,
		baseURL:   strings.TrimSuffix(c.BaseURL, "/"),
		passwords: newHasher(),
	}
	for _, p := range c.Providers {
		s.providers = append(s.providers, &provider{Provider: p})
	}
	return s
}

// secure reports whether browsers reach the portal by https only.
func (s *Service) secure() bool { return strings.HasPrefix(s.baseURL, "https://") }

// part is how the portal itself is called in the audit trail while it signs
// somebody in.
const part = "sign-in"

// write changes accounts, sessions and tokens. The working role of a person
// reaches none of these, so the portal itself writes, and the event (see record)
// names the person.
func (s *Service) write(ctx context.Context, fn func(tx *db.Tx) error) error {
	return s.db.Write(actor.As(ctx, part), fn)
}

// read reads accounts, sessions and tokens.
func (s *Service) read(ctx context.Context, fn func(tx *db.Tx) error) error {
	return s.db.Read(actor.As(ctx, part), fn)
}

// keep keeps books that are nobody's action, and so need no event: throttles,
// when a session was last seen, what has expired.
func (s *Service) keep(ctx context.Context, fn func(tx *db.Tx) error) error {
	return s.db.Read(actor.As(ctx, part), fn)
}

// record notes an event in the name of who.
func record(tx *db.Tx, who actor.Actor, e audit.Event) {
	e.Actor = audit.Actor{Kind: string(who.Kind), ID: who.ID, Name: who.Name}
	if who.Program() {
		e.Actor.Kind = "program"
	}
	e.CustomerID = either(e.CustomerID, who.CustomerID())
	tx.Record(e)
}

// signedIn is the person who acts, of either realm.
func signedIn(ctx context.Context) (actor.Actor, Realm, error) {
	who, _ := actor.From(ctx)
	switch who.Kind {
	case actor.Client, actor.Staff:
		return who, Realm(who.Kind), nil
	}
	return who, "", fmt.Errorf("auth: nobody is signed in, but %q acts", who.Kind)
}
