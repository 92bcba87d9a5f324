package demo

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"clientportal/internal/db"
)

// found is what an earlier start has made, whole or not.
type found struct {
	ready        bool
	strangers    bool                 // there are people or customers of somebody else
	employees    map[string]uuid.UUID // by address
	customers    map[string]uuid.UUID // by slug
	stakeholders map[string]uuid.UUID // by address
	users        map[string]uuid.UUID // by address
	quotes       map[string]uuid.UUID // by slug and name
	tickets      map[string]uuid.UUID // by number
}

// quoteKey finds a quote of a customer by its name.
func quoteKey(slug, name string) string { return slug + ": " + name }

func look(ctx context.Context, database *db.DB) (f found, err error) {
	err = database.Read(ctx, func(tx *db.Tx) error {
		if err := tx.QueryRow(ctx, `select exists (select from audit_events where id = $1)`, readyID).Scan(&f.ready); err != nil {
			return err
		}
		if f.employees, err = ids(ctx, tx, `select email, id from employees`); err != nil || f.ready {
			return err // a whole demo may have been used since, and have grown
		}
		for _, part := range []struct {
			into *map[string]uuid.UUID
			sql  string
		}{
			{&f.customers, `select slug, id from customers`},
			{&f.stakeholders, `select email, id from customer_stakeholders`},
			{&f.users, `select email, id from client_portal_users`},
			{&f.quotes, `select c.slug || ': ' || q.name, q.id from quotes q join customers c on c.id = q.customer_id`},
			{&f.tickets, `select number, id from tickets`},
		} {
			if *part.into, err = ids(ctx, tx, part.sql); err != nil {
				return err
			}
		}
		f.strangers = anyBut(f.employees, employeeAddresses()) || anyBut(f.customers, slugs())
		return nil
	})
	return f, err
}

func ids(ctx context.Context, tx *db.Tx, sql string, args ...any) (map[string]uuid.UUID, error) {
	rows, err := tx.Query(ctx, sql, args...)
	if err != nil {
		return nil, err
	}
	all := map[string]uuid.UUID{}
	var name string
	var id uuid.UUID
	_, err = pgx.ForEachRow(rows, []any{&name, &id}, func() error {
		all[name] = id
		return nil
	})
	return all, err
}

// anyBut reports whether there is anything besides what is known.
func anyBut(all map[string]uuid.UUID, known map[string]bool) bool {
	for name := range all {
		if !known[name] {
			return true
		}
	}
	return false
}

// demoLock is held while the demo is made, by one portal at a time.
const demoLock = 0x64656d6f // "demo"

func lock(ctx context.Context, database *db.DB) (unlock func(), err error) {
	conn, err := database.Pool().Acquire(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := conn.Exec(ctx, `select pg_advisory_lock($1)`, demoLock); err != nil {
		conn.Release()
		return nil, fmt.Errorf("wait for another portal to make the demo: %w", err)
	}
	return func() {
		// Closing the connection gives the lock back, whatever became of ctx.
		_ = conn.Hijack().Close(context.WithoutCancel(ctx))
	}, nil
}
