package draw

import (
	"clientportal/internal/analytics/widget"
	"clientportal/internal/canvas"
)

// table draws rows of figures.
func (p *pen) table() {
	t := p.Result.Table
	rows := t.Rows
	if t.Total != nil {
		rows = append(rows[:len(rows):len(rows)], *t.Total)
	}
	left := p.Width * 0.34
	if len(t.Columns) > 5 {
		left = p.Width * 0.22
	}
	each := (p.Width - left) / float64(max(1, len(t.Columns)))
	x := func(i int) float64 { return left + each*float64(i+1) }
	p.y += 16
	p.text(0, t.Heading, in(body, faint))
	for i, c := range t.Columns {
		p.text(x(i), canvas.Fit(p, c.Label, body, each-8), right(in(body, faint)))
	}
	p.rule()
	for i, row := range rows {
		style := body
		if t.Total != nil && i == len(rows)-1 {
			style = bold(body)
		}
		p.y += 16
		p.text(0, canvas.Fit(p, row.Label, style, left-8), style)
		for j, f := range row.Figures {
			look := style
			if f.Value == nil {
				look = in(style, faint)
			}
			p.text(x(j), canvas.Fit(p, Figure(f, columnAt(t, j).Unit), look, each-8), right(look))
		}
		p.rule()
	}
	p.y += 6
}

func columnAt(t *widget.Table, i int) widget.Column {
	if i < len(t.Columns) {
		return t.Columns[i]
	}
	return widget.Column{}
}

func (p *pen) rule() {
	p.y += 7
	p.Stroke([]canvas.Point{{X: 0, Y: p.y}, {X: p.Width, Y: p.y}}, canvas.Stroke{Color: hair, Width: 1})
}
