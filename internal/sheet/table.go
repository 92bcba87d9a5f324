package sheet

import (
	"io"
	"time"

	"github.com/shopspring/decimal"
	"golang.org/x/text/currency"
)

// Table is a table of typed cells, written alike as CSV and as a sheet of a workbook.
type Table struct {
	Name    string // of its sheet
	Columns []Column
	Rows    [][]Cell
}

// Column is the head of a column.
type Column struct {
	Title string
	Width float64 // in letters; 0 leaves it to the titles
}

type kind int

const (
	empty kind = iota
	text
	number
	percent
	money
	day
	moment
)

// Cell is a value with its type. The zero Cell is empty.
type Cell struct {
	kind     kind
	text     string
	number   decimal.Decimal
	currency string
	time     time.Time
}

// Text is a cell of text, whatever it looks like.
func Text(s string) Cell { return Cell{kind: text, text: s} }

// Decimal is an exact number.
func Decimal(d decimal.Decimal) Cell { return Cell{kind: number, number: d} }

// Integer is a whole number.
func Integer(n int64) Cell { return Cell{kind: number, number: decimal.NewFromInt(n)} }

// Percent is a share: 0.25 is shown as 25 %.
func Percent(share decimal.Decimal) Cell { return Cell{kind: percent, number: share} }

// Money is an amount in a currency of ISO 4217.
func Money(amount decimal.Decimal, currency string) Cell {
	return Cell{kind: money, number: amount, currency: currency}
}

// Day is a civil day.
func Day(d time.Time) Cell {
	return Cell{kind: day, time: time.Date(d.Year(), d.Month(), d.Day(), 0, 0, 0, 0, time.UTC)}
}

// Moment is a time as the clocks of its zone show it, to the minute.
func Moment(t time.Time) Cell {
	return Cell{kind: moment, time: time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), 0, 0, time.UTC)}
}

// String is the cell as it stands in a CSV: a number with a point and all its
// digits, a day as 2026-11-25.
func (c Cell) String() string {
	switch c.kind {
	case text:
		return c.text
	case number, percent:
		return c.number.String()
	case money:
		return c.number.StringFixed(max(places(c.currency), -c.number.Exponent()))
	case day:
		return c.time.Format(time.DateOnly)
	case moment:
		return c.time.Format("2006-01-02 15:04")
	default:
		return ""
	}
}

// places is how many digits a currency has after the point.
func places(code string) int32 {
	unit, err := currency.ParseISO(code)
	if err != nil {
		return 2
	}
	scale, _ := currency.Standard.Rounding(unit)
	return int32(scale)
}

// WriteCSV writes a table as CSV. A text that looks like a formula is made harmless;
// a negative number stays one.
func WriteCSV(w io.Writer, t Table) error {
	rows := make([][]string, 0, len(t.Rows)+1)
	head := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		head[i] = Harmless(c.Title)
	}
	rows = append(rows, head)
	for _, cells := range t.Rows {
		row := make([]string, len(cells))
		for i, c := range cells {
			row[i] = c.String()
			if c.kind == text {
				row[i] = Harmless(row[i])
			}
		}
		rows = append(rows, row)
	}
	return writeRecords(w, rows)
}
