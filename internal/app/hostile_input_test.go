package app_test

import (
	"encoding/base64"
	"net/http"
	"slices"
	"strings"
	"testing"

	"clientportal/internal/app/apptest"
)

// hostileTexts are JSON strings that some part of a portal might choke on.
var hostileTexts = map[string]string{
	"NUL":              `"a\u0000b"`,
	"a lone surrogate": `"a\ud800b"`,
	"not UTF-8":        "\"a\xff\xfeb\"",
	"four bytes":       `"a 😀 𝕏 b"`,
	"100 kB":           `"` + strings.Repeat("a", 100<<10) + `"`,
	"script":           `"<script>alert(1)</script>"`,
	"a header":         `"a\r\nBcc: b@evil.example\r\n\r\nb"`,
	"SQL":              `"a'; drop table customers; --\\"`,
	"turned text":      `"a\u202egpj.exe"`,
	"nothing":          `""`,
}

// wrongTypes are JSON values, of which those that a property may not have are tried.
var wrongTypes = map[string]string{
	"string": `"text"`, "integer": `12`, "number": `1.5`, "boolean": `true`, "array": `[["text"]]`, "object": `{"a":{}}`,
}

func TestHostileInput(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	for _, op := range operations(t, s.Nobody(t)) {
		if op.properties == nil {
			continue
		}
		submit := s.submitter(op)
		for name, property := range op.properties {
			for what, raw := range hostileTexts {
				if !property.is("string") && !property.is("array") {
					continue
				}
				if property.is("array") {
					raw = "[" + raw + "]"
				}
				s.expectManners(op.name()+" with "+what+" in "+name, submit(op.body(map[string]string{name: raw})))
			}
			for kind, raw := range wrongTypes {
				if property.is(kind) || kind == "integer" && property.is("number") {
					continue
				}
				s.expectInvalid(op.name()+" with "+kind+" as "+name, submit(op.body(map[string]string{name: raw})))
			}
		}
		s.expectInvalid(op.name()+" with an unknown field", submit(op.body(map[string]string{"is_admin": "true"})))
	}
	s.expectSignedIn()
}

func TestHostileDocuments(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	for _, op := range operations(t, s.Nobody(t)) {
		if op.properties == nil {
			continue
		}
		submit := s.submitter(op)
		if !op.mayBeEmpty {
			s.expectInvalid(op.name()+" with nothing", submit(nil))
		}
		for what, body := range map[string]string{
			"null": "null", "a list": "[]", "a number": "1e400", "half a document": `{"title":`, "garbage": "\x00\xff",
			"deep lists": `{"title":` + strings.Repeat("[", 100_000), "deep objects": strings.Repeat(`{"title":`, 20_000),
		} {
			s.expectInvalid(op.name()+" with "+what, submit([]byte(body)))
		}
		caller := s.callerOf(op.path)
		path := s.fillPath(op.path, "admin")
		got := caller.Send(op.method, path, "text/xml", []byte("<title/>"))
		s.expectOneOf(op.name()+" with XML", got, http.StatusUnsupportedMediaType)
		got = caller.Send(op.method, path, "application/json", []byte(`{"title":"`+strings.Repeat("a", 2<<20)+`"}`))
		s.expectOneOf(op.name()+" with 2 MB", got, http.StatusRequestEntityTooLarge)
	}
}

// hostileCursors are cursors that look like ours.
var hostileCursors = []string{
	"x", "%00", base64.RawURLEncoding.EncodeToString([]byte(`{"Name":"a\u0000b","ID":"00000000-0000-0000-0000-000000000001"}`)),
	base64.RawURLEncoding.EncodeToString([]byte(`{"At":"9999-12-31T23:59:59Z","at":"0000-01-01T00:00:00Z","Rank":1e300,"Text":"\u0000"}`)),
	base64.RawURLEncoding.EncodeToString([]byte(`null`)), base64.RawURLEncoding.EncodeToString([]byte(`[1,2]`)),
	base64.RawURLEncoding.EncodeToString([]byte(`"text"`)), base64.RawURLEncoding.EncodeToString([]byte(`9223372036854775808`)),
}

