package timetrack

import (
	"bytes"
	"net/http"
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

// send answers with a file to keep.
func send(w http.ResponseWriter, f File) {
	h := w.Header()
	h.Set("Content-Type", f.Type)
	h.Set("Content-Disposition", `attachment; filename="`+f.Name+`"`)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "private, no-store")
	_, _ = w.Write(f.Content) // the caller may have gone
}
