package ticket

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"time"

	"clientportal/internal/actor"
	"clientportal/internal/db"
	"clientportal/internal/fault"
	"clientportal/internal/web"
)

// Limits of a form.
const (
	maxTyped = 1 << 20                         // bytes of its texts
	maxSent  = MaxFiles*MaxFileSize + maxTyped // bytes of all
	maxParts = 100                             // fields and files
)

// filesField is the form field of the attachments.
const filesField = "files"

// keyField carries a key that each rendered form has of its own: see once.
const keyField = "form_key"

// sent is a form as it came: what was typed, and the files with it.
type sent struct {
	web.Form
	files *Uploads
	names []string // of the files
}

// read reads a form, and stores its files as they come in. The caller discards
// those that no action takes.
func (c *core) read(r *http.Request) (sent, error) {
	s := sent{Form: web.Form{Values: url.Values{}}}
	r.Body = http.MaxBytesReader(nil, r.Body, maxSent)
	parts, err := r.MultipartReader()
	if errors.Is(err, http.ErrNotMultipart) {
		r.Body = http.MaxBytesReader(nil, r.Body, maxTyped)
		err = r.ParseForm()
		s.Values = r.PostForm
		return s, unreadable(err)
	}
	if err != nil {
		return s, unreadable(err)
	}
	s.files = c.Uploads(filesField)
	room := int64(maxTyped)
	for range maxParts {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return s, nil
		}
		if err != nil {
			return s, unreadable(err)
		}
		if part.FileName() != "" {
			s.names = append(s.names, cleanFileName(part.FileName()))
			if err := s.files.Add(r.Context(), part.FileName(), part); err != nil {
				return s, unreadable(err)
			}
			continue
		}
		text, err := typed(part, room)
		if err != nil {
			return s, unreadable(err)
		}
		room -= int64(len(text))
		s.Values.Add(part.FormName(), text)
	}
	return s, unreadable(errors.New("too many parts"))
}

// typed is the text of one field, as long as there is room for it.
func typed(part *multipart.Part, room int64) (string, error) {
	b, err := io.ReadAll(io.LimitReader(part, room+1))
	if err == nil && int64(len(b)) > room {
		err = &http.MaxBytesError{Limit: maxTyped}
	}
	return string(b), err
}

// unreadable is the fault of a form that did not come in whole.
func unreadable(err error) error {
	if err == nil {
		return nil
	}
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		return &fault.Error{Code: fault.TooLarge, Message: "That is more than a form can carry. Send fewer or smaller files.", Cause: err}
	}
	return &fault.Error{Code: fault.Malformed, Message: "The form did not come in whole. Send it again.", Cause: err}
}

// again is the form for another try after err, nil for none. A browser does not keep
// its files, so it asks for them again.
func (s sent) again(err error) web.Form {
	form, ok := s.With(err)
	if !ok {
		form = s.Form
	}
	refused := form.Fault(filesField) != ""
	if len(s.names) > 1 || len(s.names) == 1 && !refused {
		form.Faults = append(form.Faults, fault.Field{Name: filesField, Message: filesAgain(s.names, refused)})
	}
	return form
}

func filesAgain(names []string, refused bool) string {
	if refused {
		return "Choose the other files again, too; a browser does not keep them."
	}
	return "Choose " + enumerate(names) + " again; a browser does not keep files."
}

// mendable reports whether the sender can put err right in the form itself.
func mendable(err error) bool {
	switch fault.CodeOf(err) {
	case fault.Invalid, fault.Conflict, fault.TooLarge, fault.MediaType:
		return true
	}
	return false
}

// once does what a form asks for exactly once: sent again (a double click, a reload),
// it leads where it led the first time. What was typed and the files belong to the
// form's key, so that a form that is changed and sent again counts anew.
func (c *core) once(ctx context.Context, s sent, do func(context.Context) (location string, err error)) (string, error) {
	if s.Value(keyField) == "" {
		return do(ctx)
	}
	who, _ := actor.From(ctx)
	fingerprint := s.fingerprint()
	key := db.Key{
		Principal: fmt.Sprintf("%s:%s:%s", who.Kind, who.ID, who.CustomerID()),
		Key:       fmt.Sprintf("form:%x", fingerprint), Fingerprint: fingerprint,
	}
	for tries := 0; ; tries++ {
		begun := false
		answer, err := c.DB.Once(ctx, key, func(ctx context.Context) (db.Answer, error) {
			begun = true
			location, err := do(ctx)
			return db.Answer{Status: http.StatusCreated, Header: http.Header{"Location": {location}}, Body: []byte{}}, err
		})
		if twin := !begun && fault.CodeOf(err) == fault.Conflict; !twin || tries == 20 {
			return http.Header(answer.Header).Get("Location"), err
		}
		select { // the first one is still at work
		case <-ctx.Done():
			return "", ctx.Err()
		case <-time.After(250 * time.Millisecond):
		}
	}
}

// fingerprint tells a form from every other, and from itself after a change.
func (s sent) fingerprint() []byte {
	hash := sha256.New()
	fmt.Fprintln(hash, s.Values.Encode())
	if s.files != nil {
		for _, file := range s.files.stored {
			fmt.Fprintf(hash, "%s %x\n", strings.TrimSpace(file.name), file.hash)
		}
	}
	return hash.Sum(nil)
}
