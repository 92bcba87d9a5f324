package pdf

import (
	"strings"

	"clientportal/internal/typeface"
)

// Column is a column of a table.
type Column struct {
	Title string
	Share float64 // of the width, in relation to the other columns
	Right bool    // as numbers stand
}

// Row is one row of a table: a cell for each column.
type Row struct {
	Cells []string
	Bold  bool // as a total is
}

const (
	lineHeight = 4.6
	gutter     = 3.0 // between two columns
)

// Table writes a table, whose head stands again on every page that it reaches. A
// table without titles has no head.
func (d *Document) Table(columns []Column, rows []Row) {
	t := table{d, columns, widths(columns)}
	titles := Row{Bold: true}
	headed := false
	for _, c := range columns {
		titles.Cells = append(titles.Cells, c.Title)
		headed = headed || c.Title != ""
	}
	if headed {
		d.Room(2 * (lineHeight + 2)) // no head without a row
		t.row(titles, true)
	}
	for _, r := range rows {
		if t.breaks(r) && headed {
			t.row(titles, true)
		}
		t.row(r, false)
	}
	d.Space(2)
}

type table struct {
	*Document
	columns []Column
	widths  []float64
}

func widths(columns []Column) []float64 {
	all := 0.0
	for _, c := range columns {
		all += c.Share
	}
	list := make([]float64, len(columns))
	for i, c := range columns {
		list[i] = Width * c.Share / all
	}
	return list
}

// maxLines is how many lines a cell has at most, so that a row fits a page.
const maxLines = 40

// lines are those of each cell, and how many the highest has.
func (t table) lines(r Row) (cells [][]string, high int) {
	t.setStyle(r.Bold)
	high = 1
	for i := range t.columns {
		var lines []string
		if i < len(r.Cells) {
			lines = t.out.SplitText(typeface.Drawable(r.Cells[i]), t.widths[i]-gutter)
		}
		if len(lines) > maxLines {
			lines = append(lines[:maxLines-1], "…")
		}
		cells = append(cells, lines)
		high = max(high, len(lines))
	}
	return cells, high
}

func (t table) setStyle(bold bool) {
	style := ""
	if bold {
		style = "B"
	}
	t.font(style, 9, ink)
}

// breaks begins a new page if this row has no room on this one.
func (t table) breaks(r Row) bool {
	_, high := t.lines(r)
	before := t.out.PageCount()
	t.Room(float64(high)*lineHeight + 2)
	return t.out.PageCount() > before
}

func (t table) row(r Row, head bool) {
	cells, high := t.lines(r)
	x, y := margin, t.out.GetY()
	height := float64(high)*lineHeight + 2
	if head {
		t.fill(shaded)
		t.out.Rect(x, y, Width, height, "F")
	}
	t.setStyle(r.Bold)
	for i, lines := range cells {
		align, left := "L", x+gutter/2
		if t.columns[i].Right {
			align = "R"
		}
		t.out.SetXY(left, y+1)
		t.out.MultiCell(t.widths[i]-gutter, lineHeight, strings.Join(lines, "\n"), "", align, false)
		x += t.widths[i]
	}
	t.out.SetLineWidth(0.1)
	red, green, blue := rgb(rule)
	t.out.SetDrawColor(red, green, blue)
	t.out.Line(margin, y+height, margin+Width, y+height)
	t.out.SetXY(margin, y+height)
}
