package analytics

import (
	"fmt"
	"math"
	"strings"

	"clientportal/internal/analytics/widget"
	"clientportal/internal/metric"
	"clientportal/internal/web"
)

// chart is what the browser draws, beside the table that says the same.
type chart struct {
	Kind     widget.Chart `json:"kind"`
	Unit     metric.Unit  `json:"unit"`
	Currency string       `json:"currency,omitempty"`
	Labels   []string     `json:"labels"`
	Series   []drawn      `json:"series"`
	Marks    []mark       `json:"marks,omitempty"`
}

// drawn is one line, or one bar of each label. Values are for drawing only: exact
// ones stand in the table.
type drawn struct {
	Name        string     `json:"name"`
	Values      []*float64 `json:"values"`
	Before      bool       `json:"before,omitempty"`      // what is compared with
	Other       bool       `json:"other,omitempty"`       // what is not named
	Provisional []int      `json:"provisional,omitempty"` // which values may still change
}

// mark is something that was done, at a label.
type mark struct {
	At    int    `json:"at"`
	Title string `json:"title"`
}

// chartOf is a result's chart, or nil where it has none.
func chartOf(r widget.Result) *chart {
	kind, ok := widget.KindOf(r.Kind)
	if !ok || r.State != widget.OK {
		return nil
	}
	switch kind.Chart {
	case widget.Line, widget.Stacked:
		return overTime(kind.Chart, r)
	case widget.Bar, widget.Donut:
		return ofParts(kind.Chart, r)
	}
	return nil
}

func overTime(kind widget.Chart, r widget.Result) *chart {
	if len(r.Series) == 0 {
		return nil
	}
	c := &chart{Kind: kind, Unit: r.Series[0].Column.Unit, Currency: r.Series[0].Currency}
	at := map[widget.Day]int{}
	for i, p := range r.Series[0].Points {
		c.Labels = append(c.Labels, stepWords(p.Day, r.Series[0].Grain))
		at[p.Day] = i
	}
	for _, s := range r.Series {
		c.Series = append(c.Series, line(s.Name, s.Points, false))
		if kind == widget.Line && len(s.Previous) > 0 {
			c.Series = append(c.Series, line(s.Name+", before", s.Previous, true))
		}
	}
	for _, a := range r.Annotations {
		if i, ok := at[a.Day]; ok {
			c.Marks = append(c.Marks, mark{i, a.Title})
		}
	}
	return c
}

func line(name string, points []widget.Point, before bool) drawn {
	d := drawn{Name: name, Before: before, Other: name == "Other"}
	for i, p := range points {
		d.Values = append(d.Values, approximate(p.Value))
		if p.Provisional && !before {
			d.Provisional = append(d.Provisional, i)
		}
	}
	return d
}

func ofParts(kind widget.Chart, r widget.Result) *chart {
	if r.Table == nil || len(r.Table.Rows) == 0 {
		return nil
	}
	c := &chart{Kind: kind, Unit: r.Table.Columns[0].Unit}
	now, before := drawn{Name: "Now"}, drawn{Name: "Before", Before: true}
	compared := false
	for _, row := range r.Table.Rows {
		f := row.Figures[0]
		c.Labels, c.Currency = append(c.Labels, row.Label), first(c.Currency, f.Currency)
		now.Values = append(now.Values, approximate(f.Value))
		before.Values = append(before.Values, approximate(f.Previous))
		compared = compared || f.Previous != nil
	}
	c.Series = []drawn{now}
	if compared && kind == widget.Bar {
		c.Series = append(c.Series, before)
	}
	return c
}

func approximate(n *widget.Number) *float64 {
	if n == nil {
		return nil
	}
	f := math.Round(n.InexactFloat64()*1e4) / 1e4
	return &f
}

func stepWords(d widget.Day, g widget.Grain) string {
	switch g {
	case widget.ByMonth:
		return d.Format("Jan 2006")
	case widget.ByWeek:
		return "Week of " + d.Format("2 Jan")
	}
	return d.Format("2 Jan")
}

// sentence says what a chart shows to who can't see it.
func (v view) sentence(c web.Clock, r widget.Result) string {
	words := r.Title + ", " + spanWords(c, v.Range)
	for _, s := range r.Series {
		words += ": " + s.Name + " " + Amount(s.Total.Value, s.Column.Unit, s.Total.Currency, true)
		if change := ChangeText(s.Total, s.Column.Unit); change != "" {
			words += " (" + change + ")"
		}
	}
	return words + ". The table below says the same."
}

const (
	sparkWidth  = 88.0
	sparkHeight = 24.0
	sparkPoints = 60 // more can't be told apart
)

// sparkline is the path of a small line without axes, and its last point.
func sparkline(points []widget.Point) (path string, x, y float64) {
	values := thinned(points)
	low, high, known := math.Inf(1), math.Inf(-1), 0
	for _, v := range values {
		if v != nil {
			low, high, known = min(low, *v), max(high, *v), known+1
		}
	}
	if known < 2 {
		return "", 0, 0
	}
	var b strings.Builder
	broken := true
	for i, v := range values {
		if v == nil {
			broken = true
			continue
		}
		x = 2 + (sparkWidth-5)*float64(i)/float64(len(values)-1)
		y = sparkHeight / 2
		if high > low {
			y = 2 + (sparkHeight-4)*(high-*v)/(high-low)
		}
		fmt.Fprintf(&b, "%s%.1f %.1f", map[bool]string{true: "M", false: "L"}[broken], x, y)
		broken = false
	}
	return b.String(), x, y
}

// thinned are the points as so many that can be told apart, each the mean of those
// it stands for.
func thinned(points []widget.Point) []*float64 {
	size := (len(points) + sparkPoints - 1) / sparkPoints
	var values []*float64
	for i := 0; i < len(points); i += max(size, 1) {
		sum, n := 0.0, 0
		for _, p := range points[i:min(i+size, len(points))] {
			if v := approximate(p.Value); v != nil {
				sum, n = sum+*v, n+1
			}
		}
		var mean *float64
		if n > 0 {
			m := sum / float64(n)
			mean = &m
		}
		values = append(values, mean)
	}
	return values
}
