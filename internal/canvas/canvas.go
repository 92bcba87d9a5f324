// Package canvas is what charts are drawn on: a few shapes in pixels of a screen,
// for a picture (here) and for a page of a document (in package pdf).
package canvas

import (
	"image/color"
	"math"
)

// Canvas is a surface whose origin is at the top left.
type Canvas interface {
	// Fill fills a closed shape.
	Fill(shape []Point, c color.Color)
	// Stroke draws a line through the points.
	Stroke(line []Point, s Stroke)
	// Text writes one line; y is where its letters stand.
	Text(x, y float64, text string, s Style)
	// TextWidth is how wide Text makes it.
	TextWidth(text string, s Style) float64
}

// Point is a place on a canvas.
type Point struct{ X, Y float64 }

// Stroke is how a line looks. A line with a Dash is as long drawn, as it is left out.
type Stroke struct {
	Color color.Color
	Width float64
	Dash  float64 // 0: whole
}

// Style is how a text looks, and which of its points X is.
type Style struct {
	Size  float64
	Bold  bool
	Color color.Color
	Align Align
}

// Align is which point of a text is given.
type Align int

// The ways of aligning.
const (
	Left Align = iota
	Center
	Right
)

// Offset is how far left of the given point a text of this width begins.
func (a Align) Offset(width float64) float64 { return width * float64(a) / 2 }

// Rect is the shape of a rectangle.
func Rect(x, y, width, height float64) []Point {
	return []Point{{x, y}, {x + width, y}, {x + width, y + height}, {x, y + height}}
}

// Arc are points of a circle around the centre, clockwise from one angle to another,
// in turns from the top.
func Arc(center Point, radius, from, to float64) []Point {
	steps := max(2, int(math.Ceil(math.Abs(to-from)*min(180, 12+4*radius))))
	points := make([]Point, steps+1)
	for i := range points {
		turn := from + (to-from)*float64(i)/float64(steps)
		sin, cos := math.Sincos(turn * 2 * math.Pi)
		points[i] = Point{center.X + radius*sin, center.Y - radius*cos}
	}
	return points
}

// Dashes are the parts of a line that its dash leaves.
func Dashes(line []Point, dash float64) (parts [][]Point) {
	if dash <= 0 {
		return [][]Point{line}
	}
	left, drawn := dash, true
	var part []Point
	for i, p := range line {
		if i == 0 {
			part = []Point{p}
			continue
		}
		from := line[i-1]
		length := math.Hypot(p.X-from.X, p.Y-from.Y)
		for at := 0.0; at < length; {
			step := min(left, length-at)
			at, left = at+step, left-step
			end := Point{from.X + (p.X-from.X)*at/length, from.Y + (p.Y-from.Y)*at/length}
			if drawn {
				part = append(part, end)
			}
			if left > 0 {
				continue
			}
			if drawn {
				parts = append(parts, part)
			}
			left, drawn, part = dash, !drawn, []Point{end}
		}
	}
	if drawn && len(part) > 1 {
		parts = append(parts, part)
	}
	return parts
}

// Fit is the text, cut where it is wider than that.
func Fit(c Canvas, text string, s Style, width float64) string {
	if c.TextWidth(text, s) <= width {
		return text
	}
	letters := []rune(text)
	for len(letters) > 0 && c.TextWidth(string(letters)+"…", s) > width {
		letters = letters[:len(letters)-1]
	}
	return string(letters) + "…"
}
