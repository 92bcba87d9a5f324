// Package jobs is the queue of what the portal does later: River, whose jobs are
// enqueued in the transaction of the change that asks for them. Their arguments
// are ids, never secrets or bodies.
package jobs

import (
	"context"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivertype"

	"clientportal/internal/actor"
)

// workers is how many jobs one portal works on at once.
const workers = 4

// Queues beside the default one, with how many jobs of each one portal works on at
// once. Reading other systems is mostly waiting for them.
var queues = map[string]int{"data_sources": 8, "data_sources_slow": 8}

// Queue makes the client that enqueues and, once started, works.
func Queue(pool *pgxpool.Pool, handlers *river.Workers, periodic []*river.PeriodicJob) (*river.Client[pgx.Tx], error) {
	working := map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: workers}}
	for name, n := range queues {
		working[name] = river.QueueConfig{MaxWorkers: n}
	}
	return river.NewClient(riverpgxv5.New(pool), &river.Config{
		Workers:           handlers,
		Queues:            working,
		PeriodicJobs:      periodic,
		FetchCooldown:     50 * time.Millisecond,
		FetchPollInterval: time.Second,
		JobTimeout:        time.Minute,
		Middleware:        []rivertype.Middleware{&asSystem{}},
		Logger:            slog.New(quiet{slog.Default().Handler()}),
	})
}

// asSystem lets the portal itself act in every job.
type asSystem struct{ river.MiddlewareDefaults }

func (*asSystem) Work(ctx context.Context, job *rivertype.JobRow, do func(context.Context) error) error {
	return do(actor.As(ctx, job.Kind))
}

// quiet passes on warnings and errors only: River tells a lot.
type quiet struct{ slog.Handler }

func (quiet) Enabled(_ context.Context, level slog.Level) bool { return level >= slog.LevelWarn }
