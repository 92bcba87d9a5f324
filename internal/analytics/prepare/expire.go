package prepare

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"clientportal/internal/clock"
	"clientportal/internal/db"
)

// expiring is the job that forgets exports whose time is over, and sweeps the files
// that belong to none: of these, of a dashboard that is gone, of a job that was cut off.
type expiring struct{}

// Kind implements river.JobArgs.
func (expiring) Kind() string { return "export_expire" }

type expiringWorker struct {
	river.WorkerDefaults[expiring]
	*Service
}

// Work forgets what has expired.
func (w *expiringWorker) Work(ctx context.Context, _ *river.Job[expiring]) error {
	return w.Expire(ctx)
}

// Expire forgets exports whose time is over, with their files.
func (s *Service) Expire(ctx context.Context) error {
	err := s.DB.Write(ctx, func(tx *db.Tx) error {
		rows, err := tx.Query(ctx, `delete from dashboard_exports where expires_at <= $1 returning customer_id, id`, clock.Now(ctx))
		if err != nil {
			return err
		}
		var customer, id uuid.UUID
		gone, err := pgx.ForEachRow(rows, []any{&customer, &id}, func() error {
			tx.Record(about("export.delete", customer, id, nil))
			return nil
		})
		if err == nil && gone.RowsAffected() == 0 {
			err = db.ErrUnchanged
		}
		return err
	})
	if err != nil {
		return err
	}
	return s.Files.Sweep(ctx, s.known)
}

// known are those of the keys that belong to an export.
func (s *Service) known(ctx context.Context, keys []string) (kept []string, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		rows, err := tx.Query(ctx, `select file_key from dashboard_exports where file_key = any($1)`, keys)
		if err == nil {
			kept, err = pgx.CollectRows(rows, pgx.RowTo[string])
		}
		return err
	})
	return kept, err
}

// AddWorkers registers what exports do later.
func (s *Service) AddWorkers(workers *river.Workers) {
	river.AddWorker(workers, &makingWorker{Service: s})
	river.AddWorker(workers, &expiringWorker{Service: s})
}

// PeriodicJobs are what exports do by themselves.
func (s *Service) PeriodicJobs() []*river.PeriodicJob {
	return []*river.PeriodicJob{
		river.NewPeriodicJob(river.PeriodicInterval(6*time.Hour),
			func() (river.JobArgs, *river.InsertOpts) { return expiring{}, nil },
			&river.PeriodicJobOpts{RunOnStart: true}),
	}
}
