package analytics

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/google/uuid"

	"clientportal/internal/actor"
	"clientportal/internal/analytics/widget"
	"clientportal/internal/db"
	"clientportal/internal/fault"
	"clientportal/internal/metric"
	"clientportal/internal/route"
	"clientportal/internal/web"
)

// drill is one widget's numbers: by day, and by each dimension of its metrics.
type drill struct {
	view
	title string
	byDay widget.Result
	parts []widget.Result
}

// drillRows is how many parts of a dimension stand in a drill-down.
const drillRows = 25

// drillInto reads a widget's numbers in full: the same measures over time, and
// split by every dimension that they have. As a client, it leaves out what is internal.
func (s *Service) drillInto(ctx context.Context, id uuid.UUID, name string, r widget.Range, c widget.Comparison, asClient bool) (report Report, err error) {
	var asks []ask
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		d, err := readDashboard(ctx, tx, id)
		if err != nil {
			return err
		}
		metrics, err := s.metricsOf(ctx, tx, d.Customer.ID)
		if err != nil {
			return err
		}
		d.asClient = asClient
		shown := visible(d.asClient || tx.Actor().Is(actor.Client), d.Config.Widgets, metrics)
		at := slices.IndexFunc(shown, func(w widget.Widget) bool { return w.ID == name })
		if at < 0 || len(shown[at].Measures) == 0 {
			return fault.Missing("widget")
		}
		d.Config.Widgets = inFull(metrics, shown[at])
		if report, asks, err = s.read(ctx, tx, d, r, c); err == nil {
			tx.Record(about("dashboard.view", d.Customer.ID, d.ID, map[string]any{"widget": name, "from": report.Range.From, "to": report.Range.To}))
		}
		return err
	})
	if err == nil {
		err = s.askFor(ctx, asks)
	}
	report.ownSources()
	return report, err
}

// ownSources leaves the sources that the report's widgets are of.
func (r *Report) ownSources() {
	r.Freshness = slices.DeleteFunc(r.Freshness, func(f Freshness) bool {
		return !slices.ContainsFunc(r.Widgets, func(w widget.Result) bool {
			return slices.ContainsFunc(w.Passport, func(p widget.Passport) bool {
				return slices.ContainsFunc(p.Sources, func(o widget.Origin) bool { return o.SourceID == f.SourceID })
			})
		})
	})
}

// inFull are the widgets that a drill-down is made of.
func inFull(metrics *metric.Registry, w widget.Widget) []widget.Widget {
	list := []widget.Widget{{ID: "days", Kind: "line", Title: w.Title, Width: widget.Columns, Measures: w.Measures, SourceID: w.SourceID}}
	m, ok := metrics.Find(w.Measures[0].Metric)
	if !ok {
		return list
	}
	for _, dimension := range dimensionsOf(metrics, m) {
		part := widget.Widget{ID: "by-" + dimension, Kind: "table", Title: "By " + lower(widget.Heading(dimension)), Width: widget.Columns, Dimension: dimension, Limit: drillRows, SourceID: w.SourceID}
		for _, measure := range w.Measures {
			var check fault.Check
			probe := part
			probe.Measures = []widget.Measure{measure}
			widget.CheckWidget(&check, "", probe, metrics)
			if check.Err() == nil {
				part.Measures = append(part.Measures, measure)
			}
		}
		if len(part.Measures) > 0 {
			list = append(list, part)
		}
	}
	return list
}

// lookInto reads a widget's page, from where its dashboard is looked at.
func (s *Service) lookInto(r *http.Request, id uuid.UUID, from vantage) (d drill, status int, err error) {
	ctx, name := r.Context(), r.PathValue("widget")
	opened, err := s.dashboard(ctx, id)
	if err != nil {
		return d, 0, err
	}
	at := slices.IndexFunc(opened.Config.Widgets, func(w widget.Widget) bool { return w.ID == name })
	if at < 0 {
		return d, 0, fault.Missing("widget")
	}
	metrics, err := s.metricsFor(ctx, opened.Customer.ID)
	if err != nil {
		return d, 0, err
	}
	d.title = titleOf(metrics, opened.Config.Widgets[at])
	d.view, status, err = s.look(ctx, id, from.below(name), r.URL.Query(), func(ctx context.Context, id uuid.UUID, r widget.Range, compare widget.Comparison) (Report, error) {
		return s.drillInto(ctx, id, name, r, compare, from.staff)
	})
	if err != nil {
		return d, 0, err
	}
	d.exports, d.orders = s.widgetExports(d.view, id, name), nil
	d.byDay, d.parts = d.Widgets[0], d.Widgets[1:]
	return d, status, nil
}

func (c clientPages) showWidget(w http.ResponseWriter, r *http.Request) error {
	id, err := route.PathID(r, "id", "dashboard")
	if err != nil {
		return err
	}
	d, status, err := c.lookInto(r, id, fromClient(dashboardPath(id)))
	if err != nil {
		return err
	}
	p := c.page(w, r, d.title, web.Crumb{Label: d.Dashboard.Name, Href: dashboardPath(id) + d.query()}, web.Crumb{Label: d.title})
	web.Render(w, r, status, WidgetNumbers(d.withCharts(p), d))
	return nil
}

// widgetExports are the links to a single widget as a file.
func (s *Service) widgetExports(v view, id uuid.UUID, name string) (links []web.Link) {
	for format, f := range s.WidgetFormats {
		values := url.Values{"from": {v.Range.From.String()}, "to": {v.Range.To.String()}, "compare": {string(v.compare)}, "format": {format}}
		links = append(links, web.Link{Label: f.Label, Href: v.api + "/" + id.String() + "/widgets/" + name + "/reports?" + values.Encode()})
	}
	slices.SortFunc(links, func(a, b web.Link) int { return strings.Compare(a.Label, b.Label) })
	return links
}

// titleOf is what a widget is called.
func titleOf(metrics *metric.Registry, w widget.Widget) string {
	if w.Title != "" {
		return w.Title
	}
	if len(w.Measures) == 0 {
		kind, _ := widget.KindOf(w.Kind)
		return first(kind.Title, kind.Label)
	}
	m, _ := metrics.Find(w.Measures[0].Metric)
	return first(w.Measures[0].Label, m.Label, w.Measures[0].Metric)
}
