package api

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"clientportal/internal/fault"
)

// The media types that tables are sent as. Programs that don't know better call a file
// of CSV plain text, bytes, what opens it, or, as curl does, a form.
var (
	CSV = []string{
		"text/csv", "text/plain", "text/tab-separated-values", "application/csv", "application/vnd.ms-excel", "application/octet-stream",
		"application/x-www-form-urlencoded",
	}
	Table = append(slices.Clone(CSV), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
)

const formData = "multipart/form-data"

// SentFile is a file that is sent as the body itself, of one of the media types or of
// none, or in the field file of a form, which says its name. Its size is the body's,
// which has a limit.
func SentFile(contentType string, body []byte, types []string) (name string, file []byte, err error) {
	kind, parameters, err := mime.ParseMediaType(contentType)
	switch {
	case kind == formData && err == nil:
		return fileOfForm(multipart.NewReader(bytes.NewReader(body), parameters["boundary"]))
	case contentType == "" || slices.Contains(types, kind):
		return "", body, nil
	}
	return "", nil, fault.New(fault.MediaType, "Send the file as %s, or in the field file of a form.", types[0])
}

func fileOfForm(parts *multipart.Reader) (name string, file []byte, err error) {
	part, err := parts.NextPart()
	for err == nil && part.FormName() != "file" {
		part, err = parts.NextPart()
	}
	if errors.Is(err, io.EOF) {
		return "", nil, fault.InvalidField("file", "Send the file in the field file.")
	}
	if err == nil {
		file, err = io.ReadAll(part)
	}
	if err != nil {
		return "", nil, &fault.Error{Code: fault.Malformed, Message: "The form did not come in whole. Send it again.", Cause: err}
	}
	return part.FileName(), file, nil
}

// TakesFile says in the API's description that the call at this path takes a SentFile.
// It is said after Huma has registered the call, so that Huma does not read the form.
func (a *API) TakesFile(path string) {
	file := &huma.Schema{Type: huma.TypeString, Format: "binary"}
	a.OpenAPI().Paths[path].Post.RequestBody.Content[formData] = &huma.MediaType{Schema: &huma.Schema{
		Type: huma.TypeObject, Required: []string{"file"}, Properties: map[string]*huma.Schema{"file": file},
	}}
}
