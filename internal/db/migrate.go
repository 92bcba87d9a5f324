package db

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"log/slog"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

// Migrations are the embedded migration files.
func Migrations() fs.FS {
	files, err := fs.Sub(migrationFiles, "migrations")
	if err != nil {
		panic(err) // the folder is embedded
	}
	return files
}

// migrationLock is held while migrating, by one portal at a time.
const migrationLock = 0x706f7274616c // "portal"

// Migrate brings the schema of the database at ownerURL up to date and lets the
// role that works with it (the user of workURL) take the working roles. Each step
// is a transaction, so that a kill in the middle loses only that step.
func Migrate(ctx context.Context, ownerURL, workURL string) error {
	config, err := pgxpool.ParseConfig(ownerURL)
	if err != nil {
		return fmt.Errorf("database address: %w", err)
	}
	worker, err := pgx.ParseConfig(workURL)
	if err != nil {
		return fmt.Errorf("database address: %w", err)
	}
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return err
	}
	defer pool.Close()

	lock, err := pool.Acquire(ctx)
	if err != nil {
		return fmt.Errorf("database: %w", err)
	}
	defer lock.Release()
	if _, err := lock.Exec(ctx, `select pg_advisory_lock($1)`, migrationLock); err != nil {
		return err
	}
	defer func() { _, _ = lock.Exec(context.WithoutCancel(ctx), `select pg_advisory_unlock($1)`, migrationLock) }()

	if err := migrateOwn(ctx, pool); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	if err := migrateQueue(ctx, pool); err != nil {
		return fmt.Errorf("migrate the job queue: %w", err)
	}
	return grantRoles(ctx, pool, worker.User)
}

func migrateOwn(ctx context.Context, pool *pgxpool.Pool) error {
	conn := stdlib.OpenDBFromPool(pool)
	defer conn.Close()
	provider, err := goose.NewProvider(goose.DialectPostgres, conn, Migrations())
	if err != nil {
		return err
	}
	done, err := provider.Up(ctx)
	for _, step := range done {
		slog.InfoContext(ctx, "migrated", "step", step.Source.Path, "took", step.Duration)
	}
	return err
}

// migrateQueue makes River's tables and opens them to all working roles: jobs
// are enqueued in the transaction of the change that asks for them. Their
// arguments are ids, never secrets.
func migrateQueue(ctx context.Context, pool *pgxpool.Pool) error {
	migrator, err := rivermigrate.New(riverpgxv5.New(pool), nil)
	if err != nil {
		return err
	}
	result, err := migrator.Migrate(ctx, rivermigrate.DirectionUp, nil)
	if err != nil || len(result.Versions) == 0 {
		return err
	}
	_, err = pool.Exec(ctx, `
		do $$
		declare t text;
		begin
			for t in select tablename from pg_tables where schemaname = 'public' and tablename like 'river\_%' loop
				execute format('grant select, insert, update, delete on %I to portal_app', t);
			end loop;
			for t in select sequencename from pg_sequences where schemaname = 'public' and sequencename like 'river\_%' loop
				execute format('grant usage on sequence %I to portal_app, portal_client, portal_staff, portal_agency, portal_system', t);
			end loop;
		end $$;
		grant select, insert, update on river_job to portal_client, portal_staff, portal_agency, portal_system;
		grant insert on river_notification to portal_client, portal_staff, portal_agency, portal_system;`)
	return err
}

// grantRoles lets the worker become each working role, unless it may already. From
// PostgreSQL 16 on, who makes a role is its member without being able to become it.
func grantRoles(ctx context.Context, pool *pgxpool.Pool, worker string) error {
	for _, role := range workingRoles {
		var may bool
		err := pool.QueryRow(ctx, `
			select pg_has_role($1, $2, case when current_setting('server_version_num')::int < 160000 then 'member' else 'set' end)`, worker, role).Scan(&may)
		if err == nil && !may {
			_, err = pool.Exec(ctx, fmt.Sprintf(`grant %s to %s`, role, pgx.Identifier{worker}.Sanitize()))
		}
		if err != nil {
			return fmt.Errorf("let %s work as %s: %w\nAs an administrator, run: grant %[2]s to %[4]s;", worker, role, err, pgx.Identifier{worker}.Sanitize())
		}
	}
	return keepApart(ctx, pool)
}

// keepApart sees to it that the schema's owner, who may be the worker too, has what the
// working roles have only when it has become one of them. Their policies would hold it
// otherwise, and the functions that look as the owner (search_comments) with it.
func keepApart(ctx context.Context, pool *pgxpool.Pool) error {
	var owner string
	var inherits bool
	var version int
	err := pool.QueryRow(ctx, `
		select current_user, coalesce(bool_or(pg_has_role(role, 'usage')), false), current_setting('server_version_num')::int / 10000
		from unnest($1::text[]) role`, workingRoles).Scan(&owner, &inherits, &version)
	if err != nil || !inherits {
		return err
	}
	change := `alter role ` + pgx.Identifier{owner}.Sanitize() + ` noinherit;`
	if version >= 16 {
		change = fmt.Sprintf(`grant %s to %s with inherit false;`, strings.Join(workingRoles, ", "), pgx.Identifier{owner}.Sanitize())
	}
	if _, err = pool.Exec(ctx, change); err != nil {
		return fmt.Errorf("the role %s inherits from the roles that the portal works as: %w\nAs an administrator, run: %s", owner, err, change)
	}
	return nil
}
