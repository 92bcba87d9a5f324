package customer

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"clientportal/internal/clock"
	"clientportal/internal/customer/customerdb"
	"clientportal/internal/db"
)

// forgetImports is the hourly job that forgets uploads whose day is over.
type forgetImports struct{}

func (forgetImports) Kind() string { return "customer_import.forget" }

// AddWorkers adds what works on this feature's jobs.
func (s *Service) AddWorkers(w *river.Workers) {
	river.AddWorker(w, river.WorkFunc(func(ctx context.Context, _ *river.Job[forgetImports]) error {
		return s.forgetImports(ctx)
	}))
}

// PeriodicJobs are those that run by the clock.
func (s *Service) PeriodicJobs() []*river.PeriodicJob {
	hourly := func() (river.JobArgs, *river.InsertOpts) {
		return forgetImports{}, &river.InsertOpts{UniqueOpts: river.UniqueOpts{ByPeriod: time.Hour}}
	}
	return []*river.PeriodicJob{river.NewPeriodicJob(river.PeriodicInterval(time.Hour), hourly, nil)}
}

func (s *Service) forgetImports(ctx context.Context) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		n, err := customerdb.New(tx).DropExpiredImports(ctx, clock.Now(ctx))
		if err == nil && n == 0 {
			return db.ErrUnchanged
		}
		tx.Record(importEvent("customer_import.forget", uuid.Nil, map[string]any{"uploads": n}))
		return err
	})
}
