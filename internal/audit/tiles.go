package audit

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
	"golang.org/x/mod/sumdb/tlog"
)

// The height of C2SP's tlog-tiles: a full tile has 256 hashes.
const (
	tileHeight = 8
	tileWidth  = 1 << tileHeight
)

// storedTiles reads the tiles of one transaction. A partial tile is stored once, in its widest
// form: a narrower one, of an earlier tree, is its beginning.
type storedTiles struct {
	ctx context.Context // of the transaction; tlog's interface has no place for it
	tx  pgx.Tx
}

// Height is the height of all tiles.
func (s storedTiles) Height() int { return tileHeight }

// SaveTiles keeps no cache.
func (s storedTiles) SaveTiles([]tlog.Tile, [][]byte) {}

// ReadTiles returns the tiles at the asked widths.
func (s storedTiles) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	data := make([][]byte, len(tiles))
	for i, t := range tiles {
		stored, err := s.tile(t.L, t.N)
		if err != nil {
			return nil, &readError{err}
		}
		if len(stored) < t.W*tlog.HashSize {
			return nil, fmt.Errorf("%s is missing or too narrow", tilePath(t))
		}
		data[i] = stored[:t.W*tlog.HashSize]
	}
	return data, nil
}

// tile returns a tile at its stored width, nil when there is none.
func (s storedTiles) tile(level int, n int64) ([]byte, error) {
	var data []byte
	err := s.tx.QueryRow(s.ctx, `select data from audit_tiles where level = $1 and n = $2`, level, n).Scan(&data)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return nil, err
	}
	return data, nil
}

// readError tells a database that does not answer from one that lies.
type readError struct{ error }

func (e *readError) Unwrap() error { return e.error }

// growingTree adds leaves to a stored tree. Hashes of the stored part are checked against its
// root as they are read, so that a damaged tile is never built upon.
type growingTree struct {
	size   int64
	stored tlog.HashReader
	first  int64       // storage index of fresh[0]
	fresh  []tlog.Hash // in the order of storage
}

func grow(c Checkpoint, tiles tlog.TileReader) *growingTree {
	return &growingTree{
		size:   c.Size,
		stored: tlog.TileHashReader(c.tree(), tiles),
		first:  tlog.StoredHashCount(c.Size),
	}
}

// add appends one leaf.
func (t *growingTree) add(leaf []byte) error {
	hashes, err := tlog.StoredHashes(t.size, leaf, t)
	if err != nil {
		return err
	}
	t.fresh = append(t.fresh, hashes...)
	t.size++
	return nil
}

// ReadHashes returns stored and fresh hashes alike.
func (t *growingTree) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	hashes := make([]tlog.Hash, len(indexes))
	var old, place []int64
	for i, index := range indexes {
		if index >= t.first {
			hashes[i] = t.fresh[index-t.first]
			continue
		}
		old = append(old, index)
		place = append(place, int64(i))
	}
	if len(old) == 0 {
		return hashes, nil
	}
	read, err := t.stored.ReadHashes(old)
	if err != nil {
		return nil, err
	}
	for i, h := range read {
		hashes[place[i]] = h
	}
	return hashes, nil
}

// tileRows are tiles in the columns that one insert takes.
type tileRows struct {
	levels []int
	places []int64
	widths []int
	data   [][]byte
}

// newTiles returns the tiles that are new or wider than in the tree of the old size.
func (t *growingTree) newTiles(oldSize int64) (rows tileRows, err error) {
	for _, tile := range tlog.NewTiles(tileHeight, oldSize, t.size) {
		data, err := tlog.ReadTileData(tile, t)
		if err != nil {
			return rows, err
		}
		rows.levels, rows.places = append(rows.levels, tile.L), append(rows.places, tile.N)
		rows.widths, rows.data = append(rows.widths, tile.W), append(rows.data, data)
	}
	return rows, nil
}

// tilePath is the tile's path in tlog-tiles, which leaves out tlog's height and has its own word
// for the leaves' level.
func tilePath(t tlog.Tile) string {
	path := strings.TrimPrefix(t.Path(), "tile/8/")
	if rest, ok := strings.CutPrefix(path, "data/"); ok {
		path = "entries/" + rest
	}
	return "tile/" + path
}
