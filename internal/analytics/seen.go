package analytics

import (
	"context"

	"github.com/google/uuid"

	"clientportal/internal/actor"
	"clientportal/internal/analytics/widget"
)

// SeenByClients reads a report as a customer's people see it, without an event of a
// view: it goes out to several of them, or is set beside one that went out.
func (s *Service) SeenByClients(ctx context.Context, customer, id uuid.UUID, r widget.Range, c widget.Comparison) (Report, error) {
	ctx = actor.With(ctx, actor.Actor{Kind: actor.Client, Name: "reports", Role: actor.Admin, CustomerIDs: []uuid.UUID{customer}})
	return s.report(ctx, id, r, c, "")
}
