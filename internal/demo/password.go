package demo

import (
	"context"

	"github.com/alexedwards/argon2id"
	"github.com/google/uuid"

	"clientportal/internal/auth"
	"clientportal/internal/db"
)

// admit sees to it that everybody can sign in with the password, also where the
// demo was made with another one.
func (m *maker) admit(ctx context.Context, password string) error {
	var current *string
	err := m.DB.Read(ctx, func(tx *db.Tx) error {
		return tx.QueryRow(ctx, `select (select password_hash from employees where email = $1)`, employees[0].email).Scan(&current)
	})
	if err != nil {
		return err
	}
	if current != nil {
		same, err := argon2id.ComparePasswordAndHash(password, *current)
		if m.hash = *current; err != nil || same {
			return err
		}
	}
	if m.hash, err = m.Auth.HashPassword(ctx, password); err != nil {
		return err
	}
	return m.changePasswords(ctx)
}

// changePasswords gives the new password to everybody who is there already; the
// account that admit looks at comes last, so that an interruption is noticed.
func (m *maker) changePasswords(ctx context.Context) error {
	users, err := m.users(ctx)
	if err != nil {
		return err
	}
	for _, id := range users {
		if err := m.Auth.SetPassword(ctx, auth.Clients, id, m.hash); err != nil {
			return err
		}
	}
	for i := len(employees) - 1; i >= 0; i-- {
		if id, ok := m.found.employees[employees[i].email]; ok {
			if err := m.Auth.SetPassword(ctx, auth.Staff, id, m.hash); err != nil {
				return err
			}
		}
	}
	return nil
}

// users are the accounts of the customers' people that the demo has made.
func (m *maker) users(ctx context.Context) (users map[string]uuid.UUID, err error) {
	var addresses []string
	for _, c := range companies {
		for _, r := range accountRoles {
			addresses = append(addresses, r.key+"@"+c.slug+".example")
		}
	}
	err = m.DB.Read(ctx, func(tx *db.Tx) error {
		users, err = ids(ctx, tx, `select email, id from client_portal_users where email = any ($1)`, addresses)
		return err
	})
	return users, err
}
