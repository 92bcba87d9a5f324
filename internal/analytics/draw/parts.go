package draw

import (
	"image/color"

	"github.com/shopspring/decimal"

	"clientportal/internal/analytics/widget"
	"clientportal/internal/canvas"
)

// donut draws the parts of a whole as a ring, with their table beside it.
func (p *pen) donut() {
	t := p.Result.Table
	const radius, hole = 72.0, 46.0
	top := p.y + 6
	center := canvas.Point{X: radius, Y: top + radius}
	whole := decimal.Zero
	for _, row := range t.Rows {
		whole = whole.Add(positive(row.Figures[0].Value))
	}
	from := 0.0
	left := 2*radius + 30
	y := max(top+14, center.Y-float64(len(t.Rows))*11+8)
	for i, row := range t.Rows {
		c := p.colour(i, row.Other)
		if whole.IsPositive() {
			to := from + positive(row.Figures[0].Value).Div(whole).InexactFloat64()
			p.ring(center, radius, hole, from, to, c)
			from = to
		}
		p.Fill(canvas.Rect(left, y-10, 11, 11), c)
		share := ""
		if row.Share != nil {
			share = grouped(row.Share.Mul(hundred), 1) + "%"
		}
		value := Figure(row.Figures[0], t.Columns[0].Unit)
		p.Text(left+20, y, canvas.Fit(p, row.Label, body, p.Width-left-20-70-p.TextWidth(value, body)), body)
		p.Text(p.Width-58, y, value, right(body))
		p.Text(p.Width, y, share, right(in(body, faint)))
		y += 22
	}
	p.y = max(top+2*radius, y-10) + 10
}

func (p *pen) ring(center canvas.Point, radius, hole, from, to float64, c color.Color) {
	if to-from < 0.0005 {
		return
	}
	gap := 0.0
	if to-from > 0.01 && to-from < 0.999 {
		gap = 0.0015
	}
	shape := canvas.Arc(center, radius, from+gap, to-gap)
	shape = append(shape, canvas.Arc(center, hole, to-gap, from+gap)...)
	p.Fill(shape, c)
}

// funnel draws how many go on from step to step.
func (p *pen) funnel() {
	steps := p.Result.Steps
	most := decimal.Zero
	left := 0.0
	for _, s := range steps {
		most = decimal.Max(most, positive(s.Figure.Value))
		left = max(left, p.TextWidth(s.Column.Label, body))
	}
	left = min(left, p.Width*0.3) + 14
	room := p.Width - left - 150
	for i, s := range steps {
		c := tint(p.Accent, 0.3)
		if i == len(steps)-1 {
			c = p.Accent
		}
		top := p.y + 8
		p.Text(0, top+14, canvas.Fit(p, s.Column.Label, body, left-12), body)
		p.bar(left, top, room, s.Figure.Value, most, c, 20)
		p.Text(p.Width-66, top+14, Figure(s.Figure, s.Column.Unit), right(body))
		if s.Share != nil {
			p.Text(p.Width, top+14, grouped(s.Share.Mul(hundred), 1)+"%", right(in(body, faint)))
		}
		p.y += 30
	}
	p.y += 8
}

// maxWeeks is how many weeks of a cohort have room.
const maxWeeks = 13

// cohorts draws a row for each cohort, and a cell for each week after.
func (p *pen) cohorts() {
	weeks := 0
	drawn := p.Result.Cohorts[max(0, len(p.Result.Cohorts)-maxRows):] // the last ones
	for _, c := range drawn {
		weeks = min(maxWeeks, max(weeks, len(c.Shares)))
	}
	const left = 130.0
	cell := (p.Width - left) / float64(max(weeks, 6))
	p.y += 14
	p.text(0, "Week of", note)
	p.text(left-14, "People", right(note))
	middle := note
	middle.Align = canvas.Center
	for week := range weeks {
		p.Text(left+cell*(float64(week)+0.5), p.y, grouped(decimal.NewFromInt(int64(week+1)), 0), middle)
	}
	p.y += 6
	for _, c := range drawn {
		p.Text(0, p.y+15, c.Day.Format("2 Jan 2006"), body)
		p.Text(left-14, p.y+15, grouped(c.Size.Decimal, 0), right(body))
		for week, share := range c.Shares[:min(weeks, len(c.Shares))] {
			if share != nil {
				p.cell(left+cell*float64(week), cell, *share)
			}
		}
		p.y += 23
	}
	p.y += 6
	p.left(len(p.Result.Cohorts) - len(drawn))
}

func (p *pen) cell(x, width float64, share widget.Number) {
	strength := min(1, max(0, share.InexactFloat64()))
	p.Fill(canvas.Rect(x+1, p.y+1, width-2, 21), tint(p.Accent, 0.06+0.84*strength))
	style := canvas.Style{Size: 11, Color: ink, Align: canvas.Center}
	if strength > 0.8 {
		style.Color = color.White
	}
	p.Text(x+width/2, p.y+15, grouped(share.Mul(hundred), 0)+"%", style)
}
