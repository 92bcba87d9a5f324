// Package sheet reads the tables that people export from spreadsheets, and writes
// tables that spreadsheets open as text.
package sheet

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"clientportal/internal/fault"
)

// Limits bound what Parse reads.
type Limits struct{ Rows, Columns, Bytes int }

// Sheet is a table with a head. A row may have fewer cells than the head, or more.
type Sheet struct {
	Header []string
	Rows   []Row
}

// Row is one line of a Sheet.
type Row struct {
	Line  int      `json:"line"` // in the file, from 1
	Cells []string `json:"cells"`
}

// Cell is the text of a column, "" where the row ends before it.
func (r Row) Cell(column int) string {
	if column < 0 || column >= len(r.Cells) {
		return ""
	}
	return r.Cells[column]
}

// Parse reads CSV with commas, semicolons or tabs, in UTF-8, UTF-16 or Latin-1
// (as Windows has it). What is wrong with the file is a fault of the named field.
func Parse(file []byte, limits Limits, field string) (Sheet, error) {
	if len(file) > limits.Bytes {
		return Sheet{}, fault.New(fault.TooLarge, "The file is larger than %d MB. Split it, and import one part after the other.", limits.Bytes/1_000_000)
	}
	text, err := decoded(file)
	if err != nil {
		return Sheet{}, fault.InvalidField(field, "This is not a text file. Save the table as CSV, then choose that file.")
	}
	r := csv.NewReader(bytes.NewReader(text))
	r.Comma, r.FieldsPerRecord = delimiter(text), -1
	r.TrimLeadingSpace = r.Comma != '\t'
	var s Sheet
	for {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return Sheet{}, malformed(err, field)
		}
		if err := s.add(r, cells, limits, field); err != nil {
			return Sheet{}, err
		}
	}
	if len(s.Rows) == 0 {
		return Sheet{}, fault.InvalidField(field, "The file has no rows. Its first line names the columns, and each line after it is a row.")
	}
	return s, nil
}

// add takes a line: the first one as the head. A line of empty cells is none.
func (s *Sheet) add(r *csv.Reader, cells []string, limits Limits, field string) error {
	line, _ := r.FieldPos(0)
	return s.addLine(line, cells, limits, field)
}

func (s *Sheet) addLine(line int, cells []string, limits Limits, field string) error {
	used := 0
	for i := range cells {
		cells[i] = strings.TrimSpace(cells[i])
		if cells[i] != "" {
			used = i + 1
		}
	}
	cells = cells[:used]
	switch {
	case used == 0:
	case s.Header == nil && used > limits.Columns:
		return fault.InvalidField(field, "The file has more than %d columns. Leave out those that are not needed.", limits.Columns)
	case s.Header == nil:
		s.Header = cells
	case len(s.Rows) == limits.Rows:
		return fault.InvalidField(field, "The file has more than %d rows. Split it, and import one part after the other.", limits.Rows)
	default:
		s.Rows = append(s.Rows, Row{line, cells})
	}
	return nil
}

func malformed(err error, field string) error {
	parse, ok := errors.AsType[*csv.ParseError](err)
	if !ok {
		return err
	}
	return fault.InvalidField(field, "Line %d can't be read: a quote is opened and not closed, or stands inside a text. Write it twice there.", parse.StartLine)
}

// errBinary is the error of bytes that are no text.
var errBinary = errors.New("sheet: not a text")

// decoded is the file as UTF-8 without a byte order mark and without the null
// characters that PostgreSQL refuses.
func decoded(file []byte) ([]byte, error) {
	marked := bytes.HasPrefix(file, []byte{0xFE, 0xFF}) || bytes.HasPrefix(file, []byte{0xFF, 0xFE})
	decoder := unicode.BOMOverride(unicode.UTF8.NewDecoder())
	if !marked && !utf8.Valid(file) {
		decoder = charmap.Windows1252.NewDecoder()
	}
	text, _, err := transform.Bytes(decoder, file)
	if err != nil || bytes.IndexByte(text, 0) >= 0 {
		return nil, errors.Join(errBinary, err)
	}
	return text, nil
}

// delimiter is the one that the first line has most of.
func delimiter(text []byte) rune {
	counts, quoted := map[byte]int{}, false
	for _, b := range text {
		if b == '"' {
			quoted = !quoted
		}
		if quoted {
			continue
		}
		if b == '\n' && len(counts) > 0 {
			break
		}
		if b == ',' || b == ';' || b == '\t' {
			counts[b]++
		}
	}
	best := byte(',')
	for _, b := range []byte{';', '\t'} {
		if counts[b] > counts[best] {
			best = b
		}
	}
	return rune(best)
}
