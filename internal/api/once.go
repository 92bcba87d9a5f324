package api

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"unicode/utf8"

	"clientportal/internal/actor"
	"clientportal/internal/db"
	"clientportal/internal/fault"
)

const (
	keyHeader = "Idempotency-Key"
	maxKey    = 200 // characters
	// maxKeyed is the largest body of a request with a key: an upload.
	maxKeyed = 32 << 20
)

// answerOnce answers a request that carries an Idempotency-Key: see db.Once.
func (a *API) answerOnce(w http.ResponseWriter, r *http.Request, serve http.HandlerFunc) error {
	name := r.Header.Get(keyHeader)
	if len(name) > maxKey || !utf8.ValidString(name) {
		return fault.InvalidField("header."+keyHeader, "A key is a text of at most %d characters.", maxKey)
	}
	spool, fingerprint, err := spoolBody(r)
	if err != nil {
		return err
	}
	defer spool.Close()

	who, _ := actor.From(r.Context())
	key := db.Key{
		Principal:   fmt.Sprintf("%s:%s:%s", who.Kind, who.ID, who.CustomerID()),
		Key:         name,
		Fingerprint: fingerprint,
	}
	answer, err := a.db.Once(r.Context(), key, func(ctx context.Context) (db.Answer, error) {
		buffer := &recorder{header: http.Header{}, status: http.StatusOK}
		request := r.WithContext(ctx)
		request.Body = spool
		serve(buffer, request)
		return db.Answer{
			Status: buffer.status, Header: buffer.header, Body: buffer.body.Bytes(),
			Secret: strings.Contains(buffer.header.Get("Cache-Control"), "no-store"),
		}, nil
	})
	if err != nil {
		return err
	}
	for name, values := range answer.Header {
		w.Header()[name] = values
	}
	if answer.Replayed {
		w.Header().Set("Idempotent-Replayed", "true")
	}
	w.WriteHeader(answer.Status)
	_, _ = w.Write(answer.Body) // the caller may have gone; the answer is stored
	return nil
}

// spoolBody reads the body to a temporary file, or to memory if it is small,
// since it must be known whole before anything is done.
func spoolBody(r *http.Request) (io.ReadCloser, []byte, error) {
	hash := sha256.New()
	fmt.Fprintf(hash, "%s %s\n", r.Method, r.URL.RequestURI())
	body := io.TeeReader(http.MaxBytesReader(nil, r.Body, maxKeyed), hash)
	if r.ContentLength >= 0 && r.ContentLength <= maxBody {
		b, err := io.ReadAll(body)
		return io.NopCloser(bytes.NewReader(b)), hash.Sum(nil), bodyFault(err)
	}
	file, err := os.CreateTemp("", "portal-request-*")
	if err != nil {
		return nil, nil, err
	}
	_ = os.Remove(file.Name()) // it lives as long as it is open
	if _, err = io.Copy(file, body); err == nil {
		_, err = file.Seek(0, io.SeekStart)
	}
	if err != nil {
		file.Close()
		return nil, nil, bodyFault(err)
	}
	return file, hash.Sum(nil), nil
}

func bodyFault(err error) error {
	if err == nil {
		return nil
	}
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		return fault.New(fault.TooLarge, "The request is too large.")
	}
	return fault.New(fault.Malformed, "The request's body could not be read whole.")
}
