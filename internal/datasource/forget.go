package datasource

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"clientportal/internal/clock"
	"clientportal/internal/datasource/datasourcedb"
	"clientportal/internal/db"
)

// forget is the job that forgets what nobody needs any more.
type forget struct{}

// Kind implements river.JobArgs.
func (forget) Kind() string { return "data_source_forget" }

// How long is kept what was uploaded and not imported, and what was pushed.
const (
	uploadsKept = 7 * 24 * time.Hour
	batchesKept = 30 * 24 * time.Hour
)

type forgetter struct {
	river.WorkerDefaults[forget]
	*Service
}

// Work forgets old uploads, batches and trips.
func (w *forgetter) Work(ctx context.Context, _ *river.Job[forget]) error {
	err := w.DB.Write(ctx, func(tx *db.Tx) error {
		q, now := datasourcedb.New(tx), clock.Now(ctx)
		uploads, err := q.ForgetUploads(ctx, now.Add(-uploadsKept))
		if err != nil {
			return err
		}
		batches, err := q.ForgetBatches(ctx, now.Add(-batchesKept))
		if err != nil {
			return err
		}
		trips, err := q.ForgetAuthorisations(ctx, now)
		if err != nil {
			return err
		}
		if uploads+batches+trips == 0 {
			return db.ErrUnchanged
		}
		tx.Record(inner("forget", uuid.Nil, map[string]int64{"uploads": uploads, "batches": batches, "trips": trips}))
		return nil
	})
	if err != nil {
		return fmt.Errorf("forget what data sources need no more: %w", err)
	}
	return nil
}
