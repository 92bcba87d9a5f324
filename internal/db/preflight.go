package db

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
)

// oldest is the oldest server that the portal works with.
const oldest = 15

// workingRoles are made by the first migration, once for a server.
var workingRoles = []string{roleBase, roleClient, roleStaff, roleAgency, roleSystem}

// Preflight checks that the server is new enough, that the roles at work and at
// owner, which may be the same, are held by row-level security, and that the
// working roles are there or the owner can make them. Its error says what to do.
func Preflight(ctx context.Context, work, owner string) error {
	if work != owner {
		if err := preflight(ctx, work, false); err != nil {
			return err
		}
	}
	return preflight(ctx, owner, true)
}

func preflight(ctx context.Context, url string, makesRoles bool) error {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return fmt.Errorf("the database does not answer: %w", err)
	}
	defer conn.Close(ctx)
	var (
		version                    int
		name, database             string
		super, bypass, createsRole bool
		roles                      int
	)
	err = conn.QueryRow(ctx, `
		select current_setting('server_version_num')::int / 10000, rolname, current_database(),
		       rolsuper, rolbypassrls, rolcreaterole,
		       (select count(*) from pg_roles where rolname = any ($1))
		from pg_roles where rolname = session_user`, workingRoles).
		Scan(&version, &name, &database, &super, &bypass, &createsRole, &roles)
	if err != nil {
		return fmt.Errorf("look at the database: %w", err)
	}
	if version < oldest {
		return fmt.Errorf("the database server is PostgreSQL %d; the portal needs %d or newer", version, oldest)
	}
	if super || bypass {
		what := "is a superuser"
		if !super {
			what = "has BYPASSRLS"
		}
		return fmt.Errorf(`the role %q of the database address %s, so row-level security would not keep one customer's data from another's.
Make a role and a database for the portal, and use those:

  create role portal login createrole noinherit password '…';
  create database portal owner portal;`, name, what)
	}
	if makesRoles && roles < len(workingRoles) && !createsRole {
		return fmt.Errorf(`the role %q may not make the roles that the portal works as. Either let it:

  alter role %[2]s createrole;

or make them as an administrator, once for this server:

  %[3]s`, name, pgx.Identifier{name}.Sanitize(), rolesByHand(name))
	}
	return nil
}

// rolesByHand is what an administrator runs where the portal's role may not.
func rolesByHand(worker string) string {
	lines := []string{fmt.Sprintf("alter role %s noinherit;", pgx.Identifier{worker}.Sanitize())}
	for _, role := range workingRoles {
		lines = append(lines, fmt.Sprintf("create role %s nologin; grant %[1]s to %s;", role, pgx.Identifier{worker}.Sanitize()))
	}
	return strings.Join(lines, "\n  ")
}
