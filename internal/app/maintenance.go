package app

import (
	"context"
	"time"

	"github.com/riverqueue/river"

	"clientportal/internal/audit"
	"clientportal/internal/db"
)

// keysKept is how long a request may be repeated with its Idempotency-Key.
const keysKept = 48 * time.Hour

// forgetKeys is the hourly job that forgets old idempotency keys.
type forgetKeys struct{}

func (forgetKeys) Kind() string { return "idempotency.forget" }

type keyForgetter struct {
	river.WorkerDefaults[forgetKeys]
	db *db.DB
}

func (f *keyForgetter) Work(ctx context.Context, _ *river.Job[forgetKeys]) error {
	return f.db.Write(ctx, func(tx *db.Tx) error {
		tag, err := tx.Exec(ctx, `delete from idempotency_keys where created_at < $1`, time.Now().Add(-keysKept))
		if err != nil {
			return err
		}
		if tag.RowsAffected() == 0 {
			return db.ErrUnchanged
		}
		tx.Record(audit.Event{Action: "idempotency.forget", Payload: map[string]int64{"keys": tag.RowsAffected()}})
		return nil
	})
}

func hourly(job river.JobArgs) *river.PeriodicJob {
	return river.NewPeriodicJob(river.PeriodicInterval(time.Hour),
		func() (river.JobArgs, *river.InsertOpts) { return job, nil }, nil)
}
