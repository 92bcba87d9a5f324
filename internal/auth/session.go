package auth

import (
	"context"
	"errors"
	"strings"
	"time"
	"unicode"

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

// SignIn is a session that was just started or changed. Its token is known here
// and in the browser only.
type SignIn struct {
	Realm     Realm
	Token     string
	ExpiresAt time.Time
	UserID    uuid.UUID

	customerID uuid.UUID
}

// The conditions stand in the insert, so that an account that was closed, or a
// password that was changed, since it was looked at starts no session. A client
// comes back to the company that they used last.
const (
	insertClientSession = `
		insert into sessions (id, token_hash, user_id, customer_id, address, user_agent, created_at, last_seen_at, expires_at)
		select $1, $2, u.id, m.customer_id, $5, $6, $7, $7, $8
		from client_portal_users u
		join customer_members m on m.user_id = u.id and m.is_active
		join customers c on c.id = m.customer_id and c.is_active
		where u.id = $3 and u.is_active and u.email_verified and u.password_hash is not distinct from $4
		order by (select max(s.last_seen_at) from sessions s where s.user_id = u.id and s.customer_id = m.customer_id) desc nulls last,
			m.customer_id = u.customer_id desc, m.created_at
		limit 1
		returning customer_id`
	insertStaffSession = `
		insert into sessions (id, token_hash, employee_id, address, user_agent, created_at, last_seen_at, expires_at)
		select $1, $2, e.id, $5, $6, $7, $7, $8
		from employees e
		where e.id = $3 and e.is_active and e.email_verified and e.password_hash is not distinct from $4
		returning customer_id`
)

// startSession starts a session of the account, or answers errRefused.
func startSession(ctx context.Context, tx *db.Tx, r Realm, a account, userAgent string) (SignIn, error) {
	insert := insertClientSession
	if r == Staff {
		insert = insertStaffSession
	}
	now, t := clock.Now(ctx), r.traits()
	in := SignIn{Realm: r, Token: newToken(), ExpiresAt: now.Add(t.life), UserID: a.id}
	var company *uuid.UUID
	err := tx.QueryRow(ctx, insert, newID(), digest(in.Token), a.id, maybe.Of(a.passwordHash),
		tx.Actor().Address, printable(userAgent), now, in.ExpiresAt).Scan(&company)
	if errors.Is(err, pgx.ErrNoRows) {
		return SignIn{}, errRefused
	}
	if err != nil {
		return SignIn{}, err
	}
	if company != nil {
		in.customerID = *company
	}
	_, err = tx.Exec(ctx, r.sql(`update {accounts} set last_login_at = $2 where id = $1`), a.id, now)
	return in, err
}

// Session is a browser in which somebody is signed in.
type Session struct {
	ID         uuid.UUID `json:"id"`
	Address    string    `json:"address"`
	UserAgent  string    `json:"user_agent"`
	CreatedAt  time.Time `json:"created_at"`
	LastSeenAt time.Time `json:"last_seen_at"`
	ExpiresAt  time.Time `json:"expires_at"`
	Current    bool      `json:"current"` // the one that asks
}

// Sessions are those of the person who is signed in, the last used first.
func (s *Service) Sessions(ctx context.Context) ([]Session, error) {
	who, r, err := signedIn(ctx)
	if err != nil {
		return nil, err
	}
	now := clock.Now(ctx)
	var sessions []Session
	err = s.read(ctx, func(tx *db.Tx) error {
		rows, err := tx.Query(ctx, r.sql(`
			select id, coalesce(address, ''), coalesce(user_agent, ''), created_at, last_seen_at, expires_at, id = $2
			from sessions where {owner} = $1 and expires_at > $3 and last_seen_at > $4
			order by last_seen_at desc, id desc limit 100`), who.ID, who.SessionID, now, now.Add(-r.traits().idle))
		if err != nil {
			return err
		}
		sessions, err = pgx.CollectRows(rows, pgx.RowToStructByPos[Session])
		return err
	})
	return sessions, err
}

// Logout ends the session that asks for it.
func (s *Service) Logout(ctx context.Context) error {
	who, r, err := signedIn(ctx)
	if err != nil {
		return err
	}
	return s.write(ctx, func(tx *db.Tx) error {
		if _, err := tx.Exec(ctx, `delete from sessions where id = $1`, who.SessionID); err != nil {
			return err
		}
		record(tx, who, audit.Event{Action: "auth.logout", Subject: audit.Subject{Type: r.subject(), ID: who.ID}})
		tx.Announce(live.Hint{PersonID: who.ID})
		return nil
	})
}

// RevokeSession ends one session of the person who is signed in.
func (s *Service) RevokeSession(ctx context.Context, id uuid.UUID) error {
	who, r, err := signedIn(ctx)
	if err != nil {
		return err
	}
	return s.write(ctx, func(tx *db.Tx) error {
		tag, err := tx.Exec(ctx, r.sql(`delete from sessions where id = $1 and {owner} = $2`), id, who.ID)
		if err == nil && tag.RowsAffected() == 0 {
			return fault.Missing("session")
		}
		record(tx, who, audit.Event{Action: "session.revoke", Subject: audit.Subject{Type: "session", ID: id}})
		tx.Announce(live.Hint{PersonID: who.ID})
		return err
	})
}

// RevokeOtherSessions ends all sessions of the person but the one that asks.
func (s *Service) RevokeOtherSessions(ctx context.Context) error {
	who, r, err := signedIn(ctx)
	if err != nil {
		return err
	}
	return s.write(ctx, func(tx *db.Tx) error {
		record(tx, who, audit.Event{Action: "session.revoke_others", Subject: audit.Subject{Type: r.subject(), ID: who.ID}})
		return endSessions(ctx, tx, r, who.ID, who.SessionID)
	})
}

// endSessions ends a person's sessions but one, and their event streams.
func endSessions(ctx context.Context, tx *db.Tx, r Realm, person, but uuid.UUID) error {
	_, err := tx.Exec(ctx, r.sql(`delete from sessions where {owner} = $1 and id <> $2`), person, but)
	tx.Announce(live.Hint{PersonID: person})
	return err
}

// printable is a browser's own words about itself, fit to be stored and shown.
func printable(userAgent string) string {
	clean := strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(userAgent, ""))
	if runes := []rune(clean); len(runes) > 300 {
		clean = string(runes[:300])
	}
	return clean
}

// signedInBrowser is signedIn for what changes the session itself.
func signedInBrowser(ctx context.Context) (actor.Actor, Realm, error) {
	who, r, err := signedIn(ctx)
	if err == nil && who.SessionID == uuid.Nil {
		err = fault.Denied("A token may not do this; sign in with a browser.")
	}
	return who, r, err
}
