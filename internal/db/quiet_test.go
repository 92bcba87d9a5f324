package db_test

import (
	"testing"

	"clientportal/internal/actor"
	"clientportal/internal/audit"
	"clientportal/internal/db"
	"clientportal/internal/db/dbtest"
	"clientportal/internal/live"
)

type letter struct{}

func (letter) Kind() string { return "letter" }

func TestAQuietDatabaseKeepsTheChangeAndNothingElse(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	var announced []live.Hint
	d.UseAnnouncer(func(hints []live.Hint) { announced = append(announced, hints...) })
	ctx := actor.As(t.Context(), "test")
	rename := func(d *db.DB, jobs bool) error {
		return d.Write(ctx, func(tx *db.Tx) error {
			tx.Record(audit.Event{Action: "agency.rename"})
			tx.Announce(live.Hint{Topic: "agency"})
			if jobs {
				tx.Enqueue(letter{}, nil)
			}
			_, err := tx.Exec(ctx, `update agency set name = name || '!'`)
			return err
		})
	}
	if err := rename(d.Quiet(), true); err != nil {
		t.Fatal(err)
	}
	if n := count(t, ctx, d, `select count(*) from agency where name like '%!'`); n != 1 || len(announced) != 0 {
		t.Errorf("%d changes, and announced %v", n, announced)
	}
	if err := rename(d.DB, false); err != nil || len(announced) != 1 {
		t.Errorf("the database itself has gone quiet: announced %v, %v", announced, err)
	}
	if err := rename(d.DB, true); err == nil {
		t.Error("a job without a queue is lost without a word")
	}
}
