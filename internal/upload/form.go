package upload

import (
	"errors"
	"fmt"
	"hash"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"

	"clientportal/internal/fault"
	"clientportal/internal/web"
)

// Limits of a form.
const (
	MaxTyped = web.MaxForm                     // bytes of its texts
	maxSent  = MaxFiles*MaxFileSize + MaxTyped // bytes of all
	maxParts = 100                             // fields and files
)

// Field is the form field of the attachments.
const Field = "files"

// Limits are what a page's file field says of them. People count megabytes in
// millions of bytes, so that the browser allows a little less than the server.
var Limits = web.FileLimits{Count: MaxFiles, Bytes: MaxFileSize >> 20 * 1_000_000}

// Hint says the limits in words.
func Hint() string {
	return fmt.Sprintf("Up to %d files, %s each", MaxFiles, web.Bytes(Limits.Bytes))
}

// Form is a form as it came: what was typed, and the files with it.
type Form struct {
	web.Form
	Files *Files   // nil of a form that can't carry any
	names []string // of the files
}

// Read reads a form, and stores its files as they come in. The caller discards
// those that no action takes.
func (s Store) Read(r *http.Request) (Form, error) {
	f := Form{Form: web.Form{Values: url.Values{}}}
	r.Body = http.MaxBytesReader(nil, r.Body, maxSent)
	parts, err := r.MultipartReader()
	if errors.Is(err, http.ErrNotMultipart) {
		r.Body = http.MaxBytesReader(nil, r.Body, MaxTyped)
		err = r.ParseForm()
		f.Values = r.PostForm
		return f, Unreadable(err)
	}
	if err != nil {
		return f, Unreadable(err)
	}
	f.Files = s.Files(Field)
	room := int64(MaxTyped)
	for range maxParts {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return f, nil
		}
		if err != nil {
			return f, Unreadable(err)
		}
		if part.FileName() != "" {
			f.names = append(f.names, CleanName(part.FileName()))
			if err := f.Files.Add(r.Context(), part.FileName(), part); err != nil {
				return f, Unreadable(err)
			}
			continue
		}
		text, err := typed(part, room)
		if err != nil {
			return f, Unreadable(err)
		}
		room -= int64(len(text))
		f.Values.Add(part.FormName(), text)
	}
	return f, Unreadable(errors.New("too many parts"))
}

// typed is the text of one field, as long as there is room for it.
func typed(part *multipart.Part, room int64) (string, error) {
	b, err := io.ReadAll(io.LimitReader(part, room+1))
	if err == nil && int64(len(b)) > room {
		err = &http.MaxBytesError{Limit: MaxTyped}
	}
	return string(b), err
}

// Unreadable is the fault of a form that did not come in whole; nil is none.
func Unreadable(err error) error {
	if err == nil {
		return nil
	}
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		return &fault.Error{Code: fault.TooLarge, Message: "That is more than a form can carry. Send fewer or smaller files.", Cause: err}
	}
	return &fault.Error{Code: fault.Malformed, Message: "The form did not come in whole. Send it again.", Cause: err}
}

// Again is the form for another try after err, nil for none. A browser does not keep
// its files, so it asks for them again.
func (f Form) Again(err error) web.Form {
	form, ok := f.With(err)
	if !ok {
		form = f.Form
	}
	refused := form.Fault(Field) != ""
	if len(f.names) > 1 || len(f.names) == 1 && !refused {
		form.Faults = append(form.Faults, fault.Field{Name: Field, Message: filesAgain(f.names, refused)})
	}
	return form
}

func filesAgain(names []string, refused bool) string {
	if refused {
		return "Choose the other files again, too; a browser does not keep them."
	}
	all := names[len(names)-1]
	if len(names) > 1 {
		all = strings.Join(names[:len(names)-1], ", ") + " and " + all
	}
	return "Choose " + all + " again; a browser does not keep files."
}

// Fingerprint tells a form from every other, and from itself after a change.
func (f Form) Fingerprint(hash hash.Hash) []byte {
	fmt.Fprintln(hash, f.Values.Encode())
	for _, file := range f.Files.Stored() {
		fmt.Fprintf(hash, "%s %x\n", strings.TrimSpace(file.Name), file.Hash)
	}
	return hash.Sum(nil)
}
