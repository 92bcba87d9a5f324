package widget

// text is words of the agency's beside the numbers.
var text = Kind{
	Name: "text", Label: "Text", Hint: "Words beside the numbers, in Markdown",
	Takes: Takes{Text: Required},
	Fill:  func(w Widget, _ *Data, r *Result) { r.Text = w.Text },
}
