// Package metric says what each number of a dashboard means: its unit, how it may be
// added up, and where it comes from. Connectors declare their own metrics; sync and
// dashboards look them up here.
package metric

import (
	"fmt"
	"slices"
)

// Unit is what a value counts.
type Unit string

// The units.
const (
	Count   Unit = "count"   // of sessions, orders, clicks
	Money   Unit = "money"   // in the currency that stands beside the value
	Percent Unit = "percent" // a share: 0.25 is 25 %
	Seconds Unit = "seconds"
	Number  Unit = "number" // a plain figure, such as a frequency
)

// Aggregation is how the values of several days, or of several parts, become one.
type Aggregation string

// The ways of adding up.
const (
	Sum      Aggregation = "sum"
	Ratio    Aggregation = "ratio"    // the sum of one metric over the sum of another, never a mean of ratios
	Last     Aggregation = "last"     // the value of the last day: a stock, not a flow
	Distinct Aggregation = "distinct" // people: asked of the source for each range, never added
)

// Better is the direction in which a change is good.
type Better string

// The directions.
const (
	Up      Better = "up"
	Down    Better = "down"
	Neither Better = ""
)

// Metric is one number that a source knows. A name is "source.field".
type Metric struct {
	Name        string
	Label       string // as people call it: "Sessions"
	Definition  string // one sentence for the reader of a tile
	Unit        Unit
	Aggregation Aggregation
	Better      Better
	Field       string // what the source itself calls it: "sessions"
	Hidden      bool   // internal to the agency: no client sees it
	Attributed  bool   // counts what the source credits an ad or a channel with, by a rule of its own

	// Of a Sum, Last or Distinct: the report whose rows make its total, and the
	// report that carries each dimension by which it can be split.
	Report     string
	Dimensions map[string]string // dimension to report
	// Overlapping are those of the dimensions whose parts count the same thing more than
	// once, so that they add up to more than there is: an order counts with each product.
	Overlapping []string

	// Of a Ratio: the two metrics that it divides.
	Numerator   string
	Denominator string
}

// Splits reports whether the metric can be split by this dimension, "" for none.
func (m Metric) Splits(dimension string) bool {
	_, ok := m.Dimensions[dimension]
	return dimension == "" || ok
}

// AddsUp reports whether the metric's parts by a dimension make its whole.
func (m Metric) AddsUp(dimension string) bool {
	return m.Aggregation != Distinct && !slices.Contains(m.Overlapping, dimension)
}

// ReportFor is the report that carries the metric by this dimension, "" for its total.
func (m Metric) ReportFor(dimension string) string {
	if dimension == "" {
		return m.Report
	}
	return m.Dimensions[dimension]
}

// Registry is all metrics of the portal's connectors.
type Registry struct {
	byName map[string]Metric
	names  []string
}

// NewRegistry gathers metrics. A ratio of what is not there, or a name that is there
// twice, is a fault of the program.
func NewRegistry(lists ...[]Metric) (*Registry, error) {
	r := &Registry{byName: map[string]Metric{}}
	for _, m := range slices.Concat(lists...) {
		if _, twice := r.byName[m.Name]; twice {
			return nil, fmt.Errorf("metric %s is declared twice", m.Name)
		}
		r.byName[m.Name] = m
		r.names = append(r.names, m.Name)
	}
	for _, m := range r.byName {
		for _, part := range []string{m.Numerator, m.Denominator} {
			if _, ok := r.byName[part]; m.Aggregation == Ratio && !ok {
				return nil, fmt.Errorf("metric %s divides %q, which nobody declares", m.Name, part)
			}
		}
	}
	return r, nil
}

// Find looks a metric up by its name.
func (r *Registry) Find(name string) (Metric, bool) {
	m, ok := r.byName[name]
	return m, ok
}

// All are the metrics in the order in which they were declared.
func (r *Registry) All() []Metric {
	list := make([]Metric, len(r.names))
	for i, name := range r.names {
		list[i] = r.byName[name]
	}
	return list
}
