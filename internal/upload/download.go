package upload

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// Download is a file on its way to somebody who may have it; the caller closes it.
type Download struct {
	io.ReadCloser
	Name, ContentType string
	Size              int64
}

// Open opens a stored file.
func (s Store) Open(ctx context.Context, key, name, contentType string, size int64) (*Download, error) {
	content, err := s.Bucket.NewReader(ctx, key, nil)
	if err != nil {
		return nil, fmt.Errorf("open a stored file: %w", err)
	}
	return &Download{content, name, contentType, size}, nil
}

// Send sends the file to keep: a browser shows none of it as a page of ours.
func (d *Download) Send(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", d.ContentType)
	h.Set("Content-Length", strconv.FormatInt(d.Size, 10))
	h.Set("Content-Disposition", disposition(d.Name))
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'")
	h.Set("Cache-Control", "private, no-store")
	if _, err := io.Copy(w, d); err != nil {
		slog.InfoContext(r.Context(), "a download was broken off", "path", r.URL.Path, "error", err)
	}
}

// disposition names a download twice, as RFC 6266 has it: in ASCII for old
// readers, and whole.
func disposition(name string) string {
	ascii := strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' || strings.ContainsRune(`"\%`, r) {
			return '_'
		}
		return r
	}, name)
	return `attachment; filename="` + ascii + `"; filename*=UTF-8''` + strings.ReplaceAll(url.QueryEscape(name), "+", "%20")
}
