package widget

// number is one figure with its change and a sparkline.
var number = Kind{
	Name: "number", Label: "Number", Hint: "One figure with its change and a sparkline",
	Takes: Takes{MinMeasures: 1, MaxMeasures: 1},
	Chart: Tile,
	Needs: ofMeasures,
	Fill: func(w Widget, d *Data, r *Result) {
		r.Figures = d.Figures(w, w.Measures[0])
		r.State = stateOf(r.Figures)
		r.Series = d.Spark(w, w.Measures[0])
	},
}

// stateOf is how the figures of one measure stand, one for each currency.
func stateOf(figures []Figure) State {
	if len(figures) > 1 {
		return Mixed
	}
	return figures[0].State
}
