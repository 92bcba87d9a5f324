package schedule

import (
	"slices"

	"clientportal/internal/analytics"
	"clientportal/internal/analytics/draw"
	"clientportal/internal/analytics/widget"
)

// Restated is a figure that is another one now than when it was sent.
type Restated struct {
	Widget   string `json:"widget"`
	Label    string `json:"label"`
	Reported string `json:"reported" doc:"As it was sent, in words: 412"`
	Now      string `json:"now"`
}

// restated are the figures of a report that their sources have changed since.
func restated(sent, now analytics.Report) []Restated {
	list := []Restated{}
	for _, old := range sent.Widgets {
		at := slices.IndexFunc(now.Widgets, func(w widget.Result) bool { return w.ID == old.ID && w.Kind == old.Kind })
		if at < 0 {
			continue // it was changed or taken out since
		}
		current := figuresOf(now.Widgets[at])
		for _, f := range figuresOf(old) {
			same := slices.IndexFunc(current, func(c figure) bool { return c.label == f.label && c.Currency == f.Currency })
			if f.Value == nil || same < 0 || current[same].Value != nil && current[same].Value.Equal(f.Value.Decimal) {
				continue
			}
			r := Restated{old.Title, f.label, draw.Figure(f.Figure, f.column.Unit), draw.Figure(current[same].Figure, f.column.Unit)}
			if !slices.Contains(list, r) && r.Reported != r.Now {
				list = append(list, r)
			}
		}
	}
	return list
}

// figure is a figure of a widget with its name.
type figure struct {
	widget.Figure
	label  string
	column widget.Column
}

// figuresOf are the figures that sum a widget up, and those of its rows.
func figuresOf(r widget.Result) (list []figure) {
	add := func(f widget.Figure, label string, c widget.Column) { list = append(list, figure{f, label, c}) }
	if r.Table == nil {
		for i, f := range r.Figures {
			switch {
			case len(r.Figures) == len(r.Columns):
				add(f, r.Columns[i].Label, r.Columns[i])
			case len(r.Columns) > 0:
				add(f, r.Columns[0].Label, r.Columns[0])
			}
		}
	}
	for _, s := range r.Steps {
		add(s.Figure, s.Column.Label, s.Column)
	}
	if r.Table == nil {
		return list
	}
	rows := r.Table.Rows
	if r.Table.Total != nil {
		rows = append(rows[:len(rows):len(rows)], *r.Table.Total)
	}
	for _, row := range rows {
		for i, f := range row.Figures {
			label := row.Label
			if len(row.Figures) > 1 {
				label += ", " + r.Table.Columns[i].Label
			}
			add(f, label, r.Table.Columns[i])
		}
	}
	return list
}
