package ticket

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"log/slog"
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

// folder is where attachments are kept in the bucket, one folder a day under it.
const folder = "tickets/"

// Uploads are files that are stored but belong to no ticket yet. An action takes
// them; Discard, deferred, removes those that none has taken. A nil Uploads is
// none at all.
type Uploads struct {
	bucket   *blob.Bucket
	field    string // the form's, which the problems are told of
	stored   []upload
	problems []problem
	taken    bool
}

// problem is why a file was not stored.
type problem struct {
	code    fault.Code
	message string
}

type upload struct {
	name, contentType, key string
	size                   int64
	hash                   []byte
}

// Uploads gathers the files of the named field.
func (c *core) Uploads(field string) *Uploads { return &Uploads{bucket: c.Files, field: field} }

// Add stores a file. One that can't be attached is not stored; the action that
// takes the files says why, together with all else that is wrong.
func (u *Uploads) Add(ctx context.Context, name string, content io.Reader) error {
	if len(u.stored)+len(u.problems) >= MaxFiles {
		u.refuse(fault.Invalid, "Attach at most %d files at once.", MaxFiles)
		return nil
	}
	name = cleanFileName(name)
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
	return u.store(ctx, name, k.served, io.MultiReader(bytes.NewReader(head), content))
}

// store writes a file under a key of our own, or gives up when it is too large.
func (u *Uploads) store(ctx context.Context, name, contentType string, content io.Reader) error {
	writing, giveUp := context.WithCancel(ctx)
	defer giveUp()
	file := upload{name: name, contentType: contentType, key: keyAt(clock.Now(ctx))}
	w, err := u.bucket.NewWriter(writing, file.key, &blob.WriterOptions{ContentType: contentType})
	if err != nil {
		return fmt.Errorf("store a file: %w", err)
	}
	hash := sha256.New()
	file.size, err = io.Copy(io.MultiWriter(w, hash), io.LimitReader(content, MaxFileSize+1))
	tooLarge := file.size > MaxFileSize
	if err != nil || tooLarge {
		giveUp() // so that Close stores nothing
	}
	closed := w.Close()
	switch {
	case tooLarge:
		u.refuse(fault.TooLarge, "%s is too large; %d MB is the limit. Remove it, or share a link in the text.", name, MaxFileSize>>20)
		return nil
	case err != nil:
		return err
	case closed != nil:
		return fmt.Errorf("store a file: %w", closed)
	}
	file.hash = hash.Sum(nil)
	u.stored = append(u.stored, file)
	return nil
}

func keyAt(now time.Time) string { return folder + now.Format(time.DateOnly) + "/" + uuid.NewString() }

func (u *Uploads) refuse(code fault.Code, format string, args ...any) {
	u.problems = append(u.problems, problem{code, fmt.Sprintf(format, args...)})
}

// faults joins what is wrong with the files to what is wrong with the rest of the
// input. Files alone keep the code of the first: too large, or not of a kind.
func (u *Uploads) faults(rest error) error {
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

// Discard removes the files that no action has taken.
func (u *Uploads) Discard(ctx context.Context) {
	if u == nil || u.taken {
		return
	}
	ctx = context.WithoutCancel(ctx)
	for _, file := range u.stored {
		if err := u.bucket.Delete(ctx, file.key); err != nil {
			slog.WarnContext(ctx, "a file that nobody needs is left over until it is swept", "key", file.key, "error", err)
		}
	}
	u.stored = nil
}
