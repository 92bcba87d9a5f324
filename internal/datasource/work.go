package datasource

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"clientportal/internal/clock"
	"clientportal/internal/datasource/datasourcedb"
	"clientportal/internal/db"
	"clientportal/internal/live"
)

// The queues of data sources. A source that failed or was slow last works in the other
// one, so that those take no place from those that are quick.
const (
	Queue     = "data_sources"
	SlowQueue = "data_sources_slow"
)

const (
	waits    = 10 * time.Minute // how long a lease lasts whose job is yet to begin: the queue survives a portal
	claimed  = 45 * time.Second // how long it lasts without a word from its holder, who may be dead
	heard    = 10 * time.Second // how often the holder says a word
	unitTime = 15 * time.Minute // of one window or range, however slow the system is
	lookTime = 15 * time.Second // how often it is looked for what is due

	// quickStep is how long a source may have a place in the quick queue. After it, it
	// goes on in the slow one, as it does from then on until it is quick again.
	quickStep = 2 * time.Minute
)

// errSlow ends what takes too long for the quick queue.
var errSlow = errors.New("it takes too long for the quick queue")

// work is the job of doing the next thing that is due for a source, whatever that
// is. The lease says that it is this job's to do: over any number of portals, and
// after a portal that died, nobody else has it.
type work struct {
	SourceID uuid.UUID `json:"source_id"`
	Lease    uuid.UUID `json:"lease"`
}

// Kind implements river.JobArgs.
func (work) Kind() string { return "data_source_work" }

func enqueue(tx *db.Tx, source, lease uuid.UUID, slow bool) {
	queue := Queue
	if slow {
		queue = SlowQueue
	}
	tx.Enqueue(work{source, lease}, &river.InsertOpts{Queue: queue, MaxAttempts: 1})
}

type worker struct {
	river.WorkerDefaults[work]
	*Service
}

// Timeout implements river.Worker: each unit of the work has a bound of its own.
func (*worker) Timeout(*river.Job[work]) time.Duration { return -1 }

// turn is what became of a source's turn.
type turn struct {
	more bool // there may be more to do at once
	slow bool // it takes longer than those that are quick should wait for
}

// Work does one step, then passes the lease on to a job at the queue's end: other
// sources have their turn between the windows of a long backfill.
func (w *worker) Work(ctx context.Context, job *river.Job[work]) error {
	id, lease := job.Args.SourceID, job.Args.Lease
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if held, err := w.hold(ctx, id, lease); err != nil || !held {
		return err
	}
	stop := w.keepHolding(ctx, cancel, id, lease)
	defer stop()
	done, err := w.step(ctx, id, lease, job.Queue == Queue)
	if err != nil {
		return fmt.Errorf("work on data source %s: %w", id, err)
	}
	stop()
	return w.pass(context.WithoutCancel(ctx), id, lease, done)
}

func (s *Service) hold(ctx context.Context, id, lease uuid.UUID) (held bool, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		n, err := datasourcedb.New(tx).HoldLease(ctx, datasourcedb.HoldLeaseParams{ID: id, Lease: &lease, Until: time.Now().Add(claimed)})
		held = n == 1
		return err
	})
	return held, err
}

// keepHolding holds the lease until stop is called; once it is lost, the work ends. A
// source that somebody disconnects says so at once: a call may wait for long.
func (s *Service) keepHolding(ctx context.Context, lost func(), id, lease uuid.UUID) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan struct{})
	hints, unsubscribe := s.hintsOf(id)
	go func() {
		defer close(ended)
		defer unsubscribe()
		beat := time.NewTicker(heard)
		defer beat.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-beat.C:
			case <-hints:
			}
			if held, err := s.hold(ctx, id, lease); err == nil && !held {
				lost()
				return
			}
		}
	}()
	return func() {
		cancel()
		<-ended
	}
}

// hintsOf are the hints of changes of a source; none where there is no hub.
func (s *Service) hintsOf(id uuid.UUID) (hints <-chan live.Hint, cancel func()) {
	if s.Hints == nil {
		return nil, func() {}
	}
	return s.Hints(time.Now(), func(h live.Hint) bool { return h.Topic == topic(id) })
}

// step does the next open run of a source, or the next window of it.
func (s *Service) step(ctx context.Context, id, lease uuid.UUID, quick bool) (turn, error) {
	var l loaded
	var open []datasourcedb.SyncRun
	err := s.DB.Read(ctx, func(tx *db.Tx) (err error) {
		q := datasourcedb.New(tx)
		if l, err = load(ctx, q, id); err != nil {
			return err
		}
		open, err = q.OpenRuns(ctx, id)
		return err
	})
	if err != nil {
		return turn{}, err
	}
	for _, run := range open {
		if l.blocked() && run.Kind != syncRun {
			continue // it waits for somebody to put things right
		}
		return s.do(ctx, l, lease, run, quick)
	}
	return turn{slow: l.Slow}, nil
}

// blocked reports whether nothing but a look whether things are right again is due.
func (l loaded) blocked() bool { return l.FailureKind == "reauthorise" || l.FailureKind == "fix" }

