package analytics

import (
	"context"

	"clientportal/internal/analytics/widget"
	"clientportal/internal/api"
	"clientportal/internal/db"
)

// A start page has a few figures of the dashboard, or none.
const (
	fewestHighlights = 2
	mostHighlights   = 4
)

// Highlights are the first figures of the first dashboard that the reader sees, of
// the last 30 days; without enough of them there are no widgets in the report.
// Nobody has opened the dashboard: there is no event of a view.
func (s *Service) Highlights(ctx context.Context) (report Report, err error) {
	list, err := s.Dashboards(ctx, Filter{}, api.PageQuery{Limit: 1})
	if err != nil || len(list.Items) == 0 {
		return Report{}, err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		d, err := readDashboard(ctx, tx, list.Items[0].ID)
		if err != nil {
			return err
		}
		d.Config.Widgets = figuresOnly(d.Config.Widgets)
		report, _, err = s.read(ctx, tx, d, widget.Range{}, widget.PreviousPeriod)
		return err
	})
	if err != nil {
		return Report{}, err
	}
	shown := report.Widgets[:0]
	for _, r := range report.Widgets {
		if r.State == widget.OK && len(r.Figures) == 1 && len(shown) < mostHighlights {
			shown = append(shown, r)
		}
	}
	if report.Widgets = shown; len(shown) < fewestHighlights {
		report.Widgets = nil
	}
	return report, nil
}

// figuresOnly are the key figures among widgets: twice as many as are shown, since
// some may have no number.
func figuresOnly(widgets []widget.Widget) (list []widget.Widget) {
	for _, w := range widgets {
		if kind, ok := widget.KindOf(w.Kind); ok && kind.Chart == widget.Tile && len(list) < 2*mostHighlights {
			list = append(list, w)
		}
	}
	return list
}
