package ticket

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/riverqueue/river"
	"gocloud.dev/blob"

	"clientportal/internal/clock"
	"clientportal/internal/db"
	"clientportal/internal/ticket/ticketdb"
)

// sweep is the job that removes files whose attachments never came to stay: a
// crash, or a lost connection, between storing the file and the commit.
type sweep struct{}

// Kind implements river.JobArgs.
func (sweep) Kind() string { return "ticket_files_sweep" }

// A file is swept once its fate is long decided, and looked for on some days in a
// row, in case the portal did not run on one of them.
const (
	sweepAfterDays = 2
	sweepDays      = 7
	sweepBatch     = 500
)

type sweepWorker struct {
	river.WorkerDefaults[sweep]
	*core
}

// Work sweeps the folders of some past days.
func (w *sweepWorker) Work(ctx context.Context, _ *river.Job[sweep]) error {
	today := clock.Now(ctx)
	for i := range sweepDays {
		day := today.AddDate(0, 0, -sweepAfterDays-i).Format(time.DateOnly)
		if err := w.sweep(ctx, folder+day+"/"); err != nil {
			return fmt.Errorf("sweep the files of %s: %w", day, err)
		}
	}
	return nil
}

func (c *core) sweep(ctx context.Context, prefix string) error {
	list := c.Files.List(&blob.ListOptions{Prefix: prefix})
	for {
		keys, err := nextKeys(ctx, list)
		if err != nil || len(keys) == 0 {
			return err
		}
		var stored []string
		err = c.DB.Read(ctx, func(tx *db.Tx) (err error) {
			stored, err = ticketdb.New(tx).StoredFiles(ctx, keys)
			return err
		})
		if err != nil {
			return err
		}
		for _, key := range keys {
			if slices.Contains(stored, key) {
				continue
			}
			if err := c.Files.Delete(ctx, key); err != nil {
				return err
			}
		}
	}
}

func nextKeys(ctx context.Context, list *blob.ListIterator) ([]string, error) {
	var keys []string
	for len(keys) < sweepBatch {
		object, err := list.Next(ctx)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		keys = append(keys, object.Key)
	}
	return keys, nil
}

// PeriodicJobs are what the tickets do by themselves.
func (s *Service) PeriodicJobs() []*river.PeriodicJob {
	return []*river.PeriodicJob{
		river.NewPeriodicJob(river.PeriodicInterval(24*time.Hour),
			func() (river.JobArgs, *river.InsertOpts) { return sweep{}, nil },
			&river.PeriodicJobOpts{RunOnStart: true}),
	}
}
