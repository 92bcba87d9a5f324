package widget

import (
	"slices"

	"clientportal/internal/metric"
)

// Spark is the small line of a tile's measure. A week or a month that the range cuts
// short would look like a fall, and is left out.
func (d *Data) Spark(w Widget, m Measure) []Series {
	grain := d.Range.sparkGrain(basesOf(d.Metrics, m))
	list := d.Lines(w, m, grain)
	for i := range list {
		list[i].Previous = nil
		list[i].Points = slices.DeleteFunc(list[i].Points, func(p Point) bool { return !d.Range.uncut(p.Day, grain) })
	}
	return list
}

// Lines are a measure over time, one series for each currency.
func (d *Data) Lines(w Widget, m Measure, grain Grain) []Series {
	known, ok := d.Metrics.Find(m.Metric)
	if !ok || d.reachable(w, known) != OK {
		return nil
	}
	column := d.column(m)
	now, before := d.points(w, m, known, grain, false), map[string][]Point(nil)
	if d.Before != nil {
		before = d.points(w, m, known, grain, true)
	}
	var list []Series
	for _, total := range d.Figures(w, m) {
		points := now[total.Currency]
		if points == nil {
			continue
		}
		s := Series{Name: column.Label, Column: column, Currency: total.Currency, Grain: grain, Points: points, Previous: before[total.Currency], Total: total}
		s.Previous = s.Previous[:min(len(s.Previous), len(s.Points))]
		list = append(list, s)
	}
	return list
}

// points are a measure's values for each step of the range, by currency. A step
// without a report has no value.
func (d *Data) points(w Widget, m Measure, known metric.Metric, grain Grain, before bool) map[string][]Point {
	r := d.Range
	if before {
		r = *d.Before
	}
	starts := r.steps(grain)
	steps := map[string][][]DayFact{} // of each stored metric
	for _, base := range basesOf(d.Metrics, m) {
		steps[base.Name] = d.inSteps(w, d.days[m.keyOf(base.Name)], starts, before)
	}
	byCurrency := map[string][]Point{}
	for i, start := range starts[:len(starts)-1] {
		if start.After(d.Today.Time) {
			break
		}
		values, _ := d.evaluate(known, func(base metric.Metric) ([]amount, State) {
			if base.Aggregation == metric.Distinct && starts[i+1].After(start.AddDate(0, 0, 1)) {
				return nil, NoData // people of several days
			}
			return d.amountsOf(w, base, steps[base.Name][i], before), OK
		})
		for _, v := range values {
			if byCurrency[v.currency] == nil {
				byCurrency[v.currency] = emptyPoints(starts, d.Today)
			}
			byCurrency[v.currency][i].Value = &Number{v.number}
			byCurrency[v.currency][i].Provisional = v.flags&flagProvisional != 0
		}
	}
	return byCurrency
}

// inSteps are the facts of each step.
func (d *Data) inSteps(w Widget, facts []DayFact, starts []Day, before bool) [][]DayFact {
	ofDay := make([]int, starts[0].DaysTo(starts[len(starts)-1])) // the step of each day
	for i := range starts[1:] {
		for day := starts[0].DaysTo(starts[i]); day < starts[0].DaysTo(starts[i+1]); day++ {
			ofDay[day] = i
		}
	}
	steps := make([][]DayFact, len(starts)-1)
	for _, f := range facts {
		if f.Before == before && d.has(w, f.Source) {
			at := ofDay[starts[0].DaysTo(f.Day)]
			steps[at] = append(steps[at], f)
		}
	}
	return steps
}

func emptyPoints(starts []Day, today Day) (points []Point) {
	for _, start := range starts[:len(starts)-1] {
		if start.After(today.Time) {
			break
		}
		points = append(points, Point{Day: start})
	}
	return points
}

// Stacks are the parts of a measure over time, one series for each part, the
// largest first and what is not named last.
func (d *Data) Stacks(w Widget, m Measure) ([]Series, State) {
	known, ok := d.Metrics.Find(m.Metric)
	if !ok {
		return nil, Unavailable
	}
	facts := d.parts[partKey(w, true)]
	column, grain := d.column(m), d.Range.stepGrain()
	starts := d.Range.steps(grain)
	var list []Series
	for _, part := range partsOf(facts) {
		s := Series{Name: part.name(), Column: column, Grain: grain, Points: emptyPoints(starts, d.Today)}
		for i := range s.Points {
			values, _ := d.evaluate(known, part.look(facts, m, false, &starts[i]))
			if len(values) > 1 {
				return nil, Mixed
			}
			if len(values) == 1 {
				s.Points[i].Value, s.Points[i].Provisional = &Number{values[0].number}, values[0].flags&flagProvisional != 0
				s.Currency = values[0].currency
			}
		}
		s.Total = d.figures(known, part.look(facts, m, false, nil), noAmounts)[0]
		list = append(list, s)
	}
	for _, s := range list {
		if s.Currency != list[0].Currency {
			return nil, Mixed
		}
	}
	if len(list) == 0 {
		return nil, NoData
	}
	return list, OK
}

func noAmounts(metric.Metric) ([]amount, State) { return nil, OK }

// part is one part of a dimension.
type part struct {
	label string
	other bool
}

// name is the part as it is shown.
func (p part) name() string {
	if p.other {
		return "Other"
	}
	return first(p.label, "(not set)")
}

// partsOf are the parts in the order in which they were read.
func partsOf(facts []PartFact) (list []part) {
	for _, f := range facts {
		p := part{f.Part, f.Other}
		if !slices.Contains(list, p) {
			list = append(list, p)
		}
	}
	slices.SortStableFunc(list, func(a, b part) int {
		switch {
		case a.other == b.other:
			return 0
		case a.other:
			return 1
		}
		return -1
	})
	return list
}

// look finds the amounts of a part, of one step or of the whole range.
func (p part) look(facts []PartFact, m Measure, before bool, step *Day) look {
	return func(base metric.Metric) (list []amount, state State) {
		key := m.keyOf(base.Name)
		for _, f := range facts {
			if f.Key == key && f.Part == p.label && f.Other == p.other && f.Before == before && (step == nil || f.Day.Equal(step.Time)) {
				list = append(list, amount{f.Source, f.Currency, f.Value, f.Flags})
			}
		}
		return list, OK
	}
}
