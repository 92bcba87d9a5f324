package analytics

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"clientportal/internal/analytics/analyticsdb"
	"clientportal/internal/analytics/widget"
	"clientportal/internal/db"
	"clientportal/internal/fault"
	"clientportal/internal/metric"
	"clientportal/internal/route"
	"clientportal/internal/web"
)

// widgetForm is one widget as it is configured.
type widgetForm struct {
	web.Form
	dashboard  Dashboard
	kind       widget.Kind
	id         string // of the widget, "" for a new one
	rows       int    // of measures that stand open; there is room for more
	metrics    []web.Option
	dimensions []web.Option // to keep one part of
	splits     []web.Option // the same, to split by
	sources    []web.Option
}

func (c staffPages) showNewWidget(w http.ResponseWriter, r *http.Request) error {
	id, err := route.PathID(r, "id", "dashboard")
	if err != nil {
		return err
	}
	d, err := c.dashboard(r.Context(), id)
	if err != nil {
		return err
	}
	kind, known := widget.KindOf(r.URL.Query().Get("kind"))
	if !known {
		p := c.page(w, r, d.Customer, "Add a widget", web.Crumb{Label: "Dashboards", Href: listPath(d.Customer.ID)}, web.Crumb{Label: d.Name, Href: builderPath(id)}, web.Crumb{Label: "Add a widget"})
		web.Render(w, r, http.StatusOK, WidgetKinds(p, d.Dashboard))
		return nil
	}
	width := widget.Columns / 2
	if kind.Chart == widget.Tile {
		width = widget.Columns / 3
	}
	form := web.Form{Values: url.Values{"kind": {kind.Name}, "width": {strconv.Itoa(width)}, tagField: {d.Tag()}}}
	return c.drawWidgetForm(w, r, http.StatusOK, d.Dashboard, "", form)
}

func (c staffPages) showWidgetForm(w http.ResponseWriter, r *http.Request) error {
	id, err := route.PathID(r, "id", "dashboard")
	if err != nil {
		return err
	}
	d, err := c.dashboard(r.Context(), id)
	if err != nil {
		return err
	}
	at, err := indexOf(d.Config.Widgets, r.PathValue("widget"))
	if err != nil {
		return err
	}
	form := web.Form{Values: written(d.Config.Widgets[at])}
	form.Values.Set(tagField, d.Tag())
	return c.drawWidgetForm(w, r, http.StatusOK, d.Dashboard, d.Config.Widgets[at].ID, form)
}

func (c staffPages) drawWidgetForm(w http.ResponseWriter, r *http.Request, status int, d Dashboard, id string, form web.Form) error {
	kind, ok := widget.KindOf(form.Value("kind"))
	if !ok {
		return fault.Missing("kind of widget")
	}
	v := widgetForm{Form: form, dashboard: d, kind: kind, id: id, rows: rowsOf(form, kind)}
	metrics, err := c.metricsFor(r.Context(), d.Customer.ID)
	if err != nil {
		return err
	}
	v.metrics, v.dimensions = c.metricOptions(metrics), dimensionOptions(metrics)
	if kind.Takes.Dimension == widget.Required {
		v.splits = append([]web.Option{{Value: "", Label: "Choose by what"}}, v.dimensions[1:]...)
	} else {
		v.splits = v.dimensions
	}
	if v.sources, err = c.sourceOptions(r.Context(), d.Customer.ID); err != nil {
		return err
	}
	title := "Add " + lower(kind.Label)
	if id != "" {
		title = first(form.Value("title"), kind.Label)
	}
	p := c.page(w, r, d.Customer, title, web.Crumb{Label: "Dashboards", Href: listPath(d.Customer.ID)}, web.Crumb{Label: d.Name, Href: builderPath(d.ID)}, web.Crumb{Label: title})
	web.Render(w, r, status, WidgetEditor(p, v, title))
	return nil
}

func (c staffPages) addWidget(w http.ResponseWriter, r *http.Request) error {
	return c.keepWidget(w, r, "")
}

func (c staffPages) saveWidget(w http.ResponseWriter, r *http.Request) error {
	return c.keepWidget(w, r, r.PathValue("widget"))
}

func (c staffPages) keepWidget(w http.ResponseWriter, r *http.Request, name string) error {
	id, err := route.PathID(r, "id", "dashboard")
	if err != nil {
		return err
	}
	form, err := web.ReadForm(w, r)
	if err != nil {
		return err
	}
	read, err := typedWidget(form)
	read.ID = name
	if err == nil {
		_, err = c.SaveWidget(r.Context(), id, read, form.Value(tagField))
	}
	if fault.CodeOf(err) == fault.Stale {
		return c.again(w, r, id, err, builderForms{})
	}
	if fault.Mendable(err) {
		d, gone := c.dashboard(r.Context(), id)
		if gone != nil {
			return gone
		}
		form, _ = form.With(err)
		return c.drawWidgetForm(w, r, fault.Status(err), d.Dashboard, name, form)
	}
	if err != nil {
		return err
	}
	return c.done(w, r, id, "The widget is saved.")
}

