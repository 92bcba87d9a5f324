package auth

import (
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"clientportal/internal/actor"
	"clientportal/internal/clock"
	"clientportal/internal/db/dbtest"
)

func TestCleanUpRemovesWhatHasExpired(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	s := New(Config{DB: d.DB})
	now := clock.Now(t.Context())
	conn, err := pgx.Connect(t.Context(), d.SuperURL)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	exec := func(sql string, args ...any) {
		t.Helper()
		if _, err := conn.Exec(t.Context(), sql, args...); err != nil {
			t.Fatal(err)
		}
	}
	employee := uuid.New()
	exec(`insert into employees (id, email, first_name, last_name, role) values ($1, 'a@agency.example', 'A', 'B', 'agent')`, employee)
	for i, expires := range []time.Duration{-40 * 24 * time.Hour, time.Hour} {
		at := now.Add(expires)
		exec(`insert into sessions (token_hash, employee_id, expires_at) values ($1, $2, $3)`, digest(string(rune('a'+i))), employee, at)
		exec(`insert into access_tokens (token_hash, employee_id, name, scopes, expires_at) values ($1, $2, 'x', '{}', $3)`, digest(string(rune('a'+i))), employee, at)
		exec(`insert into throttles values ($1, 1, $2)`, string(rune('a'+i)), at)
		exec(`insert into registrations (email, password_hash, first_name, last_name, created_at) values ('x', 'x', 'x', 'x', $1)`, at)
	}
	if err := s.cleanUp(actor.As(t.Context(), "test")); err != nil {
		t.Fatal(err)
	}
	for _, table := range []string{"sessions", "access_tokens", "throttles", "registrations"} {
		var left int
		if err := conn.QueryRow(t.Context(), `select count(*) from `+table).Scan(&left); err != nil || left != 1 {
			t.Errorf("%d rows of %s are left, %v", left, table, err)
		}
	}
}
