package web

import (
	"compress/gzip"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"

	"clientportal/internal/route"
)

// newSite answers as the portal does, with the static files and some pages.
func newSite(t *testing.T, routes map[string]route.Handler) http.Handler {
	t.Helper()
	table := route.NewTable(nil, ignoreRefusals{})
	pages := NewPages(table, func(http.ResponseWriter, *http.Request) Page { return Page{} }, Flashes{})
	pages.Static(func(context.Context) string { return "#b3261e" })
	for pattern, handler := range routes {
		pages.Handle(pattern, route.Public(), handler)
	}
	return SecurityHeaders(true, Compress(table))
}

type ignoreRefusals struct{}

func (ignoreRefusals) Refused(context.Context, string, string, error) {}

func fetch(h http.Handler, path string, headers ...string) *http.Response {
	r := httptest.NewRequest(http.MethodGet, path, nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

func body(t *testing.T, r io.Reader) string {
	t.Helper()
	all, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(all)
}

func TestAssetEncodings(t *testing.T) {
	t.Parallel()
	site := newSite(t, nil)
	plain := string(assets["portal.js"].plain)
	tags := map[string]bool{}
	for _, c := range []struct{ accept, encoding string }{
		{"", ""},
		{"identity", ""},
		{"gzip", "gzip"},
		{"gzip, deflate, br, zstd", "br"},
		{"br;q=0, gzip;q=0.5", "gzip"},
		{"br; q=0.000", ""},
	} {
		answer := fetch(site, Asset("portal.js"), "Accept-Encoding", c.accept)
		if got := answer.Header.Get("Content-Encoding"); got != c.encoding {
			t.Errorf("Accept-Encoding %q: got %q, want %q", c.accept, got, c.encoding)
			continue
		}
		var reader io.Reader = answer.Body
		switch c.encoding {
		case "br":
			reader = brotli.NewReader(answer.Body)
		case "gzip":
			zip, err := gzip.NewReader(answer.Body)
			if err != nil {
				t.Fatal(err)
			}
			reader = zip
		}
		if body(t, reader) != plain {
			t.Errorf("Accept-Encoding %q: not the file", c.accept)
		}
		if got := answer.Header.Get("Cache-Control"); got != "public, max-age=31536000, immutable" {
			t.Errorf("Cache-Control %q", got)
		}
		if got := answer.Header.Get("Vary"); !strings.Contains(got, "Accept-Encoding") {
			t.Errorf("Vary %q", got)
		}
		if got := answer.Header.Get("Content-Type"); got != "text/javascript; charset=utf-8" {
			t.Errorf("Content-Type %q", got)
		}
		tags[answer.Header.Get("ETag")] = true
	}
	if len(tags) != 3 {
		t.Errorf("three forms have %d ETags: %v", len(tags), tags)
	}
}

func TestAssetNotModified(t *testing.T) {
	t.Parallel()
	site := newSite(t, nil)
	for _, path := range []string{Asset("portal.css"), "/brand.css", "/brand.svg"} {
		first := fetch(site, path, "Accept-Encoding", "br")
		again := fetch(site, path, "Accept-Encoding", "br", "If-None-Match", first.Header.Get("ETag"))
		if first.StatusCode != http.StatusOK || again.StatusCode != http.StatusNotModified {
			t.Errorf("%s: %d, then %d", path, first.StatusCode, again.StatusCode)
		}
	}
}

func TestAssetFingerprint(t *testing.T) {
	t.Parallel()
	site := newSite(t, nil)
	for _, path := range []string{"/static/portal.css", "/static/portal.000000000000.css", "/static/..%2Fasset.go", "/static/"} {
		if answer := fetch(site, path); answer.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d, want 404", path, answer.StatusCode)
		}
	}
}

// What a first visit loads stays within the budget: 20 kB of styles and 45 kB of
// script, compressed.
func TestAssetWeight(t *testing.T) {
	t.Parallel()
	for name, most := range map[string]int{"portal.css": 20_000, "portal.js": 45_000} {
		if got := len(assets[name].brotli()); got > most {
			t.Errorf("%s weighs %d bytes, more than %d", name, got, most)
		}
	}
}

func TestBrandStyles(t *testing.T) {
	t.Parallel()
	answer := fetch(newSite(t, nil), "/brand.css?accent=%23b3261e")
	accent := AccentOf("#b3261e")
	if css := body(t, answer.Body); !strings.Contains(css, "--accent-light:"+accent.Light+";") || !strings.Contains(css, "--accent-dark:"+accent.Dark+";") {
		t.Errorf("brand.css is %q", css)
	}
	if got := answer.Header.Get("Cache-Control"); got != "public, max-age=300" {
		t.Errorf("Cache-Control %q", got)
	}
	crawler := fetch(newSite(t, nil), "/robots.txt")
	if got := body(t, crawler.Body); !strings.Contains(got, "\nDisallow: /reset\n") || strings.Contains(got, "\nDisallow: /\n") {
		t.Errorf("robots.txt is %q", got)
	}
}
