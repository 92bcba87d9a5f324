package export

import (
	"fmt"
	"strings"

	"clientportal/internal/analytics/draw"
	"clientportal/internal/analytics/widget"
	"clientportal/internal/metric"
	"clientportal/internal/sheet"
)

// Table is what a widget shows as rows and columns.
func Table(r widget.Result) sheet.Table {
	t := sheet.Table{Name: r.Title}
	switch {
	case r.Text != "":
		t.Columns, t.Rows = titled("Text"), [][]sheet.Cell{{sheet.Text(r.Text)}}
	case len(r.Steps) > 0:
		steps(&t, r.Steps)
	case len(r.Cohorts) > 0:
		cohorts(&t, r.Cohorts)
	case r.Table != nil:
		parts(&t, r.Table)
	case len(r.Series) > 0:
		overTime(&t, r)
	case len(r.Figures) > 0 && len(r.Columns) > 0:
		figures(&t, r)
	default:
		t.Columns, t.Rows = titled("Nothing to show"), [][]sheet.Cell{{sheet.Text(r.Reason)}}
	}
	return t
}

func titled(titles ...string) []sheet.Column {
	columns := make([]sheet.Column, len(titles))
	for i, title := range titles {
		columns[i] = sheet.Column{Title: title}
		if i == 0 {
			columns[i].Width = 36
		}
	}
	return columns
}

// cell is a number in its unit, empty where there is none.
func cell(n *widget.Number, unit metric.Unit, currency string) sheet.Cell {
	switch {
	case n == nil:
		return sheet.Cell{}
	case unit == metric.Money:
		return sheet.Money(n.Decimal, currency)
	case unit == metric.Percent:
		return sheet.Percent(n.Decimal)
	default:
		return sheet.Decimal(n.Decimal)
	}
}

// figure is a figure, or in words why there is none.
func figure(f widget.Figure, unit metric.Unit) sheet.Cell {
	if f.Value == nil {
		return sheet.Text(draw.Figure(f, unit))
	}
	return cell(f.Value, unit, f.Currency)
}

func share(n *widget.Number) sheet.Cell { return cell(n, metric.Percent, "") }

// named is a column's title with what its numbers count.
func named(c widget.Column, currency string) string {
	switch {
	case c.Unit == metric.Money && currency != "":
		return c.Label + ", " + currency
	case c.Unit == metric.Seconds:
		return c.Label + ", seconds"
	}
	return c.Label
}

// overTime is a row for the whole range, which may be more or less than its days
// added up, and one for each of its days.
func overTime(t *sheet.Table, r widget.Result) {
	titles := []string{"Day"}
	whole := []sheet.Cell{sheet.Text("Whole range")}
	for _, s := range r.Series {
		column := s.Column
		column.Label = s.Name
		titles = append(titles, named(column, s.Currency))
		whole = append(whole, figure(s.Total, s.Column.Unit))
		if len(s.Previous) > 0 {
			titles = append(titles, named(column, s.Currency)+", before")
			whole = append(whole, cell(s.Total.Previous, s.Column.Unit, s.Total.Currency))
		}
	}
	t.Columns = titled(append(titles, "Provisional")...)
	if len(r.Annotations) > 0 {
		t.Columns = append(t.Columns, sheet.Column{Title: "Done", Width: 60})
	}
	t.Rows = append(t.Rows, whole)
	for i, point := range r.Series[0].Points {
		row := []sheet.Cell{sheet.Day(point.Day.Time)}
		provisional := ""
		for _, s := range r.Series {
			row = append(row, cell(at(s.Points, i).Value, s.Column.Unit, s.Currency))
			if len(s.Previous) > 0 {
				row = append(row, cell(at(s.Previous, i).Value, s.Column.Unit, s.Currency))
			}
			if at(s.Points, i).Provisional {
				provisional = "yes"
			}
		}
		row = append(row, sheet.Text(provisional))
		if len(r.Annotations) > 0 {
			row = append(row, sheet.Text(done(r, i)))
		}
		t.Rows = append(t.Rows, row)
	}
}

