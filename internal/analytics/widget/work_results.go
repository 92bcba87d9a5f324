package widget

// workResults is a line on which what was done stands: closed tickets and finished
// phases, by the titles that the customer knows.
var workResults = Kind{
	Name: "work_results", Label: "Work and results", Hint: "A metric over time, with closed tickets and finished phases on their days",
	Takes: Takes{MinMeasures: 1, MaxMeasures: 2},
	Chart: Line,
	Check: oneUnit,
	Needs: func(w Widget) []Need { return []Need{{Measures: w.Measures, Line: true, Work: true}} },
	Fill: func(w Widget, d *Data, r *Result) {
		fillLines(w, d, r)
		r.Annotations = d.Work
	},
}
