package ticket

import (
	"context"
	"time"

	"github.com/riverqueue/river"

	"clientportal/internal/db"
	"clientportal/internal/ticket/ticketdb"
)

// sweep is the job that removes files whose attachments never came to stay: a
// crash, or a lost connection, between storing the file and the commit.
type sweep struct{}

// Kind implements river.JobArgs.
func (sweep) Kind() string { return "ticket_files_sweep" }

type sweepWorker struct {
	river.WorkerDefaults[sweep]
	*core
}

// Work sweeps the folders of some past days.
func (w *sweepWorker) Work(ctx context.Context, _ *river.Job[sweep]) error {
	return w.store().Sweep(ctx, func(ctx context.Context, keys []string) (known []string, err error) {
		err = w.DB.Read(ctx, func(tx *db.Tx) (err error) {
			known, err = ticketdb.New(tx).StoredFiles(ctx, keys)
			return err
		})
		return known, err
	})
}

// PeriodicJobs are what the tickets do by themselves.
func (s *Service) PeriodicJobs() []*river.PeriodicJob {
	return []*river.PeriodicJob{
		river.NewPeriodicJob(river.PeriodicInterval(24*time.Hour),
			func() (river.JobArgs, *river.InsertOpts) { return sweep{}, nil },
			&river.PeriodicJobOpts{RunOnStart: true}),
	}
}
