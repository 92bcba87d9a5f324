package widget

// table is several measures for each part of a dimension.
var table = Kind{
	Name: "table", Label: "Table", Hint: "Several metrics for each campaign, page, product …",
	Takes: Takes{MinMeasures: 1, MaxMeasures: 8, Dimension: Required, Limit: true},
	Needs: parts(10),
	Fill: func(w Widget, d *Data, r *Result) {
		fillParts(w, d, r)
		r.Figures = nil
		if r.Table != nil {
			r.Figures = r.Table.Total.Figures
		}
	},
}
