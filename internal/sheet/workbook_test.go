package sheet_test

import (
	"bytes"
	"testing"

	"github.com/xuri/excelize/v2"

	"clientportal/internal/fault"
	"clientportal/internal/sheet"
)

func TestParseWorkbook(t *testing.T) {
	t.Parallel()
	book := excelize.NewFile()
	for cell, value := range map[string]any{"A1": "Day", "B1": "Deals", "A2": "2026-11-01", "B2": 12.5, "A4": "2026-11-02", "B4": "3"} {
		if err := book.SetCellValue("Sheet1", cell, value); err != nil {
			t.Fatal(err)
		}
	}
	var file bytes.Buffer
	if err := book.Write(&file); err != nil {
		t.Fatal(err)
	}
	limits := sheet.Limits{Rows: 10, Columns: 5, Bytes: 1 << 20}
	s, err := sheet.ParseWorkbook(file.Bytes(), limits, "file")
	if err != nil || !sheet.IsWorkbook(file.Bytes()) {
		t.Fatal(err)
	}
	if len(s.Header) != 2 || len(s.Rows) != 2 || s.Rows[0].Cell(1) != "12.5" || s.Rows[1].Line != 4 {
		t.Errorf("read %+v", s)
	}
	for name, bad := range map[string][]byte{"half a file": file.Bytes()[:200], "no workbook": []byte("PK\x03\x04 nonsense"), "nothing": nil} {
		if _, err := sheet.ParseWorkbook(bad, limits, "file"); fault.CodeOf(err) != fault.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := sheet.ParseWorkbook(file.Bytes(), sheet.Limits{Rows: 1, Columns: 5, Bytes: 1 << 20}, "file"); fault.CodeOf(err) != fault.Invalid {
		t.Errorf("too many rows: %v", err)
	}
}
