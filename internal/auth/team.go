package auth

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"clientportal/internal/actor"
	"clientportal/internal/api"
	"clientportal/internal/audit"
	"clientportal/internal/clock"
	"clientportal/internal/db"
	"clientportal/internal/fault"
	"clientportal/internal/live"
)

// Member is a person's place in a company.
type Member struct {
	UserID           uuid.UUID  `json:"user_id"`
	Email            string     `json:"email"`
	FirstName        string     `json:"first_name"`
	LastName         string     `json:"last_name"`
	Role             actor.Role `json:"role"`
	IsActive         bool       `json:"is_active"`
	TwoFactorEnabled bool       `json:"two_factor_enabled"`
	LastLoginAt      *time.Time `json:"last_login_at"`
	CreatedAt        time.Time  `json:"created_at"`
	UpdatedAt        time.Time  `json:"updated_at"`
	ETag             string     `json:"etag" db:"-" doc:"What If-Match is to say to change this place"` // the API's
}

// Tag is the entity tag of the member's place as it is now.
func (m Member) Tag() string { return api.ETag(m.UpdatedAt) }

// Name is what the member is called.
func (m Member) Name() string { return fullName(m.FirstName, m.LastName, m.Email) }

const selectMembers = `
	select u.id, u.email, coalesce(u.first_name, ''), coalesce(u.last_name, ''), m.role, m.is_active and u.is_active,
		u.two_factor_enabled, u.last_login_at, m.created_at, m.updated_at
	from customer_members m join client_portal_users u on u.id = m.user_id
	where m.customer_id = $1 `

// maxMembers is the most people of a company that its team shows.
const maxMembers = 500

// Members are the people of a company, by name.
func (s *Service) Members(ctx context.Context, customer uuid.UUID) ([]Member, error) {
	who, _ := actor.From(ctx)
	if !who.Serves(customer) {
		return nil, fault.Missing("customer")
	}
	var members []Member
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		rows, err := tx.Query(ctx, selectMembers+`order by lower(u.last_name), lower(u.first_name), u.id limit $2`, customer, maxMembers)
		if err != nil {
			return err
		}
		members, err = pgx.CollectRows(rows, pgx.RowToStructByPos[Member])
		if err == nil && len(members) == 0 {
			err = exists(ctx, tx, customer)
		}
		return err
	})
	return members, err
}

// Member is somebody's place in a company.
func (s *Service) Member(ctx context.Context, customer, user uuid.UUID) (Member, error) {
	who, _ := actor.From(ctx)
	if !who.Serves(customer) {
		return Member{}, fault.Missing("customer")
	}
	var m Member
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		m, err = memberOf(ctx, tx, customer, user)
		return err
	})
	return m, err
}

func memberOf(ctx context.Context, tx *db.Tx, customer, user uuid.UUID) (Member, error) {
	rows, err := tx.Query(ctx, selectMembers+`and m.user_id = $2`, customer, user)
	if err != nil {
		return Member{}, err
	}
	m, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByPos[Member])
	if errors.Is(err, pgx.ErrNoRows) {
		err = fault.Missing("member")
	}
	return m, err
}

// exists is a fault unless there is such a customer: whoever serves all may name
// any id.
func exists(ctx context.Context, tx *db.Tx, customer uuid.UUID) error {
	err := tx.QueryRow(ctx, `select from customers where id = $1`, customer).Scan()
	if errors.Is(err, pgx.ErrNoRows) {
		err = fault.Missing("customer")
	}
	return err
}

// ChangeMember gives somebody another role in a company, or ends or renews their
// place in it; nil stays as it is. Their sessions there end with that.
func (s *Service) ChangeMember(ctx context.Context, customer, user uuid.UUID, role *actor.Role, active *bool, ifMatch string) (Member, error) {
	who, _ := actor.From(ctx)
	if err := mayManage(who, customer); err != nil {
		return Member{}, err
	}
	if role != nil {
		var c fault.Check
		checkClientRole(&c, *role)
		if err := c.Err(); err != nil {
			return Member{}, err
		}
	}
	var after Member
	err := s.write(ctx, func(tx *db.Tx) error {
		before, err := memberForUpdate(ctx, tx, customer, user)
		if err != nil {
			return err
		}
		if err := api.CheckMatch(ifMatch, before.Tag()); err != nil {
			return err
		}
		after = before
		if role != nil {
			after.Role = *role
		}
		if active != nil {
			after.IsActive = *active
		}
		if after == before {
			return db.ErrUnchanged
		}
		after.UpdatedAt = clock.Now(ctx)
		record(tx, who, audit.Event{
			Action: "member.update", CustomerID: customer, Subject: audit.Subject{Type: "user", ID: user},
			Payload: map[string]any{
				"before": map[string]any{"role": before.Role, "is_active": before.IsActive},
				"after":  map[string]any{"role": after.Role, "is_active": after.IsActive},
			},
		})
		return updateMember(ctx, tx, customer, after)
	})
	return after, err
}

// memberForUpdate reads a place while no other change of the company's team
// happens, so that two admins can't remove each other.
func memberForUpdate(ctx context.Context, tx *db.Tx, customer, user uuid.UUID) (Member, error) {
	if _, err := tx.Exec(ctx, `select from customers where id = $1 for update`, customer); err != nil {
		return Member{}, err
	}
	return memberOf(ctx, tx, customer, user)
}

// updateMember stores a place and signs its holder out of the company, unless
// that left the company without an admin.
func updateMember(ctx context.Context, tx *db.Tx, customer uuid.UUID, m Member) error {
	b := &pgx.Batch{}
	b.Queue(`update customer_members set role = $3, is_active = $4, updated_at = $5 where customer_id = $1 and user_id = $2`,
		customer, m.UserID, m.Role, m.IsActive, m.UpdatedAt)
	b.Queue(`delete from sessions where customer_id = $1 and user_id = $2`, customer, m.UserID)
	b.Queue(`delete from access_tokens where customer_id = $1 and user_id = $2 and not $3`, customer, m.UserID, m.IsActive)
	if err := tx.SendBatch(ctx, b).Close(); err != nil {
		return err
	}
	tx.Announce(live.Hint{PersonID: m.UserID})
	var admins int
	err := tx.QueryRow(ctx, `select count(*) from customer_members where customer_id = $1 and role = 'admin' and is_active`, customer).Scan(&admins)
	if err == nil && admins == 0 {
		return fault.New(fault.Conflict, "The company needs an admin. Make somebody else one first.")
	}
	return err
}

// isOnlyAdmin reports whether a company has no active admin but this person.
func (s *Service) isOnlyAdmin(ctx context.Context, customer, user uuid.UUID) (only bool, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		return tx.QueryRow(ctx, `select not exists (select from customer_members
			where customer_id = $1 and user_id <> $2 and role = 'admin' and is_active)`, customer, user).Scan(&only)
	})
	return only, err
}
