package widget

import "clientportal/internal/metric"

// Parts are a widget's measures for each part of its dimension, with their total.
func (d *Data) Parts(w Widget) (*Table, State) {
	facts := d.parts[partKey(w, false)]
	t := &Table{Heading: Heading(w.Dimension), Rows: []Row{}}
	for _, m := range w.Measures {
		t.Columns = append(t.Columns, d.column(m))
	}
	if state := d.firstState(w); state != OK {
		return nil, state
	}
	parts := partsOf(facts)
	if len(parts) == 0 {
		return nil, NoData
	}
	for _, p := range parts {
		row := Row{Label: p.name(), Other: p.other}
		for _, m := range w.Measures {
			row.Figures = append(row.Figures, d.partFigure(w, m, facts, p))
		}
		t.Rows = append(t.Rows, row)
	}
	total := Row{Label: "All"}
	for _, m := range w.Measures {
		total.Figures = append(total.Figures, d.wholeFigure(w, m, facts))
	}
	if total.Figures[0].State == Mixed {
		return nil, Mixed
	}
	t.Total = &total
	share(t)
	return t, OK
}

// firstState is whether the first measure can be read at all.
func (d *Data) firstState(w Widget) State {
	if len(w.Measures) == 0 {
		return NoData
	}
	known, ok := d.Metrics.Find(w.Measures[0].Metric)
	if !ok {
		return Unavailable
	}
	return d.reachable(w, known)
}

func (d *Data) partFigure(w Widget, m Measure, facts []PartFact, p part) Figure {
	known, ok := d.Metrics.Find(m.Metric)
	if !ok {
		return Figure{State: Unavailable}
	}
	find := func(before bool) look {
		stored := p.look(facts, m, before, nil)
		return func(base metric.Metric) ([]amount, State) {
			if base.Aggregation != metric.Distinct && (base.AddsUp(w.Dimension) || !p.other) {
				return stored(base)
			}
			if p.other || before && d.Before == nil {
				return nil, NoData // what several parts share, or people of nothing
			}
			return d.people(w, base, before, w.Dimension, p.label)
		}
	}
	return single(d.figures(known, find(false), find(true)))
}

// wholeFigure is a measure over all parts: what the table adds up to. Where parts share
// what they count, it is the whole's own: people, or orders by product.
func (d *Data) wholeFigure(w Widget, m Measure, facts []PartFact) Figure {
	known, ok := d.Metrics.Find(m.Metric)
	if !ok {
		return Figure{State: Unavailable}
	}
	find := func(before bool) look {
		ofRange := d.ofRange(w, m, before)
		return func(base metric.Metric) (list []amount, state State) {
			if !base.AddsUp(w.Dimension) {
				return ofRange(base)
			}
			key := m.keyOf(base.Name)
			for _, f := range facts {
				if f.Key == key && f.Before == before {
					list = append(list, amount{f.Source, f.Currency, f.Value, f.Flags})
				}
			}
			return list, OK
		}
	}
	return single(d.figures(known, find(false), find(true)))
}

// single is the one figure of a cell. Several currencies give none: a cell adds
// nothing up that can't be added.
func single(figures []Figure) Figure {
	if len(figures) > 1 {
		return Figure{State: Mixed}
	}
	return figures[0]
}

// share notes each row's share of the first column, where parts make a whole.
func share(t *Table) {
	whole := t.Total.Figures[0].Value
	unit := t.Columns[0].Unit
	if whole == nil || !whole.IsPositive() || unit != metric.Count && unit != metric.Money && unit != metric.Seconds {
		return
	}
	for i, row := range t.Rows {
		if v := row.Figures[0].Value; v != nil {
			t.Rows[i].Share = &Number{v.DivRound(whole.Decimal, 6)}
		}
	}
}

// headings are the dimensions as people call them.
var headings = map[string]string{
	"channel": "Channel", "source_medium": "Source and medium", "campaign": "Campaign", "page": "Page", "landing_page": "Landing page",
	"event": "Event", "device": "Device", "country": "Country", "adset": "Ad set", "ad": "Ad", "action_type": "Action", "product": "Product", "week": "Week",
}

// Heading is a dimension as people call it.
func Heading(dimension string) string { return first(headings[dimension], dimension) }
