// Package draw draws what the widgets of a dashboard show: each kind of chart once,
// on a canvas that is a picture or a page of a document.
package draw

import (
	"image/color"
	"strings"

	"clientportal/internal/analytics/widget"
	"clientportal/internal/canvas"
)

// Chart is a result that is to be drawn.
type Chart struct {
	Result widget.Result
	Accent color.Color // the agency's
	Range  string      // what the values are of: "20 Oct to 18 Nov 2026"
	Before string      // what they are compared with, "" for nothing
	Width  float64
}

// The colours of charts after the accent, as the portal's pages have them.
var (
	ink    = color.RGBA{0x1d, 0x24, 0x29, 0xff}
	faint  = color.RGBA{0x5a, 0x64, 0x6b, 0xff}
	hair   = color.RGBA{0xe0, 0xe4, 0xe6, 0xff}
	track  = color.RGBA{0xe6, 0xea, 0xec, 0xff}
	ochre  = color.RGBA{0xc5, 0x7f, 0x32, 0xff}
	plum   = color.RGBA{0x8f, 0x55, 0x96, 0xff}
	moss   = color.RGBA{0x50, 0x90, 0x60, 0xff}
	grey   = color.RGBA{0x86, 0x8d, 0x92, 0xff}
	better = color.RGBA{0x25, 0x69, 0x3f, 0xff}
	worse  = color.RGBA{0xa5, 0x2f, 0x24, 0xff}
)

var (
	title = canvas.Style{Size: 16, Bold: true, Color: ink}
	body  = canvas.Style{Size: 12, Color: ink}
	note  = canvas.Style{Size: 11, Color: faint}
)

const lineStep = 17.0 // from one line of text to the next

// pen draws a chart from top to bottom. Drawing on no canvas only measures.
type pen struct {
	canvas.Canvas
	Chart
	y float64
}

// Draws reports whether there is a chart of this result at all.
func Draws(r widget.Result) bool { return r.Kind != "text" }

// Draw draws the chart and returns how high it is. The height does not depend on the
// canvas but for its font, which all have.
func Draw(c canvas.Canvas, chart Chart) (height float64) {
	p := &pen{Canvas: c, Chart: chart}
	p.head()
	if drawn := p.part(); drawn != nil {
		drawn()
	} else {
		p.figures()
	}
	for _, n := range chart.Result.Notes {
		p.y += 4
		p.lines(n, note)
	}
	return p.y
}

// Height is how high a chart is drawn.
func Height(chart Chart) float64 { return Draw(blind{canvas.NewPicture(1, 1, 1)}, chart) }

// blind measures text and draws nothing.
type blind struct{ measure *canvas.Picture }

func (blind) Fill([]canvas.Point, color.Color)                {}
func (blind) Stroke([]canvas.Point, canvas.Stroke)            {}
func (blind) Text(float64, float64, string, canvas.Style)     {}
func (b blind) TextWidth(text string, s canvas.Style) float64 { return b.measure.TextWidth(text, s) }

// part is how this result is drawn, nil where there is nothing to draw.
func (p *pen) part() func() {
	r := p.Result
	switch {
	case r.State != widget.OK && r.Table == nil:
		return nil
	case r.Kind == "number" || r.Kind == "goal":
		return p.tile
	case r.Kind == "stacked_bar" && len(r.Series) > 0:
		return p.stacked
	case r.Kind == "bar" && r.Table != nil:
		return p.bars
	case r.Kind == "donut" && r.Table != nil:
		return p.donut
	case len(r.Steps) > 0:
		return p.funnel
	case len(r.Cohorts) > 0:
		return p.cohorts
	case r.Table != nil:
		return p.table
	case len(r.Series) > 0:
		return p.lineChart
	}
	return nil
}

func (p *pen) head() {
	p.y = 16
	style := title
	if p.Result.Kind == "number" || p.Result.Kind == "goal" { // the number is what stands out
		style = in(body, faint)
	}
	p.text(0, canvas.Fit(p, p.Result.Title, style, p.Width), style)
	if p.Result.Subtitle != "" {
		p.y += lineStep
		p.text(0, canvas.Fit(p, p.Result.Subtitle, note, p.Width), note)
	}
	p.y += 10
}

// figures are what there is when nothing can be drawn: why, and the figures that
// can't be one.
func (p *pen) figures() {
	p.y += 4
	p.lines(p.Result.Reason, body)
	if len(p.Result.Figures) < 2 {
		return
	}
	for i, f := range p.Result.Figures {
		p.y += lineStep
		p.text(0, canvas.Fit(p, p.figureText(i, f), body, p.Width), body)
	}
	p.y += 6
}

// figureText is one of the figures with its name; the figures are those of the
// columns, or those of the first one in several currencies.
func (p *pen) figureText(i int, f widget.Figure) string {
	columns := p.Result.Columns
	switch {
	case len(columns) == len(p.Result.Figures):
		return columns[i].Label + ": " + Figure(f, columns[i].Unit)
	case len(columns) > 0:
		return Figure(f, columns[0].Unit)
	}
	return Figure(f, "")
}

// text writes where the pen is.
func (p *pen) text(x float64, text string, s canvas.Style) { p.Text(x, p.y, text, s) }

// lines writes a text in as many lines as it takes.
func (p *pen) lines(text string, s canvas.Style) {
	line := ""
	flush := func() {
		p.y += s.Size * 1.4
		p.text(0, canvas.Fit(p, line, s, p.Width), s)
		line = ""
	}
	for _, word := range strings.Fields(text) {
		longer := strings.TrimSpace(line + " " + word)
		if line != "" && p.TextWidth(longer, s) > p.Width {
			flush()
			longer = word
		}
		line = longer
	}
	if line != "" {
		flush()
	}
	p.y += 4
}

// colour is that of the i-th series; what is not shown by its own name is grey.
func (p *pen) colour(i int, other bool) color.Color {
	if other {
		return grey
	}
	return []color.Color{p.Accent, ochre, plum, moss, grey}[i%5]
}

// tint is a colour on white, as much of it as share.
func tint(c color.Color, share float64) color.Color {
	full := color.RGBAModel.Convert(c).(color.RGBA)
	part := func(v uint8) uint8 { return uint8(float64(v)*share + 255*(1-share)) }
	return color.RGBA{part(full.R), part(full.G), part(full.B), 0xff}
}

func in(s canvas.Style, c color.Color) canvas.Style { s.Color = c; return s }

func bold(s canvas.Style) canvas.Style { s.Bold = true; return s }

func right(s canvas.Style) canvas.Style { s.Align = canvas.Right; return s }

// goodness is the colour of a change.
func goodness(good int) color.Color {
	switch good {
	case 1:
		return better
	case -1:
		return worse
	}
	return faint
}

// Caption writes a line below a chart.
func Caption(c canvas.Canvas, y, width float64, text string) {
	c.Text(0, y, canvas.Fit(c, text, note, width), note)
}
