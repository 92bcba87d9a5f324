package auth

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"clientportal/internal/actor"
	"clientportal/internal/clock"
	"clientportal/internal/db"
	"clientportal/internal/fault"
)

// seenEvery is how often the time at which a session or token was last used is
// written down.
const seenEvery = 5 * time.Minute

// tokenPrefix marks a personal access token, for people and for scanners.
const tokenPrefix = "portal_pat_"

// The four ways to be known: a row for somebody who may act now, and none
// otherwise. Each is one round trip of every request.
const (
	byClientSession = `
		select u.id, u.email, coalesce(u.first_name, ''), coalesce(u.last_name, ''), m.role, array[m.customer_id], s.id, s.last_seen_at, '{}'::text[]
		from sessions s
		join client_portal_users u on u.id = s.user_id and u.is_active and u.email_verified
		join customer_members m on m.customer_id = s.customer_id and m.user_id = s.user_id and m.is_active
		join customers c on c.id = s.customer_id and c.is_active
		where s.token_hash = $1 and s.expires_at > $2 and s.last_seen_at > $3`
	byStaffSession = `
		select e.id, e.email, e.first_name, e.last_name, e.role,
			array(select customer_id from customer_employees a where a.employee_id = e.id), s.id, s.last_seen_at, '{}'::text[]
		from sessions s
		join employees e on e.id = s.employee_id and e.is_active
		where s.token_hash = $1 and s.expires_at > $2 and s.last_seen_at > $3`
	byClientToken = `
		select u.id, u.email, coalesce(u.first_name, ''), coalesce(u.last_name, ''), m.role, array[m.customer_id],
			t.id, coalesce(t.last_used_at, 'epoch'), t.scopes
		from access_tokens t
		join client_portal_users u on u.id = t.user_id and u.is_active and u.email_verified
		join customer_members m on m.customer_id = t.customer_id and m.user_id = t.user_id and m.is_active
		join customers c on c.id = t.customer_id and c.is_active
		where t.token_hash = $1 and t.expires_at > $2`
	byStaffToken = `
		select e.id, e.email, e.first_name, e.last_name, e.role,
			array(select customer_id from customer_employees a where a.employee_id = e.id),
			t.id, coalesce(t.last_used_at, 'epoch'), t.scopes
		from access_tokens t
		join employees e on e.id = t.employee_id and e.is_active
		where t.token_hash = $1 and t.expires_at > $2`
)

var errSignedOut = fault.New(fault.Unauthenticated, "Sign in first.")

// Authenticate implements route.Authenticator: a program is known by its personal
// access token, a browser by its session's cookie. An employee who views as a client
// is that client to the client's pages, even where the browser has a client's session
// as well: they have just asked for it, and the view outlives neither its half hour
// nor their own session.
func (s *Service) Authenticate(req *http.Request, kind actor.Kind) (actor.Actor, error) {
	ctx, r := req.Context(), Realm(kind)
	if scheme, token, ok := strings.Cut(req.Header.Get("Authorization"), " "); ok && strings.EqualFold(scheme, "Bearer") {
		return s.program(ctx, r, token)
	}
	if r == Clients {
		if who, err := s.viewer(req); err == nil || fault.CodeOf(err) != fault.Unauthenticated {
			return who, err
		}
	}
	cookie, err := req.Cookie(s.cookieName(r))
	if err != nil {
		return actor.Actor{}, errSignedOut
	}
	return s.browser(ctx, r, cookie.Value)
}

func (s *Service) browser(ctx context.Context, r Realm, token string) (actor.Actor, error) {
	query := byClientSession
	if r == Staff {
		query = byStaffSession
	}
	now := clock.Now(ctx)
	who, session, seen, err := s.identify(ctx, r, query, digest(token), now, now.Add(-r.traits().idle))
	if err != nil {
		return who, err
	}
	who.SessionID = session
	if now.Sub(seen) >= seenEvery {
		err = s.note(ctx, `update sessions set last_seen_at = $2 where id = $1`, session, now)
	}
	return who, err
}

func (s *Service) program(ctx context.Context, r Realm, token string) (actor.Actor, error) {
	if !strings.HasPrefix(token, tokenPrefix) {
		return actor.Actor{}, errSignedOut
	}
	query := byClientToken
	if r == Staff {
		query = byStaffToken
	}
	now := clock.Now(ctx)
	who, id, seen, err := s.identify(ctx, r, query, digest(token), now)
	if err != nil {
		return who, err
	}
	who.TokenID = id
	if now.Sub(seen) >= seenEvery {
		err = s.note(ctx, `update access_tokens set last_used_at = $2 where id = $1`, id, now)
	}
	return who, err
}

// identify reads who holds a session or a token, its id, and when it was last used.
func (s *Service) identify(ctx context.Context, r Realm, query string, args ...any) (who actor.Actor, id uuid.UUID, seen time.Time, err error) {
	var first, last string
	err = s.read(ctx, func(tx *db.Tx) error {
		return tx.QueryRow(ctx, query, args...).Scan(&who.ID, &who.Email, &first, &last, &who.Role,
			&who.CustomerIDs, &id, &seen, &who.Scopes)
	})
	if errors.Is(err, pgx.ErrNoRows) {
		return actor.Actor{}, id, seen, errSignedOut
	}
	who.Kind, who.Name = r.kind(), fullName(first, last, who.Email)
	who.AllCustomers = who.Is(actor.Staff, actor.Admin)
	return who, id, seen, err
}

// note writes down when something was last used.
func (s *Service) note(ctx context.Context, update string, id uuid.UUID, at time.Time) error {
	return s.keep(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, update, id, at)
		return err
	})
}

// cookieName is the name of a realm's cookie. With https it has the prefix that
// keeps other hosts of the domain from setting it.
func (s *Service) cookieName(r Realm) string { return s.hostName(r.traits().cookie) }

func (s *Service) hostName(name string) string {
	if s.secure() {
		return "__Host-" + name
	}
	return name
}

// Cookie is the cookie that holds a session.
func (s *Service) Cookie(in SignIn) *http.Cookie {
	c := s.cookie(s.cookieName(in.Realm), in.Token)
	c.Expires = in.ExpiresAt
	return c
}

// NoCookie makes a browser forget its session.
func (s *Service) NoCookie(r Realm) *http.Cookie {
	c := s.cookie(s.cookieName(r), "")
	c.MaxAge = -1
	return c
}

func (s *Service) cookie(name, value string) *http.Cookie {
	return &http.Cookie{
		Name: name, Value: value, Path: "/",
		HttpOnly: true, Secure: s.secure(), SameSite: http.SameSiteLaxMode,
	}
}
