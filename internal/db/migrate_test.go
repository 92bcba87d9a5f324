package db_test

import (
	"context"
	"io/fs"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"

	"clientportal/internal/db"
	"clientportal/internal/db/dbtest"
)

// The rules that no table of a customer's may escape, asked of the catalogue.
func TestCatalogue(t *testing.T) {
	t.Parallel()
	d := dbtest.Empty(t)
	conn, err := pgx.Connect(t.Context(), d.SuperURL)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	offenders := func(rule, sql string) {
		t.Helper()
		rows, err := conn.Query(t.Context(), sql)
		if err != nil {
			t.Fatalf("%s: %v", rule, err)
		}
		names, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			t.Fatalf("%s: %v", rule, err)
		}
		for _, name := range names {
			t.Errorf("%s: %s", rule, name)
		}
	}
	const tenants = `
		with tenants as (
			select c.oid, c.relname::text as name, c.relrowsecurity, c.relforcerowsecurity
			from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'customer_id' and not a.attisdropped
			where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace
			union select oid, relname, relrowsecurity, relforcerowsecurity from pg_class where oid = 'customers'::regclass
		)`
	offenders("row-level security is not forced", tenants+`
		select name from tenants where not relrowsecurity or not relforcerowsecurity`)
	offenders("no policy", tenants+`
		select name from tenants where not exists (select from pg_policy p where p.polrelid = tenants.oid)`)
	offenders("no composite key for children to refer to", tenants+`
		select name from tenants where name <> 'customers'
		  and exists (select from pg_attribute a where a.attrelid = tenants.oid and a.attname = 'id') -- else nothing refers to it
		  and not exists (
			select from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any (i.indkey) and a.attname = 'customer_id'
			where i.indrelid = tenants.oid and i.indisunique and i.indnkeyatts > 1)`)
	offenders("a child refers to a customer's row without the customer", tenants+`
		select conrelid::regclass || '.' || conname from pg_constraint
		where contype = 'f' and conrelid in (select oid from tenants) and confrelid in (select oid from tenants)
		  and confrelid not in ('customers'::regclass, 'client_portal_users'::regclass) -- a person may belong to several
		  and not exists (select from unnest(conkey) k join pg_attribute a on a.attrelid = conrelid and a.attnum = k and a.attname = 'customer_id')
		  and conname <> 'view_as_sessions_session_id_fkey' -- refers to an employee's session, which has no customer
		  and conrelid <> 'audit_payloads'::regclass -- refers to its event, whose customer may be null`)
	offenders("the working roles own something", `
		select relname::text from pg_class where pg_get_userbyid(relowner) like 'portal\_%' and pg_get_userbyid(relowner) <> 'portal_owner'`)
	offenders("a role other than the portal itself may see everything of everybody", `
		select rolname::text from pg_roles where rolname like 'portal%' and (rolsuper or rolbypassrls)`)
	offenders("events can be changed or removed", `
		select grantee || ' may ' || privilege_type from information_schema.role_table_grants
		where table_name = 'audit_events' and privilege_type in ('UPDATE', 'DELETE', 'TRUNCATE') and grantee <> 'portal_owner'`)
	offenders("a client may read what is not theirs to read", `
		select table_name || '.' || column_name from information_schema.column_privileges
		where grantee = 'portal_client' and privilege_type = 'SELECT' and column_name in (
			'internal_notes', 'api_credentials', 'password_hash', 'two_factor_secret', 'two_factor_last_step',
			'password_reset_token', 'email_verification_token', 'token_hash', 'code_hash')`)
}

func TestMigrateTwiceAtOnce(t *testing.T) {
	t.Parallel()
	d, admin := unmigrated(t)
	var portals sync.WaitGroup
	for range 3 {
		portals.Go(func() {
			if err := db.Migrate(t.Context(), d.OwnerURL, d.URL); err != nil {
				t.Error(err)
			}
		})
	}
	portals.Wait()
	var steps int
	err := admin.QueryRow(t.Context(), `select count(*) from goose_db_version where version_id > 0`).Scan(&steps)
	files, globbed := fs.Glob(db.Migrations(), "*.sql")
	if err != nil || globbed != nil || steps != len(files) {
		t.Errorf("%d steps of %d files, %v", steps, len(files), err)
	}
}

// unmigrated is a database whose schema is empty, and the superuser's connection to it.
func unmigrated(t *testing.T) (*dbtest.Database, *pgx.Conn) {
	t.Helper()
	d := dbtest.Empty(t)
	admin, err := pgx.Connect(t.Context(), d.SuperURL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = admin.Close(context.Background()) })
	if _, err := admin.Exec(t.Context(), `drop schema public cascade; create schema public authorization portal_owner`); err != nil {
		t.Fatal(err)
	}
	return d, admin
}
