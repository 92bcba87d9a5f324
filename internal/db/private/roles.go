package private

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

const (
	superuser = "postgres"
	owner     = "portal_owner"
	worker    = "portal"
	database  = "portal"
)

// OwnerURL is for migrations: its role owns the database and may make roles, but is no superuser.
func (c *Cluster) OwnerURL() string { return c.socket.url(owner, database) }

// URL is for the portal's work: its role owns nothing, and is a member of what migrations say.
func (c *Cluster) URL() string { return c.socket.url(worker, database) }

// SuperuserURL is for a person with psql, and for tests that make databases.
func (c *Cluster) SuperuserURL() string { return c.socket.url(superuser, database) }

const makeRoles = `
do $$ begin
	if to_regrole('portal_owner') is null then create role portal_owner; end if;
	if to_regrole('portal') is null then create role portal; end if;
end $$;
alter role portal_owner login createrole nosuperuser nocreatedb noreplication nobypassrls;
alter role portal login nocreaterole nosuperuser nocreatedb noreplication nobypassrls;`

// ensureRoles makes the roles and the database, or puts right what is there.
func (c *Cluster) ensureRoles(ctx context.Context) error {
	conn, err := c.connect(ctx)
	if err != nil {
		return fmt.Errorf("connect to the private PostgreSQL: %w", err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	if _, err := conn.Exec(ctx, makeRoles); err != nil {
		return fmt.Errorf("make the database's roles: %w", err)
	}
	var made bool
	err = conn.QueryRow(ctx, "select exists (select from pg_database where datname = $1)", database).Scan(&made)
	if err == nil && !made {
		_, err = conn.Exec(ctx, "create database portal owner portal_owner")
	}
	if err != nil {
		return fmt.Errorf("make the database: %w", err)
	}
	return nil
}

func (c *Cluster) ping(ctx context.Context) error {
	conn, err := c.connect(ctx)
	if err != nil {
		return err
	}
	return conn.Close(ctx)
}

func (c *Cluster) connect(ctx context.Context) (*pgx.Conn, error) {
	return pgx.Connect(ctx, c.socket.url(superuser, "postgres"))
}
