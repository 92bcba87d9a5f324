package canvas

import (
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"io"
	"math"

	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
	"golang.org/x/image/vector"

	"clientportal/internal/typeface"
)

// Picture is a Canvas of pixels, on white.
type Picture struct {
	pixels *image.RGBA
	scale  float64
	faces  map[Style]font.Face // by size and weight
}

// NewPicture is a picture of a size in pixels of a screen, each of which has so many
// pixels of its own a side.
func NewPicture(width, height, scale float64) *Picture {
	pixels := image.NewRGBA(image.Rect(0, 0, int(math.Ceil(width*scale)), int(math.Ceil(height*scale))))
	draw.Draw(pixels, pixels.Bounds(), image.White, image.Point{}, draw.Src)
	return &Picture{pixels, scale, map[Style]font.Face{}}
}

// WritePNG writes the picture.
func (p *Picture) WritePNG(w io.Writer) error { return png.Encode(w, p.pixels) }

func (p *Picture) raster() *vector.Rasterizer {
	b := p.pixels.Bounds()
	return vector.NewRasterizer(b.Dx(), b.Dy())
}

func (p *Picture) paint(r *vector.Rasterizer, c color.Color) {
	r.Draw(p.pixels, p.pixels.Bounds(), image.NewUniform(c), image.Point{})
}

func (p *Picture) add(r *vector.Rasterizer, shape []Point) {
	for i, at := range shape {
		x, y := float32(at.X*p.scale), float32(at.Y*p.scale)
		if i == 0 {
			r.MoveTo(x, y)
		} else {
			r.LineTo(x, y)
		}
	}
	r.ClosePath()
}

// Fill implements Canvas.
func (p *Picture) Fill(shape []Point, c color.Color) {
	if len(shape) < 3 {
		return
	}
	r := p.raster()
	p.add(r, shape)
	p.paint(r, c)
}

// Stroke implements Canvas. Each piece of the line is a rectangle and each of its
// points a circle, all turning the same way, so that they add up to one shape.
func (p *Picture) Stroke(line []Point, s Stroke) {
	r := p.raster()
	half := s.Width / 2
	for _, part := range Dashes(line, s.Dash) {
		for i, at := range part {
			if s.Dash == 0 && len(part) > 2 && i > 0 && i < len(part)-1 {
				p.add(r, Arc(at, half, 0, 1))
			}
			if i == 0 {
				continue
			}
			from := part[i-1]
			length := math.Hypot(at.X-from.X, at.Y-from.Y)
			if length == 0 {
				continue
			}
			dx, dy := (at.Y-from.Y)/length*half, (from.X-at.X)/length*half
			p.add(r, []Point{{from.X + dx, from.Y + dy}, {at.X + dx, at.Y + dy}, {at.X - dx, at.Y - dy}, {from.X - dx, from.Y - dy}})
		}
	}
	p.paint(r, s.Color)
}

func (p *Picture) face(s Style) font.Face {
	key := Style{Size: s.Size, Bold: s.Bold}
	if face, ok := p.faces[key]; ok {
		return face
	}
	of := typeface.RegularFont
	if s.Bold {
		of = typeface.BoldFont
	}
	face, err := opentype.NewFace(of, &opentype.FaceOptions{Size: s.Size * p.scale, DPI: 72, Hinting: font.HintingNone})
	if err != nil { // sizes are the program's own
		panic(err)
	}
	p.faces[key] = face
	return face
}

// Text implements Canvas.
func (p *Picture) Text(x, y float64, text string, s Style) {
	x -= s.Align.Offset(p.TextWidth(text, s))
	d := font.Drawer{Dst: p.pixels, Src: image.NewUniform(s.Color), Face: p.face(s), Dot: fixed.Point26_6{
		X: fixed.Int26_6(math.Round(x * p.scale * 64)), Y: fixed.Int26_6(math.Round(y * p.scale * 64)),
	}}
	d.DrawString(typeface.Drawable(text))
}

// TextWidth implements Canvas.
func (p *Picture) TextWidth(text string, s Style) float64 {
	return float64(font.MeasureString(p.face(s), typeface.Drawable(text))) / 64 / p.scale
}
