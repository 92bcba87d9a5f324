package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/validation"

	"clientportal/internal/actor"
	"clientportal/internal/fault"
)

// Problem is an error as RFC 9457 has it.
type Problem struct {
	Type      string       `json:"type" doc:"A stable name of the kind of error"`
	Title     string       `json:"title"`
	Status    int          `json:"status"`
	Detail    string       `json:"detail" doc:"What went wrong, and what to do"`
	RequestID string       `json:"request_id" doc:"Also in the portal's log and audit trail"`
	Errors    []FieldError `json:"errors,omitempty"`

	retryAfter int // seconds
}

// FieldError is what is wrong with one input.
type FieldError struct {
	Location string `json:"location" doc:"Such as body.title or query.limit"`
	Message  string `json:"message"`
}

func (p *Problem) Error() string { return p.Detail }

// GetStatus implements huma.StatusError.
func (p *Problem) GetStatus() int { return p.Status }

// GetHeaders implements huma.HeadersError.
func (p *Problem) GetHeaders() http.Header {
	h := http.Header{}
	if p.Status == http.StatusUnauthorized {
		h.Set("WWW-Authenticate", "Bearer")
	}
	if p.retryAfter > 0 {
		h.Set("Retry-After", strconv.Itoa(p.retryAfter))
	}
	return h
}

// ContentType implements huma.ContentTypeFilter.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// problemOf maps an error to what the caller may know of it.
func problemOf(ctx context.Context, err error) *Problem {
	who, _ := actor.From(ctx)
	if fault.CallerGone(ctx, err) {
		return &Problem{Status: fault.StatusCallerGone, RequestID: who.RequestID}
	}
	p := &Problem{Status: fault.Status(err), RequestID: who.RequestID}
	p.Title = http.StatusText(p.Status)
	var f *fault.Error
	if !errors.As(err, &f) {
		slog.ErrorContext(ctx, "request failed", "error", err, "request_id", who.RequestID)
		p.Type, p.Detail = problemType("internal"), "Something went wrong in the portal. Nothing is known to be lost; quote the request id if you ask for help."
		return p
	}
	if f.Cause != nil {
		slog.Log(ctx, fault.LogLevel(err), "request failed", "error", f.Cause, "code", f.Code, "request_id", who.RequestID)
	}
	p.Type, p.Detail = problemType(string(f.Code)), f.Message
	p.retryAfter = int(f.RetryAfter.Seconds())
	for _, field := range f.Fields {
		p.Errors = append(p.Errors, FieldError{Location: location(field.Name), Message: field.Message})
	}
	return p
}

// location places a field in the body, unless it says where it stands.
func location(name string) string {
	for _, part := range []string{"body.", "query.", "path.", "header."} {
		if strings.HasPrefix(name, part) {
			return name
		}
	}
	return "body." + name
}

// problemType is an address that explains the kind of error.
func problemType(code string) string { return "/problems/" + code }

// newProblem makes Huma's own errors (decoding, validation) problems too.
func newProblem(hctx huma.Context, status int, msg string, errs ...error) huma.StatusError {
	p := &Problem{Status: status, Title: http.StatusText(status), Detail: detailOf(status, msg), Type: problemType(codeOf(status))}
	if hctx != nil {
		who, _ := actor.From(hctx.Context())
		p.RequestID = who.RequestID
	}
	for _, err := range errs {
		if already, ok := errors.AsType[*Problem](err); ok {
			return already
		}
		if detail, ok := err.(huma.ErrorDetailer); ok {
			d := detail.ErrorDetail()
			p.Errors = append(p.Errors, fieldError(d))
		}
	}
	return p
}

// detailOf says for a person what Huma says in two words.
func detailOf(status int, msg string) string {
	if msg != "validation failed" {
		return msg
	}
	switch status {
	case http.StatusBadRequest:
		return "The body is not JSON that can be read."
	case http.StatusUnsupportedMediaType:
		return "Send the body as application/json, in UTF-8."
	}
	return fault.NeedsAnotherLook
}

// fieldError places what is missing at the field that is missing; Huma places it at
// the object around.
func fieldError(d *huma.ErrorDetail) FieldError {
	var missing string
	if _, err := fmt.Sscanf(d.Message, validation.MsgExpectedRequiredProperty, &missing); err == nil {
		return FieldError{Location: d.Location + "." + missing, Message: "This is needed."}
	}
	return FieldError{Location: d.Location, Message: inWords(d.Message)}
}

func codeOf(status int) string {
	switch status {
	case http.StatusBadRequest:
		return string(fault.Malformed)
	case http.StatusRequestEntityTooLarge:
		return string(fault.TooLarge)
	case http.StatusUnsupportedMediaType:
		return string(fault.MediaType)
	case http.StatusUnprocessableEntity:
		return string(fault.Invalid)
	}
	return "internal"
}

func writeProblem(w http.ResponseWriter, p *Problem) {
	for name, values := range p.GetHeaders() {
		w.Header()[name] = values
	}
	w.Header().Set("Content-Type", p.ContentType(""))
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p) // the caller may have gone
}
