package db

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"

	"clientportal/internal/actor"
	"clientportal/internal/audit"
	"clientportal/internal/live"
)

// Tx is a unit of work: it runs statements (as sqlc's DBTX) in the actor's scope
// and gathers what is to be recorded, enqueued and announced with them.
type Tx struct {
	db    *DB
	conn  *pgxpool.Conn
	scope scope
	actor actor.Actor
	now   time.Time // when the unit of work began
	write bool
	tx    pgx.Tx // of a Write, once its first statement has begun it

	events []audit.Event
	jobs   []river.InsertManyParams
	hints  []live.Hint
	apart  []func(context.Context) error // to be done when a Once has ended
}

// Actor is who acts.
func (t *Tx) Actor() actor.Actor { return t.actor }

// Record notes an audit event for this unit of work. Its actor, address and
// request id are filled in, and for a client the company.
func (t *Tx) Record(e audit.Event) {
	a := t.actor
	if e.OccurredAt.IsZero() {
		e.OccurredAt = t.now
	}
	if e.Outcome == "" {
		e.Outcome = audit.Success
	}
	if e.Actor.Kind == "" {
		e.Actor = doer(a)
	}
	if id := a.CustomerID(); id != uuid.Nil {
		e.CustomerID = id
	}
	e.Address, e.RequestID = a.Address, a.RequestID
	t.events = append(t.events, e)
}

// doer is who acts as the audit trail names them: of a view as client the employee,
// on behalf of the person whose view it is.
func doer(a actor.Actor) audit.Actor {
	switch {
	case a.Viewing():
		return audit.Actor{Kind: string(actor.Staff), ID: a.ViewedBy.ID, Name: a.ViewedBy.Name, OnBehalfOf: a.ID}
	case a.Program():
		return audit.Actor{Kind: "program", ID: a.ID, Name: a.Name}
	}
	return audit.Actor{Kind: string(a.Kind), ID: a.ID, Name: a.Name}
}

// Enqueue adds a job that runs after, and only after, the commit.
func (t *Tx) Enqueue(args river.JobArgs, opts *river.InsertOpts) {
	t.jobs = append(t.jobs, river.InsertManyParams{Args: args, InsertOpts: opts})
}

// Announce tells open pages, after the commit, that there is something new to read.
func (t *Tx) Announce(hints ...live.Hint) { t.hints = append(t.hints, hints...) }

// Query implements sqlc's DBTX.
func (t *Tx) Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error) {
	if t.tx != nil {
		return t.tx.Query(ctx, sql, args...)
	}
	br := t.SendBatch(ctx, single(sql, args))
	rows, err := br.Query()
	if err != nil {
		return rows, errors.Join(err, br.Close())
	}
	return &lastRows{rows, br}, nil
}

// QueryRow implements sqlc's DBTX.
func (t *Tx) QueryRow(ctx context.Context, sql string, args ...any) pgx.Row {
	if t.tx != nil {
		return t.tx.QueryRow(ctx, sql, args...)
	}
	br := t.SendBatch(ctx, single(sql, args))
	return lastRow{br.QueryRow(), br}
}

// Exec implements sqlc's DBTX.
func (t *Tx) Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error) {
	if t.tx != nil {
		return t.tx.Exec(ctx, sql, args...)
	}
	br := t.SendBatch(ctx, single(sql, args))
	tag, err := br.Exec()
	return tag, first(err, br.Close())
}

// SendBatch sends several statements in one round trip. Outside a transaction
// they are one of their own, since they share one Sync.
func (t *Tx) SendBatch(ctx context.Context, b *pgx.Batch) pgx.BatchResults {
	if t.tx != nil {
		return t.tx.SendBatch(ctx, b)
	}
	scoped := &pgx.Batch{}
	if t.write {
		scoped.BeginTx(pgx.TxOptions{})
	}
	scoped.Queue(setScope, t.scope.role, t.scope.customers)
	leading := scoped.Len()
	scoped.QueuedQueries = append(scoped.QueuedQueries, b.QueuedQueries...)
	br := t.conn.SendBatch(ctx, scoped)
	t.tx = br.Tx()
	for range leading {
		if _, err := br.Exec(); err != nil {
			break // the statements after it report the same error
		}
	}
	return br
}

// CopyFrom implements sqlc's DBTX for bulk inserts.
func (t *Tx) CopyFrom(ctx context.Context, table pgx.Identifier, columns []string, rows pgx.CopyFromSource) (int64, error) {
	if err := t.begin(ctx); err != nil {
		return 0, err
	}
	return t.tx.CopyFrom(ctx, table, columns, rows)
}

// begin starts the transaction of a Write that has run no statement yet.
func (t *Tx) begin(ctx context.Context) error {
	if t.tx != nil {
		return nil
	}
	if !t.write {
		return errors.New("db: a Read has no transaction")
	}
	_, err := t.Exec(ctx, `select`)
	return err
}

func single(sql string, args []any) *pgx.Batch {
	b := &pgx.Batch{}
	b.Queue(sql, args...)
	return b
}

func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// lastRows closes its batch with itself, so that the connection is free again.
type lastRows struct {
	pgx.Rows
	batch pgx.BatchResults
}

func (r *lastRows) Next() bool {
	if r.Rows.Next() {
		return true
	}
	r.Close()
	return false
}

func (r *lastRows) Close() {
	r.Rows.Close()
	_ = r.batch.Close() // the rows carry the error
}

// lastRow is the same for a single row.
type lastRow struct {
	pgx.Row
	batch pgx.BatchResults
}

func (r lastRow) Scan(dest ...any) error {
	return first(r.Row.Scan(dest...), r.batch.Close())
}
