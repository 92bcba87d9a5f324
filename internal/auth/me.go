package auth

import (
	"context"
	"time"

	"github.com/google/uuid"

	"clientportal/internal/actor"
	"clientportal/internal/db"
)

// Person is somebody with an account, as they see themselves.
type Person struct {
	ID               uuid.UUID  `json:"id"`
	Email            string     `json:"email"`
	FirstName        string     `json:"first_name"`
	LastName         string     `json:"last_name"`
	Phone            string     `json:"phone"`
	Timezone         string     `json:"timezone" doc:"Empty: that of the company"`
	Role             actor.Role `json:"role"`
	TwoFactorEnabled bool       `json:"two_factor_enabled"`
	HasPassword      bool       `json:"has_password" doc:"False for who only signs in with a provider"`
	LastLoginAt      *time.Time `json:"last_login_at"`
	CreatedAt        time.Time  `json:"created_at"`
}

// Name is what the person is called.
func (p Person) Name() string { return fullName(p.FirstName, p.LastName, p.Email) }

// Me is the person who is signed in, and what they may do. An employee has no
// company.
type Me struct {
	User        Person    `json:"user"`
	Customer    *Company  `json:"customer,omitempty"`
	Companies   []Company `json:"companies,omitempty" doc:"All that the person belongs to"`
	Permissions []string  `json:"permissions"`
}

// Me is the person who is signed in.
func (s *Service) Me(ctx context.Context) (Me, error) {
	who, r, err := signedIn(ctx)
	if err != nil {
		return Me{}, err
	}
	return s.me(ctx, r, who.ID, who.CustomerID(), who.Role)
}

// MeAfter is the person of a session that has just been started or changed.
func (s *Service) MeAfter(ctx context.Context, in SignIn) (Me, error) {
	return s.me(ctx, in.Realm, in.UserID, in.customerID, "")
}

// me reads a person; their role in a company is that of the company.
func (s *Service) me(ctx context.Context, r Realm, id, company uuid.UUID, role actor.Role) (Me, error) {
	var me Me
	err := s.read(ctx, func(tx *db.Tx) error {
		if r == Clients {
			companies, err := companiesOf(ctx, tx, id)
			if err != nil {
				return err
			}
			me.Companies = companies
			for i := range companies {
				if companies[i].ID == company {
					me.Customer, role = &companies[i], companies[i].Role
				}
			}
		}
		p := &me.User
		return tx.QueryRow(ctx, r.sql(selectPerson), id).Scan(&p.ID, &p.Email, &p.FirstName, &p.LastName, &p.Phone, &p.Timezone,
			&p.Role, &p.TwoFactorEnabled, &p.HasPassword, &p.LastLoginAt, &p.CreatedAt)
	})
	if r == Clients {
		me.User.Role = role
	}
	me.Permissions = permissionsOf(r, me.User.Role)
	return me, err
}

const selectPerson = `
	select id, email, coalesce(first_name, ''), coalesce(last_name, ''), coalesce(phone, ''), coalesce(timezone, ''),
		{role}, two_factor_enabled, password_hash is not null, last_login_at, created_at
	from {accounts} where id = $1`
