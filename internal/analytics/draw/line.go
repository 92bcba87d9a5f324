package draw

import (
	"fmt"
	"image/color"
	"math"

	"github.com/shopspring/decimal"

	"clientportal/internal/analytics/widget"
	"clientportal/internal/canvas"
)

const plotHeight = 190.0

// lineChart draws series over time, with what they were before and what was done.
func (p *pen) lineChart() {
	r := p.Result
	p.legend()
	var all []widget.Point
	for _, s := range r.Series {
		all = append(append(all, s.Points...), s.Previous...)
	}
	first := r.Series[0]
	scale := newScale(all)
	plot := p.axes(scale, first)
	p.dates(plot, first, false)
	single := len(r.Series) == 1
	if single {
		p.area(plot, scale, first.Points)
	}
	for i, s := range r.Series {
		p.run(plot, scale, s.Previous, len(s.Points), canvas.Stroke{Color: before(p.colour(i, false), single), Width: 1.2, Dash: 3})
	}
	for i, s := range r.Series {
		p.run(plot, scale, s.Points, len(s.Points), canvas.Stroke{Color: p.colour(i, false), Width: 2})
	}
	p.y = plot.bottom + 26
	p.work(plot, first.Points)
}

// before is the colour of what a line was: grey, unless several lines have theirs.
func before(c color.Color, single bool) color.Color {
	if single {
		return grey
	}
	return tint(c, 0.5)
}

// box is where the values of a chart stand.
type box struct{ left, right, top, bottom float64 }

// axes draws the hairlines with their values.
func (p *pen) axes(s scale, of widget.Series) box {
	widest := 0.0
	for _, tick := range s.ticks {
		widest = max(widest, p.TextWidth(short(tick, of.Column.Unit, of.Currency), note))
	}
	plot := box{left: widest + 8, right: p.Width - 4, top: p.y + 10, bottom: p.y + 10 + plotHeight}
	for _, tick := range s.ticks {
		y := s.y(plot, tick)
		p.Stroke([]canvas.Point{{X: plot.left, Y: y}, {X: plot.right, Y: y}}, canvas.Stroke{Color: hair, Width: 1})
		p.Text(plot.left-8, y+4, short(tick, of.Column.Unit, of.Currency), right(note))
	}
	return plot
}

// dates writes some of the days below; points stand on them, bars beside each other.
func (p *pen) dates(plot box, s widget.Series, bars bool) {
	n := len(s.Points)
	every := max(1, (n+6)/7)
	for i := 0; i < n; i += every {
		x := plot.x(i, n)
		if bars {
			x = plot.left + (plot.right-plot.left)*(float64(i)+0.5)/float64(n)
		}
		text := dayMonth(s.Points[i].Day, s.Grain)
		half := p.TextWidth(text, note) / 2
		x = min(max(x, half), p.Width-half)
		style := note
		style.Align = canvas.Center
		p.Text(x, plot.bottom+18, text, style)
	}
}

// x is where the i-th of n points stands.
func (b box) x(i, n int) float64 {
	if n < 2 {
		return (b.left + b.right) / 2
	}
	return b.left + (b.right-b.left)*float64(i)/float64(n-1)
}

// run draws a line through the values; what was not reported leaves a gap, and what
// may change still is dotted. n is how many points the axis has.
func (p *pen) run(plot box, s scale, points []widget.Point, n int, look canvas.Stroke) {
	var line []canvas.Point
	dotted := false
	flush := func() {
		stroke := look
		if dotted {
			stroke.Dash = 2
		}
		switch {
		case len(line) > 1:
			p.Stroke(line, stroke)
		case len(line) == 1 && !dotted:
			p.Fill(canvas.Arc(line[0], look.Width, 0, 1), look.Color)
		}
	}
	for i, point := range points {
		if point.Value == nil {
			flush()
			line = nil
			continue
		}
		at := canvas.Point{X: plot.x(i, n), Y: s.y(plot, point.Value.Decimal)}
		if len(line) > 0 && point.Provisional != dotted {
			flush()
			line = line[len(line)-1:]
		}
		dotted = point.Provisional
		line = append(line, at)
	}
	flush()
}

