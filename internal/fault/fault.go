// Package fault holds the errors that a caller can do something about. They are
// made where the rule is, and mapped once to HTTP (internal/api) and to forms
// (internal/web).
package fault

import (
	"errors"
	"fmt"
	"time"
)

// Code is the kind of fault.
type Code string

// The codes. Each maps to one HTTP status.
const (
	Malformed       Code = "malformed"              // 400
	Unauthenticated Code = "unauthenticated"        // 401
	SecondFactor    Code = "second-factor-required" // 401
	Forbidden       Code = "forbidden"              // 403
	NotFound        Code = "not-found"              // 404, also for every id of another customer
	NotAllowed      Code = "method-not-allowed"     // 405
	Conflict        Code = "conflict"               // 409
	Stale           Code = "stale"                  // 412, If-Match failed
	TooLarge        Code = "too-large"              // 413
	MediaType       Code = "media-type"             // 415
	Invalid         Code = "invalid"                // 422
	NeedsMatch      Code = "needs-match"            // 428
	Throttled       Code = "throttled"              // 429
	Unavailable     Code = "unavailable"            // 503
)

// Field is what is wrong with one input. Name is the field's name in JSON and
// in the form; Message says how to put it right.
type Field struct {
	Name    string
	Message string
}

// Error is a fault with words for the person who caused it.
type Error struct {
	Code       Code
	Message    string
	Fields     []Field
	RetryAfter time.Duration // with Throttled and Unavailable
	Cause      error         // for the log; never shown
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Cause }

func (e *Error) Error() string {
	if len(e.Fields) > 0 {
		return fmt.Sprintf("%s: %s (%s: %s)", e.Code, e.Message, e.Fields[0].Name, e.Fields[0].Message)
	}
	return fmt.Sprintf("%s: %s", e.Code, e.Message)
}

// New makes a fault of the given code.
func New(code Code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

// Missing is the one answer for what is not there and for what is another
// customer's.
func Missing(what string) *Error { return New(NotFound, "There is no such %s.", what) }

// NeedsAnotherLook is the message of what is invalid at its fields.
const NeedsAnotherLook = "Some of the input needs another look."

// NoRoom is the fault of a disk that is full.
func NoRoom(cause error) *Error {
	return &Error{
		Code:       Unavailable,
		Message:    "The portal's disk is full. Nothing was changed; whoever runs the portal has to make room.",
		RetryAfter: time.Minute,
		Cause:      cause,
	}
}

// Denied says that the actor's role may not do this.
func Denied(format string, args ...any) *Error { return New(Forbidden, format, args...) }

// InvalidField is a fault of a single field.
func InvalidField(name, format string, args ...any) *Error {
	return &Error{Code: Invalid, Message: NeedsAnotherLook, Fields: []Field{{name, fmt.Sprintf(format, args...)}}}
}

// CodeOf returns the code of the first fault in err's chain, or "".
func CodeOf(err error) Code {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Code
	}
	return ""
}

// Check collects the faults of an input, so that all are told at once.
type Check struct{ fields []Field }

// Add notes a fault of the named field.
func (c *Check) Add(name, format string, args ...any) {
	c.fields = append(c.fields, Field{Name: name, Message: fmt.Sprintf(format, args...)})
}

// That notes the fault unless ok.
func (c *Check) That(ok bool, name, format string, args ...any) {
	if !ok {
		c.Add(name, format, args...)
	}
}

// Err is nil when nothing was noted.
func (c *Check) Err() error {
	if len(c.fields) == 0 {
		return nil
	}
	return &Error{Code: Invalid, Message: NeedsAnotherLook, Fields: c.fields}
}
