// Package pdf makes documents on the agency's paper: its name and logo above every
// page, its company line and the page's number below. The same input makes the same
// bytes.
package pdf

import (
	"bytes"
	"fmt"
	"image/color"
	"image/png"
	"time"

	"codeberg.org/go-pdf/fpdf"

	"clientportal/internal/typeface"
)

// Letterhead is the agency's part of every document.
type Letterhead struct {
	Name   string
	Accent color.Color
	Legal  string // company name and address
	Logo   []byte // a PNG; none if empty
}

// A page is A4, in millimetres.
const (
	margin = 20.0
	top    = 36.0 // of the text, below the letterhead
	bottom = 25.0 // of the text, above the company line
	// Width is that of the text.
	Width = 170.0
)

// Document is a document that is being written, from top to bottom.
type Document struct {
	out  *fpdf.Fpdf
	head Letterhead
}

const family = "go"

var (
	ink    = color.RGBA{0x1f, 0x24, 0x28, 0xff}
	faint  = color.RGBA{0x5d, 0x66, 0x6f, 0xff}
	rule   = color.RGBA{0xd5, 0xda, 0xde, 0xff}
	shaded = color.RGBA{0xf4, 0xf6, 0xf7, 0xff}
)

// New begins a document; at is when it is made, as its readers are told.
func New(head Letterhead, title string, at time.Time) *Document {
	d := &Document{out: fpdf.New("P", "mm", "A4", ""), head: head}
	d.out.AddUTF8FontFromBytes(family, "", typeface.Regular)
	d.out.AddUTF8FontFromBytes(family, "B", typeface.Bold)
	d.out.SetCatalogSort(true)
	d.out.SetCreationDate(at.UTC())
	d.out.SetModificationDate(at.UTC())
	d.out.SetTitle(typeface.Drawable(title), true)
	d.out.SetAuthor(typeface.Drawable(head.Name), true)
	d.out.SetLang("en")
	d.out.SetMargins(margin, top, margin)
	d.out.SetCellMargin(0)
	d.out.SetAutoPageBreak(true, bottom)
	if _, err := png.DecodeConfig(bytes.NewReader(head.Logo)); err == nil {
		d.out.RegisterImageOptionsReader(logo, fpdf.ImageOptions{ImageType: "PNG"}, bytes.NewReader(head.Logo))
	}
	d.out.SetHeaderFunc(d.letterhead)
	d.out.AddPage()
	return d
}

const logo = "logo"

// letterhead draws what stands above every page.
func (d *Document) letterhead() {
	const y, height = 14.0, 8.0
	x := margin
	if picture := d.out.GetImageInfo(logo); picture != nil {
		width := height * picture.Width() / picture.Height()
		d.out.ImageOptions(logo, x, y, width, height, false, fpdf.ImageOptions{}, 0, "")
		x += width + 3
	}
	d.font("B", 11, ink)
	d.out.SetXY(x, y)
	d.out.CellFormat(margin+Width-x, height, d.fitting(d.head.Name, margin+Width-x), "", 0, "L", false, 0, "")
	d.fill(d.head.Accent)
	d.out.Rect(margin, y+height+3, Width, 0.8, "F")
	d.out.SetXY(margin, top)
}

// Bytes ends the document.
func (d *Document) Bytes() ([]byte, error) {
	d.out.SetAutoPageBreak(false, 0)
	pages := d.out.PageCount()
	for page := 1; page <= pages; page++ { // only now it is known how many there are
		d.out.SetPage(page)
		d.font("", 8, faint)
		d.out.SetXY(margin, 297-16)
		number := fmt.Sprintf("Page %d of %d", page, pages)
		d.out.CellFormat(Width-30, 4, d.fitting(d.head.Legal, Width-32), "", 0, "L", false, 0, "")
		d.out.CellFormat(30, 4, number, "", 0, "R", false, 0, "")
	}
	var content bytes.Buffer
	if err := d.out.Output(&content); err != nil {
		return nil, fmt.Errorf("pdf: %w", err)
	}
	return content.Bytes(), nil
}

func (d *Document) font(style string, size float64, c color.Color) {
	d.out.SetFont(family, style, size)
	r, g, b := rgb(c)
	d.out.SetTextColor(r, g, b)
}

func (d *Document) fill(c color.Color) {
	r, g, b := rgb(c)
	d.out.SetFillColor(r, g, b)
}

func rgb(c color.Color) (r, g, b int) {
	if c == nil {
		c = ink
	}
	opaque := color.NRGBAModel.Convert(c).(color.NRGBA)
	return int(opaque.R), int(opaque.G), int(opaque.B)
}

// fitting is the text on one line, cut where it is wider than that.
func (d *Document) fitting(text string, width float64) string {
	letters := []rune(oneLine(typeface.Drawable(text)))
	if d.out.GetStringWidth(string(letters)) <= width {
		return string(letters)
	}
	for len(letters) > 0 && d.out.GetStringWidth(string(letters)+"…") > width {
		letters = letters[:len(letters)-1]
	}
	return string(letters) + "…"
}
