// Package db is the one place of the tenant scope and of the transaction.
//
// Read and Write take the actor from the context and give the database role and
// scope that follow from it, in the round trip of the first statement. Write
// also appends the audit events and the jobs of a change in its transaction, and
// refuses to commit a change that has no event.
package db

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"

	"clientportal/internal/audit"
	"clientportal/internal/clock"
	"clientportal/internal/live"
)

// DB is a pool of connections to the portal's database.
type DB struct {
	pool     *pgxpool.Pool
	jobs     *river.Client[pgx.Tx]
	announce func([]live.Hint)
	quiet    bool
}

// Option changes how Open connects.
type Option func(*pgxpool.Config)

// Traced tells the tracer of each statement and batch that is sent.
func Traced(t pgx.QueryTracer) Option {
	return func(c *pgxpool.Config) { c.ConnConfig.Tracer = t }
}

// Open connects to the database at url and checks that its server and its role
// are fit for work.
func Open(ctx context.Context, url string, options ...Option) (*DB, error) {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("database address: %w", err)
	}
	config.ConnConfig.RuntimeParams["role"] = roleBase
	config.ConnConfig.RuntimeParams["timezone"] = "UTC"
	config.ConnConfig.RuntimeParams["application_name"] = "portal"
	if config.MaxConns < 8 {
		config.MaxConns = 8
	}
	for _, option := range options {
		option(config)
	}
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, err
	}
	if err := pool.Ping(ctx); err != nil {
		pool.Close()
		return nil, fmt.Errorf("database: %w", err)
	}
	return &DB{pool: pool, announce: func([]live.Hint) {}}, nil
}

// UseJobs sets the client through which Write enqueues jobs.
func (d *DB) UseJobs(c *river.Client[pgx.Tx]) { d.jobs = c }

// UseAnnouncer sets what is told of the topics of each committed change.
func (d *DB) UseAnnouncer(announce func([]live.Hint)) { d.announce = announce }

// Quiet is the same database for a past that is lived again: what is written
// through it enqueues no jobs (nobody gets last year's mails) and announces nothing.
func (d *DB) Quiet() *DB {
	quiet := *d
	quiet.quiet = true
	return &quiet
}

// Pool is the pool itself, for the job queue and the sealer, which keep
// transactions of their own.
func (d *DB) Pool() *pgxpool.Pool { return d.pool }

// Close closes all connections.
func (d *DB) Close() { d.pool.Close() }

// Read runs fn with the scope of the context's actor. Each statement is its own
// transaction, which under READ COMMITTED reads the same as one around them
// would, and costs one round trip. Events that fn records (a view, an export)
// are appended when it returns, without waiting for the disk.
func (d *DB) Read(ctx context.Context, fn func(tx *Tx) error) error {
	if outer := joined(ctx); outer != nil {
		return fn(outer)
	}
	tx, err := d.start(ctx, false)
	if err != nil {
		return err
	}
	defer tx.conn.Release()
	if err := fn(tx); err != nil {
		return unavailable(err)
	}
	return unavailable(tx.appendViews(ctx))
}

// ErrUnaudited is a fault of the program: a change without an audit event.
var ErrUnaudited = errors.New("db: a change has no audit event")

// ErrUnchanged is returned by a Write's function that found nothing to change:
// the transaction is rolled back and Write succeeds.
var ErrUnchanged = errors.New("db: nothing to change")

// Write runs fn in a transaction with the scope of the context's actor, and
// commits what it wrote together with the events and jobs that it recorded.
func (d *DB) Write(ctx context.Context, fn func(tx *Tx) error) error {
	if outer := joined(ctx); outer != nil {
		return outer.nested(fn)
	}
	tx, err := d.start(ctx, true)
	if err != nil {
		return err
	}
	defer tx.conn.Release()
	if err := fn(tx); err != nil {
		tx.rollback(ctx)
		if errors.Is(err, ErrUnchanged) {
			return nil
		}
		return unavailable(err)
	}
	if len(tx.events) == 0 {
		tx.rollback(ctx)
		return ErrUnaudited
	}
	return unavailable(tx.commit(ctx))
}

// Record appends events that belong to no change: a refusal, a failed sign-in.
func (d *DB) Record(ctx context.Context, events ...audit.Event) error {
	return d.Write(ctx, func(tx *Tx) error {
		for _, e := range events {
			tx.Record(e)
		}
		return nil
	})
}

func (d *DB) start(ctx context.Context, write bool) (*Tx, error) {
	scope, who, err := scopeOf(ctx)
	if err != nil {
		return nil, err
	}
	conn, err := d.pool.Acquire(ctx)
	if err != nil {
		return nil, unavailable(err)
	}
	return &Tx{db: d, conn: conn, scope: scope, actor: who, now: clock.Now(ctx), write: write}, nil
}
