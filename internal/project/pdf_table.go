package project

import (
	"strings"
	"unicode"
)

// column is how wide a table's column is, and how it is aligned.
type column struct {
	width float64
	align string
}

const lineHeight = 5.0

// row writes a row of a table, as high as its highest cell, on one page.
func (d document) row(style string, columns []column, cells ...string) {
	d.SetFont("go", style, 9)
	high := 1
	split := make([][]string, len(cells))
	for i, cell := range cells {
		split[i] = d.SplitText(printable(cell), columns[i].width-2)
		high = max(high, len(split[i]))
	}
	_, height := d.GetPageSize()
	_, _, _, bottom := d.GetMargins()
	if d.GetY()+float64(high)*lineHeight+2 > height-bottom {
		d.AddPage()
		d.SetFont("go", style, 9)
	}
	x, y := d.GetX(), d.GetY()
	for i := range cells {
		d.SetXY(x, y+1)
		d.MultiCell(columns[i].width, lineHeight, strings.Join(split[i], "\n"), "", columns[i].align, false)
		x += columns[i].width
	}
	y += float64(high)*lineHeight + 2
	d.Line(margin, y, margin+width, y)
	d.SetXY(margin, y)
}

// printable is the text as far as the font may have it: control characters and
// what is beyond the basic plane (emoji) are drawn as a question mark.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' {
			return r
		}
		if r > 0xFFFF || unicode.IsControl(r) || r == unicode.ReplacementChar {
			return '?'
		}
		return r
	}, text)
}
