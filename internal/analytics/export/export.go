// Package export writes what a dashboard shows as files: tables for spreadsheets,
// documents on the agency's paper, pictures of charts.
package export

import (
	"context"
	"io"

	"clientportal/internal/analytics"
	"clientportal/internal/analytics/draw"
	"clientportal/internal/analytics/widget"
	"clientportal/internal/canvas"
	"clientportal/internal/clock"
	"clientportal/internal/fault"
	"clientportal/internal/pdf"
	"clientportal/internal/sheet"
)

// Paper reads the agency's part of every document.
type Paper func(context.Context) (pdf.Letterhead, error)

// Formats are the files that a report can be had as.
func Formats(paper Paper) map[string]analytics.Format {
	return map[string]analytics.Format{
		"csv": {
			Label: "Table (CSV)", ContentType: "text/csv; charset=utf-8", Extension: "csv",
			Render: func(_ context.Context, w io.Writer, r analytics.Report) error { return sheet.WriteCSV(w, Long(r)) },
		},
		"xlsx": {
			Label: "Spreadsheet (XLSX)", Extension: "xlsx",
			ContentType: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
			Render:      func(_ context.Context, w io.Writer, r analytics.Report) error { return sheet.WriteXLSX(w, Sheets(r)) },
		},
		"pdf": {
			Label: "Document (PDF)", ContentType: "application/pdf", Extension: "pdf",
			Render: func(ctx context.Context, w io.Writer, r analytics.Report) error {
				head, err := paper(ctx)
				if err != nil {
					return err
				}
				content, err := Document(head, r, "")
				if err == nil {
					_, err = w.Write(content)
				}
				return err
			},
		},
	}
}

// WidgetFormats are the files that a report of a single widget can be had as.
func WidgetFormats(paper Paper) map[string]analytics.Format {
	formats := Formats(paper)
	formats["csv"] = analytics.Format{
		Label: formats["csv"].Label, ContentType: formats["csv"].ContentType, Extension: "csv",
		Render: func(_ context.Context, w io.Writer, r analytics.Report) error {
			for _, result := range r.Widgets {
				if err := sheet.WriteCSV(w, Table(result)); err != nil {
					return err
				}
			}
			return nil
		},
	}
	formats["png"] = analytics.Format{
		Label: "Picture (PNG)", ContentType: "image/png", Extension: "png",
		Render: func(ctx context.Context, w io.Writer, r analytics.Report) error {
			head, err := paper(ctx)
			if err != nil {
				return err
			}
			return picture(w, head, r)
		},
	}
	return formats
}

// A picture of a chart is twice as fine as a screen needs it.
const (
	pictureWidth  = 720.0
	pictureBorder = 28.0
	pictureScale  = 2
)

func picture(w io.Writer, head pdf.Letterhead, r analytics.Report) error {
	if len(r.Widgets) != 1 || !draw.Draws(r.Widgets[0]) {
		return fault.InvalidField("query.format", "This widget is words, of which there is no picture.")
	}
	chart := chartOf(head, r, r.Widgets[0])
	chart.Width = pictureWidth
	height := draw.Height(chart)
	p := canvas.NewPicture(pictureWidth+2*pictureBorder, height+2*pictureBorder+22, pictureScale)
	on := canvas.Moved(p, pictureBorder, pictureBorder)
	draw.Draw(on, chart)
	draw.Caption(on, height+18, pictureWidth, caption(head, r))
	return p.WritePNG(w)
}

// chartOf is a widget's chart.
func chartOf(head pdf.Letterhead, r analytics.Report, result widget.Result) draw.Chart {
	chart := draw.Chart{Result: result, Accent: head.Accent, Range: days(r.Range)}
	if r.Comparison != nil {
		chart.Before = days(*r.Comparison)
	}
	return chart
}

func caption(head pdf.Letterhead, r analytics.Report) string {
	return head.Name + ": " + r.Dashboard.Name + ", " + days(r.Range) + ", times in " + r.Zone
}

// days is a range in words: "20 Oct to 18 Nov 2026".
func days(p analytics.Period) string {
	from, to := p.From.Format("2 Jan 2006"), p.To.Format("2 Jan 2006")
	switch {
	case from == to:
		return to
	case p.From.Year() == p.To.Year():
		from = p.From.Format("2 Jan")
	}
	return from + " to " + to
}

// generated is when the report was made, as the clocks of its zone show it.
func generated(r analytics.Report) string {
	at := r.GeneratedAt.UTC()
	if zone, err := clock.Zone(r.Zone); err == nil {
		at = at.In(zone)
	}
	return at.Format("2 Jan 2006, 15:04")
}
