package ticket

import (
	"context"

	"github.com/google/uuid"

	"clientportal/internal/actor"
	"clientportal/internal/audit"
	"clientportal/internal/clock"
	"clientportal/internal/news"
)

// look reads a ticket for its page, by view, or while the page stays open by again. What
// the reader was told of the ticket is read with it.
func look[T any](ctx context.Context, c *core, id uuid.UUID, view, again func() (T, error)) (T, error) {
	who, _ := actor.From(ctx)
	t, err := audit.Read(&c.looks, who.SessionID, id, clock.Now(ctx), view, again)
	if err == nil {
		c.Notify.Seen(ctx, news.Subject{Type: "ticket", ID: id})
	}
	return t, err
}
