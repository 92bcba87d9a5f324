package audit

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// ErrRolledBack says that the database does not hold what an earlier checkpoint, kept elsewhere,
// was signed for.
var ErrRolledBack = errors.New("audit: the database contradicts an earlier checkpoint")

// CheckRollback compares the database with the newest checkpoint in the file outside it.
func CheckRollback(ctx context.Context, db DB, file string, verifiers note.Verifiers) error {
	known, err := checkpointFile(file).newest(verifiers)
	if err != nil || known.Size == 0 {
		return err
	}
	opts := pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}
	return asSystem(ctx, db, opts, func(tx pgx.Tx) error {
		newest, err := newestCheckpoint(ctx, tx)
		if err != nil {
			return err
		}
		return checkExtends(newest, known, storedTiles{ctx, tx})
	})
}

// checkExtends proves from the tiles that the newer tree holds the older one unchanged.
func checkExtends(newer, older Checkpoint, tiles tlog.TileReader) error {
	if newer.Size < older.Size {
		return fmt.Errorf("%w: it ends at size %d, the checkpoint is of size %d", ErrRolledBack, newer.Size, older.Size)
	}
	if older.Size == 0 {
		return nil
	}
	proof, err := tlog.ProveTree(newer.Size, older.Size, tlog.TileHashReader(newer.tree(), tiles))
	if err == nil {
		err = tlog.CheckTree(proof, newer.Size, newer.Root, older.Size, older.Root)
	}
	if failed := (*readError)(nil); err == nil || errors.As(err, &failed) {
		return err
	}
	return fmt.Errorf("%w: size %d does not continue size %d: %w", ErrRolledBack, newer.Size, older.Size, err)
}

// signNext signs the oldest checkpoint that is committed but not yet signed, and says whether there
// was one. It runs after the sealing commit: no signature may be out for a tree that did not come
// to be. One checkpoint to a transaction, so that the file is never ahead by more than one.
func (s *Sealer) signNext(ctx context.Context) (done bool, err error) {
	err = locked(ctx, s.DB, func(tx pgx.Tx) error {
		var c Checkpoint
		var root []byte
		err := tx.QueryRow(ctx, `
			select size, root from audit_checkpoints where note is null order by size limit 1`).Scan(&c.Size, &root)
		if errors.Is(err, pgx.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		copy(c.Root[:], root)
		if err := s.checkHistory(ctx, tx, c); err != nil {
			return err
		}
		signed, err := c.sign(s.Signer)
		if err != nil {
			return err
		}
		// Outside first: the same note twice does no harm, one that is only inside does.
		if err := checkpointFile(s.CheckpointFile).append(signed); err != nil {
			return err
		}
		s.Log.InfoContext(ctx, "audit checkpoint", "size", c.Size, "root", c.Root.String(), "note", string(signed))
		done = true
		_, err = tx.Exec(ctx, `
			update audit_checkpoints set note = $2, signed_at = now() where size = $1`, c.Size, string(signed))
		return err
	})
	if err != nil {
		return false, fmt.Errorf("audit: sign checkpoint: %w", err)
	}
	return done, nil
}

// checkHistory refuses a tree that contradicts what was signed before, so that a superuser who
// rewrites the past gets no signature for it.
func (s *Sealer) checkHistory(ctx context.Context, tx pgx.Tx, c Checkpoint) error {
	tiles := storedTiles{ctx, tx}
	known, err := checkpointFile(s.CheckpointFile).newest(s.Verifiers)
	if err != nil {
		return err
	}
	if err := checkExtends(c, known, tiles); err != nil {
		return err
	}
	signed, err := newestSigned(ctx, tx)
	if err != nil || signed == nil {
		return err
	}
	if known, err = OpenCheckpoint(signed, s.Verifiers); err != nil {
		return fmt.Errorf("the newest stored checkpoint is not signed with a known key "+
			"(portals on one database share one key; add the public key of an earlier one): %w", err)
	}
	return checkExtends(c, known, tiles)
}

// newestSigned returns the newest checkpoint's note, nil when none is signed.
func newestSigned(ctx context.Context, tx pgx.Tx) ([]byte, error) {
	var signed []byte
	err := tx.QueryRow(ctx, `
		select note from audit_checkpoints where note is not null order by size desc limit 1`).Scan(&signed)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	return signed, err
}