// do does a run, or the next window of it. What takes too long for the quick queue is
// no failure: it is done anew in the slow one.
func (s *Service) do(ctx context.Context, l loaded, lease uuid.UUID, run datasourcedb.SyncRun, quick bool) (turn, error) {
	t := task{Service: s, l: l, lease: lease, run: run, notes: &notes{}, now: clock.Now(ctx)}
	began, working := time.Now(), ctx
	if quick {
		var cancel context.CancelFunc
		working, cancel = context.WithTimeoutCause(ctx, s.QuickStep, errSlow)
		defer cancel()
	}
	failed := t.attempt(working)
	switch {
	case failed == nil:
		return turn{more: true, slow: l.Slow && time.Since(began) > s.QuickStep}, nil
	case errors.Is(failed, errLeaseLost):
		return turn{}, nil
	case quick && errors.Is(context.Cause(working), errSlow):
		return turn{more: true, slow: true}, nil
	case ctx.Err() != nil:
		ctx = context.WithoutCancel(ctx) // what happened is still to be written down
	}
	more, err := t.fail(ctx, failed)
	return turn{more: more, slow: l.Slow}, err
}

// attempt does the task; a connector that panics has failed.
func (t *task) attempt(ctx context.Context) (err error) {
	defer func() {
		if what := recover(); what != nil {
			slog.ErrorContext(ctx, "a data source's connector panicked", "source_id", t.l.ID, "stack", string(debug.Stack()))
			err = errors.New("the connector failed")
		}
	}()
	switch t.run.Kind {
	case syncRun:
		return t.sync(ctx)
	case backfillRun:
		return t.backfill(ctx)
	}
	return t.ranges(ctx)
}

// pass gives the lease to a job at the queue's end, or up.
func (s *Service) pass(ctx context.Context, id, lease uuid.UUID, done turn) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		q := datasourcedb.New(tx)
		l, err := lock(ctx, q, id)
		if err != nil {
			return err
		}
		if l.Lease == nil || *l.Lease != lease {
			return db.ErrUnchanged
		}
		more := done.more
		if more {
			open, err := q.OpenRuns(ctx, id)
			if err != nil {
				return err
			}
			more = len(open) > 0 && (!l.blocked() || open[0].Kind == syncRun)
		}
		p := datasourcedb.PassLeaseParams{ID: id, Lease: &lease, Slow: done.slow}
		if more {
			next, until := uuid.New(), time.Now().Add(waits)
			p.Next, p.Until = &next, &until
			enqueue(tx, id, next, done.slow || l.Failures > 0)
		}
		tx.Record(inner("turn", id, map[string]bool{"goes_on": more, "slow": done.slow}))
		return q.PassLease(ctx, p)
	})
}

// look is the job that finds what is due: syncs by the clock, runs that wait, and
// those that a portal left when it died.
type look struct{}

// Kind implements river.JobArgs.
func (look) Kind() string { return "data_source_look" }

type looker struct {
	river.WorkerDefaults[look]
	*Service
}

// Work claims what is due and enqueues it.
func (w *looker) Work(ctx context.Context, _ *river.Job[look]) error {
	err := w.DB.Write(ctx, func(tx *db.Tx) error {
		q, now := datasourcedb.New(tx), time.Now().UTC()
		due, err := q.DueSyncs(ctx, &now)
		if err != nil {
			return err
		}
		for _, d := range due {
			l := loaded{customerZone: d.Timezone}
			l.ID, l.CustomerID = d.ID, d.CustomerID
			if _, err := w.queue(ctx, tx, l, syncRun, "the clock", nil); err != nil {
				return err
			}
			next := nextSync(d.SyncFrequency, int(d.SyncHour), zoneOf(d.Timezone), now)
			if err := q.SetNextSync(ctx, datasourcedb.SetNextSyncParams{ID: d.ID, NextSyncAt: next}); err != nil {
				return err
			}
			tx.Record(inner("due", d.ID, nil))
		}
		claims, err := q.ClaimDue(ctx, datasourcedb.ClaimDueParams{Now: now, Until: now.Add(waits)})
		if err != nil {
			return err
		}
		for _, c := range claims {
			enqueue(tx, c.ID, *c.Lease, c.Slow || c.Failures > 0)
		}
		if len(due)+len(claims) == 0 {
			return db.ErrUnchanged
		}
		if len(due) == 0 {
			tx.Record(inner("claim", uuid.Nil, map[string]int{"sources": len(claims)}))
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("look for data sources that are due: %w", err)
	}
	return nil
}

// AddWorkers registers what data sources do later.
func (s *Service) AddWorkers(workers *river.Workers) {
	river.AddWorker(workers, &worker{Service: s})
	river.AddWorker(workers, &looker{Service: s})
	river.AddWorker(workers, &watcher{Service: s})
	river.AddWorker(workers, &rangeAsker{Service: s})
	river.AddWorker(workers, &newsWorker{Service: s})
	river.AddWorker(workers, &forgetter{Service: s})
}

// PeriodicJobs are what the clock asks for.
func (s *Service) PeriodicJobs() []*river.PeriodicJob {
	every := func(d time.Duration, args river.JobArgs, atStart bool) *river.PeriodicJob {
		return river.NewPeriodicJob(river.PeriodicInterval(d),
			func() (river.JobArgs, *river.InsertOpts) { return args, nil }, &river.PeriodicJobOpts{RunOnStart: atStart})
	}
	return []*river.PeriodicJob{every(lookTime, look{}, true), every(30*time.Minute, watch{}, false), every(time.Hour, forget{}, false)}
}
