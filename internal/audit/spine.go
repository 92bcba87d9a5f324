package audit

import "golang.org/x/mod/sumdb/tlog"

// spine recomputes a tree from its leaves alone, in constant memory: it keeps the full subtrees
// along the right edge and the tiles that are still growing.
type spine struct {
	size     int64
	subtrees [64]tlog.Hash // at level l when bit l of size is set
	growing  [8][]byte     // the unfinished tile of each tile level

	// full is told of each tile that got its last hash.
	full func(t tlog.Tile, data []byte)
}

// add appends the hash of a leaf.
func (s *spine) add(h tlog.Hash) {
	level := 0
	for ; ; level++ {
		if level%tileHeight == 0 {
			s.extend(level/tileHeight, s.size>>level, h)
		}
		if s.size>>level&1 == 0 {
			break
		}
		h = tlog.NodeHash(s.subtrees[level], h)
	}
	s.subtrees[level] = h
	s.size++
}

// extend puts a hash, the n-th of its level, into the level's growing tile.
func (s *spine) extend(level int, n int64, h tlog.Hash) {
	s.growing[level] = append(s.growing[level], h[:]...)
	if len(s.growing[level]) == tileWidth*tlog.HashSize {
		s.full(tlog.Tile{H: tileHeight, L: level, N: n >> tileHeight, W: tileWidth}, s.growing[level])
		s.growing[level] = nil
	}
}

// partial returns the tiles that are not full, with their data.
func (s *spine) partial() (tiles []tlog.Tile, data [][]byte) {
	for level, hashes := range s.growing {
		if len(hashes) > 0 {
			n := s.size >> (tileHeight * (level + 1))
			tiles = append(tiles, tlog.Tile{H: tileHeight, L: level, N: n, W: len(hashes) / tlog.HashSize})
			data = append(data, hashes)
		}
	}
	return tiles, data
}

// root is the hash of the tree as it stands; the zero hash for the empty one.
func (s *spine) root() (root tlog.Hash) {
	empty := true
	for level, h := range s.subtrees {
		switch {
		case s.size>>level&1 == 0:
		case empty:
			root, empty = h, false
		default:
			root = tlog.NodeHash(h, root)
		}
	}
	return root
}
