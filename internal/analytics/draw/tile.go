package draw

import (
	"clientportal/internal/analytics/widget"
	"clientportal/internal/canvas"
)

// tile draws one figure with its change, and where it came from in days.
func (p *pen) tile() {
	f := p.Result.Figures[0]
	column := p.Result.Columns[0]
	p.y += 22
	large := canvas.Style{Size: 24, Bold: true, Color: ink}
	value := Rounded(f.Value.Decimal, column.Unit, f.Currency)
	p.text(0, value, large)
	top := p.y
	if change, good := Change(f, column); change != "" {
		p.y += lineStep + 2
		p.text(0, change, in(body, goodness(good)))
	}
	if f.Previous != nil {
		p.y += lineStep
		p.text(0, Rounded(f.Previous.Decimal, column.Unit, f.Currency)+" before", note)
	}
	if f.Provisional {
		p.y += lineStep
		p.text(0, "Provisional", note)
	}
	if p.Result.Goal != nil {
		p.progress(*p.Result.Goal, column, f.Currency)
	} else if len(p.Result.Series) > 0 {
		p.sparkline(top, p.TextWidth(value, large), p.Result.Series[0].Points)
	}
	p.y = max(p.y, top+2*lineStep) + 10
}

func (p *pen) sparkline(top, headlineWidth float64, points []widget.Point) {
	room := box{left: max(p.Width*0.62, headlineWidth+14), right: p.Width - 4, top: top + 2, bottom: top + 34}
	if p.Width < 150 || len(points) < 2 {
		return
	}
	p.run(room, newScale(points), points, len(points), canvas.Stroke{Color: p.Accent, Width: 1.5})
}

// progress draws how far a goal is reached, with a mark where it should be by now.
func (p *pen) progress(g widget.Progress, column widget.Column, currency string) {
	p.y += lineStep - 4
	share := min(1, max(0, g.Share.InexactFloat64()))
	p.Fill(canvas.Rect(0, p.y, p.Width, 8), track)
	p.Fill(canvas.Rect(0, p.y, p.Width*share, 8), p.Accent)
	x := p.Width * min(1, max(0, g.Expected.InexactFloat64()))
	p.Stroke([]canvas.Point{{X: x, Y: p.y - 3}, {X: x, Y: p.y + 11}}, canvas.Stroke{Color: ink, Width: 1.5})
	p.y += 8
	p.lines(grouped(g.Share.Mul(hundred), 0)+"% of "+Rounded(g.Goal.Decimal, column.Unit, currency)+"; the mark is where it should be by now", note)
}
