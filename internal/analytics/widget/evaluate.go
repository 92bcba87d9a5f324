package widget

import (
	"slices"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"clientportal/internal/metric"
)

// flagProvisional is upstream.Provisional, as it is stored.
const flagProvisional = 1

// amount is what one source reported in one currency ("" where there is none).
type amount struct {
	source   uuid.UUID
	currency string
	value    decimal.Decimal
	flags    uint8
}

// look finds the amounts of a stored metric: of a range, a day, a part.
type look func(base metric.Metric) ([]amount, State)

// value is a number in one currency.
type value struct {
	currency string
	number   decimal.Decimal
	flags    uint8
}

// evaluate makes a metric's numbers out of its amounts, one for each currency:
// currencies are never added up, and a ratio is the sum over the sum of what was
// reported in the same currency by the same sources.
func (d *Data) evaluate(m metric.Metric, find look) ([]value, State) {
	if m.Aggregation == metric.Ratio {
		return d.divide(m, find)
	}
	amounts, state := find(m)
	if state != OK {
		return nil, state
	}
	var values []value
	for _, a := range amounts {
		at := slices.IndexFunc(values, func(v value) bool { return v.currency == a.currency })
		if at < 0 {
			values = append(values, value{a.currency, a.value, a.flags})
			continue
		}
		values[at].number = values[at].number.Add(a.value)
		values[at].flags |= a.flags
	}
	if len(values) == 0 {
		return nil, NoData
	}
	sortByCurrency(values)
	return values, OK
}

func (d *Data) divide(m metric.Metric, find look) ([]value, State) {
	upper, lower := d.known(m.Numerator), d.known(m.Denominator)
	over, state := find(upper)
	if state != OK {
		return nil, state
	}
	under, state := find(lower)
	if state != OK {
		return nil, state
	}
	if len(over) == 0 || len(under) == 0 {
		return nil, NoData
	}
	all := slices.Concat(over, under)
	var values []value
	for _, currency := range currenciesOf(all) {
		from := sourcesOf(all, currency)
		if ambiguous(all, from, currency) {
			return nil, Unavailable
		}
		n, d := addUp(over, from, currency), addUp(under, from, currency)
		if d.number.IsZero() {
			continue
		}
		v := value{currency: currency, number: n.number.DivRound(d.number, 8), flags: n.flags | d.flags}
		values = append(values, v)
	}
	if len(values) == 0 {
		return nil, NoData
	}
	if len(values) == 1 && m.Unit != metric.Money {
		values[0].currency = ""
	}
	return values, OK
}

func (d *Data) known(name string) metric.Metric {
	m, _ := d.Metrics.Find(name) // the registry refuses ratios of what is not there
	return m
}

// currenciesOf are the currencies of amounts; without any, the one "".
func currenciesOf(amounts []amount) (list []string) {
	for _, a := range amounts {
		if a.currency != "" && !slices.Contains(list, a.currency) {
			list = append(list, a.currency)
		}
	}
	if list == nil {
		return []string{""}
	}
	slices.Sort(list)
	return list
}

// sourcesOf are the sources that reported in a currency.
func sourcesOf(amounts []amount, currency string) (list []uuid.UUID) {
	for _, a := range amounts {
		if a.currency == currency && !slices.Contains(list, a.source) {
			list = append(list, a.source)
		}
	}
	return list
}

// ambiguous reports whether one of the sources has another currency too, beside
// amounts without any: then nobody knows which of these belong to which.
func ambiguous(amounts []amount, sources []uuid.UUID, currency string) bool {
	for _, s := range sources {
		plain, other := false, false
		for _, a := range amounts {
			plain = plain || a.source == s && a.currency == ""
			other = other || a.source == s && a.currency != "" && a.currency != currency
		}
		if plain && other {
			return true
		}
	}
	return false
}

func addUp(amounts []amount, from []uuid.UUID, currency string) (v value) {
	for _, a := range amounts {
		if slices.Contains(from, a.source) && (a.currency == currency || a.currency == "") {
			v.number = v.number.Add(a.value)
			v.flags |= a.flags
		}
	}
	return v
}

// ofRange finds a metric's amounts in the range, or in what it is compared with.
func (d *Data) ofRange(w Widget, m Measure, before bool) look {
	return func(base metric.Metric) ([]amount, State) {
		if state := d.reachable(w, base); state != OK {
			return nil, state
		}
		if before && d.Before == nil {
			return nil, NoData
		}
		if base.Aggregation == metric.Distinct {
			return d.people(w, base, before, "", "")
		}
		amounts := d.amountsOf(w, base, d.days[m.keyOf(base.Name)], before)
		if len(amounts) == 0 && d.withheld(w, base) {
			return nil, Unavailable
		}
		return amounts, OK
	}
}

