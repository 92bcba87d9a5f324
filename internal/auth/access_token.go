package auth

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"clientportal/internal/actor"
	"clientportal/internal/audit"
	"clientportal/internal/clock"
	"clientportal/internal/db"
	"clientportal/internal/fault"
	"clientportal/internal/live"
	"clientportal/internal/maybe"
)

const (
	maxTokenDays = 365
	maxTokens    = 50 // that somebody has at a time
)

// AccessToken is a personal access token: a program that has it acts for its
// owner, as far as its scopes go, in the company that it was made in.
type AccessToken struct {
	ID         uuid.UUID  `json:"id"`
	Name       string     `json:"name"`
	Scopes     []string   `json:"scopes"`
	CreatedAt  time.Time  `json:"created_at"`
	LastUsedAt *time.Time `json:"last_used_at"`
	ExpiresAt  time.Time  `json:"expires_at"`
}

// NewToken is a token to be made.
type NewToken struct {
	Name   string
	Scopes []string
	Days   int // until it expires
}

// AddToken makes a personal access token and returns it with its secret, which
// is not kept.
func (s *Service) AddToken(ctx context.Context, in NewToken) (AccessToken, string, error) {
	who, r, err := signedInBrowser(ctx)
	if err != nil {
		return AccessToken{}, "", err
	}
	var c fault.Check
	name := c.Text("name", "a name for the token", in.Name, 1, maxName)
	allowed := ScopesOf(r, who.Role)
	c.That(len(in.Scopes) > 0, "scopes", "Choose what the token may do.")
	for _, scope := range in.Scopes {
		if !slices.Contains(allowed, scope) {
			c.Add("scopes", "Choose from what your role may do: %s.", strings.Join(allowed, ", "))
			break
		}
	}
	c.That(in.Days >= 1 && in.Days <= maxTokenDays, "expires_in_days", "Let it expire in 1 to %d days.", maxTokenDays)
	if err := c.Err(); err != nil {
		return AccessToken{}, "", err
	}
	now, secret := clock.Now(ctx), tokenPrefix+newToken()
	t := AccessToken{
		ID: newID(), Name: name, Scopes: slices.Compact(slices.Sorted(slices.Values(in.Scopes))),
		CreatedAt: now, ExpiresAt: now.AddDate(0, 0, in.Days),
	}
	err = s.write(ctx, func(tx *db.Tx) error {
		if err := holdSession(ctx, tx, r, who); err != nil {
			return err
		}
		tag, err := tx.Exec(ctx, r.sql(`
			insert into access_tokens (id, token_hash, {owner}, customer_id, name, scopes, created_at, expires_at)
			select $1, $2, $3, $4, $5, $6, $7, $8
			where (select count(*) from access_tokens where {owner} = $3) < $9`),
			t.ID, digest(secret), who.ID, maybe.Of(who.CustomerID()), t.Name, t.Scopes, t.CreatedAt, t.ExpiresAt, maxTokens)
		if err == nil && tag.RowsAffected() == 0 {
			return fault.New(fault.Conflict, "You have %d tokens, which is the most. Revoke one first.", maxTokens)
		}
		record(tx, who, audit.Event{
			Action: "token.create", Subject: audit.Subject{Type: "access_token", ID: t.ID},
			Payload: map[string]any{"name": t.Name, "scopes": t.Scopes, "expires_at": t.ExpiresAt},
		})
		return err
	})
	return t, secret, err
}

// holdSession holds a person's account and makes sure that the session they act in has
// not been ended. What ends all of them, such as a new password, changes the account
// first: it comes either before this, or after all that is done here.
func holdSession(ctx context.Context, tx *db.Tx, r Realm, who actor.Actor) error {
	if _, err := tx.Exec(ctx, r.sql(`select from {accounts} where id = $1 for share`), who.ID); err != nil {
		return err
	}
	var alive bool
	err := tx.QueryRow(ctx, `select exists (select from sessions where id = $1)`, who.SessionID).Scan(&alive)
	if err == nil && !alive {
		return errSignedOut
	}
	return err
}

// Tokens are those of the person who is signed in, the newest first. A client's
// are those of the company that they work for at the moment.
func (s *Service) Tokens(ctx context.Context) ([]AccessToken, error) {
	who, r, err := signedIn(ctx)
	if err != nil {
		return nil, err
	}
	var tokens []AccessToken
	err = s.read(ctx, func(tx *db.Tx) error {
		rows, err := tx.Query(ctx, r.sql(`
			select id, name, scopes, created_at, last_used_at, expires_at from access_tokens
			where {owner} = $1 and customer_id is not distinct from $2 order by id desc`), who.ID, maybe.Of(who.CustomerID()))
		if err != nil {
			return err
		}
		tokens, err = pgx.CollectRows(rows, pgx.RowToStructByPos[AccessToken])
		return err
	})
	return tokens, err
}

// RevokeToken ends a personal access token of the person who is signed in.
func (s *Service) RevokeToken(ctx context.Context, id uuid.UUID) error {
	who, r, err := signedInBrowser(ctx)
	if err != nil {
		return err
	}
	return s.write(ctx, func(tx *db.Tx) error {
		tag, err := tx.Exec(ctx, r.sql(`delete from access_tokens where id = $1 and {owner} = $2`), id, who.ID)
		if err == nil && tag.RowsAffected() == 0 {
			return fault.Missing("token")
		}
		record(tx, who, audit.Event{Action: "token.revoke", Subject: audit.Subject{Type: "access_token", ID: id}})
		tx.Announce(live.Hint{PersonID: who.ID})
		return err
	})
}
