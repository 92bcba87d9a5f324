package analytics

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"

	"clientportal/internal/analytics/analyticsdb"
	"clientportal/internal/analytics/widget"
	"clientportal/internal/fault"
	"clientportal/internal/metric"
)

// SaveWidget puts a widget into a dashboard: in the place of the one of its id, or
// at the end, with an id of its own, when it has none.
func (s *Service) SaveWidget(ctx context.Context, id uuid.UUID, w widget.Widget, ifMatch string) (Dashboard, error) {
	d, err := s.dashboard(ctx, id)
	if err != nil {
		return Dashboard{}, err
	}
	metrics, err := s.metricsFor(ctx, d.Customer.ID)
	if err != nil {
		return Dashboard{}, err
	}
	saved, err := s.arrange(ctx, id, ifMatch, func(list []widget.Widget) ([]widget.Widget, error) {
		var check fault.Check
		widget.CheckWidget(&check, "", w, metrics)
		if err := check.Err(); err != nil {
			return nil, err
		}
		if w.ID == "" {
			w.ID = freeID(list)
			return append(list, w), nil
		}
		at, err := indexOf(list, w.ID)
		if err == nil {
			list[at] = w
		}
		return list, err
	})
	return saved, ofTheWidget(err)
}

// ofTheWidget names the fields of a dashboard's fault as those of the one widget that
// was changed.
func ofTheWidget(err error) error {
	e, ok := errors.AsType[*fault.Error](err)
	if !ok {
		return err
	}
	own := *e
	own.Fields = slices.Clone(e.Fields)
	for i, f := range own.Fields {
		if of, field, found := strings.Cut(f.Name, "]."); found && strings.HasPrefix(of, "config.widgets[") {
			own.Fields[i].Name = field
		}
	}
	return &own
}

// RemoveWidget takes a widget out of a dashboard.
func (s *Service) RemoveWidget(ctx context.Context, id uuid.UUID, name, ifMatch string) (Dashboard, error) {
	return s.arrange(ctx, id, ifMatch, func(list []widget.Widget) ([]widget.Widget, error) {
		at, err := indexOf(list, name)
		if err != nil {
			return nil, err
		}
		return slices.Delete(list, at, at+1), nil
	})
}

// MoveWidget moves a widget by so many places, and widens it by so many columns;
// both stop where there are no more.
func (s *Service) MoveWidget(ctx context.Context, id uuid.UUID, name string, places, columns int, ifMatch string) (Dashboard, error) {
	return s.arrange(ctx, id, ifMatch, func(list []widget.Widget) ([]widget.Widget, error) {
		at, err := indexOf(list, name)
		if err != nil {
			return nil, err
		}
		w := list[at]
		w.Width = min(max(w.Width+columns, 2), widget.Columns)
		list = slices.Delete(list, at, at+1)
		return slices.Insert(list, min(max(at+places, 0), len(list)), w), nil
	})
}

// OrderWidgets puts all widgets into another order.
func (s *Service) OrderWidgets(ctx context.Context, id uuid.UUID, order []string, ifMatch string) (Dashboard, error) {
	return s.arrange(ctx, id, ifMatch, func(list []widget.Widget) ([]widget.Widget, error) {
		ordered := make([]widget.Widget, 0, len(list))
		for _, name := range order {
			at, err := indexOf(list, name)
			if err != nil {
				return nil, err
			}
			ordered = append(ordered, list[at])
			list = slices.Delete(list, at, at+1)
		}
		if len(list) > 0 {
			return nil, fault.InvalidField("order", "Name every widget of the dashboard once.")
		}
		return ordered, nil
	})
}

// arrange changes a dashboard's widgets.
func (s *Service) arrange(ctx context.Context, id uuid.UUID, ifMatch string, change func([]widget.Widget) ([]widget.Widget, error)) (Dashboard, error) {
	d, err := s.dashboard(ctx, id)
	if err != nil {
		return Dashboard{}, err
	}
	config := d.Config
	if config.Widgets, err = change(slices.Clone(config.Widgets)); err != nil {
		return Dashboard{}, err
	}
	if ifMatch == "" {
		ifMatch = d.Tag() // what was changed is what was just read
	}
	return s.UpdateDashboard(ctx, id, Change{Config: &config}, ifMatch)
}

// checkSources notes widgets whose source is none of the customer's, or gives none of
// their numbers. What a dashboard had before may stay: its source may be gone since.
func checkSources(ctx context.Context, q *analyticsdb.Queries, check *fault.Check, customer uuid.UUID, before, after []widget.Widget) error {
	var rows []analyticsdb.SourcesOfKindRow
	for i, w := range after {
		had := slices.ContainsFunc(before, func(b widget.Widget) bool {
			return b.ID == w.ID && b.SourceID != nil && w.SourceID != nil && *b.SourceID == *w.SourceID
		})
		if w.SourceID == nil || had {
			continue
		}
		if rows == nil {
			var err error
			if rows, err = q.SourcesOfKind(ctx, customer); err != nil {
				return err
			}
		}
		at := slices.IndexFunc(rows, func(r analyticsdb.SourcesOfKindRow) bool { return r.ID == *w.SourceID })
		place := fmt.Sprintf("config.widgets[%d].source_id", i)
		if check.That(at >= 0, place, "The customer has no such source."); at >= 0 && len(w.Measures) > 0 {
			check.That(slices.ContainsFunc(w.Measures, func(m widget.Measure) bool { return widget.SourceType(m.Metric) == rows[at].SourceType }),
				place, "This source gives none of the widget's metrics.")
		}
	}
	return nil
}

func indexOf(list []widget.Widget, name string) (int, error) {
	at := slices.IndexFunc(list, func(w widget.Widget) bool { return w.ID == name })
	if at < 0 {
		return 0, fault.Missing("widget")
	}
	return at, nil
}

// freeID is an id that no widget has.
func freeID(list []widget.Widget) string {
	for n := len(list) + 1; ; n++ {
		id := fmt.Sprintf("w%d", n)
		if _, err := indexOf(list, id); err != nil {
			return id
		}
	}
}

// summary says in a line what a widget shows.
func summary(metrics *metric.Registry, w widget.Widget) string {
	kind, _ := widget.KindOf(w.Kind)
	var names []string
	for _, m := range w.Measures {
		if len(w.Measures) == 1 && w.Title == "" && m.Filter == nil {
			break // it is the title
		}
		label := m.Metric
		if known, ok := metrics.Find(m.Metric); ok {
			label = known.Label
		}
		if m.Filter != nil {
			label += " of " + m.Filter.Value
		}
		names = append(names, label)
	}
	words := kind.Label
	if len(names) > 0 {
		words += ": " + strings.Join(names, ", ")
	}
	if w.Dimension != "" {
		words += " by " + lower(widget.Heading(w.Dimension))
	}
	return words
}
