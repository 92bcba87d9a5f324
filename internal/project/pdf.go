package project

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"clientportal/internal/clock"
	"clientportal/internal/db"
	"clientportal/internal/markdown"
	"clientportal/internal/pdf"
	"clientportal/internal/project/projectdb"
	"clientportal/internal/route"
	"clientportal/internal/web"
)

// QuotePDF is a quote as a document, with the name of its file, and leaves an event
// of the download.
func (s *Service) QuotePDF(ctx context.Context, id uuid.UUID) (name string, content []byte, err error) {
	var quote Quote
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		if quote, err = readQuote(ctx, projectdb.New(tx), id); err != nil {
			return err
		}
		tx.Record(quote.event("quote.download", map[string]any{"number": quote.Number, "version": quote.Version}))
		return nil
	})
	if err != nil {
		return "", nil, err
	}
	head, err := s.Paper(ctx)
	if err != nil {
		return "", nil, err
	}
	doc := pdf.New(head, quote.Number+" "+quote.Name, clock.Now(ctx))
	quote.draw(doc)
	if content, err = doc.Bytes(); err != nil {
		return "", nil, fmt.Errorf("draw quote %s: %w", id, err)
	}
	return fmt.Sprintf("%s-v%d.pdf", quote.Number, quote.Version), content, nil
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
	id, err := route.PathID(r, "id", "quote")
	if err != nil {
		return err
	}
	name, content, err := s.QuotePDF(r.Context(), id)
	if err != nil {
		return err
	}
	web.SendFile(w, name, "application/pdf", content)
	return nil
}

// draw writes all that stands in a quote.
func (q Quote) draw(d *pdf.Document) {
	d.Title(q.Name)
	d.Paragraph(strings.Join(q.particulars(), "\n"))
	d.Space(2)
	for _, paragraph := range markdown.Paragraphs(q.Intro) {
		d.Paragraph(paragraph)
	}
	q.drawLines(d)
	drawPhases(d, q.Phases)
	if q.Decision != nil {
		d.Space(4)
		d.Paragraph(q.Decision.sentence())
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

// drawLines writes what the quote costs, as a table.
func (q Quote) drawLines(d *pdf.Document) {
	columns := []pdf.Column{
		{Title: "Description", Share: 8}, {Title: "Quantity", Share: 3, Right: true},
		{Title: "Price", Share: 3, Right: true}, {Title: q.Currency, Share: 3, Right: true},
	}
	var rows []pdf.Row
	for _, l := range q.Lines {
		quantity := strings.TrimSpace(l.Quantity.String() + " " + l.Unit)
		rows = append(rows, pdf.Row{Cells: []string{l.Description, quantity, l.UnitPrice.String(), l.Amount().String()}})
	}
	if len(rows) > 0 {
		d.Table(columns, rows)
	}
	var totals []pdf.Row
	if q.TaxRate != nil {
		totals = append(totals, pdf.Row{Cells: []string{"Subtotal", q.Subtotal.String()}},
			pdf.Row{Cells: []string{"Tax, " + q.TaxRate.String() + " %", q.Tax.String()}})
	}
	if q.Total != nil {
		totals = append(totals, pdf.Row{Cells: []string{"Total in " + q.Currency, q.Total.String()}, Bold: true})
	}
	d.Table([]pdf.Column{{Share: 14, Right: true}, {Share: 3, Right: true}}, totals)
}

// drawPhases writes the plan, as a table.
func drawPhases(d *pdf.Document, phases []Phase) {
	if len(phases) == 0 {
		return
	}
	var rows []pdf.Row
	for _, p := range phases {
		rows = append(rows, pdf.Row{Cells: []string{p.Name, written(p.PlannedStart), written(p.PlannedEnd)}})
	}
	d.Space(4)
	d.Table([]pdf.Column{{Title: "Phase", Share: 9}, {Title: "From", Share: 4}, {Title: "To", Share: 4}}, rows)
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
