package db_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"clientportal/internal/db"
)

// One role may own the schema and work with it. What looks as the owner is held by no
// working role's policy then either, and gives each what is theirs to find.
func TestOneRoleMayOwnAndWork(t *testing.T) {
	t.Parallel()
	d, admin := unmigrated(t)
	role := "one_" + strings.ReplaceAll(uuid.NewString(), "-", "")
	for _, sql := range []string{
		"create role " + role + " login createrole", // inherits, as roles do when nothing else is said
		"alter schema public owner to " + role,
	} {
		if _, err := admin.Exec(t.Context(), sql); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
	}
	u, err := url.Parse(d.SuperURL)
	if err != nil {
		t.Fatal(err)
	}
	u.User = url.User(role)
	one := u.String()
	for range 2 {
		if err := db.Migrate(t.Context(), one, one); err != nil {
			t.Fatal(err)
		}
	}
	_, err = admin.Exec(t.Context(), `
		insert into customers (id, name, slug, ticket_prefix) values
			('00000000-0000-7000-8000-000000000001', 'Acme', 'acme', 'AC'), ('00000000-0000-7000-8000-000000000002', 'Boltline', 'boltline', 'BO');
		insert into employees (id, email, first_name, last_name, role) values ('00000000-0000-7000-8000-000000000003', 'an@agency.example', 'An', 'Agent', 'agent');
		insert into client_portal_users (id, customer_id, email) values ('00000000-0000-7000-8000-000000000004', '00000000-0000-7000-8000-000000000001', 'ada@acme.example');
		insert into customer_members (customer_id, user_id, role) values ('00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-000000000004', 'member');
		insert into tickets (id, customer_id, number, first_response_due_at, awaited_since, answer_due_at)
			values ('00000000-0000-7000-8000-000000000005', '00000000-0000-7000-8000-000000000001', 'AC-1', now(), now(), now());
		insert into client_tickets (id, ticket_id, customer_id, number, created_by_user_id, title, description)
			values ('00000000-0000-7000-8000-000000000005', '00000000-0000-7000-8000-000000000005', '00000000-0000-7000-8000-000000000001', 'AC-1',
				'00000000-0000-7000-8000-000000000004', 'Leak', 'The pipe');
		insert into ticket_comments (customer_id, client_ticket_id, author_employee_id, body, internal) values
			('00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-000000000005', '00000000-0000-7000-8000-000000000003', 'The pipe is old', true),
			('00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-000000000005', '00000000-0000-7000-8000-000000000003', 'We see to the pipe', false)`)
	if err != nil {
		t.Fatal(err)
	}
	worker, err := pgx.Connect(t.Context(), one)
	if err != nil {
		t.Fatal(err)
	}
	defer worker.Close(t.Context())
	for _, look := range []struct {
		role, scope       string
		tickets, comments int
	}{
		{"portal_client", "{00000000-0000-7000-8000-000000000001}", 1, 1},
		{"portal_client", "{00000000-0000-7000-8000-000000000002}", 0, 0}, // whatever customers it names
		{"portal_staff", "{00000000-0000-7000-8000-000000000001}", 1, 2},
		{"portal_staff", "{00000000-0000-7000-8000-000000000002}", 0, 0},
		{"portal_agency", "", 1, 2},
	} {
		tx, err := worker.Begin(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := tx.Exec(t.Context(), `select set_config('role', $1, true), set_config('app.customer_ids', $2, true)`, look.role, look.scope); err != nil {
			t.Fatal(err)
		}
		var tickets, comments int
		err = tx.QueryRow(t.Context(), `select (select count(*) from search_tickets($1, 'pipe', 9)), (select count(*) from search_comments($1, 'pipe', 9))`,
			[]string{"00000000-0000-7000-8000-000000000001", "00000000-0000-7000-8000-000000000002"}).Scan(&tickets, &comments)
		if err != nil || tickets != look.tickets || comments != look.comments {
			t.Errorf("%s of %q finds %d tickets and %d comments, want %d and %d (%v)", look.role, look.scope, tickets, comments, look.tickets, look.comments, err)
		}
		_ = tx.Rollback(t.Context())
	}
}
