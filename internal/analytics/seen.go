package analytics

import (
	"context"

	"github.com/google/uuid"

	"clientportal/internal/actor"
	"clientportal/internal/analytics/widget"
	"clientportal/internal/fault"
)

// SeenByClients reads a report as a customer's people see it, without an event of a
// view: it goes out to several of them, or is set beside one that went out.
func (s *Service) SeenByClients(ctx context.Context, customer, id uuid.UUID, r widget.Range, c widget.Comparison) (Report, error) {
	ctx = actor.With(ctx, actor.Actor{Kind: actor.Client, Name: "reports", Role: actor.Admin, CustomerIDs: []uuid.UUID{customer}})
	return s.report(ctx, id, r, c, "")
}

// SeenByAgency reads a report as those who serve its customer see it, for a job: also
// what is internal to the agency. It leaves no event of a view.
func (s *Service) SeenByAgency(ctx context.Context, id uuid.UUID, r widget.Range, c widget.Comparison) (Report, error) {
	return s.report(ctx, id, r, c, "")
}

// Orderable is a dashboard that the actor sees, once it is clear that it can be read
// for this range: the usual one where none is given.
func (s *Service) Orderable(ctx context.Context, id uuid.UUID, from, to string, preset widget.Preset, c widget.Comparison) (d Dashboard, r widget.Range, err error) {
	opened, err := s.dashboard(ctx, id)
	if err != nil {
		return d, r, err
	}
	today := Today(ctx, opened.zone)
	if r, err = rangeOf(from, to, preset, today); err != nil {
		return d, r, err
	}
	if r.IsZero() {
		r, _ = widget.PresetRange(defaultRange, today)
	}
	var check fault.Check
	c.Check(&check)
	return opened.Dashboard, r, check.Err()
}

// FormatNames are the names of the files that a report can be had as.
func (s *Service) FormatNames() []string { return s.exportsInOrder() }

// Pending reports whether a source is still being asked for numbers: for all of them,
// when it was connected a moment ago, or for some.
func (r Report) Pending() bool {
	for _, f := range r.Freshness {
		if f.State == NeverSynced {
			return true
		}
	}
	return r.Incomplete()
}

// Incomplete reports whether some of the numbers are on their way: days that are still
// to be read for the first time, or people who are being counted.
func (r Report) Incomplete() bool {
	for _, f := range r.Freshness {
		if f.Coming != nil {
			return true
		}
	}
	for _, w := range r.Widgets {
		for _, f := range w.Figures {
			if f.State == widget.Pending {
				return true
			}
		}
	}
	return false
}
