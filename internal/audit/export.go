package audit

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/jackc/pgx/v5"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// entriesLevel is tlog's level for the leaves themselves.
const entriesLevel = -1

// Export writes the tree of the newest signed checkpoint into dir in the layout of C2SP's
// tlog-tiles, which public tools can check. The folder appears when it is whole; one that holds
// anything already is refused, and so is a tree that does not give the signed root.
func Export(ctx context.Context, db DB, verifiers note.Verifiers, dir string, progress func(written, total int64)) (Checkpoint, error) {
	var c Checkpoint
	err := writeFolder(dir, func(dir string) error {
		opts := pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}
		return asSystem(ctx, db, opts, func(tx pgx.Tx) error {
			signed, err := newestSigned(ctx, tx)
			if err != nil {
				return err
			}
			if signed == nil {
				return errors.New("nothing is sealed and signed yet")
			}
			if c, err = OpenCheckpoint(signed, verifiers); err != nil {
				return err
			}
			x := &exporter{dir: dir}
			x.tree.full = x.writeTile
			if err := x.write(ctx, tx, c.Size, progress); err != nil {
				return err
			}
			if x.tree.root() != c.Root {
				return fmt.Errorf("the leaves do not give the signed root of size %d: verify the trail", c.Size)
			}
			return os.WriteFile(filepath.Join(dir, "checkpoint"), signed, 0o644)
		})
	})
	if err != nil {
		return Checkpoint{}, fmt.Errorf("audit: export: %w", err)
	}
	return c, nil
}

// exporter writes the tiles of a tree that it recomputes from the leaves.
type exporter struct {
	dir     string
	tree    spine
	entries []byte // of the bundle that is not full yet
	err     error  // the first one of writeTile
}

func (x *exporter) write(ctx context.Context, tx pgx.Tx, size int64, progress func(written, total int64)) error {
	for x.tree.size < size {
		before := x.tree.size
		if err := x.page(ctx, tx, min(before+verifyPage, size)); err != nil {
			return err
		}
		if x.tree.size == before {
			return fmt.Errorf("leaf %d is missing: verify the trail", before)
		}
		if progress != nil {
			progress(x.tree.size, size)
		}
	}
	tiles, data := x.tree.partial()
	for i, t := range tiles {
		x.writeTile(t, data[i])
	}
	if w := int(size % tileWidth); w > 0 {
		x.writeTile(tlog.Tile{H: tileHeight, L: entriesLevel, N: size / tileWidth, W: w}, x.entries)
	}
	return x.err
}

// page adds the leaves that come next, up to last.
func (x *exporter) page(ctx context.Context, tx pgx.Tx, last int64) error {
	rows, err := tx.Query(ctx, `
		select e.leaf from audit_leaves l join audit_events e on e.id = l.event_id
		where l.idx >= $1 and l.idx < $2 order by l.idx`, x.tree.size, last)
	if err != nil {
		return err
	}
	var leaf []byte
	_, err = pgx.ForEachRow(rows, []any{&leaf}, func() error {
		if len(leaf) > 1<<16-1 {
			return fmt.Errorf("leaf %d is too long for an entry", x.tree.size)
		}
		x.entries = binary.BigEndian.AppendUint16(x.entries, uint16(len(leaf)))
		x.entries = append(x.entries, leaf...)
		x.tree.add(tlog.RecordHash(leaf))
		if x.tree.size%tileWidth == 0 {
			n := x.tree.size/tileWidth - 1
			x.writeTile(tlog.Tile{H: tileHeight, L: entriesLevel, N: n, W: tileWidth}, x.entries)
			x.entries = x.entries[:0]
		}
		return x.err
	})
	return err
}

func (x *exporter) writeTile(t tlog.Tile, data []byte) {
	path := filepath.Join(x.dir, filepath.FromSlash(tilePath(t)))
	if x.err == nil {
		x.err = os.MkdirAll(filepath.Dir(path), 0o755)
	}
	if x.err == nil {
		x.err = os.WriteFile(path, data, 0o644)
	}
}

// writeFolder lets fill write a folder beside dir and gives it dir's name when it is done.
func writeFolder(dir string, fill func(dir string) error) error {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	switch entries, err := os.ReadDir(dir); {
	case err == nil && len(entries) > 0:
		return fmt.Errorf("%s is not empty", dir)
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return err
	}
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		return err
	}
	making, err := os.MkdirTemp(filepath.Dir(dir), ".audit-export-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(making)
	if err := fill(making); err != nil {
		return err
	}
	if err := os.Chmod(making, 0o755); err != nil {
		return err
	}
	if err := os.Remove(dir); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return os.Rename(making, dir)
}
