package export_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"image/color"
	"image/png"
	"slices"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/xuri/excelize/v2"

	"clientportal/internal/analytics"
	"clientportal/internal/analytics/export"
	"clientportal/internal/analytics/widget"
	"clientportal/internal/fault"
	"clientportal/internal/pdf"
)

var accent = color.RGBA{0x0d, 0x5c, 0x6f, 0xff}

func paper(context.Context) (pdf.Letterhead, error) {
	return pdf.Letterhead{Name: "Northlight", Accent: accent, Legal: "Northlight Ltd, Leeds"}, nil
}

func written(t *testing.T, f analytics.Format, r analytics.Report) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := f.Render(t.Context(), &out, r); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// alone is the report with one widget.
func alone(t *testing.T, id string) analytics.Report {
	t.Helper()
	r := sample()
	r.Widgets = slices.DeleteFunc(r.Widgets, func(w widget.Result) bool { return w.ID != id })
	if len(r.Widgets) != 1 {
		t.Fatalf("there are %d widgets %s", len(r.Widgets), id)
	}
	return r
}

func TestEveryFormatMakesTheSameFileTwice(t *testing.T) {
	t.Parallel()
	for name, f := range export.Formats(paper) {
		if first := written(t, f, sample()); !bytes.Equal(first, written(t, f, sample())) {
			t.Errorf("%s differs from itself", name)
		}
	}
}

func TestTheCSVHasEveryNumberOnce(t *testing.T) {
	t.Parallel()
	rows, err := csv.NewReader(bytes.NewReader(written(t, export.Formats(paper)["csv"], sample()))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	count := func(want ...string) (n int) {
		for _, row := range rows {
			if slices.Equal(row[:len(want)], want) {
				n++
			}
		}
		return n
	}
	last := sample().Widgets[6].Series[0].Points[29]
	for _, want := range [][]string{
		{"Revenue", "", "Revenue", "", "184320", "163986", "money", "GBP", "", "ok"},
		{"Revenue by day", "Revenue", "Revenue", "2026-10-20", "6000", "6600", "money", "GBP", "", "ok"},
		{"Revenue by day", "Revenue", "Revenue", "2026-11-18", last.Value.String(), sample().Widgets[6].Series[0].Previous[29].Value.String(), "money", "GBP", "yes", "ok"},
		{"Spend", "", "Spend", "", "95.5", "", "money", "GBP", "", "ok"},
		{"Meta Ads", "Gift guide, prospecting 44", "ROAS", "", "", "", "number", "", "", "no_data"},
		{"From visit to order", "", "Bought", "", "2214"},
		{"Retention", "After 2 weeks", "Came back", "2026-10-05", "0.31"},
	} {
		if n := count(want...); n != 1 {
			t.Errorf("%q stands there %d times", want, n)
		}
	}
	if n := count("Sessions by channel", "'=cmd|calc"); n != 2 {
		t.Errorf("a formula is escaped %d times, want in both widgets", n)
	}
}

func TestTheWorkbookHoldsTheSameNumbers(t *testing.T) {
	t.Parallel()
	file, err := excelize.OpenReader(bytes.NewReader(written(t, export.Formats(paper)["xlsx"], sample())))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	sheets := file.GetSheetList()
	if len(sheets) != len(sample().Widgets)+1 || sheets[len(sheets)-1] != "About" || !slices.Contains(sheets, "Revenue by day") {
		t.Fatalf("the sheets are %q", sheets)
	}
	raw := func(sheet, cell string) string {
		t.Helper()
		text, err := file.GetCellValue(sheet, cell, excelize.Options{RawCellValue: true})
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	line := sample().Widgets[6].Series[0]
	for i, p := range line.Points {
		want, before := "", line.Previous[i].Value.String()
		if p.Value != nil {
			want = p.Value.String()
		}
		if got, was := raw("Revenue by day", fmt.Sprint("B", i+3)), raw("Revenue by day", fmt.Sprint("C", i+3)); !same(got, want) || !same(was, before) {
			t.Errorf("%s: %s, before %s; want %s and %s", p.Day, got, was, want, before)
		}
	}
	if shown, _ := file.GetCellValue("Revenue by day", "B3"); shown != "6,000.00 GBP" {
		t.Errorf("an amount is shown as %q", shown)
	}
	if kind, _ := file.GetCellType("Sessions by channel", "A5"); kind == excelize.CellTypeFormula || raw("Sessions by channel", "A5") != "=cmd|calc" {
		t.Errorf("a label that looks like a formula is %v, %q", kind, raw("Sessions by channel", "A5"))
	}
	var about strings.Builder
	rows, err := file.GetRows("About")
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		about.WriteString(strings.Join(row, "|") + "\n")
	}
	for _, want := range []string{"From|2026-10-20", "Compared with, from|2026-09-20", "Time zone|Europe/London", "Made at|2026-11-19 07:30", "Meta Ads|Failing", "7-day click", "only campaign spring*", "from a sample"} {
		if !strings.Contains(about.String(), want) {
			t.Errorf("About lacks %q:\n%s", want, &about)
		}
	}
}

func same(a, b string) bool {
	if a == "" || b == "" {
		return a == b
	}
	return decimal.RequireFromString(a).Equal(decimal.RequireFromString(b))
}

func TestPicturesShowCharts(t *testing.T) {
	t.Parallel()
	formats := export.WidgetFormats(paper)
	for _, id := range []string{"revenue", "goal", "line", "work", "bars", "donut", "stacked", "funnel", "cohorts"} {
		picture, err := png.Decode(bytes.NewReader(written(t, formats["png"], alone(t, id))))
		if err != nil || picture.Bounds().Dx() != 1552 {
			t.Fatalf("%s: %v", id, err)
		}
		drawn := 0
		for y := range picture.Bounds().Dy() {
			for x := range picture.Bounds().Dx() {
				if r, g, b, _ := picture.At(x, y).RGBA(); id != "cohorts" && uint8(r>>8) == accent.R && uint8(g>>8) == accent.G && uint8(b>>8) == accent.B || id == "cohorts" && r < 0xb000 && b > 0x9000 {
					drawn++
				}
			}
		}
		if drawn < 100 {
			t.Errorf("%s has %d pixels of the agency's colour", id, drawn)
		}
	}
	if err := formats["png"].Render(t.Context(), &bytes.Buffer{}, alone(t, "text")); fault.CodeOf(err) != fault.Invalid {
		t.Errorf("a picture of words: %v", err)
	}
}

func TestAWidgetsOwnTable(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]string{
		"line":   "Day,\"Revenue, GBP\",\"Revenue, GBP, before\",Provisional\nWhole range,180000.00,162000.00\n2026-10-20,6000.00,6600.00,\n",
		"funnel": "Step,Count,\"Count, before\",Share of the step before,\"That share, before\"\nSessions,91870,80000,,\n",
		"none":   "Metric,Value,Before,Change,Currency\nReach,not connected,,,\n",
		"mixed":  "Metric,Value,Before,Change,Currency\nSpend,120.00,,,EUR\nSpend,95.50,,,GBP\n",
		"text":   "Text\n\"We moved the shop",
	} {
		got := string(written(t, export.WidgetFormats(paper)["csv"], alone(t, id)))
		if !strings.HasPrefix(got, want) {
			t.Errorf("%s:\n%.300s\nwant it to begin with\n%s", id, got, want)
		}
	}
}
