package sheet_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/xuri/excelize/v2"

	"clientportal/internal/fault"
	"clientportal/internal/sheet"
)

func tables() []sheet.Table {
	number := decimal.RequireFromString
	return []sheet.Table{
		{
			Name: "Sessions / by day",
			Columns: []sheet.Column{
				{Title: "Day", Width: 14}, {Title: "=Text"}, {Title: "Count"}, {Title: "Hours"}, {Title: "Share"}, {Title: "Spend"}, {Title: "Yen"}, {Title: "Seen"},
			},
			Rows: [][]sheet.Cell{
				{
					sheet.Day(time.Date(2026, 10, 25, 23, 59, 0, 0, time.FixedZone("", -3600))), sheet.Text(`=HYPERLINK("x")`), sheet.Integer(-12),
					sheet.Decimal(number("1234.75")), sheet.Percent(number("0.255")), sheet.Money(number("1234.5"), "EUR"), sheet.Money(number("-120"), "JPY"),
					sheet.Moment(time.Date(2026, 10, 25, 2, 30, 59, 0, time.FixedZone("CET", 3600))),
				},
				{{}, sheet.Text("a\x01b"), sheet.Decimal(number("12345678901234567.89"))},
			},
		},
		{Name: "sessions   by day", Columns: []sheet.Column{{Title: "A"}}},
		{Name: "'", Columns: []sheet.Column{{Title: "A"}}},
	}
}

func book(t *testing.T) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := sheet.WriteXLSX(&out, tables()); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestXLSXHasTypedCells(t *testing.T) {
	t.Parallel()
	file, err := excelize.OpenReader(bytes.NewReader(book(t)))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if names := strings.Join(file.GetSheetList(), "|"); names != "Sessions   by day|sessions   by day (2)|Sheet" {
		t.Errorf("the sheets are %s", names)
	}
	name := file.GetSheetName(0)
	for cell, want := range map[string]struct{ shown, raw string }{
		"A1": {"Day", "Day"}, "B1": {"=Text", "=Text"},
		"A2": {"2026-10-25", "46320"}, "B2": {`=HYPERLINK("x")`, `=HYPERLINK("x")`}, "C2": {"-12", "-12"}, "D2": {"1,234.75", "1234.75"},
		"E2": {"25.5%", "0.255"}, "F2": {"1,234.50 EUR", "1234.5"}, "G2": {"-120 JPY", "-120"}, "H2": {"2026-10-25 02:30", ""},
		"A3": {"", ""}, "B3": {"ab", "ab"}, "C3": {"12345678901234567.89", "12345678901234567.89"},
	} {
		shown, err := file.GetCellValue(name, cell)
		raw, err2 := file.GetCellValue(name, cell, excelize.Options{RawCellValue: true})
		if err != nil || err2 != nil || shown != want.shown || (want.raw != "" && raw != want.raw) {
			t.Errorf("%s is %q, %q, want %+v (%v, %v)", cell, shown, raw, want, err, err2)
		}
		if formula, err := file.GetCellFormula(name, cell); err != nil || formula != "" {
			t.Errorf("%s has the formula %q (%v)", cell, formula, err)
		}
	}
	panes, err := file.GetPanes(name)
	width, err2 := file.GetColWidth(name, "A")
	if err != nil || err2 != nil || !panes.Freeze || panes.YSplit != 1 || width != 14 {
		t.Errorf("panes %+v, width %v (%v, %v)", panes, width, err, err2)
	}
}

func TestXLSXIsTheSameEveryTime(t *testing.T) {
	t.Parallel()
	first := book(t)
	for range 20 {
		if !bytes.Equal(first, book(t)) {
			t.Fatal("the same tables make another file")
		}
	}
}

func TestXLSXIsBounded(t *testing.T) {
	t.Parallel()
	long := sheet.Table{Name: "Long", Rows: make([][]sheet.Cell, sheet.MaxRows+1)}
	if err := sheet.WriteXLSX(&bytes.Buffer{}, []sheet.Table{long}); fault.CodeOf(err) != fault.TooLarge {
		t.Errorf("%v, want a fault that it is too large", err)
	}
}

func TestCSVHasTheSameValues(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	if err := sheet.WriteCSV(&out, tables()[0]); err != nil {
		t.Fatal(err)
	}
	want := "Day,'=Text,Count,Hours,Share,Spend,Yen,Seen\n" +
		`2026-10-25,"'=HYPERLINK(""x"")",-12,1234.75,0.255,1234.50,-120,2026-10-25 02:30` + "\n" +
		",a\x01b,12345678901234567.89\n"
	if out.String() != want {
		t.Errorf("wrote\n%s\nwant\n%s", out.String(), want)
	}
}
