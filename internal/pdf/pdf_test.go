package pdf_test

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"regexp"
	"strings"
	"testing"
	"time"

	"clientportal/internal/canvas"
	"clientportal/internal/pdf"
)

func head(t *testing.T) pdf.Letterhead {
	t.Helper()
	var logo bytes.Buffer
	if err := png.Encode(&logo, image.NewNRGBA(image.Rect(0, 0, 90, 30))); err != nil {
		t.Fatal(err)
	}
	return pdf.Letterhead{Name: "Northlight Žižkov", Accent: color.RGBA{0x0d, 0x5c, 0x6f, 0xff}, Legal: "Northlight GmbH, Köln", Logo: logo.Bytes()}
}

func written(t *testing.T, head pdf.Letterhead, rows int) []byte {
	t.Helper()
	d := pdf.New(head, "A report", time.Date(2026, 11, 2, 9, 30, 0, 0, time.UTC))
	d.Title("A report")
	d.Heading("Über die Zahlen")
	d.Paragraph("Text, 漢字 and 😀\nin two lines")
	var list []pdf.Row
	for i := range rows {
		list = append(list, pdf.Row{Cells: []string{fmt.Sprintf("Row %d", i), "1.50"}, Bold: i == rows-1})
	}
	d.Table([]pdf.Column{{Title: "What", Share: 3}, {Title: "Hours", Share: 1, Right: true}}, list)
	d.Note("A note")
	content, err := d.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func TestSameInputMakesSameBytes(t *testing.T) {
	t.Parallel()
	first := written(t, head(t), 90)
	for range 5 {
		if !bytes.Equal(first, written(t, head(t), 90)) {
			t.Fatal("the same document has other bytes")
		}
	}
	if !bytes.HasPrefix(first, []byte("%PDF-")) || !bytes.Contains(first, []byte("D:20261102093000")) {
		t.Error("no document, or not of the day that it was given")
	}
}

func TestEveryPageHasItsNumberAndTheTablesHead(t *testing.T) {
	t.Parallel()
	pages := texts(t, written(t, head(t), 90))
	if len(pages) != 3 {
		t.Fatalf("%d pages, want 3", len(pages))
	}
	for i, page := range pages {
		for _, want := range []string{fmt.Sprintf("Page %d of 3", i+1), "Northlight Žižkov", "Northlight GmbH, Köln", "Hours"} {
			if !strings.Contains(page, want) {
				t.Errorf("page %d lacks %q", i+1, want)
			}
		}
	}
	if !strings.Contains(pages[0], "□□ and □") {
		t.Error("letters that the font lacks vanished")
	}
}

func TestWithoutALogo(t *testing.T) {
	t.Parallel()
	for name, logo := range map[string][]byte{"none": nil, "no picture": []byte("GIF89a")} {
		h := head(t)
		h.Logo, h.Accent = logo, nil
		if pages := texts(t, written(t, h, 1)); len(pages) != 1 || !strings.Contains(pages[0], "Northlight Žižkov") {
			t.Errorf("%s: %d pages, or no name", name, len(pages))
		}
	}
}

func TestARowLongerThanAPage(t *testing.T) {
	t.Parallel()
	d := pdf.New(head(t), "Long", time.Unix(0, 0))
	d.Table([]pdf.Column{{Share: 1}}, []pdf.Row{{Cells: []string{strings.Repeat("word ", 5000)}}, {Cells: []string{"after"}}, {}})
	content, err := d.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	if pages := texts(t, content); len(pages) > 2 || !strings.Contains(strings.Join(pages, ""), "after") {
		t.Errorf("%d pages, or what came after is gone", len(pages))
	}
}

func TestADrawingKeepsTogether(t *testing.T) {
	t.Parallel()
	d := pdf.New(head(t), "Chart", time.Unix(0, 0))
	d.Space(200)
	var width float64
	d.Draw(300, func(c canvas.Canvas) {
		style := canvas.Style{Size: 12, Color: color.Black, Align: canvas.Right}
		c.Fill(canvas.Rect(0, 0, 100, 100), color.White)
		c.Stroke([]canvas.Point{{X: 0, Y: 0}, {X: 100, Y: 100}}, canvas.Stroke{Color: color.Black, Width: 2, Dash: 4})
		c.Text(pdf.CanvasWidth, 20, "Sessions", style)
		width = c.TextWidth("Sessions", style)
	})
	d.Paragraph("Below")
	content, err := d.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	pages := texts(t, content)
	if len(pages) != 2 || !strings.Contains(pages[1], "Sessions") || !strings.Contains(pages[1], "Below") || width < 40 || width > 60 {
		t.Errorf("%d pages, a text of %v: %q", len(pages), width, pages)
	}
}

var (
	stream = regexp.MustCompile(`(?s)stream\n(.*?)\nendstream`)
	shown  = regexp.MustCompile(`(?s)\(((?:\\.|[^\\)])*)\) ?Tj`)
)

// texts is what is written on each page.
func texts(t *testing.T, content []byte) (pages []string) {
	t.Helper()
	for _, match := range stream.FindAllSubmatch(content, -1) {
		r, err := zlib.NewReader(bytes.NewReader(match[1]))
		if err != nil {
			continue
		}
		plain, err := io.ReadAll(r)
		if err != nil || !shown.Match(plain) {
			continue
		}
		var page strings.Builder
		for _, text := range shown.FindAllSubmatch(plain, -1) {
			raw := regexp.MustCompile(`(?s)\\(.)`).ReplaceAll(text[1], []byte("$1"))
			for i := 0; i+1 < len(raw); i += 2 {
				page.WriteRune(rune(raw[i])<<8 | rune(raw[i+1]))
			}
			page.WriteByte('\n')
		}
		pages = append(pages, page.String())
	}
	return pages
}
