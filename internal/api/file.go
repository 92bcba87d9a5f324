package api

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"mime/multipart"

	"clientportal/internal/fault"
)

// SentFile is a file that is sent as the body itself, or in the field file of a form,
// which says its name. Its size is the body's, which has a limit.
func SentFile(contentType string, body []byte) (name string, file []byte, err error) {
	kind, parameters, _ := mime.ParseMediaType(contentType)
	if kind != "multipart/form-data" { // what is no form is the file
		return "", body, nil
	}
	parts := multipart.NewReader(bytes.NewReader(body), parameters["boundary"])
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return "", nil, fault.InvalidField("file", "Send the file in the field file.")
		}
		if err != nil {
			return "", nil, fault.New(fault.Malformed, "The form did not come in whole. Send it again.")
		}
		if part.FormName() == "file" {
			file, err := io.ReadAll(part)
			return part.FileName(), file, err
		}
	}
}
