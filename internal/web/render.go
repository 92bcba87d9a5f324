package web

import (
	"bytes"
	"log/slog"
	"net/http"
	"sync"

	"github.com/a-h/templ"

	"clientportal/internal/fault"
)

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// Render answers with a page. It is drawn whole before the first byte is sent, so
// that a page that cannot be drawn is a 500 and never half a page.
func Render(w http.ResponseWriter, r *http.Request, status int, page templ.Component) {
	buf := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(buf)
	buf.Reset()
	if err := page.Render(r.Context(), buf); fault.CallerGone(r.Context(), err) {
		w.WriteHeader(fault.StatusCallerGone)
		return
	} else if err != nil {
		slog.ErrorContext(r.Context(), "page not drawn", "path", r.URL.Path, "error", err)
		status = http.StatusInternalServerError
		buf.Reset()
		failure := Failure{Status: status, RequestID: requestID(w)}
		if err := ErrorPage(Page{}, failure).Render(r.Context(), buf); err != nil {
			http.Error(w, failure.title(), status)
			return
		}
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "private, no-store")
	h.Add("Vary", "Cookie")
	w.WriteHeader(status)
	w.Write(buf.Bytes()) // a reader who has gone needs no answer
}

// requestID is the one that the outer middleware has put on the answer.
func requestID(w http.ResponseWriter) string { return w.Header().Get("X-Request-Id") }
