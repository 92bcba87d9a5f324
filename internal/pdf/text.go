package pdf

import (
	"image/color"
	"strings"

	"clientportal/internal/typeface"
)

// Title writes what the document is called.
func (d *Document) Title(text string) {
	d.text("B", 18, ink, text)
	d.Space(2)
}

// Heading begins a section, on a page that has room for some of it.
func (d *Document) Heading(text string) {
	d.Room(25)
	d.Space(4)
	d.text("B", 12, ink, text)
	d.Space(1.5)
}

// Paragraph writes text, in lines as it has them, broken where they are too long.
func (d *Document) Paragraph(text string) {
	d.text("", 10, ink, text)
	d.Space(2)
}

// Note writes what stands beside the matter: small and pale.
func (d *Document) Note(text string) {
	d.text("", 8.5, faint, text)
	d.Space(1.5)
}

// Space leaves some millimetres empty.
func (d *Document) Space(height float64) { d.out.Ln(height) }

// Room begins a new page, unless this one has so many millimetres left.
func (d *Document) Room(height float64) {
	if d.out.GetY()+height > 297-bottom && d.out.GetY() > top {
		d.out.AddPage()
	}
}

func (d *Document) text(style string, size float64, c color.Color, text string) {
	d.font(style, size, c)
	d.out.SetX(margin)
	d.out.MultiCell(Width, size*0.5, typeface.Drawable(strings.TrimRight(text, "\n")), "", "L", false)
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }
