package project

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"codeberg.org/go-pdf/fpdf"
	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"

	"clientportal/internal/clock"
	"clientportal/internal/db"
	"clientportal/internal/mail"
	"clientportal/internal/markdown"
	"clientportal/internal/project/projectdb"
)

// QuotePDF is a quote as a document, with the name of its file, and leaves an event
// of the download.
func (s *Service) QuotePDF(ctx context.Context, id uuid.UUID) (name string, content []byte, err error) {
	var quote Quote
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		q := projectdb.New(tx)
		if quote, err = readQuote(ctx, q, id); err != nil {
			return err
		}
		tx.Record(quote.event("quote.download", map[string]any{"number": quote.Number, "version": quote.Version}))
		return nil
	})
	if err != nil {
		return "", nil, err
	}
	head, err := s.Letterhead(ctx)
	if err != nil {
		return "", nil, err
	}
	doc := newDocument(head)
	doc.SetCreationDate(clock.Now(ctx))
	doc.quote(quote)
	var out bytes.Buffer
	if err := doc.Output(&out); err != nil {
		return "", nil, fmt.Errorf("draw quote %s: %w", id, err)
	}
	return fmt.Sprintf("%s-v%d.pdf", quote.Number, quote.Version), out.Bytes(), nil
}

func pdfOperation(id, path string) huma.Operation {
	op := quoteCall(id, http.MethodGet, path+"/{id}/pdf", "Download a quote", http.StatusOK)
	op.Parameters = []*huma.Param{{Name: "id", In: "path", Required: true, Schema: &huma.Schema{Type: huma.TypeString, Format: "uuid"}}}
	op.Responses = map[string]*huma.Response{"200": {
		Description: "The document", Content: map[string]*huma.MediaType{"application/pdf": {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}},
	}}
	return op
}

// sendPDF answers with a quote as a file to keep.
func (s *Service) sendPDF(w http.ResponseWriter, r *http.Request) error {
	id, err := parseID(r.PathValue("id"), "quote")
	if err != nil {
		return err
	}
	name, content, err := s.QuotePDF(r.Context(), id)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "application/pdf")
	h.Set("Content-Length", strconv.Itoa(len(content)))
	h.Set("Content-Disposition", `attachment; filename="`+name+`"`)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "private, no-store")
	_, _ = w.Write(content) // the caller may have gone
	return nil
}

// The page is A4, in millimetres.
const (
	margin = 20.0
	width  = 170.0 // between the margins
)

// document is a PDF on the agency's paper. Its font is Go's own, which has the
// letters and currency signs of Europe.
type document struct{ *fpdf.Fpdf }

func newDocument(head mail.Letter) document {
	d := document{fpdf.New("P", "mm", "A4", "")}
	d.AddUTF8FontFromBytes("go", "", goregular.TTF)
	d.AddUTF8FontFromBytes("go", "B", gobold.TTF)
	d.SetMargins(margin, margin, margin)
	d.SetAutoPageBreak(true, 25)
	d.AliasNbPages("{pages}")
	d.SetLineWidth(0.1)
	d.SetDrawColor(160, 160, 160)
	d.SetHeaderFunc(func() {
		d.text("B", 12, head.Agency)
		d.Ln(8)
	})
	d.SetFooterFunc(func() {
		d.SetY(-18)
		d.SetFont("go", "", 8)
		d.CellFormat(width-20, 4, printable(head.Legal), "", 0, "L", false, 0, "")
		d.CellFormat(20, 4, fmt.Sprintf("%d / {pages}", d.PageNo()), "", 0, "R", false, 0, "")
	})
	d.AddPage()
	return d
}

// text writes lines of the document, broken where they are too long.
func (d document) text(style string, size float64, text string) {
	d.SetFont("go", style, size)
	d.MultiCell(width, size/2, printable(text), "", "L", false)
}

// quote writes all that stands in a quote.
func (d document) quote(q Quote) {
	d.SetTitle(q.Number+" "+printable(q.Name), true)
	d.text("B", 18, q.Name)
	d.Ln(2)
	d.text("", 10, strings.Join(q.particulars(), "\n"))
	d.Ln(4)
	for _, paragraph := range markdown.Paragraphs(q.Intro) {
		d.text("", 10, paragraph)
		d.Ln(2)
	}
	d.lines(q)
	d.phases(q.Phases)
	if q.Decision != nil {
		d.Ln(4)
		d.text("", 10, q.Decision.sentence())
	}
}

// particulars are the facts above the text.
func (q Quote) particulars() []string {
	facts := []string{fmt.Sprintf("Quote %s, version %d", q.Number, q.Version), "For " + q.Customer.Name}
	if q.Author != nil {
		facts = append(facts, "Your contact: "+q.Author.Name)
	}
	switch {
	case q.Status == Draft:
		facts = append(facts, "A draft: not an offer yet")
	case q.Status == Cancelled:
		facts = append(facts, "Cancelled")
	case q.Expired:
		facts = append(facts, "No longer valid")
	}
	if q.SentAt != nil {
		facts = append(facts, "Sent on "+q.SentAt.Format(longDay))
	}
	if q.ValidUntil != nil {
		facts = append(facts, "Valid until "+q.ValidUntil.Format(longDay))
	}
	return facts
}

const longDay = "2 January 2006"

// lines writes what the quote costs, as a table.
func (d document) lines(q Quote) {
	if len(q.Lines) > 0 {
		columns := []column{{80, "L"}, {30, "R"}, {30, "R"}, {30, "R"}}
		d.row("B", columns, "Description", "Quantity", "Price", q.Currency)
		for _, l := range q.Lines {
			d.row("", columns, l.Description, strings.TrimSpace(l.Quantity.String()+" "+l.Unit), l.UnitPrice.String(), l.Amount().String())
		}
	}
	totals := []column{{140, "R"}, {30, "R"}}
	if q.TaxRate != nil {
		d.row("", totals, "Subtotal", q.Subtotal.String())
		d.row("", totals, "Tax, "+q.TaxRate.String()+" %", q.Tax.String())
	}
	if q.Total != nil {
		d.row("B", totals, "Total in "+q.Currency, q.Total.String())
	}
}

// phases writes the plan, as a table.
func (d document) phases(phases []Phase) {
	if len(phases) == 0 {
		return
	}
	d.Ln(6)
	columns := []column{{90, "L"}, {40, "L"}, {40, "L"}}
	d.row("B", columns, "Phase", "From", "To")
	for _, p := range phases {
		d.row("", columns, p.Name, written(p.PlannedStart), written(p.PlannedEnd))
	}
}

func written(d *Day) string {
	if d == nil {
		return ""
	}
	return d.Format(longDay)
}

// sentence tells a decision whole.
func (d Decision) sentence() string {
	verb := "Rejected"
	if d.Approved {
		verb = "Approved"
	}
	text := fmt.Sprintf("%s by %s on %s UTC: version %d", verb, d.By.Name, d.DecidedAt.UTC().Format("2 January 2006 at 15:04"), d.Version)
	if d.Address != "" {
		text += ", from the address " + d.Address
	}
	if d.Comment != nil {
		text += ".\n" + *d.Comment
	}
	return text
}
