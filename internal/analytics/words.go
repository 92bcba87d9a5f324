package analytics

import (
	"strings"

	"clientportal/internal/analytics/draw"
	"clientportal/internal/analytics/widget"
	"clientportal/internal/metric"
	"clientportal/internal/web"
)

// noData stands where there is no number.
const noData = "no data"

// Amount is a number as people read it: "£184,320", "2.41%", "1 min 24 s". A figure
// that stands large leaves out what is small beside it; full keeps it.
func Amount(n *widget.Number, unit metric.Unit, currency string, full bool) string {
	switch {
	case n == nil:
		return noData
	case full:
		return draw.Value(n.Decimal, unit, currency)
	}
	return draw.Rounded(n.Decimal, unit, currency)
}

// percentage is a share in percent.
func percentage(share widget.Number) string { return draw.Value(share.Decimal, metric.Percent, "") }

// ChangeText is by how much a figure changed: "+12.4%", "−0.4 pp"; "" where it is
// not known.
func ChangeText(f widget.Figure, unit metric.Unit) string {
	text, _ := draw.Change(f, widget.Column{Unit: unit})
	return text
}

// changeClass colours a change by whether it is good, not by its direction.
func changeClass(f widget.Figure, better metric.Better) string {
	switch _, good := draw.Change(f, widget.Column{Better: better}); good {
	case 1:
		return "text-success"
	case -1:
		return "text-error"
	}
	return "text-muted"
}

// figureText is a figure in a cell.
func figureText(f widget.Figure, c widget.Column) string { return draw.Figure(f, c.Unit) }

// roundText is a figure where there is little room for what is small.
func roundText(f widget.Figure, c widget.Column) string {
	if f.State == widget.OK {
		return Amount(f.Value, c.Unit, f.Currency, false)
	}
	return figureText(f, c)
}

// spanWords are a range of days in words.
func spanWords(c web.Clock, p Period) string { return c.Span(p.From.Time, p.To.Time) }

// lower makes a heading fit into a sentence.
func lower(text string) string {
	if text == "" {
		return ""
	}
	return strings.ToLower(text[:1]) + text[1:]
}