func TestHostileQueries(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	hostile := []string{"%00", "%ff%fe", "%F0%9F%98%80", strings.Repeat("a", 10<<10), "%3Cscript%3E", "-1", "99999999999999999999", "1e400", "%27%3B--", ","}
	for _, op := range operations(t, s.Nobody(t)) {
		path := s.fillPath(op.path, "admin")
		for _, name := range op.queries {
			values := hostile
			if name == "cursor" {
				values = slices.Concat(hostile, hostileCursors)
			}
			for _, value := range values {
				query := "?" + name + "=" + value
				s.expectManners(op.name()+query[:min(len(query), 60)], s.callerOf(op.path).Send(op.method, path+query, "", nil))
			}
		}
		got := s.callerOf(op.path).Send(op.method, path+"?no_such_parameter=1", "application/json", op.body(nil))
		s.expectInvalid(op.name()+" with an unknown query parameter", got)
		for _, id := range []string{"%00", "x", "..%5C..%5Cetc", "%F0%9F%98%80", "%ff", strings.Repeat("9", 4000), "00000000-0000-0000-0000-000000000000"} {
			if start, rest, found := strings.Cut(op.path, "{"); found {
				_, rest, _ = strings.Cut(rest, "}")
				got := s.callerOf(op.path).Send(op.method, start+id+s.fillPath(rest, "admin"), "application/json", op.body(nil))
				s.expectOneOf(op.name()+" with id "+id[:min(len(id), 60)], got, http.StatusNotFound, http.StatusUnprocessableEntity, http.StatusUnsupportedMediaType)
			}
		}
	}
}

// callerOf is somebody who may do everything on the path's side.
func (s *scene) callerOf(path string) *apptest.Caller {
	switch {
	case slices.ContainsFunc(publicTable, func(r row) bool { return strings.HasSuffix(r.route, " "+path) }):
		return s.Nobody(s.t)
	case strings.HasPrefix(path, "/api/staff/"):
		return s.caller("staff admin")
	}
	return s.caller("admin")
}

// submitter sends bodies to an operation on one and the same thing.
func (s *scene) submitter(op operation) func(body []byte) apptest.Response {
	path, by := s.fillPath(op.path, "admin"), s.callerOf(op.path)
	return func(body []byte) apptest.Response {
		s.t.Helper()
		return by.Send(op.method, path, "application/json", body)
	}
}

// expectManners holds an answer to the contract of all: it is a success, or a
// problem that says what to do.
func (s *scene) expectManners(what string, got apptest.Response) {
	s.t.Helper()
	s.expectOneOf(what, got, http.StatusOK, http.StatusCreated, http.StatusAccepted, http.StatusNoContent,
		http.StatusForbidden, http.StatusNotFound, http.StatusConflict, http.StatusBadRequest, http.StatusUnprocessableEntity,
		http.StatusUnauthorized, http.StatusPreconditionRequired, http.StatusTooManyRequests)
}

func (s *scene) expectInvalid(what string, got apptest.Response) {
	s.t.Helper()
	s.expectOneOf(what, got, http.StatusBadRequest, http.StatusUnprocessableEntity)
}

func (s *scene) expectOneOf(what string, got apptest.Response, statuses ...int) {
	s.t.Helper()
	if !slices.Contains(statuses, got.Status) {
		s.t.Errorf("%s: %d, want one of %v: %.300s", what, got.Status, statuses, got.Body)
	}
	if got.Status >= 400 {
		s.expectProblem(what, got)
	}
}

// expectProblem holds a refusal to the form of RFC 9457 and to telling nothing of
// the inside.
func (s *scene) expectProblem(what string, got apptest.Response) {
	s.t.Helper()
	var problem struct {
		Type, Title, Detail string
		Status              int
		RequestID           string `json:"request_id"`
		Errors              []struct{ Location, Message string }
	}
	if media := got.Header.Get("Content-Type"); media != "application/problem+json" {
		s.t.Errorf("%s: answered %d as %q: %.200s", what, got.Status, media, got.Body)
		return
	}
	got.Decode(s.t, &problem)
	if problem.Status != got.Status || problem.Title == "" || problem.Detail == "" || problem.Type == "" || problem.RequestID == "" ||
		problem.RequestID != got.Header.Get("X-Request-Id") {
		s.t.Errorf("%s: the problem is not whole: %s", what, got.Body)
	}
	for _, fault := range problem.Errors {
		if got.Status == http.StatusUnprocessableEntity && !strings.HasSuffix(fault.Message, ".") || strings.HasPrefix(fault.Message, "expected ") {
			s.t.Errorf("%s: does not say in words what to do at %s: %q", what, fault.Location, fault.Message)
		}
	}
	for _, inside := range []string{"SQLSTATE", "pgx", "goroutine", ".go:", "panic"} {
		if strings.Contains(string(got.Body), inside) {
			s.t.Errorf("%s: the problem tells of the inside: %s", what, got.Body)
		}
	}
}
