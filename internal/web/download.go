package web

import (
	"net/http"
	"strconv"
)

// SendFile answers with a file to keep. Its name is one of the portal's own: a text
// from elsewhere could leave the header.
func SendFile(w http.ResponseWriter, name, contentType string, content []byte) {
	h := w.Header()
	h.Set("Content-Type", contentType)
	h.Set("Content-Length", strconv.Itoa(len(content)))
	h.Set("Content-Disposition", `attachment; filename="`+name+`"`)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "private, no-store")
	_, _ = w.Write(content) // the caller may have gone
}