// reachable reports whether a metric has a source in a widget.
func (d *Data) reachable(w Widget, base metric.Metric) State {
	switch {
	case base.Name == "":
		return Unavailable
	case len(d.of(Widget{}, base.Name)) == 0:
		return NotConnected
	case len(d.of(w, base.Name)) == 0:
		return Unavailable // the widget's own source is not there any more
	}
	return OK
}

// amountsOf adds up days, or takes the last one, for each source and currency.
func (d *Data) amountsOf(w Widget, base metric.Metric, days []DayFact, before bool) (list []amount) {
	var last map[uuid.UUID]Day
	if base.Aggregation == metric.Last {
		last = map[uuid.UUID]Day{}
	}
	for i := range days {
		f := &days[i]
		if f.Before != before || !d.has(w, f.Source) {
			continue
		}
		if base.Aggregation == metric.Last && last[f.Source].After(f.Day.Time) {
			continue
		}
		at := slices.IndexFunc(list, func(a amount) bool { return a.source == f.Source && a.currency == f.Currency })
		later := false
		if base.Aggregation == metric.Last {
			later = !last[f.Source].Equal(f.Day.Time)
			last[f.Source] = f.Day
		}
		switch {
		case at < 0:
			list = append(list, amount{f.Source, f.Currency, f.Value, f.Flags})
		case later:
			list[at].value, list[at].flags = f.Value, f.Flags
		default:
			list[at].value, list[at].flags = list[at].value.Add(f.Value), list[at].flags|f.Flags
		}
	}
	return list
}

// people are a distinct count of exactly the range, as the source told it. Those of
// two sources can't be added: somebody may be in both.
func (d *Data) people(w Widget, base metric.Metric, before bool, dimension, part string) ([]amount, State) {
	from := d.of(w, base.Name)
	if len(from) > 1 {
		return nil, Unavailable
	}
	r := d.Range
	if before {
		r = *d.Before
	}
	found := false
	for _, f := range d.ranges {
		if f.Source != from[0].SourceID || f.Metric != base.Name || !f.From.Equal(r.From.Time) || !f.Until.Equal(r.Until().Time) {
			continue
		}
		if f.Dimension == dimension && f.Part == part {
			return []amount{{source: f.Source, value: f.Value, flags: f.Flags}}, OK
		}
		found = true
	}
	switch {
	case found:
		return nil, OK // asked, and nobody was there
	case from[0].Gone || d.withheld(w, base):
		return nil, Unavailable
	}
	return nil, Pending
}

// Figures are a measure's number of the range with what it was before, one for each
// currency; where there is none, one that says why.
func (d *Data) Figures(w Widget, m Measure) []Figure {
	known, ok := d.Metrics.Find(m.Metric)
	if !ok {
		return []Figure{{State: Unavailable}}
	}
	return d.figures(known, d.ofRange(w, m, false), d.ofRange(w, m, true))
}

func (d *Data) figures(m metric.Metric, now, before look) []Figure {
	values, state := d.evaluate(m, now)
	if state != OK {
		return []Figure{{State: state}}
	}
	var earlier []value
	if d.Before != nil && !d.incomplete(m.Name) {
		earlier, _ = d.evaluate(m, before)
	}
	list := make([]Figure, len(values))
	for i, v := range values {
		list[i] = Figure{Value: &Number{v.number}, Currency: v.currency, State: OK, Provisional: v.flags&flagProvisional != 0}
		for _, e := range earlier {
			if e.currency == v.currency {
				list[i].Previous = &Number{e.number}
				list[i].Change = change(m.Unit, v.number, e.number)
			}
		}
	}
	return list
}

// change is by how much a number changed: as a share of what it was, of a
// percentage as the difference. Nothing is a share of nothing.
func change(unit metric.Unit, now, before decimal.Decimal) *Number {
	if unit == metric.Percent {
		return &Number{now.Sub(before)}
	}
	if before.IsZero() {
		return nil
	}
	return &Number{now.Sub(before).DivRound(before.Abs(), 6)}
}

func sortByCurrency(values []value) {
	slices.SortFunc(values, func(a, b value) int {
		switch {
		case a.currency < b.currency:
			return -1
		case a.currency > b.currency:
			return 1
		}
		return 0
	})
}
