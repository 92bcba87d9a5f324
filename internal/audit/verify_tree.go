package audit

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"golang.org/x/mod/sumdb/tlog"
)

// storedCheckpoint is one out of the database, which may lie.
type storedCheckpoint struct {
	Size int64
	Root []byte
	Note *string
}

// leafTiles returns the stored tiles with the hashes of the leaves from first up to last, by number.
func (v *verification) leafTiles(ctx context.Context, first, last int64) (map[int64][]byte, error) {
	rows, err := v.tx.Query(ctx, `
		select n, data from audit_tiles where level = 0 and n between $1 and $2`, first/tileWidth, (last-1)/tileWidth)
	if err != nil {
		return nil, err
	}
	tiles := make(map[int64][]byte)
	var n int64
	var data []byte
	_, err = pgx.ForEachRow(rows, []any{&n, &data}, func() error {
		tiles[n], data = data, nil
		return nil
	})
	return tiles, err
}

func (v *verification) storedCheckpoints(ctx context.Context, first, last int64) ([]storedCheckpoint, error) {
	rows, err := v.tx.Query(ctx, `
		select size, root, note from audit_checkpoints where size > $1 and size <= $2 order by size`, first, last)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[storedCheckpoint])
}

// stored verifies the first of the checkpoints when the tree has reached its size, and returns the
// ones that are still to come.
func (v *verification) stored(checkpoints []storedCheckpoint) ([]storedCheckpoint, error) {
	if len(checkpoints) == 0 || checkpoints[0].Size > v.tree.size {
		return checkpoints, nil
	}
	c := checkpoints[0]
	root := v.tree.root()
	if !bytes.Equal(c.Root, root[:]) {
		return nil, v.disagreed(fmt.Sprintf("the stored checkpoint of size %d", c.Size))
	}
	if c.Note == nil {
		v.report.Unsigned++
		v.unsigned = c.Size
		return checkpoints[1:], nil
	}
	if v.report.Unsigned > 0 {
		return nil, v.at(v.unsigned-1, fmt.Sprintf("the checkpoint of size %d lost its signature: a later one has one", v.unsigned))
	}
	signed, err := OpenCheckpoint([]byte(*c.Note), v.Verifiers)
	if err != nil {
		return nil, v.at(c.Size-1, fmt.Sprintf("the signature of the checkpoint of size %d: %v", c.Size, err))
	}
	if signed != (Checkpoint{c.Size, root}) {
		return nil, v.at(c.Size-1, fmt.Sprintf("the checkpoint stored for size %d was signed for another tree", c.Size))
	}
	v.agreed = c.Size
	v.report.Checkpoints++
	return checkpoints[1:], nil
}

// known verifies the known checkpoints of the size that the tree has now.
func (v *verification) known() error {
	for len(v.Known) > 0 && v.Known[0].Size <= v.tree.size {
		c := v.Known[0]
		v.Known = v.Known[1:]
		if c.Size < v.tree.size {
			continue // of the empty tree
		}
		if c.Root != v.tree.root() {
			return v.disagreed(fmt.Sprintf("the checkpoint of size %d known outside the database", c.Size))
		}
		v.agreed = c.Size
	}
	return nil
}

// disagreed names the first index that the last good checkpoint does not vouch for.
func (v *verification) disagreed(checkpoint string) error {
	return v.at(v.agreed, fmt.Sprintf("the leaves from here to index %d don't give the root of %s", v.tree.size-1, checkpoint))
}

func (v *verification) tileFull(t tlog.Tile, data []byte) {
	v.finished = append(v.finished, finishedTile{t, data})
}

// compareFinished holds the recomputed full tiles against the stored ones.
func (v *verification) compareFinished(ctx context.Context) error {
	for _, t := range v.finished {
		if err := v.compareTile(ctx, t.Tile, t.data); err != nil {
			return err
		}
	}
	v.finished = v.finished[:0]
	return nil
}

func (v *verification) compareTile(ctx context.Context, t tlog.Tile, data []byte) error {
	var stored []byte
	var width int
	err := v.tx.QueryRow(ctx, `select width, data from audit_tiles where level = $1 and n = $2`, t.L, t.N).Scan(&width, &stored)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return err
	}
	if width != t.W || !bytes.Equal(stored, data) {
		return v.at(t.N<<(tileHeight*(t.L+1)), fmt.Sprintf("the stored %s, which begins here, is not what the leaves give", tilePath(t)))
	}
	return nil
}

// edge compares the tiles that are not full, and finds tiles and checkpoints that no leaf stands for.
func (v *verification) edge(ctx context.Context) error {
	tiles, data := v.tree.partial()
	for i, t := range tiles {
		if err := v.compareTile(ctx, t, data[i]); err != nil {
			return err
		}
	}
	expected := len(tlog.NewTiles(tileHeight, 0, v.tree.size))
	var stored int
	var impossible int64
	err := v.tx.QueryRow(ctx, `
		select (select count(*) from audit_tiles), (select count(*) from audit_checkpoints where size <= 0)`).
		Scan(&stored, &impossible)
	switch {
	case err != nil:
		return err
	case stored != expected:
		return v.at(v.tree.size, fmt.Sprintf("%d tiles are stored for a tree of %d", stored, expected))
	case impossible > 0:
		return v.at(0, "a checkpoint of an empty tree is stored")
	}
	return nil
}

// strays finds events that came or went behind the log's back.
func (v *verification) strays(ctx context.Context) error {
	_, err := v.tx.Exec(ctx, `
		select set_config('enable_hashjoin', 'on', true), set_config('enable_mergejoin', 'on', true)`)
	if err != nil {
		return err
	}
	var id uuid.UUID
	var reason string
	err = v.tx.QueryRow(ctx, `
		select e.id, 'it is neither sealed nor waiting to be sealed' from audit_events e
		where not exists (select from audit_leaves l where l.event_id = e.id)
			and not exists (select from audit_pending p where p.event_id = e.id)
		union all
		select p.event_id, 'it is sealed and yet waits to be sealed' from audit_pending p
		where exists (select from audit_leaves l where l.event_id = p.event_id)
		union all
		select p.event_id, 'it waits to be sealed but is gone' from audit_pending p
		where not exists (select from audit_events e where e.id = p.event_id)
		limit 1`).Scan(&id, &reason)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	return &Mismatch{Index: -1, Event: id.String(), Reason: reason}
}
