package audit

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"golang.org/x/mod/sumdb/tlog"
)

// DB begins transactions: a pool or a connection.
type DB interface {
	BeginTx(context.Context, pgx.TxOptions) (pgx.Tx, error)
}

const (
	sealBatch = 8192           // leaves sealed in one transaction
	sealLock  = 0x617564697401 // "audit" in ASCII, then 1: held while sealing or signing
)

// asSystem runs fn in a transaction under the role that may read and seal the whole trail.
func asSystem(ctx context.Context, db DB, opts pgx.TxOptions, fn func(pgx.Tx) error) error {
	return pgx.BeginTxFunc(ctx, db, opts, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `select set_config('role', 'portal_system', true)`); err != nil {
			return err
		}
		return fn(tx)
	})
}

// locked runs fn as the only sealer; without a word when another one is at it.
func locked(ctx context.Context, db DB, fn func(pgx.Tx) error) error {
	return asSystem(ctx, db, pgx.TxOptions{}, func(tx pgx.Tx) error {
		var mine bool
		// What is signed must survive a crash, whatever the connection's default.
		err := tx.QueryRow(ctx, `
			select pg_try_advisory_xact_lock($1)
			from set_config('synchronous_commit', 'on', true)`, int64(sealLock)).Scan(&mine)
		if err != nil || !mine {
			return err
		}
		return fn(tx)
	})
}

// pendingEvent is an event that waits for its place in the tree.
type pendingEvent struct {
	ID         uuid.UUID
	OccurredAt time.Time
	Leaf       []byte
}

// sealPending gives up to sealBatch pending events their place in the tree, in one transaction.
func sealPending(ctx context.Context, db DB) (sealed int, err error) {
	err = locked(ctx, db, func(tx pgx.Tx) error {
		events, err := pendingEvents(ctx, tx)
		if err != nil || len(events) == 0 {
			return err
		}
		old, err := newestCheckpoint(ctx, tx)
		if err != nil {
			return err
		}
		tree := grow(old, storedTiles{ctx, tx})
		for _, e := range events {
			if err := tree.add(e.Leaf); err != nil {
				return fmt.Errorf("event %s: %w", e.ID, err)
			}
		}
		sealed = len(events)
		return saveTree(ctx, tx, old, tree, events)
	})
	if err != nil {
		return 0, fmt.Errorf("audit: seal: %w", err)
	}
	return sealed, nil
}

func pendingEvents(ctx context.Context, tx pgx.Tx) ([]pendingEvent, error) {
	rows, err := tx.Query(ctx, `
		select p.event_id, p.occurred_at, e.leaf
		from (
			select event_id, occurred_at from audit_pending
			order by occurred_at, event_id limit $1
		) p join audit_events e on e.id = p.event_id
		order by p.occurred_at, p.event_id`, sealBatch)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[pendingEvent])
}

// newestCheckpoint returns the whole tree's, signed or not; that of the empty tree at first.
func newestCheckpoint(ctx context.Context, tx pgx.Tx) (Checkpoint, error) {
	var c Checkpoint
	var root []byte
	err := tx.QueryRow(ctx, `select size, root from audit_checkpoints order by size desc limit 1`).Scan(&c.Size, &root)
	if errors.Is(err, pgx.ErrNoRows) {
		return Checkpoint{}, nil
	}
	copy(c.Root[:], root)
	return c, err
}

// saveTree stores what the events added to the tree, and takes them off the pending ones.
func saveTree(ctx context.Context, tx pgx.Tx, old Checkpoint, tree *growingTree, events []pendingEvent) error {
	root, err := tlog.TreeHash(tree.size, tree)
	if err != nil {
		return err
	}
	tiles, err := tree.newTiles(old.Size)
	if err != nil {
		return err
	}
	ids, times := make([]uuid.UUID, len(events)), make([]time.Time, len(events))
	for i, e := range events {
		ids[i], times[i] = e.ID, e.OccurredAt
	}
	var batch pgx.Batch
	batch.Queue(`
		insert into audit_leaves (idx, event_id)
		select $1 + place - 1, id from unnest($2::uuid[]) with ordinality as leaf (id, place)`, old.Size, ids)
	batch.Queue(`
		insert into audit_tiles (level, n, width, data)
		select * from unnest($1::int[], $2::bigint[], $3::int[], $4::bytea[])
		on conflict (level, n) do update set width = excluded.width, data = excluded.data`,
		tiles.levels, tiles.places, tiles.widths, tiles.data)
	batch.Queue(`insert into audit_checkpoints (size, root) values ($1, $2)`, tree.size, root[:])
	batch.Queue(`
		delete from audit_pending p using unnest($1::timestamptz[], $2::uuid[]) as sealed (occurred_at, event_id)
		where p.occurred_at = sealed.occurred_at and p.event_id = sealed.event_id`, times, ids)
	return tx.SendBatch(ctx, &batch).Close()
}