// maxRows is how many rows of measures a form has at most.
const maxRows = 8

// rowsOf is how many measures the form shows at once: one more than there are.
func rowsOf(f web.Form, kind widget.Kind) int {
	filled := 0
	for i := range maxRows {
		if f.Value(fmt.Sprintf("measures[%d].metric", i)) != "" {
			filled = i + 1
		}
	}
	return min(max(filled+1, kind.Takes.MinMeasures), kind.Takes.MaxMeasures)
}

// typedWidget is a widget as it was typed. Rows without a metric are left out.
func typedWidget(f web.Form) (w widget.Widget, err error) {
	var check fault.Check
	w = widget.Widget{
		Kind: f.Value("kind"), Title: strings.TrimSpace(f.Value("title")), Dimension: f.Value("dimension"), Text: strings.TrimSpace(f.Value("text")),
	}
	w.Width = number(&check, f, "width")
	w.Limit = number(&check, f, "limit")
	if goal := strings.TrimSpace(f.Value("goal")); goal != "" {
		d, err := decimal.NewFromString(strings.ReplaceAll(goal, ",", ""))
		check.That(err == nil && d.Exponent() > -7 && len(goal) < 20, "goal", "Write a number such as 12000.")
		w.Goal = &widget.Number{Decimal: d}
	}
	if source := f.Value("source_id"); source != "" {
		id, err := uuid.Parse(source)
		check.That(err == nil, "source_id", "Choose one of the sources.")
		w.SourceID = &id
	}
	for i := range maxRows {
		at := fmt.Sprintf("measures[%d].", i)
		m := widget.Measure{Metric: f.Value(at + "metric"), Label: strings.TrimSpace(f.Value(at + "label")), Better: metric.Better(f.Value(at + "better"))}
		if m.Metric == "" {
			continue
		}
		if dimension, value := f.Value(at+"filter.dimension"), strings.TrimSpace(f.Value(at+"filter.value")); dimension != "" || value != "" {
			m.Filter = &widget.Filter{Dimension: dimension, Value: value}
		}
		w.Measures = append(w.Measures, m)
	}
	return w, check.Err()
}

func number(check *fault.Check, f web.Form, name string) int {
	text := strings.TrimSpace(f.Value(name))
	if text == "" {
		return 0
	}
	n, err := strconv.Atoi(text)
	check.That(err == nil, name, "Write a whole number.")
	return n
}

// written is a widget as its form holds it.
func written(w widget.Widget) url.Values {
	values := url.Values{"kind": {w.Kind}, "title": {w.Title}, "width": {strconv.Itoa(w.Width)}, "dimension": {w.Dimension}, "text": {w.Text}}
	if w.Limit > 0 {
		values.Set("limit", strconv.Itoa(w.Limit))
	}
	if w.Goal != nil {
		values.Set("goal", w.Goal.String())
	}
	if w.SourceID != nil {
		values.Set("source_id", w.SourceID.String())
	}
	for i, m := range w.Measures {
		at := fmt.Sprintf("measures[%d].", i)
		values.Set(at+"metric", m.Metric)
		values.Set(at+"label", m.Label)
		values.Set(at+"better", string(m.Better))
		if m.Filter != nil {
			values.Set(at+"filter.dimension", m.Filter.Dimension)
			values.Set(at+"filter.value", m.Filter.Value)
		}
	}
	return values
}

func (s *Service) metricOptions(metrics *metric.Registry) []web.Option {
	list := []web.Option{{Value: "", Label: "Choose a metric"}}
	for _, m := range metrics.All() {
		label := s.sourceLabel(widget.SourceType(m.Name)) + ": " + m.Label
		if m.Hidden {
			label += " (internal)"
		}
		list = append(list, web.Option{Value: m.Name, Label: label})
	}
	return list
}

func dimensionOptions(metrics *metric.Registry) []web.Option {
	var names []string
	for _, m := range metrics.All() {
		for dimension := range m.Dimensions {
			if !slices.Contains(names, dimension) {
				names = append(names, dimension)
			}
		}
	}
	slices.Sort(names)
	list := []web.Option{{Value: "", Label: "None"}}
	for _, name := range names {
		list = append(list, web.Option{Value: name, Label: widget.Heading(name)})
	}
	return list
}

// sourceOptions are the sources to choose from, where there are several of a kind.
func (s *Service) sourceOptions(ctx context.Context, customer uuid.UUID) (list []web.Option, err error) {
	var rows []analyticsdb.SourcesOfKindRow
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		rows, err = analyticsdb.New(tx).SourcesOfKind(ctx, customer)
		return err
	})
	several := map[string]int{}
	for _, row := range rows {
		several[row.SourceType]++
	}
	for _, row := range rows {
		if several[row.SourceType] > 1 {
			list = append(list, web.Option{Value: row.ID.String(), Label: s.sourceLabel(row.SourceType) + ": " + row.SourceName})
		}
	}
	if list != nil {
		list = append([]web.Option{{Value: "", Label: "All of them"}}, list...)
	}
	return list, err
}
