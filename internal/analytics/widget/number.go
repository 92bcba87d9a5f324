package widget

var number = Kind{
	Name: "number", Label: "Number", Hint: "One figure with its change and a sparkline",
	Takes: Takes{MinMeasures: 1, MaxMeasures: 1},
	Chart: Tile,
}
