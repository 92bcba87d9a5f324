package upload

import (
	"cmp"
	"errors"
	"io"
	"net/http"

	"clientportal/internal/fault"
)

// Table is the table that a form brings in its field "file", of these kinds ("CSV") and
// at most so many bytes, with its name made harmless. It is read whole, and kept by whoever imports it.
func Table(w http.ResponseWriter, r *http.Request, kinds string, most int) (name string, content []byte, err error) {
	r.Body = http.MaxBytesReader(w, r.Body, int64(most)+MaxTyped)
	file, header, err := r.FormFile("file")
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		return "", nil, fault.InvalidField("file", "The file is larger than %d MB. Split it, and import one part after the other.", most/1_000_000)
	}
	if err != nil {
		return "", nil, fault.InvalidField("file", "Choose a %s file.", kinds)
	}
	defer file.Close()
	content, err = io.ReadAll(file)
	return cmp.Or(CleanName(header.Filename), "table.csv"), content, err
}
