package api

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"clientportal/internal/fault"
)

// ETag is the entity tag of a version of a resource.
func ETag(version any) string {
	if t, ok := version.(time.Time); ok {
		version = t.UnixMicro()
	}
	return fmt.Sprintf(`"%v"`, version)
}

// ContentTag is the entity tag of what has no version of its own: that of its content,
// which can be written as JSON.
func ContentTag(content any) string {
	b, err := json.Marshal(content)
	if err != nil {
		panic(err) // answers are our own plain structs
	}
	return tagOf(b)
}

func tagOf(answer []byte) string {
	sum := sha256.Sum256(answer)
	return `"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`
}

// CheckMatch compares an If-Match header with the current tag. An empty header
// matches; a tag of an older version is Stale.
func CheckMatch(ifMatch, current string) error {
	if ifMatch == "" || matches(ifMatch, current) {
		return nil
	}
	return fault.New(fault.Stale, "This was changed by somebody else in the meantime. Read it again, then decide.")
}

func matches(header, current string) bool {
	for tag := range strings.SplitSeq(header, ",") {
		tag = strings.TrimPrefix(strings.TrimSpace(tag), "W/")
		if tag == "*" || tag == current {
			return true
		}
	}
	return false
}

// answerUnlessSame answers 304 when the caller has the answer already. An answer
// without a tag of its own gets one of its content.
func answerUnlessSame(w http.ResponseWriter, r *http.Request, serve http.HandlerFunc) {
	buffer := &recorder{header: w.Header(), status: http.StatusOK}
	serve(buffer, r)
	if buffer.status == http.StatusOK {
		tag := buffer.header.Get("ETag")
		if tag == "" {
			tag = tagOf(buffer.body.Bytes())
			buffer.header.Set("ETag", tag)
		}
		buffer.header.Set("Cache-Control", "private, no-cache")
		if given := r.Header.Get("If-None-Match"); given != "" && matches(given, tag) {
			w.WriteHeader(http.StatusNotModified)
			return
		}
	}
	w.WriteHeader(buffer.status)
	_, _ = w.Write(buffer.body.Bytes()) // the caller may have gone
}

// recorder holds an answer back until it is known what becomes of it.
type recorder struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (b *recorder) Header() http.Header         { return b.header }
func (b *recorder) WriteHeader(status int)      { b.status = status }
func (b *recorder) Write(p []byte) (int, error) { return b.body.Write(p) }
