package fault

import (
	"context"
	"errors"
)

// StatusCallerGone stands in the log for a request whose caller did not wait for the
// answer. Nobody reads it.
const StatusCallerGone = 499

// CallerGone reports whether a request came to nothing only because its caller gave
// it up: a browser that has moved on to another page.
func CallerGone(ctx context.Context, err error) bool {
	return errors.Is(ctx.Err(), context.Canceled) && errors.Is(err, context.Canceled)
}
