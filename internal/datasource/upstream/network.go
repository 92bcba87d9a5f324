package upstream

import (
	"context"
	"errors"
	"net/url"
	"time"
)

// Unreachable is the failure of a call that brought no answer. The address of the call
// is left out of it: some systems want their token there.
func Unreachable(system string, err error) *Failure {
	if u, ok := errors.AsType[*url.Error](err); ok {
		err = u.Err
	}
	f := &Failure{
		Kind: Retry, After: 2 * time.Minute, Code: "unreachable", Cause: err,
		Client: system + " can't be reached at the moment. The last numbers stay on show.",
		Staff:  system + " did not answer. The portal tries again by itself.",
	}
	switch {
	case errors.Is(err, ErrPrivateAddress):
		f.Kind, f.Code = Fix, "private-address"
		f.Staff = "The address of " + system + " is not on the public internet. Check the portal's configuration."
	case errors.Is(err, ErrTooLarge):
		f.Code, f.After = "too-large", time.Hour
		f.Staff = system + " sent an answer that is larger than any report."
	case errors.Is(err, context.DeadlineExceeded):
		f.Code = "timeout"
		f.Staff = system + " took too long to answer. The portal tries again by itself."
	}
	return f
}

// Garbled is the failure of an answer that is not what the system promises.
func Garbled(system, what string, cause error) *Failure {
	return &Failure{
		Kind: Retry, After: 15 * time.Minute, Code: "garbled", Cause: cause,
		Client: system + " sent numbers that can't be right. The last good ones stay on show.",
		Staff:  system + " sent an answer that can't be right: " + what + ". Nothing of it was kept; the portal tries again by itself.",
	}
}
