package datasource

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"clientportal/internal/datasource/datasourcedb"
	"clientportal/internal/datasource/upstream"
	"clientportal/internal/db"
)

// task is a run at work.
type task struct {
	*Service
	l     loaded
	lease uuid.UUID
	run   datasourcedb.SyncRun
	notes *notes
	now   time.Time
	conn  *upstream.Conn
	began time.Time // with the window that is read
}

// errLeaseLost ends a task whose source is somebody else's by now.
var errLeaseLost = errors.New("the lease is lost")

func (t *task) source() upstream.Source { return t.types[t.l.SourceType] }

// open makes the connection, once.
func (t *task) open(ctx context.Context) (err error) {
	if t.conn == nil {
		ctx, cancel := context.WithTimeout(ctx, unitTime)
		defer cancel()
		t.conn, err = t.connect(ctx, t.l, t.notes)
	}
	return err
}

// asking asks the system for one thing, within a bound: a connection that has ended
// is renewed on the way.
func (t *task) asking(ctx context.Context, do func(ctx context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, unitTime)
	defer cancel()
	return t.renewed(ctx, t.l, t.conn, func() error { return do(ctx) })
}

// owned does something in a transaction that the lease is checked in, so that a
// portal that was thought dead writes nothing.
func (t *task) owned(ctx context.Context, do func(tx *db.Tx, q *datasourcedb.Queries) error) error {
	return t.DB.Write(ctx, func(tx *db.Tx) error {
		q := datasourcedb.New(tx)
		_, err := q.LockLease(ctx, datasourcedb.LockLeaseParams{ID: t.l.ID, Lease: &t.lease})
		if errors.Is(err, pgx.ErrNoRows) {
			return errLeaseLost
		}
		if err != nil {
			return err
		}
		announce(tx, t.l.CustomerID, t.l.ID)
		return do(tx, q)
	})
}

// start marks the run as running, with the days that it is about.
func (t *task) start(ctx context.Context, w upstream.Window) error {
	if t.run.Status == runRunning && t.run.FromDay != nil {
		return nil
	}
	t.run.FromDay, t.run.UntilDay, t.run.Status = &w.From, &w.Until, runRunning
	return t.owned(ctx, func(tx *db.Tx, q *datasourcedb.Queries) error {
		tx.Record(inner("start", t.l.ID, map[string]any{"run_id": t.run.ID, "kind": t.run.Kind}))
		return q.StartRun(ctx, datasourcedb.StartRunParams{ID: t.run.ID, FromDay: &w.From, UntilDay: &w.Until, Now: t.now})
	})
}

// recent is what a sync reads: the last days, which the source may have changed, and
// what is missing before them.
func (t *task) recent() upstream.Window {
	now := today(t.now, t.l.zone())
	w := upstream.Window{From: now.AddDate(0, 0, -t.source().Limits().RestatedDays), Until: now.AddDate(0, 0, 1)}
	if t.l.CompleteTo != nil && t.l.CompleteTo.Before(w.From) {
		w.From = *t.l.CompleteTo
	}
	if week := now.AddDate(0, 0, -t.source().Limits().WeeklyDays); week.Before(w.From) && t.firstOfWeek() {
		w.From = week
	}
	return w
}

// firstOfWeek reports whether this is the first sync of its week; the first of all is
// not, since a backfill follows it.
func (t *task) firstOfWeek() bool {
	if t.l.LastSyncAt == nil {
		return false
	}
	year, week := t.now.ISOWeek()
	lastYear, lastWeek := t.l.LastSyncAt.ISOWeek()
	return year != lastYear || week != lastWeek
}

// sync reads the last days and those that changed before them.
func (t *task) sync(ctx context.Context) error {
	w := t.recent()
	if err := t.start(ctx, w); err != nil {
		return err
	}
	if err := t.open(ctx); err != nil {
		return err
	}
	cursor, windows, err := t.changed(ctx, w)
	if err != nil {
		return err
	}
	var degraded *upstream.Failure
	for _, part := range append(windows, t.parts(w)...) {
		failure, err := t.window(ctx, part)
		if err != nil {
			return err
		}
		if failure != nil {
			degraded = failure
		}
	}
	return t.succeed(ctx, cursor, degraded)
}

// changed are the windows of days that a source says have changed, but for those
// that are read anyway, and where to ask from next time.
func (t *task) changed(ctx context.Context, recent upstream.Window) (cursor string, windows []upstream.Window, err error) {
	cursor = t.l.SyncCursor
	changer, ok := t.source().(upstream.Changer)
	if !ok {
		return cursor, nil, nil
	}
	var days []upstream.Day
	err = t.asking(ctx, func(ctx context.Context) (err error) {
		days, cursor, err = changer.Changed(ctx, t.conn, t.l.SyncCursor)
		return err
	})
	if err != nil {
		return "", nil, err
	}
	slices.SortFunc(days, time.Time.Compare)
	for _, day := range slices.CompactFunc(days, time.Time.Equal) {
		next := day.AddDate(0, 0, 1)
		last := len(windows) - 1
		switch {
		case !day.Before(recent.From):
		case last >= 0 && windows[last].Until.Equal(day) && daysIn(windows[last]) < t.width():
			windows[last].Until = next
		default:
			windows = append(windows, upstream.Window{From: day, Until: next})
		}
	}
	return cursor, windows, nil
}

// backfill reads the next window of a backfill, the newest days first: what dashboards
// show most is there after the first one. The run's checkpoint moves with the numbers,
// in one transaction.
func (t *task) backfill(ctx context.Context) error {
	whole := upstream.Window{From: *t.run.FromDay, Until: *t.run.UntilDay}
	if err := t.start(ctx, whole); err != nil {
		return err
	}
	rest := whole
	if t.run.DoneFrom != nil {
		rest.Until = *t.run.DoneFrom
	}
	if rest.Until.After(rest.From) {
		next := clip(upstream.Window{From: rest.Until.AddDate(0, 0, -t.width()), Until: rest.Until}, rest)
		if _, err := t.window(ctx, next); err != nil || next.From.After(rest.From) {
			return err
		}
	}
	return t.owned(ctx, func(tx *db.Tx, q *datasourcedb.Queries) error {
		tx.Record(about("backfilled", t.l.CustomerID, t.l.ID, map[string]any{"run_id": t.run.ID}))
		if err := q.CompleteFrom(ctx, datasourcedb.CompleteFromParams{ID: t.l.ID, FromDay: whole.From, UntilDay: whole.Until}); err != nil {
			return err // windows that were read before the first sync joined nothing then
		}
		return q.FinishRun(ctx, datasourcedb.FinishRunParams{ID: t.run.ID, Status: runSucceeded, Now: time.Now().UTC()})
	})
}
