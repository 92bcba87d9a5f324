package audit

import (
	"errors"
	"fmt"

	"github.com/transparency-dev/formats/log"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// Checkpoint is the size and root hash of the tree at a moment.
type Checkpoint struct {
	Size int64
	Root tlog.Hash
}

// tree is the form that tlog asks for.
func (c Checkpoint) tree() tlog.Tree {
	return tlog.Tree{N: c.Size, Hash: c.Root}
}

// sign returns the checkpoint as a signed note in the form of C2SP's tlog-checkpoint.
func (c Checkpoint) sign(s *Signer) ([]byte, error) {
	text := log.Checkpoint{Origin: s.Name(), Size: uint64(c.Size), Hash: c.Root[:]}.Marshal()
	signed, err := note.Sign(&note.Note{Text: string(text)}, s)
	if err != nil {
		return nil, fmt.Errorf("audit: sign checkpoint: %w", err)
	}
	return signed, nil
}

// OpenCheckpoint reads a signed checkpoint and checks its signature.
func OpenCheckpoint(signed []byte, verifiers note.Verifiers) (Checkpoint, error) {
	n, err := note.Open(signed, verifiers)
	if err != nil {
		return Checkpoint{}, fmt.Errorf("audit: checkpoint: %w", err)
	}
	var c log.Checkpoint
	if _, err := c.Unmarshal([]byte(n.Text)); err != nil {
		return Checkpoint{}, fmt.Errorf("audit: %w", err)
	}
	if c.Origin != n.Sigs[0].Name {
		return Checkpoint{}, fmt.Errorf("audit: checkpoint of %q signed by %q", c.Origin, n.Sigs[0].Name)
	}
	size := int64(c.Size)
	if size < 0 || len(c.Hash) != tlog.HashSize {
		return Checkpoint{}, errors.New("audit: checkpoint with an impossible size or root")
	}
	return Checkpoint{Size: size, Root: tlog.Hash(c.Hash)}, nil
}
