package widget

import (
	"clientportal/internal/fault"
	"clientportal/internal/metric"
)

// stackedParts is how many parts are stacked by their own name; with what is left
// they are as many as there are colours.
const stackedParts = 4

// stackedBar is the parts of one measure over time.
var stackedBar = Kind{
	Name: "stacked_bar", Label: "Stacked bars", Hint: "The parts of a metric over time",
	Takes: Takes{MinMeasures: 1, MaxMeasures: 1, Dimension: Required},
	Chart: Stacked,
	Check: makesAWhole,
	Needs: func(w Widget) []Need {
		return []Need{{Measures: w.Measures, Dimension: w.Dimension, ByDay: true, Limit: stackedParts}, {Measures: w.Measures}}
	},
	Fill: func(w Widget, d *Data, r *Result) {
		if r.State = d.firstState(w); r.State != OK {
			return
		}
		r.Figures = d.Figures(w, w.Measures[0])
		r.Series, r.State = d.Stacks(w, w.Measures[0])
	},
}

// makesAWhole refuses what has no parts that add up: ratios, people, stocks, orders by product.
func makesAWhole(c *fault.Check, at string, w Widget, metrics *metric.Registry) {
	for _, m := range w.Measures {
		known, ok := metrics.Find(m.Metric)
		c.That(!ok || known.Aggregation == metric.Sum && known.AddsUp(w.Dimension), at+"measures", "The parts of %s don't add up to a whole. Show it as bars or a table.", known.Label)
	}
}
