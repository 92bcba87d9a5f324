package analytics

import (
	"context"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/google/uuid"

	"clientportal/internal/analytics/widget"
	"clientportal/internal/fault"
	"clientportal/internal/web"
)

// chosen is the range and comparison of a page, as its address says them.
type chosen struct {
	preset   widget.Preset
	from, to string
	compare  widget.Comparison
}

// defaultRange and its comparison are what a page shows when its address says nothing.
const (
	defaultRange   = widget.Last30Days
	defaultCompare = widget.PreviousPeriod
)

func chosenBy(query url.Values) chosen {
	c := chosen{preset: widget.Preset(query.Get("range")), from: query.Get("from"), to: query.Get("to"), compare: widget.Comparison(query.Get("compare"))}
	if c.compare == "" {
		c.compare = defaultCompare
	}
	if c.preset == "" && c.from == "" && c.to == "" {
		c.preset = defaultRange
	}
	return c
}

// check is the range that was chosen, or what is wrong with it.
func (c chosen) check(today widget.Day) (widget.Range, error) {
	var check fault.Check
	c.compare.Check(&check)
	if err := check.Err(); err != nil {
		return widget.Range{}, err
	}
	return rangeOf(c.from, c.to, c.preset, today)
}

// query is the address of the same page with another choice.
func (c chosen) query() string {
	values := url.Values{}
	if c.preset != "" && c.preset != defaultRange {
		values.Set("range", string(c.preset))
	}
	if c.from != "" || c.to != "" {
		values.Set("from", c.from)
		values.Set("to", c.to)
	}
	if c.compare != defaultCompare {
		values.Set("compare", string(c.compare))
	}
	if len(values) == 0 {
		return ""
	}
	return "?" + values.Encode()
}

func (c chosen) withPreset(p widget.Preset) string {
	return chosen{preset: p, compare: c.compare}.query()
}

func (c chosen) withCompare(compare widget.Comparison) string {
	c.compare = compare
	return c.query()
}

// view is a dashboard's page.
type view struct {
	Report
	chosen
	vantage
	others  []web.View
	exports []web.Link
	orders  []web.Action // exports that are made in the background, in the place of those
	form    web.Form     // the custom range, when it did not go through
	empty   bool         // the customer has no dashboard
	keeps   bool         // the reader says who else sees it
}

// vantage is where a dashboard is looked at.
type vantage struct {
	base    string // the page's own address, without its query
	api     string // where its numbers are had as files
	waiting string // where those are asked for that take a while
	staff   bool
}

func fromClient(base string) vantage {
	return vantage{base: base, api: clientDashboards, waiting: "/analytics/exports"}
}

func fromStaff(base string) vantage {
	return vantage{base: base, api: staffDashboards, waiting: "/staff/exports", staff: true}
}

// below is a page under that of the dashboard.
func (v vantage) below(name string) vantage {
	v.base += "/" + name
	return v
}

// look reads a dashboard for a page. What is wrong with the range is said in the
// form, above the usual range's numbers.
func (s *Service) look(ctx context.Context, id uuid.UUID, at vantage, query url.Values, read func(context.Context, uuid.UUID, widget.Range, widget.Comparison) (Report, error)) (v view, status int, err error) {
	v = view{chosen: chosenBy(query), vantage: at}
	d, err := s.dashboard(ctx, id)
	if err != nil {
		return v, 0, err
	}
	status = http.StatusOK
	r, err := v.check(Today(ctx, d.zone))
	if form, wrong := (web.Form{Values: query}).With(err); err != nil && wrong {
		v.form, status = form, fault.Status(err)
		v.chosen = chosen{preset: defaultRange, compare: defaultCompare}
		r = widget.Range{}
	} else if err != nil {
		return v, 0, err
	}
	if v.Report, err = read(ctx, id, r, v.compare); err != nil {
		return v, 0, err
	}
	for _, format := range s.exportsInOrder() {
		if v.large() && !reader(ctx).Viewing() {
			v.orders = append(v.orders, v.order(format, s.Formats[format].Label))
			continue
		}
		values := url.Values{"from": {v.Range.From.String()}, "to": {v.Range.To.String()}, "compare": {string(v.compare)}, "format": {format}}
		v.exports = append(v.exports, web.Link{Label: s.Formats[format].Label, Href: v.api + "/" + id.String() + "/reports?" + values.Encode()})
	}
	return v, status, nil
}

// atOnce is of how many days an export is made while somebody waits.
const atOnce = 366

func (v view) large() bool { return widget.Range{From: v.Range.From, To: v.Range.To}.Days() > atOnce }

// order asks for an export that is made in the background.
func (v view) order(format, label string) web.Action {
	return web.Action{Label: label, Post: v.waiting, Fields: []web.Hidden{
		{Name: "dashboard_id", Value: v.Dashboard.ID.String()}, {Name: "format", Value: format}, {Name: "from", Value: v.Range.From.String()}, {Name: "to", Value: v.Range.To.String()}, {Name: "compare", Value: string(v.compare)},
	}}
}

// exportsInOrder are the names of the formats, by their labels.
func (s *Service) exportsInOrder() []string {
	names := slices.Collect(maps.Keys(s.Formats))
	slices.SortFunc(names, func(a, b string) int { return strings.Compare(s.Formats[a].Label, s.Formats[b].Label) })
	return names
}
