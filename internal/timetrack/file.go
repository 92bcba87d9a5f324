package timetrack

import (
	"bytes"
)

// The formats of a statement.
const (
	formatPDF  = "pdf"
	formatCSV  = "csv"
	formatXLSX = "xlsx"
)

// statementTypes are the media types of the formats.
var statementTypes = map[string]string{
	formatPDF:  "application/pdf",
	formatCSV:  "text/csv; charset=utf-8",
	formatXLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

// File is a document to keep.
type File struct {
	Name, Type string
	Content    []byte
}

func written(write func(*bytes.Buffer) error) ([]byte, error) {
	var out bytes.Buffer
	err := write(&out)
	return out.Bytes(), err
}
