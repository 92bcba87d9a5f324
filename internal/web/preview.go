package web

import (
	"net/http"

	"clientportal/internal/fault"
	"clientportal/internal/markdown"
)

// maxPreviewed is how many bytes of Markdown are shown as they will look.
const maxPreviewed = 1 << 20

// MarkdownPreview answers Markdown with what it will look like.
func MarkdownPreview(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxPreviewed)
	if err := r.ParseForm(); err != nil {
		return fault.New(fault.TooLarge, "That is more text than can be shown here.")
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	_, err := w.Write([]byte(markdown.HTML(r.PostFormValue("body"))))
	return err
}
