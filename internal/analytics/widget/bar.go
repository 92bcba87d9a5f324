package widget

// bar is one measure for each part of a dimension.
var bar = Kind{
	Name: "bar", Label: "Bars", Hint: "A metric for each channel, campaign, page …",
	Takes: Takes{MinMeasures: 1, MaxMeasures: 1, Dimension: Required, Limit: true},
	Chart: Bar,
	Needs: parts(8),
	Fill:  fillParts,
}

// parts needs a widget's measures split by its dimension.
func parts(usual int) func(Widget) []Need {
	return func(w Widget) []Need {
		limit := w.Limit
		if limit == 0 {
			limit = usual
		}
		return []Need{{Measures: w.Measures, Dimension: w.Dimension, Limit: limit}, {Measures: w.Measures}}
	}
}

func fillParts(w Widget, d *Data, r *Result) {
	r.Table, r.State = d.Parts(w)
	if r.State == Mixed {
		r.Figures = d.Figures(w, w.Measures[0])
	}
}
