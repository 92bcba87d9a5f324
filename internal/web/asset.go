package web

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
	"sync"
	"time"

	"github.com/andybalholm/brotli"

	"clientportal/internal/fault"
	"clientportal/internal/route"
)

//go:embed static
var staticFiles embed.FS

// assets are the static files by name, served by the name with a fingerprint.
var assets, served = readAssets()

// asset is one static file. Its compressed forms are made once, when first asked
// for.
type asset struct {
	url         string
	contentType string
	hash        string
	plain       []byte
	brotli      func() []byte
	gzip        func() []byte
}

// Asset is the address of a static file, with its fingerprint in it. A name that
// is not embedded is a mistake of the program.
func Asset(name string) string {
	a, ok := assets[name]
	if !ok {
		panic("web: no static file " + name)
	}
	return a.url
}

// Static registers the static files, what is made of the agency's accent, and the
// word to crawlers.
func (p *Pages) Static(accent func(context.Context) string) {
	p.Handle("GET /static/{file}", route.Public(), serveAsset)
	p.Handle("GET /brand.css", route.Public(), brandFile("text/css; charset=utf-8", accent, brandCSS))
	p.Handle("GET /brand.svg", route.Public(), brandFile("image/svg+xml", accent, brandIcon))
	p.Handle("GET /robots.txt", route.Public(), serveRobots)
}

func serveAsset(w http.ResponseWriter, r *http.Request) error {
	a, ok := served[r.PathValue("file")]
	if !ok {
		return fault.Missing("file")
	}
	body, encoding := a.encoded(r.Header.Get("Accept-Encoding"))
	h := w.Header()
	h.Set("Content-Type", a.contentType)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("Vary", "Accept-Encoding")
	tag := a.hash
	if encoding != "" {
		h.Set("Content-Encoding", encoding)
		tag += "-" + encoding
	}
	h.Set("ETag", `"`+tag+`"`)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
	return nil
}

// encoded is the smallest form that the browser takes.
func (a *asset) encoded(accept string) (body []byte, encoding string) {
	switch {
	case accepts(accept, "br"):
		return a.brotli(), "br"
	case accepts(accept, "gzip"):
		return a.gzip(), "gzip"
	}
	return a.plain, ""
}

// accepts reports whether an Accept-Encoding header names the coding, with any
// weight but zero.
func accepts(header, coding string) bool {
	for part := range strings.SplitSeq(header, ",") {
		name, weight, _ := strings.Cut(strings.TrimSpace(part), ";")
		if strings.EqualFold(strings.TrimSpace(name), coding) {
			weight = strings.TrimPrefix(strings.ReplaceAll(weight, " ", ""), "q=")
			return weight == "" || strings.Trim(weight, "0.") != ""
		}
	}
	return false
}

// robots lets search engines find where to sign in, but none of the pages to which
// mails lead with a token. The others are not theirs to see.
const robots = "User-agent: *\nDisallow: /register\nDisallow: /verify\nDisallow: /reset\nDisallow: /staff/reset\nDisallow: /unsubscribe\n"

func serveRobots(w http.ResponseWriter, _ *http.Request) error {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "public, max-age=86400")
	_, _ = io.WriteString(w, robots) // the crawler may have gone
	return nil
}

func readAssets() (byName, byServedName map[string]*asset) {
	byName, byServedName = map[string]*asset{}, map[string]*asset{}
	files, err := fs.Glob(staticFiles, "static/*")
	if err != nil {
		panic(err) // the pattern is well-formed
	}
	for _, file := range files {
		plain, err := staticFiles.ReadFile(file)
		if err != nil {
			panic(err) // embedded files can be read
		}
		name, ext := path.Base(file), path.Ext(file)
		a := &asset{plain: plain, hash: fingerprint(plain), contentType: mime.TypeByExtension(ext)}
		a.brotli = sync.OnceValue(func() []byte { return compressed(plain, newBrotli) })
		a.gzip = sync.OnceValue(func() []byte { return compressed(plain, newGzip) })
		fingerprinted := strings.TrimSuffix(name, ext) + "." + a.hash + ext
		a.url = "/static/" + fingerprinted
		byName[name], byServedName[fingerprinted] = a, a
	}
	return byName, byServedName
}

func fingerprint(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:6])
}

// newBrotli stops short of brotli's best, which takes ten times as long for the last
// twentieth.
func newBrotli(w io.Writer) io.WriteCloser { return brotli.NewWriterLevel(w, 9) }

func newGzip(w io.Writer) io.WriteCloser {
	zip, err := gzip.NewWriterLevel(w, gzip.BestCompression)
	if err != nil {
		panic(err) // the level is one of gzip's own
	}
	return zip
}

// compressed writes to memory, which does not fail.
func compressed(plain []byte, coding func(io.Writer) io.WriteCloser) []byte {
	var out bytes.Buffer
	w := coding(&out)
	_, _ = w.Write(plain)
	w.Close()
	return out.Bytes()
}
