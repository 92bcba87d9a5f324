package datasource

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"clientportal/internal/datasource/datasourcedb"
	"clientportal/internal/datasource/upstream"
	"clientportal/internal/db"
	"clientportal/internal/metric"
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
}

// errLeaseLost ends a task whose source is somebody else's by now.
var errLeaseLost = errors.New("the lease is lost")

func (t *task) source() upstream.Source { return t.types[t.l.SourceType] }

// open makes the connection, once.
func (t *task) open(ctx context.Context) (err error) {
	if t.conn == nil {
		t.conn, err = t.connect(ctx, t.l, t.notes)
	}
	return err
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
	err = t.renewed(ctx, t.l, t.conn, func() (err error) {
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

// width is how many days are read at once.
func (t *task) width() int {
	if t.l.WindowDays > 0 {
		return int(t.l.WindowDays)
	}
	return max(1, t.source().Limits().WindowDays)
}

// parts are a window in parts of the width that the source takes.
func (t *task) parts(w upstream.Window) (parts []upstream.Window) {
	for from := w.From; from.Before(w.Until); {
		until := from.AddDate(0, 0, t.width())
		if until.After(w.Until) {
			until = w.Until
		}
		parts = append(parts, upstream.Window{From: from, Until: until})
		from = until
	}
	return parts
}

// window reads one window and stores it, in halves where it is too much at once. A
// failure beside no error says that a part of it can't be had.
func (t *task) window(ctx context.Context, w upstream.Window) (degraded *upstream.Failure, err error) {
	if err := t.open(ctx); err != nil {
		return nil, err
	}
	var g *gathered
	err = t.renewed(ctx, t.l, t.conn, func() error {
		g = gather(w, t.internal)
		if err := t.source().Read(ctx, t.conn, w, g); err != nil {
			return err
		}
		return g.broken
	})
	failure, ok := upstream.AsFailure(err)
	switch {
	case ok && failure.Kind == upstream.Smaller && daysIn(w) > 1:
		half := daysIn(w) / 2
		t.l.WindowDays = int32(half)
		middle := w.From.AddDate(0, 0, half)
		first, err := t.window(ctx, upstream.Window{From: w.From, Until: middle})
		if err != nil {
			return nil, err
		}
		second, err := t.window(ctx, upstream.Window{From: middle, Until: w.Until})
		if second == nil {
			second = first
		}
		return second, err
	case ok && failure.Kind == upstream.Degrade:
		degraded = failure
	case err != nil:
		return nil, err
	}
	return degraded, t.keep(ctx, g)
}

// internal reports whether a metric is for the agency only.
func (t *task) internal(name string) bool {
	m, ok := t.registry.Find(name)
	return ok && m.Hidden
}

// keep stores what was read of a window, and how far the run has come with it.
func (t *task) keep(ctx context.Context, g *gathered) error {
	if err := t.ensureMonths(ctx, g.window); err != nil {
		return err
	}
	zone, currency := g.sameUnits()
	others, err := json.Marshal(orEmpty(t.notes.others))
	if err != nil {
		return err
	}
	others = []byte(redactedWords(string(others), t.conn.Credentials))
	return t.owned(ctx, func(tx *db.Tx, q *datasourcedb.Queries) error {
		done, err := g.replace(ctx, tx, t.l.CustomerID, t.l.ID)
		if err != nil {
			return err
		}
		p := datasourcedb.StoredParams{ID: t.l.ID, More: done.more, WindowDays: t.l.WindowDays, Zone: zone, Currency: currency}
		if t.run.Kind == syncRun {
			p.CompleteTo = &g.window.Until
		}
		if err := q.Stored(ctx, p); err != nil {
			return err
		}
		tx.Record(inner("store", t.l.ID, map[string]any{
			"run_id": t.run.ID, "from": g.window.From.Format(time.DateOnly), "until": g.window.Until.Format(time.DateOnly),
			"rows": len(g.rows), "changed": done.changed,
		}))
		return q.AdvanceRun(ctx, datasourcedb.AdvanceRunParams{
			ID: t.run.ID, DoneUntil: &g.window.Until, Rows: int64(len(g.rows)), Changed: done.changed, Notes: others, Quota: t.quota(),
		})
	})
}

// ensureMonths makes the store's partitions, apart from the transaction that fills
// them: making one keeps everybody from reading for a moment.
func (s *Service) ensureMonths(ctx context.Context, w upstream.Window) error {
	return s.DB.Read(ctx, func(tx *db.Tx) error {
		return datasourcedb.New(tx).EnsureMonths(ctx, datasourcedb.EnsureMonthsParams{First: w.From, Last: w.Until})
	})
}

func (t *task) quota() []byte {
	if t.notes.quota == nil {
		return nil
	}
	b, err := json.Marshal(t.notes.quota)
	if err != nil {
		return nil // it is for people to read, and not worth a run
	}
	return b
}

// backfill reads the next window of a backfill. The run's checkpoint moves with the
// numbers, in one transaction.
func (t *task) backfill(ctx context.Context) error {
	whole := upstream.Window{From: *t.run.FromDay, Until: *t.run.UntilDay}
	if err := t.start(ctx, whole); err != nil {
		return err
	}
	rest := whole
	if t.run.DoneUntil != nil {
		rest.From = *t.run.DoneUntil
	}
	parts := t.parts(rest)
	if len(parts) > 0 {
		if t.run.StartedAt == nil || t.run.Status == runQueued {
			t.run.Status = runRunning
		}
		if _, err := t.window(ctx, parts[0]); err != nil {
			return err
		}
	}
	if len(parts) > 1 {
		return nil
	}
	return t.owned(ctx, func(tx *db.Tx, q *datasourcedb.Queries) error {
		tx.Record(about("backfilled", t.l.CustomerID, t.l.ID, map[string]any{"run_id": t.run.ID}))
		return q.FinishRun(ctx, datasourcedb.FinishRunParams{ID: t.run.ID, Status: runSucceeded, Now: time.Now().UTC()})
	})
}

// succeed ends a sync: nothing stands in the way any more, and the ranges that
// belong to it are asked for.
func (t *task) succeed(ctx context.Context, cursor string, degraded *upstream.Failure) error {
	status, failure := runSucceeded, upstream.Failure{}
	if degraded != nil {
		status, failure = runPartial, *degraded
	}
	now := time.Now().UTC()
	return t.owned(ctx, func(tx *db.Tx, q *datasourcedb.Queries) error {
		p := datasourcedb.SucceededParams{
			ID: t.l.ID, Now: now, SyncCursor: cursor, Unavailable: orNone(t.notes.unavailable), Quota: t.quota(),
			TokenExpiresAt: t.expires(), SyncErrors: []string{},
			FailureKind: string(failure.Kind), FailureCode: failure.Code, FailureClient: failure.Client, FailureStaff: failure.Staff,
		}
		if failure.Staff != "" {
			p.SyncErrors = []string{failure.Staff}
		}
		if err := q.Succeeded(ctx, p); err != nil {
			return err
		}
		if t.hasPeople() {
			if _, err := t.queue(ctx, tx, t.l, rangesRun, t.run.AskedBy, nil); err != nil {
				return err
			}
		}
		tx.Record(about("synced", t.l.CustomerID, t.l.ID, map[string]any{"run_id": t.run.ID, "status": status}))
		return q.FinishRun(ctx, datasourcedb.FinishRunParams{
			ID: t.run.ID, Status: status, Now: now, FailureKind: p.FailureKind, FailureCode: p.FailureCode,
			FailureClient: p.FailureClient, FailureStaff: p.FailureStaff,
		})
	})
}

// expires is when the connection's tokens end, as the source knows it.
func (t *task) expires() *time.Time {
	if !t.notes.expires.IsZero() {
		return timeOrNil(t.notes.expires)
	}
	if renewer, ok := t.source().(upstream.Renewer); ok && t.conn != nil {
		return timeOrNil(renewer.Expires(t.conn.Credentials))
	}
	return nil
}

// hasPeople reports whether the source has metrics that no days add up to.
func (t *task) hasPeople() bool {
	return slices.ContainsFunc(t.source().Metrics(), func(m metric.Metric) bool { return m.Aggregation == metric.Distinct })
}

func orEmpty(m map[string]any) map[string]any {
	if m == nil {
		return map[string]any{}
	}
	return m
}

// fail writes down what failed, and what becomes of the run.
func (t *task) fail(ctx context.Context, cause error) (more bool, err error) {
	if t.conn != nil {
		cause = withoutSecrets(cause, t.conn.Credentials)
	}
	failure, ok := upstream.AsFailure(cause)
	if !ok {
		failure = &upstream.Failure{
			Kind: upstream.Retry, Code: "portal", Client: "The numbers could not be read; it is tried again.",
			Staff: "Something went wrong in the portal, which tries again by itself. The log has the details.", Cause: cause,
		}
		logFailure(ctx, t.l.ID, cause)
	}
	again := failure.Kind == upstream.Retry || failure.Kind == upstream.Reauthorise && t.run.Kind != syncRun
	now := time.Now().UTC()
	var retryAt *time.Time
	if failure.Kind == upstream.Retry {
		at := now.Add(max(failure.After, backOff(int(t.l.Failures))))
		retryAt = &at
	}
	err = t.owned(ctx, func(tx *db.Tx, q *datasourcedb.Queries) error {
		tx.Record(about("failed", t.l.CustomerID, t.l.ID, map[string]any{"run_id": t.run.ID, "kind": failure.Kind, "code": failure.Code, "retry_at": retryAt}))
		if err := q.FinishRun(ctx, datasourcedb.FinishRunParams{
			ID: t.run.ID, Status: runFailed, Now: now, FailureKind: string(failure.Kind), FailureCode: failure.Code,
			FailureClient: failure.Client, FailureStaff: failure.Staff,
		}); err != nil {
			return err
		}
		if again {
			if err := q.RepeatRun(ctx, datasourcedb.RepeatRunParams{ID: newID(), Failed: t.run.ID, Now: now}); err != nil {
				return err
			}
		}
		if failure.Kind == upstream.Reauthorise && t.l.FailureKind != string(upstream.Reauthorise) {
			tx.Enqueue(told{SourceID: t.l.ID, Event: needsSignIn, EventID: newID()}, nil)
		}
		return q.Failed(ctx, datasourcedb.FailedParams{
			ID: t.l.ID, FailureKind: string(failure.Kind), FailureCode: failure.Code, FailureClient: failure.Client,
			FailureStaff: failure.Staff, Now: now, RetryAt: retryAt, SyncErrors: []string{failure.Staff}, WindowDays: t.l.WindowDays,
		})
	})
	if errors.Is(err, errLeaseLost) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("write down a failure: %w", err)
	}
	return failure.Kind != upstream.Retry, nil
}

// backOff is how long to wait after so many failures in a row.
func backOff(failures int) time.Duration {
	return min(time.Minute<<min(failures, 6), time.Hour)
}