// area fills what is below a line.
func (p *pen) area(plot box, s scale, points []widget.Point) {
	base := s.y(plot, decimal.Zero)
	var shape []canvas.Point
	flush := func() {
		if len(shape) > 1 {
			shape = append(shape, canvas.Point{X: shape[len(shape)-1].X, Y: base}, canvas.Point{X: shape[0].X, Y: base})
			p.Fill(shape, tint(p.Accent, 0.07))
		}
		shape = nil
	}
	for i, point := range points {
		if point.Value == nil {
			flush()
			continue
		}
		shape = append(shape, canvas.Point{X: plot.x(i, len(points)), Y: s.y(plot, point.Value.Decimal)})
	}
	flush()
}

// entry is one line of a legend.
type entry struct {
	text string
	look canvas.Stroke
}

// legend names the lines with their totals.
func (p *pen) legend() {
	var entries []entry
	provisional := false
	single := len(p.Result.Series) == 1
	for i, s := range p.Result.Series {
		name, total := s.Name, ""
		if s.Total.Value != nil {
			total = ", " + Figure(s.Total, s.Column.Unit)
		}
		if single {
			name = p.Range
		}
		entries = append(entries, entry{name + total, canvas.Stroke{Color: p.colour(i, false), Width: 2}})
		if len(s.Previous) > 0 && p.Before != "" && (single || i == 0) {
			name = p.Before
			if single && s.Total.Previous != nil {
				name += ", " + Value(s.Total.Previous.Decimal, s.Column.Unit, s.Total.Currency)
			}
			entries = append(entries, entry{name, canvas.Stroke{Color: grey, Width: 1.2, Dash: 3}})
		}
		for _, point := range s.Points {
			provisional = provisional || point.Provisional
		}
	}
	if provisional {
		entries = append(entries, entry{"Provisional", canvas.Stroke{Color: p.Accent, Width: 2, Dash: 2}})
	}
	p.entries(entries)
}

func (p *pen) entries(entries []entry) {
	p.y += lineStep - 5
	x := 0.0
	for _, e := range entries {
		text := canvas.Fit(p, e.text, note, p.Width-24)
		width := 24 + p.TextWidth(text, note) + 16
		if x > 0 && x+width-16 > p.Width {
			x, p.y = 0, p.y+lineStep
		}
		p.Stroke([]canvas.Point{{X: x, Y: p.y - 4}, {X: x + 18, Y: p.y - 4}}, e.look)
		p.text(x+24, text, note)
		x += width
	}
	p.y += 6
}

// maxAnnotations is how many are told in words.
const maxAnnotations = 12

// markSize is how wide and high a mark with its number is.
const markSize = 16

// work marks what was done on its days, and tells it below.
func (p *pen) work(plot box, points []widget.Point) {
	done := p.Result.Annotations
	if len(done) == 0 || len(points) == 0 {
		return
	}
	more := max(0, len(done)-maxAnnotations)
	before, y := math.Inf(-1), plot.top
	for i, a := range done[more:] {
		at := 0
		for at+1 < len(points) && !points[at+1].Day.After(a.Day.Time) {
			at++
		}
		x := plot.x(at, len(points))
		if y += markSize; x-before >= markSize { // else it would cover the one before
			y = plot.top
		}
		before = x
		p.Stroke([]canvas.Point{{X: x, Y: plot.top}, {X: x, Y: plot.bottom}}, canvas.Stroke{Color: ochre, Width: 1, Dash: 3})
		p.Fill(canvas.Arc(canvas.Point{X: x, Y: y}, markSize/2, 0, 1), ochre)
		p.Text(x, y+3.5, fmt.Sprint(i+1), canvas.Style{Size: 10, Bold: true, Color: color.White, Align: canvas.Center})
		kind := "Ticket closed"
		if a.Kind == "phase" {
			kind = "Phase finished"
		}
		p.y += lineStep
		p.text(0, fmt.Sprint(i+1), in(bold(note), ochre))
		p.text(22, a.Day.Format("2 Jan"), note)
		p.text(66, canvas.Fit(p, kind+": "+a.Title, note, p.Width-66), note)
	}
	if more > 0 {
		p.y += lineStep
		p.text(0, fmt.Sprintf("%d earlier ones are not drawn.", more), note)
	}
	p.y += 6
}
