// Package clock tells the time. The demo agency's year is lived through the
// features' own actions at times of its own; everything else reads the real clock.
package clock

import (
	"context"
	"time"
)

type contextKey struct{}

// At returns a context in which it is t.
func At(ctx context.Context, t time.Time) context.Context {
	return context.WithValue(ctx, contextKey{}, t)
}

// Now is the time of the context, in UTC and whole microseconds, as PostgreSQL
// keeps it.
func Now(ctx context.Context) time.Time {
	t, ok := ctx.Value(contextKey{}).(time.Time)
	if !ok {
		t = time.Now()
	}
	return t.UTC().Truncate(time.Microsecond)
}
