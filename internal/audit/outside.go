package audit

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"golang.org/x/mod/sumdb/note"
)

// checkpointFile keeps signed checkpoints outside the database, one after the other with empty
// lines between them. What stands in it shows when the database was rolled back. An empty path
// keeps none.
type checkpointFile string

// tailSize holds some hundred checkpoints: enough to find the newest behind a few broken ones.
const tailSize = 64 << 10

// append adds a signed checkpoint and waits until it is on the disk.
func (path checkpointFile) append(signed []byte) error {
	if path == "" {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(string(path)), 0o700); err != nil {
		return fmt.Errorf("audit: checkpoint file: %w", err)
	}
	f, err := os.OpenFile(string(path), os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return fmt.Errorf("audit: checkpoint file: %w", err)
	}
	// Two line ends, for the one before it may have been left half-written by a crash.
	_, err = f.Write(slices.Concat([]byte("\n\n"), signed))
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("audit: checkpoint file: %w", err)
	}
	return nil
}

// newest returns the largest checkpoint among the last ones; the zero value when there is none.
func (path checkpointFile) newest(verifiers note.Verifiers) (Checkpoint, error) {
	var newest Checkpoint
	if path == "" {
		return newest, nil
	}
	f, err := os.Open(string(path))
	if errors.Is(err, fs.ErrNotExist) {
		return newest, nil
	}
	if err != nil {
		return newest, fmt.Errorf("audit: checkpoint file: %w", err)
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.Size() > tailSize {
		if _, err := f.Seek(-tailSize, io.SeekEnd); err != nil {
			return newest, fmt.Errorf("audit: checkpoint file: %w", err)
		}
	}
	err = readCheckpoints(f, verifiers, func(c Checkpoint) {
		if c.Size > newest.Size {
			newest = c
		}
	})
	return newest, err
}

// ReadCheckpoints returns the signed checkpoints in a file, which may be one note or a whole
// checkpoint file. One without a single valid signature is an error.
func ReadCheckpoints(path string, verifiers note.Verifiers) ([]Checkpoint, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("audit: checkpoint file: %w", err)
	}
	defer f.Close()
	var list []Checkpoint
	err = readCheckpoints(f, verifiers, func(c Checkpoint) { list = append(list, c) })
	if err == nil && len(list) == 0 {
		err = fmt.Errorf("audit: %s holds no checkpoint signed with a known key", path)
	}
	return list, err
}

// readCheckpoints passes over what carries no valid signature: a note that a crash left
// half-written, or somebody else's. It proves nothing, so it may not raise an alarm either.
func readCheckpoints(r io.Reader, verifiers note.Verifiers, yield func(Checkpoint)) error {
	var text, paragraph []byte
	endParagraph := func() {
		if bytes.HasPrefix(paragraph, []byte("— ")) {
			signed := slices.Concat(text, []byte("\n"), paragraph)
			if c, err := OpenCheckpoint(signed, verifiers); err == nil {
				yield(c)
			}
		}
		text, paragraph = paragraph, nil
	}
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		if len(lines.Bytes()) > 0 {
			paragraph = slices.Concat(paragraph, lines.Bytes(), []byte("\n"))
		} else if len(paragraph) > 0 {
			endParagraph()
		}
	}
	endParagraph()
	if err := lines.Err(); err != nil {
		return fmt.Errorf("audit: checkpoint file: %w", err)
	}
	return nil
}
