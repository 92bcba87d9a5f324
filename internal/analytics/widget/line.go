package widget

import (
	"clientportal/internal/fault"
	"clientportal/internal/metric"
)

// line is one to four measures over time.
var line = Kind{
	Name: "line", Label: "Line", Hint: "Up to four metrics over time, of one unit",
	Takes: Takes{MinMeasures: 1, MaxMeasures: 4},
	Chart: Line,
	Check: oneUnit,
	Needs: func(w Widget) []Need { return []Need{{Measures: w.Measures, Line: true}} },
	Fill:  fillLines,
}

// oneUnit holds the measures of a chart to one unit, since they share an axis.
func oneUnit(c *fault.Check, at string, w Widget, metrics *metric.Registry) {
	var unit metric.Unit
	for _, m := range w.Measures {
		known, ok := metrics.Find(m.Metric)
		if !ok {
			continue
		}
		c.That(unit == "" || unit == known.Unit, at+"measures", "The metrics of a chart share one unit; %s is of another.", known.Label)
		unit = known.Unit
	}
}

// fillLines draws each measure; one in several currencies is not drawn.
func fillLines(w Widget, d *Data, r *Result) {
	r.State = ""
	currency := ""
	for _, m := range w.Measures {
		figures := d.Figures(w, m)
		state := stateOf(figures)
		r.Figures = append(r.Figures, figures...)
		r.State = better(r.State, state)
		if state != OK {
			continue
		}
		if currency != "" && figures[0].Currency != "" && figures[0].Currency != currency {
			r.State, r.Series = Mixed, nil
			return
		}
		currency = first(currency, figures[0].Currency)
		r.Series = append(r.Series, d.Lines(w, m, d.Range.lineGrain())...)
	}
}

// better is the state of a widget with several measures: one that can be shown
// is enough.
func better(a, b State) State {
	if a == "" || b == OK {
		return b
	}
	return a
}
