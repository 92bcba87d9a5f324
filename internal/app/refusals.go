package app

import (
	"context"
	"log/slog"

	"clientportal/internal/actor"
	"clientportal/internal/audit"
	"clientportal/internal/db"
	"clientportal/internal/fault"
)

// refusals puts what was refused into the audit trail, in a transaction of its
// own. It implements route.Refusals.
type refusals struct{ db *db.DB }

func (s refusals) Refused(ctx context.Context, method, path string, err error) {
	who, ok := actor.From(ctx)
	if !ok || who.Kind == actor.Anonymous {
		return // nobody was kept from anything: nobody had signed in
	}
	ctx = context.WithoutCancel(ctx)
	recordErr := s.db.Record(ctx, audit.Event{
		Action: "access.denied", Outcome: audit.Denied,
		Payload: map[string]string{"method": method, "path": path, "reason": string(fault.CodeOf(err))},
	})
	if recordErr != nil {
		slog.ErrorContext(ctx, "a refusal could not be recorded", "error", recordErr, "path", path, "request_id", who.RequestID)
	}
}
