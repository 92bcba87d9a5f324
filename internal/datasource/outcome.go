package datasource

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"clientportal/internal/datasource/datasourcedb"
	"clientportal/internal/datasource/upstream"
	"clientportal/internal/db"
	"clientportal/internal/metric"
)

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
			TokenExpiresAt: t.expires(), AccountName: t.notes.account, SyncErrors: []string{},
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
		if failure.Kind == upstream.Reauthorise {
			if _, err := tell(ctx, tx, t.l.ID, plight{needsSignIn, sinceSync(t.l)}, now); err != nil {
				return err
			}
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
