package db_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/uuid"

	"clientportal/internal/actor"
	"clientportal/internal/audit"
	"clientportal/internal/db"
	"clientportal/internal/db/dbtest"
	"clientportal/internal/fault"
)

// customer makes a customer as the portal itself.
func customer(t *testing.T, d *dbtest.Database, slug, prefix string) uuid.UUID {
	t.Helper()
	id := uuid.New()
	ctx := actor.As(t.Context(), "test")
	err := d.Write(ctx, func(tx *db.Tx) error {
		tx.Record(audit.Event{CustomerID: id, Action: "customer.create"})
		_, err := tx.Exec(ctx, `insert into customers (id, name, slug, ticket_prefix) values ($1, $2, $2, $3)`, id, slug, prefix)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func clientOf(ctx context.Context, customer uuid.UUID) context.Context {
	return actor.With(ctx, actor.Actor{Kind: actor.Client, ID: uuid.New(), Name: "Mara", Role: actor.Member, CustomerIDs: []uuid.UUID{customer}})
}

func count(t *testing.T, ctx context.Context, d *dbtest.Database, sql string, args ...any) (n int) {
	t.Helper()
	err := d.Read(ctx, func(tx *db.Tx) error { return tx.QueryRow(ctx, sql, args...).Scan(&n) })
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return n
}

func TestReadSeesOnlyTheActorsCustomers(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	acme, bolt := customer(t, d, "acme", "AC"), customer(t, d, "bolt", "BO")
	staff := func(all bool, ids ...uuid.UUID) context.Context {
		return actor.With(t.Context(), actor.Actor{Kind: actor.Staff, ID: uuid.New(), CustomerIDs: ids, AllCustomers: all})
	}
	for name, c := range map[string]struct {
		ctx  context.Context
		want int
	}{
		"a client":               {clientOf(t.Context(), acme), 1},
		"an agent of one":        {staff(false, bolt), 1},
		"an agent of both":       {staff(false, acme, bolt), 2},
		"an agent of none":       {staff(false), 0},
		"a staff admin":          {staff(true), 2},
		"the portal itself":      {actor.As(t.Context(), "test"), 2},
		"a client of no company": {clientOf(t.Context(), uuid.New()), 0},
	} {
		if got := count(t, c.ctx, d, `select count(*) from customers`); got != c.want {
			t.Errorf("%s sees %d customers, want %d", name, got, c.want)
		}
	}
}

func TestNobodyActsInNothing(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	if err := d.Read(t.Context(), func(*db.Tx) error { return nil }); !errors.Is(err, db.ErrNoActor) {
		t.Errorf("a read without an actor: %v", err)
	}
	nobody := actor.With(t.Context(), actor.Actor{Kind: actor.Anonymous})
	if err := d.Write(nobody, func(*db.Tx) error { return nil }); !errors.Is(err, db.ErrNoActor) {
		t.Errorf("a write by nobody: %v", err)
	}
	if _, err := d.Pool().Exec(t.Context(), `select from customers`); err == nil {
		t.Error("a connection outside Read and Write reaches customers")
	}
}

func TestWriteRefusesAnUnauditedChange(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	acme := customer(t, d, "acme", "AC")
	ctx := actor.As(t.Context(), "test")
	rename := func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `update customers set name = 'changed' where id = $1`, acme)
		return err
	}
	if err := d.Write(ctx, rename); !errors.Is(err, db.ErrUnaudited) {
		t.Fatalf("got %v, want ErrUnaudited", err)
	}
	if n := count(t, ctx, d, `select count(*) from customers where name = 'changed'`); n != 0 {
		t.Error("the unaudited change was committed")
	}
}

func TestAFailedWriteLeavesNothing(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	ctx := actor.As(t.Context(), "test")
	events := count(t, ctx, d, `select count(*) from audit_events`)
	fail := errors.New("no")
	err := d.Write(ctx, func(tx *db.Tx) error {
		tx.Record(audit.Event{Action: "agency.rename"})
		if _, err := tx.Exec(ctx, `update agency set name = 'changed'`); err != nil {
			return err
		}
		return fail
	})
	if !errors.Is(err, fail) {
		t.Fatal(err)
	}
	if n := count(t, ctx, d, `select count(*) from agency where name = 'changed'`); n != 0 {
		t.Error("the change was committed")
	}
	if n := count(t, ctx, d, `select count(*) from audit_events`); n != events {
		t.Error("the event was committed")
	}
}

func TestAClientWritesOnlyToTheirCompany(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	acme, bolt := customer(t, d, "acme", "AC"), customer(t, d, "bolt", "BO")
	ctx := clientOf(t.Context(), acme)
	touch := func(id uuid.UUID) (changed int64) {
		err := d.Write(ctx, func(tx *db.Tx) error {
			tag, err := tx.Exec(ctx, `update customers set last_ticket_number = 7 where id = $1`, id)
			tx.Record(audit.Event{Action: "test"})
			changed = tag.RowsAffected()
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return changed
	}
	if touch(acme) != 1 || touch(bolt) != 0 {
		t.Error("a client's write is not confined to their company")
	}
	if n := count(t, ctx, d, `select count(*) from audit_events`); n != 3 { // creation, and both tries
		t.Errorf("the client sees %d events of their company, want 3", n)
	}
}

func TestAFullDiskIsUnavailable(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	err := d.Read(actor.As(t.Context(), "test"), func(tx *db.Tx) error {
		_, err := tx.Exec(t.Context(), `do $$ begin raise exception 'no space' using errcode = '53100'; end $$`)
		return err
	})
	var f *fault.Error
	if !errors.As(err, &f) || f.Code != fault.Unavailable || f.RetryAfter == 0 || !strings.Contains(f.Message, "disk is full") {
		t.Errorf("a full disk: %v", err)
	}
}
