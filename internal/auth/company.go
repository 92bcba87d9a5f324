package auth

import (
	"context"
	"errors"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"clientportal/internal/actor"
	"clientportal/internal/audit"
	"clientportal/internal/clock"
	"clientportal/internal/db"
	"clientportal/internal/fault"
	"clientportal/internal/live"
)

// Company is a customer that somebody belongs to.
type Company struct {
	ID       uuid.UUID  `json:"id"`
	Name     string     `json:"name"`
	Slug     string     `json:"slug"`
	Timezone string     `json:"timezone"`
	Currency string     `json:"currency"`
	Role     actor.Role `json:"role"`
}

// companiesOf are the companies that a client may work for, by name.
func companiesOf(ctx context.Context, tx *db.Tx, user uuid.UUID) ([]Company, error) {
	rows, err := tx.Query(ctx, `
		select c.id, c.name, c.slug, c.timezone, c.currency, m.role
		from customer_members m join customers c on c.id = m.customer_id and c.is_active
		where m.user_id = $1 and m.is_active
		order by lower(c.name), c.id`, user)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[Company])
}

// join makes a person, whose address is verified, a member of every company whose
// onboarding knows it. Who was a member before, and is not any more, stays out.
func join(ctx context.Context, tx *db.Tx, a account) ([]membership, error) {
	rows, err := tx.Query(ctx, `
		insert into customer_members (customer_id, user_id, role, created_at, updated_at)
		select s.customer_id, $1, case when s.is_primary_contact then 'admin' else 'member' end, $3, $3
		from customer_stakeholders s join customers c on c.id = s.customer_id and c.is_active
		where lower(s.email) = lower($2)
		on conflict do nothing
		returning customer_id, role`, a.id, a.email, clock.Now(ctx))
	return joined(tx, a, rows, err)
}

// accept makes a person, whose address is verified, a member by the invitation
// with this token's digest, or by all that are open when it is nil.
func accept(ctx context.Context, tx *db.Tx, a account, invitation []byte) ([]membership, error) {
	rows, err := tx.Query(ctx, `
		with accepted as (
			update invitations i set accepted_at = $4
			where ($3::bytea is null or token_hash = $3) and lower(email) = lower($2)
				and accepted_at is null and revoked_at is null and expires_at > $4
			returning customer_id, role, created_at)
		insert into customer_members (customer_id, user_id, role, created_at, updated_at)
		select distinct on (customer_id) customer_id, $1, role, $4, $4 from accepted order by customer_id, created_at desc
		on conflict (customer_id, user_id) do update set
			role = case when customer_members.is_active then customer_members.role else excluded.role end,
			is_active = true, updated_at = excluded.updated_at
		returning customer_id, role`, a.id, a.email, invitation, clock.Now(ctx))
	return joined(tx, a, rows, err)
}

// membership is a place in a company that was just taken.
type membership struct {
	CustomerID uuid.UUID
	Role       actor.Role
}

// joined reads the places that a statement returns, and records them.
func joined(tx *db.Tx, a account, rows pgx.Rows, err error) ([]membership, error) {
	if err != nil {
		return nil, err
	}
	places, err := pgx.CollectRows(rows, pgx.RowToStructByPos[membership])
	for _, m := range places {
		tx.Record(audit.Event{
			Action: "member.join", CustomerID: m.CustomerID, Actor: a.actor(Clients), Subject: a.subject(Clients),
			Payload: map[string]any{"email": a.email, "role": m.Role},
		})
	}
	return places, err
}

// SwitchCompany lets the person who is signed in work for another company of
// theirs. The session gets a new token, and the old one is dead.
func (s *Service) SwitchCompany(ctx context.Context, customer uuid.UUID) (SignIn, error) {
	who, r, err := signedInBrowser(ctx)
	if err != nil {
		return SignIn{}, err
	}
	in := SignIn{Realm: r, Token: newToken(), UserID: who.ID, customerID: customer}
	err = s.write(ctx, func(tx *db.Tx) error {
		err := tx.QueryRow(ctx, `
			update sessions s set token_hash = $3, customer_id = m.customer_id
			from customer_members m join customers c on c.id = m.customer_id and c.is_active
			where s.id = $1 and m.user_id = s.user_id and m.customer_id = $2 and m.is_active
			returning s.expires_at`, who.SessionID, customer, digest(in.Token)).Scan(&in.ExpiresAt)
		if errors.Is(err, pgx.ErrNoRows) {
			return fault.Missing("company")
		}
		tx.Record(audit.Event{
			Action: "session.switch_company", CustomerID: customer,
			Actor:   audit.Actor{Kind: string(who.Kind), ID: who.ID, Name: who.Name},
			Subject: audit.Subject{Type: "user", ID: who.ID},
			Payload: map[string]any{"from": who.CustomerID()},
		})
		tx.Announce(live.Hint{PersonID: who.ID})
		return err
	})
	return in, err
}
