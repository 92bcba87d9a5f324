package auth

import (
	"context"
	"strings"

	"github.com/google/uuid"

	"clientportal/internal/actor"
	"clientportal/internal/audit"
	"clientportal/internal/clock"
	"clientportal/internal/db"
	"clientportal/internal/fault"
	"clientportal/internal/maybe"
)

// NewUser is a client's account that the portal makes itself, as for the demo
// agency: open at once, with a password already hashed.
type NewUser struct {
	CustomerID    uuid.UUID
	StakeholderID uuid.UUID // Nil for somebody whom onboarding does not know
	Email         string
	FirstName     string
	LastName      string
	Phone         string
	Role          actor.Role
	IsPrimary     bool
	PasswordHash  string
}

func (n *NewUser) check() error {
	var c fault.Check
	n.Email = checkEmail(&c, n.Email)
	n.FirstName = c.Text("first_name", "the first name", n.FirstName, 1, maxName)
	n.LastName = c.Text("last_name", "the last name", n.LastName, 1, maxName)
	n.Phone = c.Text("phone", "the phone number", n.Phone, 0, maxPhone)
	checkClientRole(&c, n.Role)
	c.That(n.PasswordHash != "", "password_hash", "Give the hash of a password.")
	return c.Err()
}

// AddUser makes a client's account and their place in a company. Only the portal
// itself may: people register.
func (s *Service) AddUser(ctx context.Context, n NewUser) (uuid.UUID, error) {
	if err := mustBeSystem(ctx); err != nil {
		return uuid.Nil, err
	}
	if err := n.check(); err != nil {
		return uuid.Nil, err
	}
	id, now := newID(), clock.Now(ctx)
	return id, s.db.Write(ctx, func(tx *db.Tx) error {
		tx.Record(audit.Event{
			Action: "user.create", CustomerID: n.CustomerID, Subject: audit.Subject{Type: "user", ID: id},
			Payload: map[string]any{"email": n.Email, "role": n.Role},
		})
		_, err := tx.Exec(ctx, `
			with account as (
				insert into client_portal_users (id, customer_id, customer_stakeholder_id, email, first_name, last_name, phone,
					is_primary_contact, password_hash, email_verified, email_verified_at, created_at, updated_at)
				values ($1, $2, $3, $4, $5, $6, $7, $8, $9, true, $11, $11, $11))
			insert into customer_members (customer_id, user_id, role, created_at, updated_at) values ($2, $1, $10, $11, $11)`,
			id, n.CustomerID, maybe.Of(n.StakeholderID), n.Email, n.FirstName, n.LastName, maybe.Of(n.Phone), n.IsPrimary, n.PasswordHash, n.Role, now)
		if db.Violates(err, "client_portal_users_email") {
			return fault.New(fault.Conflict, "There is an account with this address already.")
		}
		return err
	})
}

// SetPassword sets an account's password to one already hashed, and ends its
// sessions. Only the portal itself may.
func (s *Service) SetPassword(ctx context.Context, r Realm, id uuid.UUID, hash string) error {
	if err := mustBeSystem(ctx); err != nil {
		return err
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		a, err := accountByID(ctx, tx, r, id)
		if err != nil {
			return err
		}
		if a.id == uuid.Nil {
			return fault.Missing("account")
		}
		tx.Record(audit.Event{Action: "auth.set_password", CustomerID: a.customerID, Subject: a.subject(r)})
		return setPassword(ctx, tx, r, id, hash, uuid.Nil)
	})
}

// CreateStaff adds an employee from the command line and returns a link, good for
// one use within three days, at which they choose their password. Only the portal
// itself may.
func (s *Service) CreateStaff(ctx context.Context, email, name string, role actor.Role) (link string, err error) {
	if err := mustBeSystem(ctx); err != nil {
		return "", err
	}
	first, last, _ := strings.Cut(strings.TrimSpace(name), " ")
	n := NewEmployee{Email: email, FirstName: first, LastName: last, Role: role}
	if err := n.check(); err != nil {
		return "", err
	}
	now := clock.Now(ctx)
	e := Employee{ID: newID(), Email: n.Email, FirstName: n.FirstName, LastName: n.LastName, Role: n.Role, CreatedAt: now}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		if err := insertEmployee(ctx, tx, e, ""); err != nil {
			return err
		}
		tx.Record(audit.Event{
			Action: "employee.create", Subject: audit.Subject{Type: "employee", ID: e.ID},
			Payload: map[string]any{"email": e.Email, "role": e.Role},
		})
		link, err = s.grantReset(ctx, tx, Staff, account{id: e.ID, email: e.Email}, welcomeLife)
		return err
	})
	return link, err
}

func mustBeSystem(ctx context.Context) error {
	if who, _ := actor.From(ctx); who.Kind != actor.System {
		return fault.Denied("Only the portal itself may do this.")
	}
	return nil
}
