package demo

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"path"
	"strings"

	"clientportal/internal/upload"

	"golang.org/x/image/font"
	"golang.org/x/image/font/basicfont"
	"golang.org/x/image/math/fixed"
	"golang.org/x/text/encoding/charmap"
)

// store stores files of a story, made of their lines.
func store(ctx context.Context, uploads *upload.Files, files []file) (*upload.Files, error) {
	for _, f := range files {
		content, err := f.content()
		if err == nil {
			err = uploads.Add(ctx, f.name, bytes.NewReader(content))
		}
		if err != nil {
			return uploads, fmt.Errorf("%s: %w", f.name, err)
		}
	}
	return uploads, nil
}

func (f file) content() ([]byte, error) {
	switch path.Ext(f.name) {
	case ".png":
		return screenshot(f.lines)
	case ".pdf":
		return document(f.lines)
	}
	return []byte(strings.Join(f.lines, "\n") + "\n"), nil
}

// Colours of a screenshot, by index.
const (
	white = iota
	grey
	dark
	red
	yellow
	green
)

var palette = color.Palette{
	color.Gray{255}, color.Gray{228}, color.Gray{60},
	color.RGBA{237, 106, 94, 255}, color.RGBA{244, 190, 79, 255}, color.RGBA{98, 197, 84, 255},
}

// screenshot draws lines of text in the window of a browser, the first one as its
// title.
func screenshot(lines []string) ([]byte, error) {
	const width, bar, line, margin, scale = 400, 22, 20, 18, 2
	small := image.NewPaletted(image.Rect(0, 0, width, bar+2*margin+line*max(len(lines), 6)), palette)
	fillRect(small, image.Rect(0, 0, width, bar), grey)
	for i, c := range []uint8{red, yellow, green} {
		fillRect(small, image.Rect(8+14*i, 7, 16+14*i, 15), c)
	}
	fillRect(small, image.Rect(60, 4, width-8, bar-4), white)
	pen := font.Drawer{Dst: small, Src: image.NewUniform(palette[dark]), Face: basicfont.Face7x13}
	for i, text := range lines {
		pen.Dot = fixed.P(margin, bar+margin+line*i+10)
		pen.DrawString(text)
		if i == 0 {
			fillRect(small, image.Rect(margin, bar+margin+15, width-margin, bar+margin+16), grey)
		}
	}
	large := image.NewPaletted(image.Rect(0, 0, scale*width, scale*small.Rect.Dy()), palette)
	for y := range large.Rect.Dy() {
		for x := range large.Rect.Dx() {
			large.Pix[y*large.Stride+x] = small.Pix[y/scale*small.Stride+x/scale]
		}
	}
	var b bytes.Buffer
	err := (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(&b, large)
	return b.Bytes(), err
}

func fillRect(img draw.Image, r image.Rectangle, c uint8) {
	draw.Draw(img, r, image.NewUniform(palette[c]), image.Point{}, draw.Src)
}

// document writes a PDF of one page, the first line as its title.
func document(lines []string) ([]byte, error) {
	var page strings.Builder
	page.WriteString("BT /F1 20 Tf 64 760 Td ")
	for i, line := range lines {
		latin, err := charmap.Windows1252.NewEncoder().String(line)
		if err != nil {
			return nil, err
		}
		if i == 1 {
			page.WriteString("/F1 12 Tf 0 -16 Td ")
		}
		fmt.Fprintf(&page, "(%s) Tj 0 -20 Td ", strings.NewReplacer(`\`, `\\`, `(`, `\(`, `)`, `\)`).Replace(latin))
	}
	page.WriteString("ET")

	var b bytes.Buffer
	b.WriteString("%PDF-1.4\n")
	var places []int
	for i, object := range []string{
		"<< /Type /Catalog /Pages 2 0 R >>",
		"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
		fmt.Sprintf("<< /Length %d >>\nstream\n%s\nendstream", page.Len(), page.String()),
		"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
	} {
		places = append(places, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, object)
	}
	table := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(places)+1)
	for _, place := range places {
		fmt.Fprintf(&b, "%010d 00000 n \n", place)
	}
	fmt.Fprintf(&b, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(places)+1, table)
	return b.Bytes(), nil
}
