package audit_test

import (
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"golang.org/x/mod/sumdb/note"

	"clientportal/internal/audit"
	"clientportal/internal/db/dbtest"
)

// trail is the audit trail of one test's database, and the superuser who attacks it.
type trail struct {
	*dbtest.Database
	t        testing.TB
	sealer   *audit.Sealer
	customer uuid.UUID
	super    *pgx.Conn
}

func newTrail(t testing.TB) *trail {
	t.Helper()
	db := dbtest.New(t)
	dir := t.TempDir()
	signer, verifiers := newSigner(t)
	super, err := pgx.Connect(t.Context(), db.SuperURL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { super.Close(t.Context()) })
	tr := &trail{Database: db, t: t, super: super, customer: uuid.New(), sealer: &audit.Sealer{
		DB:             db.Pool(),
		Signer:         signer,
		Verifiers:      verifiers,
		CheckpointFile: filepath.Join(dir, "checkpoints.log"),
		Interval:       10 * time.Millisecond,
		Log:            slog.New(slog.DiscardHandler),
	}}
	tr.attack(`insert into customers (id, name, slug, ticket_prefix) values ($1, 'Acme', 'acme', 'ACME')`, tr.customer)
	return tr
}

func newSigner(t testing.TB) (*audit.Signer, note.Verifiers) {
	t.Helper()
	signer, err := audit.LoadOrCreateSigner(filepath.Join(t.TempDir(), "signer.key"), "portal.example/audit")
	if err != nil {
		t.Fatal(err)
	}
	verifiers, err := audit.ParseVerifiers(signer.VerifierKey())
	if err != nil {
		t.Fatal(err)
	}
	return signer, verifiers
}

// attack does what only a superuser can: no policy, no grant and no foreign key holds it.
func (tr *trail) attack(sql string, args ...any) {
	tr.t.Helper()
	tx, err := tr.super.Begin(tr.t.Context())
	if err != nil {
		tr.t.Fatal(err)
	}
	defer tx.Rollback(tr.t.Context())
	if _, err := tx.Exec(tr.t.Context(), `set local session_replication_role = replica`); err != nil {
		tr.t.Fatal(err)
	}
	tag, err := tx.Exec(tr.t.Context(), sql, args...)
	if err != nil {
		tr.t.Fatalf("%s: %v", sql, err)
	}
	if tag.RowsAffected() == 0 && !strings.HasPrefix(sql, "alter") {
		tr.t.Fatalf("%s: touched nothing", sql)
	}
	if err := tx.Commit(tr.t.Context()); err != nil {
		tr.t.Fatal(err)
	}
}

// event is a plain event of the test's customer.
func (tr *trail) event(action string) audit.Event {
	return audit.Event{
		CustomerID: tr.customer,
		Action:     action,
		Outcome:    audit.Success,
		Actor:      audit.Actor{Kind: "client", ID: uuid.New(), Name: "Ada Lovelace"},
		Subject:    audit.Subject{Type: "ticket", ID: uuid.New()},
		Address:    "192.0.2.7",
		RequestID:  uuid.NewString(),
		Payload:    map[string]any{"after": map[string]any{"title": "The site is down", "priority": 2}},
	}
}

// appendAs appends events in one transaction of a working role.
func (tr *trail) appendAs(role string, events ...audit.Event) error {
	return pgx.BeginFunc(tr.t.Context(), tr.Pool(), func(tx pgx.Tx) error {
		var b pgx.Batch
		b.Queue(`select set_config('role', $1, true), set_config('app.customer_ids', $2, true)`,
			role, "{"+tr.customer.String()+"}")
		if err := audit.Queue(&b, events...); err != nil {
			return err
		}
		return tx.SendBatch(tr.t.Context(), &b).Close()
	})
}

func (tr *trail) append(events ...audit.Event) {
	tr.t.Helper()
	if err := tr.appendAs("portal_system", events...); err != nil {
		tr.t.Fatal(err)
	}
}

// sealed appends n events and seals them, as one checkpoint.
func (tr *trail) sealed(n int) []audit.Event {
	tr.t.Helper()
	events := make([]audit.Event, n)
	for i := range events {
		events[i] = tr.event("ticket.create")
		events[i].ID = uuid.Must(uuid.NewV7())
	}
	tr.append(events...)
	if got := tr.seal(); got != n {
		tr.t.Fatalf("sealed %d events, want %d", got, n)
	}
	return events
}

func (tr *trail) seal() int {
	tr.t.Helper()
	n, err := tr.sealer.Seal(tr.t.Context())
	if err != nil {
		tr.t.Fatal(err)
	}
	return n
}

// count is a number out of the database, read as superuser.
func (tr *trail) count(sql string, args ...any) (n int) {
	tr.t.Helper()
	if err := tr.super.QueryRow(tr.t.Context(), sql, args...).Scan(&n); err != nil {
		tr.t.Fatalf("%s: %v", sql, err)
	}
	return n
}
