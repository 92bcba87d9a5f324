package draw

import (
	"fmt"
	"image/color"

	"github.com/shopspring/decimal"

	"clientportal/internal/analytics/widget"
	"clientportal/internal/canvas"
)

// bars draws a bar for each part, with what it was before below it.
func (p *pen) bars() {
	t := p.Result.Table
	unit := t.Columns[0].Unit
	rows := t.Rows[:min(len(t.Rows), maxRows)]
	most := decimal.Zero
	compared := false
	for _, row := range rows {
		most = decimal.Max(most, positive(row.Figures[0].Value), positive(row.Figures[0].Previous))
		compared = compared || row.Figures[0].Previous != nil
	}
	if compared && p.Before != "" {
		p.entries([]entry{{p.Range, canvas.Stroke{Color: p.Accent, Width: 8}}, {p.Before, canvas.Stroke{Color: tint(p.Accent, 0.25), Width: 8}}})
	}
	left := p.labels(rows)
	values := 0.0
	for _, row := range rows {
		values = max(values, p.TextWidth(Figure(row.Figures[0], unit), body))
	}
	room := p.Width - left - values - 12
	for _, row := range rows {
		f := row.Figures[0]
		top := p.y + 8
		p.Text(0, top+11, canvas.Fit(p, row.Label, body, left-12), body)
		p.bar(left, top, room, f.Value, most, p.colour(0, row.Other), 12)
		if compared {
			p.bar(left, top+13, room, f.Previous, most, tint(p.colour(0, row.Other), 0.25), 6)
		}
		p.Text(p.Width, top+11, Figure(f, unit), right(body))
		p.y += 24
	}
	p.y += 8
	p.left(len(t.Rows) - len(rows))
}

// maxRows is how many rows of a chart fit a page.
const maxRows = 30

// left says how much of a chart is not drawn.
func (p *pen) left(rows int) {
	if rows > 0 {
		p.lines(fmt.Sprintf("%d more are in the spreadsheet.", rows), note)
	}
}

// labels is how wide a first column of labels is, with some room after it.
func (p *pen) labels(rows []widget.Row) float64 {
	widest := 0.0
	for _, row := range rows {
		widest = max(widest, p.TextWidth(row.Label, body))
	}
	return min(widest, p.Width*0.35) + 14
}

func (p *pen) bar(x, y, room float64, value *widget.Number, most decimal.Decimal, c color.Color, height float64) {
	if v := positive(value); v.IsPositive() {
		p.Fill(canvas.Rect(x, y, max(1, room*v.Div(most).InexactFloat64()), height), c)
	}
}

// positive is a value as far as a bar can show it.
func positive(n *widget.Number) decimal.Decimal {
	if n == nil || n.IsNegative() {
		return decimal.Zero
	}
	return n.Decimal
}

// stacked draws the parts of each step on top of each other.
func (p *pen) stacked() {
	series := p.Result.Series
	for i, s := range series {
		p.key(p.colour(i, isOther(s, i, len(series))), s.Name, Figure(s.Total, s.Column.Unit))
	}
	p.y += 10
	n := len(series[0].Points)
	sums := make([]decimal.Decimal, n)
	highest := decimal.Zero
	for i := range sums {
		for _, s := range series {
			sums[i] = sums[i].Add(positive(s.Points[i].Value))
		}
		highest = decimal.Max(highest, sums[i])
	}
	scale := scaleOf(decimal.Zero, highest)
	plot := p.axes(scale, series[0])
	p.dates(plot, series[0], true)
	step := (plot.right - plot.left) / float64(n)
	for i := range n {
		base := decimal.Zero
		for j, s := range series {
			v := positive(s.Points[i].Value)
			y := scale.y(plot, base.Add(v))
			height := scale.y(plot, base) - y
			c := p.colour(j, isOther(s, j, len(series)))
			if s.Points[i].Provisional {
				c = tint(c, 0.5)
			}
			p.Fill(canvas.Rect(plot.left+step*(float64(i)+0.15), y, step*0.7, height), c)
			base = base.Add(v)
		}
	}
	p.y = plot.bottom + 26
	if provisional(series) {
		p.y += 4
		p.lines("Pale bars are provisional: their source may still change them.", note)
	}
}

func provisional(series []widget.Series) bool {
	for _, s := range series {
		for _, point := range s.Points {
			if point.Provisional {
				return true
			}
		}
	}
	return false
}

// isOther reports whether a series is what is not shown by its own name.
func isOther(s widget.Series, at, n int) bool { return s.Name == "Other" && at == n-1 }

// key writes one line of a legend with its total.
func (p *pen) key(c color.Color, name, total string) {
	p.y += lineStep
	p.Fill(canvas.Rect(0, p.y-9, 10, 10), c)
	text := name + ", " + total
	p.text(18, canvas.Fit(p, text, note, p.Width-18), note)
}
