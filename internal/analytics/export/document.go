package export

import (
	"strings"

	"clientportal/internal/analytics"
	"clientportal/internal/analytics/draw"
	"clientportal/internal/analytics/widget"
	"clientportal/internal/canvas"
	"clientportal/internal/markdown"
	"clientportal/internal/pdf"
)

// Document is a report as a PDF on the agency's paper; words are the agency's to its
// readers, above the numbers.
func Document(head pdf.Letterhead, r analytics.Report, words string) ([]byte, error) {
	d := pdf.New(head, r.Dashboard.Name+", "+days(r.Range), r.GeneratedAt)
	d.Title(r.Dashboard.Name)
	d.Note(strings.Join(particulars(r), "\n"))
	for _, paragraph := range markdown.Paragraphs(words) {
		d.Paragraph(paragraph)
	}
	for _, f := range r.Freshness {
		if f.State != analytics.Fresh && f.Note != "" {
			d.Paragraph(sourceName(f.Origin) + ": " + f.Note)
		}
	}
	d.Space(3)
	for i := 0; i < len(r.Widgets); {
		if n := tiles(r.Widgets[i:]); n > 0 {
			drawTiles(d, head, r, r.Widgets[i:i+n])
			i += n
			continue
		}
		drawWidget(d, head, r, r.Widgets[i])
		i++
	}
	sources(d, r)
	definitions(d, r)
	return d.Bytes()
}

// particulars are the facts above the numbers.
func particulars(r analytics.Report) []string {
	facts := []string{"For " + r.Customer.Name, days(r.Range)}
	if r.Comparison != nil {
		facts[1] += ", compared with " + days(*r.Comparison)
	}
	return append(facts, "Days and times in "+r.Zone+"; made on "+generated(r))
}

// inRow is how many tiles stand beside each other.
const inRow = 3

// tiles is how many of the first widgets are small enough to share a row.
func tiles(results []widget.Result) (n int) {
	for n < len(results) && n < inRow && (results[n].Kind == "number" || results[n].Kind == "goal") {
		n++
	}
	return n
}

const tileGap = 22.0

func drawTiles(d *pdf.Document, head pdf.Letterhead, r analytics.Report, results []widget.Result) {
	width := (pdf.CanvasWidth - tileGap*(inRow-1)) / inRow
	height := 0.0
	charts := make([]draw.Chart, len(results))
	for i, result := range results {
		charts[i] = chartOf(head, r, result)
		charts[i].Width = width
		height = max(height, draw.Height(charts[i]))
	}
	d.Draw(height, func(c canvas.Canvas) {
		for i, chart := range charts {
			draw.Draw(canvas.Moved(c, float64(i)*(width+tileGap), 0), chart)
		}
	})
	d.Space(3)
}

func drawWidget(d *pdf.Document, head pdf.Letterhead, r analytics.Report, result widget.Result) {
	switch {
	case result.Text != "":
		if result.Title != "" {
			d.Heading(result.Title)
		}
		for _, paragraph := range markdown.Paragraphs(result.Text) {
			d.Paragraph(paragraph)
		}
	case result.Table != nil && result.Kind != "bar" && result.Kind != "donut":
		table(d, result)
	default:
		chart := chartOf(head, r, result)
		chart.Width = pdf.CanvasWidth
		d.Draw(draw.Height(chart), func(c canvas.Canvas) { draw.Draw(c, chart) })
	}
	d.Space(5)
}

// table writes a table, over as many pages as it takes.
func table(d *pdf.Document, result widget.Result) {
	d.Heading(result.Title)
	if result.Subtitle != "" {
		d.Note(result.Subtitle)
	}
	t := result.Table
	columns := []pdf.Column{{Title: t.Heading, Share: 3}}
	for _, c := range t.Columns {
		columns = append(columns, pdf.Column{Title: c.Label, Share: 5.5 / float64(max(3, len(t.Columns))), Right: true})
	}
	var rows []pdf.Row
	add := func(row widget.Row, bold bool) {
		cells := []string{row.Label}
		for i, f := range row.Figures {
			cells = append(cells, draw.Figure(f, t.Columns[i].Unit))
		}
		rows = append(rows, pdf.Row{Cells: cells, Bold: bold})
	}
	for _, row := range t.Rows {
		add(row, false)
	}
	if t.Total != nil {
		add(*t.Total, true)
	}
	d.Table(columns, rows)
	for _, n := range result.Notes {
		d.Note(n)
	}
}

// sources says how fresh the numbers are.
func sources(d *pdf.Document, r analytics.Report) {
	if len(r.Freshness) == 0 {
		return
	}
	var rows []pdf.Row
	for _, f := range r.Freshness {
		until := ""
		if f.CompleteTo != nil {
			until = f.CompleteTo.Format("2 Jan 2006")
		}
		rows = append(rows, pdf.Row{Cells: []string{sourceName(f.Origin), stateWords(f.State), until, strings.Join(sourceFacts(f), ". ")}})
	}
	d.Heading("Where these numbers come from")
	d.Table([]pdf.Column{{Title: "Source", Share: 4}, {Title: "State", Share: 2}, {Title: "Complete to", Share: 2}, {Title: "What is to be known", Share: 6}}, rows)
}

// definitions says what each metric counts, with the filters.
func definitions(d *pdf.Document, r analytics.Report) {
	var rows []pdf.Row
	seen := map[string]bool{}
	for _, result := range r.Widgets {
		for _, p := range result.Passport {
			if key := p.Label + "|" + p.Definition; p.Definition != "" && !seen[key] {
				seen[key] = true
				rows = append(rows, pdf.Row{Cells: []string{p.Label, p.Definition}})
			}
		}
	}
	if len(rows) > 0 {
		d.Heading("What the numbers count")
		d.Table([]pdf.Column{{Title: "Metric", Share: 2}, {Title: "Definition and filters", Share: 5}}, rows)
	}
}
