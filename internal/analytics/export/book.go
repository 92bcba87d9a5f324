package export

import (
	"fmt"
	"strings"

	"clientportal/internal/analytics"
	"clientportal/internal/analytics/widget"
	"clientportal/internal/clock"
	"clientportal/internal/metric"
	"clientportal/internal/sheet"
)

// Sheets are a sheet for each widget, and one about where the numbers come from.
func Sheets(r analytics.Report) []sheet.Table {
	tables := make([]sheet.Table, 0, len(r.Widgets)+1)
	for _, result := range r.Widgets {
		tables = append(tables, Table(result))
	}
	return append(tables, about(r))
}

// about is what is to be known about the numbers: the range, the zone, the sources,
// and what each metric counts, with its filters.
func about(r analytics.Report) sheet.Table {
	t := sheet.Table{Name: "About", Columns: []sheet.Column{
		{Title: "About this report", Width: 34}, {Title: "", Width: 30}, {Title: "", Width: 30}, {Title: "", Width: 60},
	}}
	add := func(cells ...sheet.Cell) { t.Rows = append(t.Rows, cells) }
	text := sheet.Text
	add(text("Dashboard"), text(r.Dashboard.Name))
	add(text("Customer"), text(r.Customer.Name))
	add(text("From"), sheet.Day(r.Range.From.Time))
	add(text("To"), sheet.Day(r.Range.To.Time))
	if r.Comparison != nil {
		add(text("Compared with, from"), sheet.Day(r.Comparison.From.Time))
		add(text("Compared with, to"), sheet.Day(r.Comparison.To.Time))
	}
	add(text("Time zone"), text(r.Zone))
	if zone, err := clock.Zone(r.Zone); err == nil {
		add(text("Made at"), sheet.Moment(r.GeneratedAt.In(zone)))
	}
	add()
	add(text("Source"), text("State"), text("Complete to"), text("What is to be known"))
	for _, f := range r.Freshness {
		add(text(sourceName(f.Origin)), text(stateWords(f.State)), dayOf(f.CompleteTo), text(strings.Join(sourceFacts(f), ". ")))
	}
	add()
	add(text("Widget"), text("Metric"), text("Sources"), text("What it counts"))
	for _, result := range r.Widgets {
		for _, p := range result.Passport {
			var names []string
			for _, o := range p.Sources {
				names = append(names, o.Name)
			}
			add(text(result.Title), text(p.Label), text(strings.Join(names, ", ")), text(p.Definition))
		}
		for _, n := range result.Notes {
			add(text(result.Title), text(""), text(""), text(n))
		}
	}
	return t
}

func sourceName(o widget.Origin) string {
	if o.Name == "" || o.Name == o.Label {
		return o.Label
	}
	return o.Label + ", " + o.Name
}

func dayOf(d *widget.Day) sheet.Cell {
	if d == nil {
		return sheet.Cell{}
	}
	return sheet.Day(d.Time)
}

func stateWords(s analytics.SourceState) string {
	switch s {
	case analytics.Fresh:
		return "Up to date"
	case analytics.Stale:
		return "Behind"
	case analytics.Failing:
		return "Failing"
	case analytics.Disconnected:
		return "Disconnected"
	default:
		return "Nothing yet"
	}
}

// sourceFacts are what is to be known about a source, in sentences without their stops.
func sourceFacts(f analytics.Freshness) []string {
	var facts []string
	add := func(label, text string) {
		if text != "" {
			facts = append(facts, strings.TrimSuffix(label+text, "."))
		}
	}
	add("", f.Note)
	add("Days of ", f.Zone)
	add("Amounts in ", f.Currency)
	add("Attribution: ", f.Attribution)
	var days []string
	for _, d := range f.Provisional {
		days = append(days, d.Format("2 Jan"))
	}
	if !strings.Contains(f.Note, "provisional") {
		add("Provisional: ", strings.Join(days, ", "))
	}
	for _, flag := range f.Flags {
		add("", flag)
	}
	return facts
}

// Long is a whole dashboard as one table: a row for each number that it shows.
func Long(r analytics.Report) sheet.Table {
	t := sheet.Table{Name: r.Dashboard.Name, Columns: titled(
		"Widget", "Part", "Metric", "Day", "Value", "Before", "Unit", "Currency", "Provisional", "State")}
	for _, result := range r.Widgets {
		long(&t, result)
	}
	return t
}

func long(t *sheet.Table, r widget.Result) {
	row := func(part string, c widget.Column, day sheet.Cell, value, before *widget.Number, currency string, provisional bool, state widget.State) {
		marked := ""
		if provisional {
			marked = "yes"
		}
		t.Rows = append(t.Rows, []sheet.Cell{
			sheet.Text(r.Title), sheet.Text(part), sheet.Text(c.Label), day, plain(value), plain(before),
			sheet.Text(string(c.Unit)), sheet.Text(currency), sheet.Text(marked), sheet.Text(string(state)),
		})
	}
	whole := func(part string, c widget.Column, f widget.Figure) {
		row(part, c, sheet.Cell{}, f.Value, f.Previous, f.Currency, f.Provisional, f.State)
	}
	for i, f := range r.Figures {
		if r.Table == nil && len(r.Columns) > 0 {
			whole("", r.Columns[min(i, len(r.Columns)-1)], f)
		}
	}
	for _, s := range r.Series {
		for i, p := range s.Points {
			row(s.Name, s.Column, sheet.Day(p.Day.Time), p.Value, at(s.Previous, i).Value, s.Currency, p.Provisional, widget.OK)
		}
	}
	if r.Table != nil {
		rows := r.Table.Rows
		if r.Table.Total != nil {
			rows = append(rows[:len(rows):len(rows)], *r.Table.Total)
		}
		for _, part := range rows {
			for i, f := range part.Figures {
				whole(part.Label, r.Table.Columns[i], f)
			}
		}
	}
	for _, s := range r.Steps {
		whole("", s.Column, s.Figure)
	}
	for _, c := range r.Cohorts {
		row("People", r.Columns[0], sheet.Day(c.Day.Time), &c.Size, nil, "", false, widget.OK)
		for week, s := range c.Shares {
			after := widget.Column{Label: "Came back", Unit: metric.Percent}
			row(fmt.Sprintf("After %d weeks", week+1), after, sheet.Day(c.Day.Time), s, nil, "", false, widget.OK)
		}
	}
	if r.State != widget.OK && r.Table == nil && len(r.Figures) == 0 && len(r.Steps) == 0 {
		row(r.Reason, widget.Column{}, sheet.Cell{}, nil, nil, "", false, r.State)
	}
}

func plain(n *widget.Number) sheet.Cell {
	if n == nil {
		return sheet.Cell{}
	}
	return sheet.Decimal(n.Decimal)
}
