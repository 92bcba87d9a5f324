package widget

// donut is the parts of one measure as shares of the whole, the table beside it.
var donut = Kind{
	Name: "donut", Label: "Donut", Hint: "The largest parts of a metric, and the others as one",
	Takes: Takes{MinMeasures: 1, MaxMeasures: 1, Dimension: Required},
	Chart: Donut,
	Check: makesAWhole,
	Needs: parts(stackedParts),
	Fill:  fillParts,
}
