package e2e

import (
	"testing"

	"github.com/jackc/pgx/v5"

	"clientportal/internal/db/dbtest"
)

// superuser reads the database past all of its rules.
func superuser(t *testing.T, d *dbtest.Database) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), d.SuperURL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(t.Context()) })
	return conn
}