func at(points []widget.Point, i int) widget.Point {
	if i < len(points) {
		return points[i]
	}
	return widget.Point{}
}

// done is what was done from a point's day until the next one's.
func done(r widget.Result, i int) string {
	points := r.Series[0].Points
	var titles []string
	for _, a := range r.Annotations {
		if !a.Day.Before(points[i].Day.Time) && (i == len(points)-1 || a.Day.Before(points[i+1].Day.Time)) {
			titles = append(titles, a.Title)
		}
	}
	return strings.Join(titles, "; ")
}

// parts is a row for each part, with what it was before where that is known.
func parts(t *sheet.Table, of *widget.Table) {
	rows := of.Rows
	if of.Total != nil {
		rows = append(rows[:len(rows):len(rows)], *of.Total)
	}
	compared, shared := false, false
	for _, row := range rows {
		shared = shared || row.Share != nil
		for _, f := range row.Figures {
			compared = compared || f.Previous != nil
		}
	}
	titles := []string{of.Heading}
	for i, c := range of.Columns {
		titles = append(titles, named(c, commonCurrency(rows, i)))
		if compared {
			titles = append(titles, named(c, commonCurrency(rows, i))+", before")
		}
	}
	if shared {
		titles = append(titles, "Share")
	}
	t.Columns = titled(titles...)
	for _, row := range rows {
		cells := []sheet.Cell{sheet.Text(row.Label)}
		for i, f := range row.Figures {
			unit := of.Columns[i].Unit
			cells = append(cells, figure(f, unit))
			if compared {
				cells = append(cells, cell(f.Previous, unit, f.Currency))
			}
		}
		if shared {
			cells = append(cells, share(row.Share))
		}
		t.Rows = append(t.Rows, cells)
	}
}

// commonCurrency is that of a whole column, "" where rows differ.
func commonCurrency(rows []widget.Row, column int) (currency string) {
	for _, row := range rows {
		if column >= len(row.Figures) || row.Figures[column].Value == nil {
			continue
		}
		of := row.Figures[column].Currency
		if currency != "" && of != currency {
			return ""
		}
		currency = of
	}
	return currency
}

func steps(t *sheet.Table, list []widget.Step) {
	t.Columns = titled("Step", "Count", "Count, before", "Share of the step before", "That share, before")
	for _, s := range list {
		t.Rows = append(t.Rows, []sheet.Cell{
			sheet.Text(s.Column.Label), figure(s.Figure, s.Column.Unit), cell(s.Figure.Previous, s.Column.Unit, ""), share(s.Share), share(s.Before),
		})
	}
}

func cohorts(t *sheet.Table, list []widget.Cohort) {
	weeks := 0
	for _, c := range list {
		weeks = max(weeks, len(c.Shares))
	}
	t.Columns = titled("Week of", "People")
	for week := range weeks {
		t.Columns = append(t.Columns, sheet.Column{Title: fmt.Sprintf("After %d weeks", week+1)})
	}
	for _, c := range list {
		row := []sheet.Cell{sheet.Day(c.Day.Time), sheet.Decimal(c.Size.Decimal)}
		for _, s := range c.Shares {
			row = append(row, share(s))
		}
		t.Rows = append(t.Rows, row)
	}
}

// figures is a row for each figure: of the columns, or of one in each currency.
func figures(t *sheet.Table, r widget.Result) {
	t.Columns = titled("Metric", "Value", "Before", "Change", "Currency")
	for i, f := range r.Figures {
		column := r.Columns[0]
		if len(r.Columns) == len(r.Figures) {
			column = r.Columns[i]
		}
		t.Rows = append(t.Rows, []sheet.Cell{
			sheet.Text(column.Label), figure(f, column.Unit), cell(f.Previous, column.Unit, f.Currency), share(f.Change), sheet.Text(f.Currency),
		})
	}
}
