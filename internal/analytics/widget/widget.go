// Package widget is the kinds of widgets of a dashboard: what each takes in the
// dashboard's config, which numbers it needs, and what it makes of them. Each kind
// is one file, and one line in Kinds.
package widget

import (
	"clientportal/internal/fault"
	"clientportal/internal/metric"
)

// Kind is one kind of widget.
type Kind struct {
	Name  string // as it stands in a config: "number"
	Label string // for who builds a dashboard
	Hint  string
	Title string // of a widget without one of its own, in the place of its metric's
	Takes Takes
	Chart Chart // how the page draws it, beside its table

	// Check adds to what Takes says.
	Check func(c *fault.Check, at string, w Widget, metrics *metric.Registry)
	// Needs are the numbers that it is made of.
	Needs func(w Widget) []Need
	// Fill makes the result out of them. What all kinds have is there already.
	Fill func(w Widget, d *Data, r *Result)
}

// Takes says which parts of a Widget a kind uses; a config with others is refused.
type Takes struct {
	MinMeasures, MaxMeasures int
	Dimension                Use
	Goal                     Use
	Text                     Use
	Limit                    bool
}

// Use is how a kind takes an option.
type Use int

// The uses.
const (
	No Use = iota
	Optional
	Required
)

// Chart is how a result is drawn.
type Chart string

// The charts. Without one, a result is text and tables.
const (
	NoChart Chart = ""
	Tile    Chart = "tile" // a figure with a sparkline
	Line    Chart = "line"
	Bar     Chart = "bar"
	Stacked Chart = "stacked"
	Donut   Chart = "donut"
)

// Kinds are all kinds, in the order in which the builder offers them.
var Kinds = []Kind{
	number,
	goal,
	line,
	bar,
	stackedBar,
	donut,
	table,
	funnel,
	cohorts,
	text,
	workResults,
	reconciliation,
}

// ofMeasures needs a widget's own measures for the whole range and by day.
func ofMeasures(w Widget) []Need { return []Need{{Measures: w.Measures}} }

// KindOf finds a kind by its name.
func KindOf(name string) (Kind, bool) {
	for _, k := range Kinds {
		if k.Name == name {
			return k, true
		}
	}
	return Kind{}, false
}

// Need is one set of numbers that a widget is made of.
type Need struct {
	Measures  []Measure
	Line      bool   // in the steps of a line across the page, not only those of a tile's
	Dimension string // split by it, "" for the whole
	ByDay     bool   // with Dimension: for each day or longer step too
	Whole     bool   // with ByDay: single days even in a long range
	Limit     int    // with Dimension: how many parts by their own name
	Work      bool   // also what was done: closed tickets, finished phases
}
