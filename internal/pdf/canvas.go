package pdf

import (
	"image/color"

	"clientportal/internal/canvas"
	"clientportal/internal/typeface"
)

const (
	pixel = 25.4 / 96 // a pixel of a screen, in millimetres
	point = 72.0 / 96 // and in points, as letters are measured
)

// CanvasWidth is how wide the text is, in pixels of a canvas.
const CanvasWidth = Width / pixel

// Draw leaves room for a drawing that high, in pixels, and draws it.
func (d *Document) Draw(height float64, drawing func(canvas.Canvas)) {
	d.Room(height * pixel)
	y := d.out.GetY()
	drawing(sheet{d, margin, y})
	d.out.SetDashPattern(nil, 0)
	d.out.SetXY(margin, y+height*pixel)
}

// sheet is a part of a page as a canvas.
type sheet struct {
	*Document
	left, top float64
}

func (s sheet) trace(line []canvas.Point) {
	for i, p := range line {
		x, y := s.left+p.X*pixel, s.top+p.Y*pixel
		if i == 0 {
			s.out.MoveTo(x, y)
		} else {
			s.out.LineTo(x, y)
		}
	}
}

// Fill implements canvas.Canvas.
func (s sheet) Fill(shape []canvas.Point, c color.Color) {
	if len(shape) < 3 {
		return
	}
	s.fill(c)
	s.trace(shape)
	s.out.ClosePath()
	s.out.DrawPath("F")
}

// Stroke implements canvas.Canvas.
func (s sheet) Stroke(line []canvas.Point, look canvas.Stroke) {
	if len(line) < 2 {
		return
	}
	r, g, b := rgb(look.Color)
	s.out.SetDrawColor(r, g, b)
	s.out.SetLineWidth(look.Width * pixel)
	s.out.SetLineJoinStyle("round")
	s.out.SetDashPattern(nil, 0)
	if look.Dash > 0 {
		s.out.SetDashPattern([]float64{look.Dash * pixel, look.Dash * pixel}, 0)
	}
	s.trace(line)
	s.out.DrawPath("D")
}

// Text implements canvas.Canvas.
func (s sheet) Text(x, y float64, text string, look canvas.Style) {
	x -= look.Align.Offset(s.TextWidth(text, look)) // sets the font too
	r, g, b := rgb(look.Color)
	s.out.SetTextColor(r, g, b)
	s.out.Text(s.left+x*pixel, s.top+y*pixel, oneLine(typeface.Drawable(text)))
}

// TextWidth implements canvas.Canvas.
func (s sheet) TextWidth(text string, look canvas.Style) float64 {
	weight := ""
	if look.Bold {
		weight = "B"
	}
	s.out.SetFont(family, weight, look.Size*point)
	return s.out.GetStringWidth(oneLine(typeface.Drawable(text))) / pixel
}
