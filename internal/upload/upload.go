// Package upload takes files that people attach: what may be attached, names made
// harmless, bytes stored under keys of our own and given out again as downloads. A
// feature says to what its files belong, and who may have them.
package upload

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"syscall"
	"time"

	"github.com/google/uuid"
	"gocloud.dev/blob"

	"clientportal/internal/clock"
	"clientportal/internal/fault"
)

// Limits of the files of one request.
const (
	MaxFiles    = 10
	MaxFileSize = 25 << 20 // bytes
)

// Store is where a feature's files are kept: a folder of the bucket that ends with a
// slash, one folder a day under it.
type Store struct {
	Bucket *blob.Bucket
	Folder string
}

// Files are files that are stored but belong to nothing yet. An action takes them;
// Discard, deferred, removes those that none has taken. A nil Files is none at all.
type Files struct {
	store    Store
	field    string // the form's, which the problems are told of
	stored   []Stored
	problems []problem
	taken    bool
}

// Stored is a file in the bucket.
type Stored struct {
	Name, ContentType, Key string
	Size                   int64
	Hash                   []byte // SHA-256
}

// problem is why a file was not stored.
type problem struct {
	code    fault.Code
	message string
}

// Files gathers the files of the named field.
func (s Store) Files(field string) *Files { return &Files{store: s, field: field} }

// InField says which field the files came in.
func (u *Files) InField(name string) { u.field = name }

// Stored are the files that can be attached.
func (u *Files) Stored() []Stored {
	if u == nil {
		return nil
	}
	return u.stored
}

// Take leaves the files to an action whose commit decides on them: those that do not
// come to stay are swept.
func (u *Files) Take() { u.taken = true }

// Add stores a file. One that can't be attached is not stored; the action that
// takes the files says why, together with all else that is wrong.
func (u *Files) Add(ctx context.Context, name string, content io.Reader) error {
	if len(u.stored)+len(u.problems) >= MaxFiles {
		u.refuse(fault.Invalid, "Attach at most %d files at once.", MaxFiles)
		return nil
	}
	name = CleanName(name)
	k, ok := kindOf(name)
	if !ok {
		u.refuse(fault.MediaType, "%s can't be attached. Send images, PDF, text, CSV, office documents, videos or a ZIP file.", name)
		return nil
	}
	head := make([]byte, sniffed)
	n, err := io.ReadFull(content, head)
	switch head = head[:n]; {
	case n == 0 && errors.Is(err, io.EOF):
		u.refuse(fault.Invalid, "%s is empty.", name)
		return nil
	case err != nil && !errors.Is(err, io.ErrUnexpectedEOF):
		return err
	case sniff(head) != k.looks:
		u.refuse(fault.MediaType, "%s is not what its name says. Save it again in its own format.", name)
		return nil
	}
	return u.write(ctx, name, k.served, io.MultiReader(bytes.NewReader(head), content))
}

// write stores a file under a key of our own, or gives up when it is too large.
func (u *Files) write(ctx context.Context, name, contentType string, content io.Reader) error {
	writing, giveUp := context.WithCancel(ctx)
	defer giveUp()
	file := Stored{Name: name, ContentType: contentType, Key: u.store.keyAt(clock.Now(ctx))}
	w, err := u.store.Bucket.NewWriter(writing, file.Key, &blob.WriterOptions{ContentType: contentType})
	if err != nil {
		return fmt.Errorf("store a file: %w", err)
	}
	hash := sha256.New()
	file.Size, err = io.Copy(io.MultiWriter(w, hash), io.LimitReader(content, MaxFileSize+1))
	tooLarge := file.Size > MaxFileSize
	if err != nil || tooLarge {
		giveUp() // so that Close stores nothing
	}
	closed := w.Close()
	switch {
	case tooLarge:
		u.refuse(fault.TooLarge, "%s is too large; %d MB is the limit. Remove it, or share a link in the text.", name, MaxFileSize>>20)
		return nil
	case errors.Is(cmp.Or(err, closed), syscall.ENOSPC):
		return fault.NoRoom(cmp.Or(err, closed))
	case err != nil:
		return err
	case closed != nil:
		return fmt.Errorf("store a file: %w", closed)
	}
	file.Hash = hash.Sum(nil)
	u.stored = append(u.stored, file)
	return nil
}

// Keep stores what the portal itself has made, under a key of its own.
func (s Store) Keep(ctx context.Context, contentType string, content []byte) (key string, err error) {
	key = s.keyAt(clock.Now(ctx))
	if err := s.Bucket.WriteAll(ctx, key, content, &blob.WriterOptions{ContentType: contentType}); err != nil {
		return "", fmt.Errorf("store a file: %w", err)
	}
	return key, nil
}

func (s Store) keyAt(now time.Time) string {
	return s.Folder + now.Format(time.DateOnly) + "/" + uuid.NewString()
}

func (u *Files) refuse(code fault.Code, format string, args ...any) {
	u.problems = append(u.problems, problem{code, fmt.Sprintf(format, args...)})
}

// Faults joins what is wrong with the files to what is wrong with the rest of the
// input. Files alone keep the code of the first: too large, or not of a kind.
func (u *Files) Faults(rest error) error {
	if u == nil || len(u.problems) == 0 {
		return rest
	}
	all := fault.New(u.problems[0].code, "Some of the files can't be attached.")
	if input, ok := errors.AsType[*fault.Error](rest); ok {
		all = input
	}
	for _, p := range u.problems {
		all.Fields = append(all.Fields, fault.Field{Name: u.field, Message: p.message})
	}
	return all
}

// Needed is a fault when there are no files, or when one can't be attached.
func (u *Files) Needed() error {
	if u == nil || len(u.stored)+len(u.problems) == 0 {
		return fault.InvalidField("file", "Choose a file.")
	}
	return u.Faults(nil)
}

// Discard removes the files that no action has taken.
func (u *Files) Discard(ctx context.Context) {
	if u == nil || u.taken {
		return
	}
	ctx = context.WithoutCancel(ctx)
	for _, file := range u.stored {
		if err := u.store.Bucket.Delete(ctx, file.Key); err != nil {
			slog.WarnContext(ctx, "a file that nobody needs is left over until it is swept", "key", file.Key, "error", err)
		}
	}
	u.stored = nil
}
