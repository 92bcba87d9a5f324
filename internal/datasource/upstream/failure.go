package upstream

import (
	"errors"
	"fmt"
	"time"
)

// Kind is what is to be done about a failure.
type Kind string

// The kinds of failures.
const (
	Retry       Kind = "retry"       // the same again, after a while
	Reauthorise Kind = "reauthorise" // somebody must sign in to the source again
	Fix         Kind = "fix"         // somebody must change the configuration or the rights
	Degrade     Kind = "degrade"     // some metrics can't be had; the others can
	Smaller     Kind = "smaller"     // ask for less at once
)

// Failure is a failure of an upstream, in words for both sides. Neither these nor
// the cause hold a credential.
type Failure struct {
	Kind   Kind
	After  time.Duration // with Retry: not before
	Code   string        // the upstream's own: "190", "RESOURCE_EXHAUSTED"
	Client string        // for the client's people
	Staff  string        // for the agency's people: what failed and how to put it right
	Cause  error
}

func (f *Failure) Error() string { return fmt.Sprintf("%s (%s): %s", f.Kind, f.Code, f.Staff) }

// Unwrap gives the cause.
func (f *Failure) Unwrap() error { return f.Cause }

// AsFailure finds the failure in err's chain.
func AsFailure(err error) (*Failure, bool) { return errors.AsType[*Failure](err) }
