package db

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"

	"clientportal/internal/audit"
)

// commit enqueues the jobs, then appends the events and commits in one round
// trip. A commit that PostgreSQL answers with a rollback is an error.
func (t *Tx) commit(ctx context.Context) error {
	b := &pgx.Batch{}
	if err := t.flush(ctx, b); err != nil {
		t.rollback(ctx)
		return err
	}
	tag := ""
	b.Queue(`commit`)
	br := t.tx.SendBatch(ctx, b)
	var err error
	for range b.Len() {
		ct, e := br.Exec()
		tag, err = ct.String(), first(err, e)
	}
	err = first(err, br.Close())
	if err == nil && tag != "COMMIT" {
		err = fmt.Errorf("commit: the server answered %q", tag)
	}
	if err != nil {
		t.rollback(ctx)
		return err
	}
	if !t.db.quiet {
		t.db.announce(t.hints)
	}
	return nil
}

// flush enqueues the jobs and queues the statement that appends the events.
func (t *Tx) flush(ctx context.Context, b *pgx.Batch) error {
	if err := t.begin(ctx); err != nil {
		return err
	}
	if len(t.jobs) > 0 && !t.db.quiet {
		if t.db.jobs == nil {
			return errors.New("db: there is no job queue to enqueue to")
		}
		if _, err := t.db.jobs.InsertManyTx(ctx, t.tx, t.jobs); err != nil {
			return fmt.Errorf("enqueue: %w", err)
		}
		t.jobs = nil
	}
	if len(t.events) == 0 {
		return nil
	}
	if err := audit.Queue(b, t.events...); err != nil {
		return fmt.Errorf("audit: %w", err)
	}
	t.events = nil
	return nil
}

// appendViews appends the events of a Read. Losing the last few in a crash of
// the server is the price of not waiting for its disk on every page.
func (t *Tx) appendViews(ctx context.Context) error {
	if len(t.jobs)+len(t.hints) > 0 {
		return errors.New("db: a Read neither enqueues nor announces")
	}
	if len(t.events) == 0 {
		return nil
	}
	b := &pgx.Batch{}
	b.Queue(setScope+`, set_config('synchronous_commit', 'off', true)`, t.scope.role, t.scope.customers)
	if err := audit.Queue(b, t.events...); err != nil {
		return err
	}
	return t.conn.SendBatch(ctx, b).Close()
}

// rollback gives up the transaction, also when the caller's context has ended.
func (t *Tx) rollback(ctx context.Context) {
	if t.tx == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	err := t.tx.Rollback(ctx)
	if err != nil && !errors.Is(err, pgx.ErrTxClosed) && !t.conn.Conn().IsClosed() { // a closed one is rolled back
		slog.ErrorContext(ctx, "roll back", "error", err)
	}
}
