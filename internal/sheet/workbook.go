package sheet

import (
	"bytes"
	"strings"

	"github.com/xuri/excelize/v2"

	"clientportal/internal/fault"
)

// IsWorkbook reports whether a file is a zip archive, as XLSX is.
func IsWorkbook(file []byte) bool { return bytes.HasPrefix(file, []byte("PK\x03\x04")) }

// unpacked bounds what a workbook may grow to: one of a few kilobytes can hold
// gigabytes.
const unpacked = 20

// ParseWorkbook reads the first sheet of an XLSX file, as Parse reads CSV. Cells are
// as they are kept: a day is the number of days since 1899-12-30, see Serial.
func ParseWorkbook(file []byte, limits Limits, field string) (Sheet, error) {
	if len(file) > limits.Bytes {
		return Sheet{}, fault.New(fault.TooLarge, "The file is larger than %d MB. Split it, and import one part after the other.", limits.Bytes/1_000_000)
	}
	unreadable := fault.InvalidField(field, "This workbook can't be read. Save the table as XLSX or CSV again, then choose that file.")
	book, err := excelize.OpenReader(bytes.NewReader(file), excelize.Options{
		RawCellValue: true, UnzipSizeLimit: unpacked * int64(limits.Bytes), UnzipXMLSizeLimit: unpacked * int64(limits.Bytes),
	})
	if err != nil {
		return Sheet{}, unreadable
	}
	defer book.Close()
	rows, err := book.Rows(book.GetSheetName(0))
	if err != nil {
		return Sheet{}, unreadable
	}
	defer rows.Close()
	var s Sheet
	for line := 1; rows.Next(); line++ {
		cells, err := rows.Columns()
		if err != nil {
			return Sheet{}, unreadable
		}
		for i, cell := range cells {
			cells[i] = strings.ToValidUTF8(strings.ReplaceAll(cell, "\x00", ""), "\uFFFD")
		}
		if err := s.addLine(line, cells, limits, field); err != nil {
			return Sheet{}, err
		}
	}
	if rows.Error() != nil {
		return Sheet{}, unreadable
	}
	if len(s.Rows) == 0 {
		return Sheet{}, fault.InvalidField(field, "The file has no rows. Its first line names the columns, and each line after it is a row.")
	}
	return s, nil
}
