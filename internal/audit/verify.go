package audit

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// VerifyOptions say against what the trail is verified.
type VerifyOptions struct {
	Verifiers note.Verifiers
	Known     []Checkpoint                // kept outside the database
	Progress  func(verified, total int64) // may be nil
}

// Report says what a verification went through.
type Report struct {
	Newest      Checkpoint // of the tree as the database holds it
	Checkpoints int64      // stored ones with a good signature
	Unsigned    int64      // the newest ones, if the sealer has yet to sign them
	Pending     int64      // events that wait to be sealed
	Erased      int64      // events whose payload was erased
}

// Mismatch is the first thing found that is not as it was sealed.
type Mismatch struct {
	Index  int64  // in the tree; -1 for what has no place in it
	Event  string // its id, where one event is at fault
	Reason string
}

func (m *Mismatch) Error() string {
	switch {
	case m.Event == "":
		return fmt.Sprintf("index %d: %s", m.Index, m.Reason)
	case m.Index < 0:
		return fmt.Sprintf("event %s: %s", m.Event, m.Reason)
	}
	return fmt.Sprintf("event %s (index %d): %s", m.Event, m.Index, m.Reason)
}

// verifyPage is a multiple of the tile's width, so that no tile is loaded twice.
const verifyPage = 32 * tileWidth

// Verify recomputes the whole tree from the leaves and compares with it the events' columns and
// payloads, the tiles, every stored checkpoint and the known ones. It trusts only the verifiers,
// and returns a *Mismatch for the first index that fails.
func Verify(ctx context.Context, db DB, o VerifyOptions) (Report, error) {
	v := &verification{VerifyOptions: o}
	v.tree.full = v.tileFull
	v.Known = slices.SortedFunc(slices.Values(o.Known), func(a, b Checkpoint) int { return cmp.Compare(a.Size, b.Size) })
	opts := pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}
	err := asSystem(ctx, db, opts, func(tx pgx.Tx) error {
		v.tx = tx
		return v.run(ctx)
	})
	if mismatch := (*Mismatch)(nil); err != nil && !errors.As(err, &mismatch) {
		err = fmt.Errorf("audit: verify: %w", err)
	}
	return v.report, err
}

type verification struct {
	VerifyOptions
	tx     pgx.Tx
	report Report
	erased map[string]bool // ids of people with an erasure

	tree     spine
	finished []finishedTile // full, and not yet compared
	agreed   int64          // the largest size whose signed checkpoint agreed
	unsigned int64          // the largest size whose checkpoint has no signature
}

type finishedTile struct {
	tlog.Tile
	data []byte
}

func (v *verification) run(ctx context.Context) error {
	total, err := v.prepare(ctx)
	if err != nil {
		return err
	}
	for first := int64(0); first < total; first += verifyPage {
		last := min(first+verifyPage, total)
		if err := v.page(ctx, first, last); err != nil {
			return err
		}
		if v.tree.size < last {
			return v.at(v.tree.size, "the leaf is missing")
		}
		if v.Progress != nil {
			v.Progress(last, total)
		}
	}
	if v.tree.size > v.report.Newest.Size {
		return v.at(v.report.Newest.Size, "the leaf has no checkpoint")
	}
	if err := v.edge(ctx); err != nil {
		return err
	}
	if len(v.Known) > 0 {
		return v.at(total, fmt.Sprintf("the database ends here, but a checkpoint of size %d is known outside it: it was rolled back", v.Known[len(v.Known)-1].Size))
	}
	return v.strays(ctx)
}

// prepare finds how far the tree should reach and whose payloads may be gone.
func (v *verification) prepare(ctx context.Context) (total int64, err error) {
	if v.report.Newest, err = newestCheckpoint(ctx, v.tx); err != nil {
		return 0, err
	}
	err = v.tx.QueryRow(ctx, `
		select (select coalesce(max(idx) + 1, 0) from audit_leaves), (select count(*) from audit_pending)`).
		Scan(&total, &v.report.Pending)
	if err != nil {
		return 0, err
	}
	if v.erased, err = erasedPeople(ctx, v.tx); err != nil {
		return 0, err
	}
	// A page is small beside the tables; without statistics PostgreSQL would hash them for each.
	_, err = v.tx.Exec(ctx, `
		select set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true)`)
	return max(total, v.report.Newest.Size), err
}

// page verifies the leaves from first up to last.
func (v *verification) page(ctx context.Context, first, last int64) error {
	tiles, err := v.leafTiles(ctx, first, last)
	if err != nil {
		return err
	}
	checkpoints, err := v.storedCheckpoints(ctx, first, last)
	if err != nil {
		return err
	}
	rows, err := v.tx.Query(ctx, selectSealed, first, last)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		e, err := scanSealed(rows)
		if err != nil {
			return err
		}
		if e.index != v.tree.size {
			return v.at(v.tree.size, "the leaf is missing")
		}
		if err := v.event(&e, tiles[e.index>>tileHeight]); err != nil {
			return err
		}
		if checkpoints, err = v.stored(checkpoints); err != nil {
			return err
		}
		if err := v.known(); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return err
	}
	return v.compareFinished(ctx)
}

func (v *verification) at(index int64, reason string) error {
	return &Mismatch{Index: index, Reason: reason}
}
