package sheet

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
	"unicode/utf16"

	"github.com/shopspring/decimal"
	"github.com/xuri/excelize/v2"

	"clientportal/internal/fault"
)

// MaxRows is how many rows a workbook takes in all its sheets: more is for a CSV.
const MaxRows = 200_000

// WriteXLSX writes tables as the sheets of a workbook, with the head of each in sight
// when one scrolls. Nothing in it is a formula. The same tables make the same bytes.
func WriteXLSX(w io.Writer, tables []Table) error {
	rows := 0
	for _, t := range tables {
		rows += len(t.Rows)
	}
	if rows > MaxRows {
		return fault.New(fault.TooLarge, "A workbook takes at most %d rows, and these are %d. Choose a shorter range, or take the CSV.", MaxRows, rows)
	}
	file := excelize.NewFile()
	defer file.Close()
	file.SetZipWriter(func(w io.Writer) excelize.ZipWriter { return &sorted{out: zip.NewWriter(w)} })
	book := workbook{file, map[string]int{}}
	for i, name := range sheetNames(tables) {
		if err := book.sheet(i, name, tables[i]); err != nil {
			return fmt.Errorf("sheet %q: %w", name, err)
		}
	}
	_, err := file.WriteTo(w)
	return err
}

type workbook struct {
	*excelize.File
	styles map[string]int // by the format of a number
}

func (b workbook) sheet(i int, name string, t Table) error {
	var err error
	if i == 0 {
		err = b.SetSheetName(b.GetSheetName(0), name)
	} else {
		_, err = b.NewSheet(name)
	}
	if err != nil {
		return err
	}
	out, err := b.NewStreamWriter(name)
	if err != nil {
		return err
	}
	if err := b.head(out, t); err != nil {
		return err
	}
	for i, cells := range t.Rows {
		row := make([]any, len(cells))
		for j, c := range cells {
			if row[j], err = b.cell(c); err != nil {
				return err
			}
		}
		if err := out.SetRow(fmt.Sprintf("A%d", i+2), row); err != nil {
			return err
		}
	}
	return out.Flush()
}

func (b workbook) head(out *excelize.StreamWriter, t Table) error {
	bold, err := b.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	if err != nil {
		return err
	}
	titles := make([]any, len(t.Columns))
	for i, c := range t.Columns {
		titles[i] = excelize.Cell{StyleID: bold, Value: xmlText(c.Title)}
		width := c.Width
		if width == 0 {
			width = min(60, max(12, float64(len([]rune(c.Title)))+3))
		}
		if err := out.SetColWidth(i+1, i+1, width); err != nil {
			return err
		}
	}
	if err := out.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	return out.SetRow("A1", titles)
}

// exactDigits is how many digits a spreadsheet keeps of a number.
const exactDigits = 15

// cell is a value as the workbook has it. A number of more digits than it would keep
// is a text, so that none is lost; so is a day before its first.
func (b workbook) cell(c Cell) (any, error) {
	switch c.kind {
	case empty:
		return nil, nil
	case text:
		return xmlText(c.text), nil
	case day, moment:
		if c.time.Year() < 1901 || c.time.Year() > 9999 {
			return c.String(), nil
		}
		style, err := b.style(c.format())
		return excelize.Cell{StyleID: style, Value: c.time}, err
	}
	if len(c.number.Coefficient().Text(10)) > exactDigits {
		return c.String(), nil
	}
	style, err := b.style(c.format())
	return excelize.Cell{StyleID: style, Value: c.number.InexactFloat64()}, err // exact up to 15 digits
}

// format is how the workbook shows the cell.
func (c Cell) format() string {
	switch c.kind {
	case percent:
		return "0.0%"
	case money:
		format := "#,##0" + fraction(places(c.currency))
		if len(c.currency) == 3 {
			format += ` "` + strings.ReplaceAll(c.currency, `"`, "") + `"`
		}
		return format
	case day:
		return "yyyy-mm-dd"
	case moment:
		return "yyyy-mm-dd hh:mm"
	default:
		return "#,##0" + fraction(decimals(c.number))
	}
}

// decimals is how many digits a number has after the point, as far as one shows them.
func decimals(d decimal.Decimal) int32 { return min(6, max(0, -d.Exponent())) }

func fraction(digits int32) string {
	if digits == 0 {
		return ""
	}
	return "." + strings.Repeat("0", int(digits))
}

func (b workbook) style(format string) (int, error) {
	if id, ok := b.styles[format]; ok {
		return id, nil
	}
	id, err := b.NewStyle(&excelize.Style{CustomNumFmt: &format})
	b.styles[format] = id
	return id, err
}

// xmlText is a text without what XML can't hold, no longer than a cell may be.
func xmlText(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < 0x20 && r != '\t' && r != '\n' || r == 0xFFFE || r == 0xFFFF {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
	if units := utf16.Encode([]rune(s)); len(units) > excelize.TotalCellChars {
		return string(utf16.Decode(units[:excelize.TotalCellChars-1])) + "…"
	}
	return s
}

// sheetNames are the names of the tables as a workbook takes them: short, without
// signs that mean something in a formula, and none twice.
func sheetNames(tables []Table) []string {
	taken := map[string]bool{"history": true} // Excel's own
	names := make([]string, len(tables))
	for i, t := range tables {
		name := strings.Trim(strings.Map(func(r rune) rune {
			if strings.ContainsRune(`[]:*?/\`, r) || r < 0x20 {
				return ' '
			}
			return r
		}, xmlText(t.Name)), " '")
		if name == "" {
			name = "Sheet"
		}
		names[i] = cut(name, 31)
		for n := 2; taken[strings.ToLower(names[i])]; n++ {
			suffix := fmt.Sprintf(" (%d)", n)
			names[i] = cut(name, 31-len(suffix)) + suffix
		}
		taken[strings.ToLower(names[i])] = true
	}
	return names
}

func cut(name string, units int) string {
	letters := []rune(name)
	for len(utf16.Encode(letters)) > units {
		letters = letters[:len(letters)-1]
	}
	return strings.TrimRight(string(letters), " '")
}

// sorted is a ZIP whose files stand in the order of their names, without times.
type sorted struct {
	out   *zip.Writer
	names []string
	files map[string]*bytes.Buffer
}

func (z *sorted) Create(name string) (io.Writer, error) {
	if z.files == nil {
		z.files = map[string]*bytes.Buffer{}
	}
	z.names = append(z.names, name)
	z.files[name] = &bytes.Buffer{}
	return z.files[name], nil
}

func (z *sorted) AddFS(files fs.FS) error { return z.out.AddFS(files) }

func (z *sorted) Close() error {
	slices.Sort(z.names)
	for _, name := range z.names {
		file, err := z.out.Create(name)
		if err != nil {
			return err
		}
		if _, err := file.Write(z.files[name].Bytes()); err != nil {
			return err
		}
	}
	return z.out.Close()
}
