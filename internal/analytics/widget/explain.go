package widget

import (
	"slices"
	"strings"

	"clientportal/internal/metric"
)

// flagWords say what is not exact about a number, by upstream.Flags.
var flagWords = []struct {
	flag  uint8
	words string
}{
	{2, "Small groups are withheld by the source"},
	{4, "Computed by the source from a sample"},
	{8, "Small groups are put together as (other)"},
	{16, "A part is missing"},
}

// passport is what is known about where a measure comes from.
func (d *Data) passport(w Widget, m Measure) Passport {
	p := Passport{Column: d.column(m), Sources: []Origin{}}
	known, ok := d.Metrics.Find(m.Metric)
	if !ok {
		return p
	}
	p.Definition = known.Definition
	if m.Filter != nil {
		p.Definition = strings.TrimSuffix(p.Definition, ".") + "; only " + strings.ToLower(Heading(m.Filter.Dimension)) + " " + m.Filter.Value + "."
	}
	for _, s := range d.of(w, m.Metric) {
		origin := d.Complete(s).Origin
		if !d.attributed(m) {
			origin.Attribution = ""
		}
		flags := uint8(0)
		for _, base := range basesOf(d.Metrics, m) {
			for _, f := range d.days[m.keyOf(base.Name)] {
				if f.Source == s.SourceID && !f.Before {
					flags |= f.Flags
					if known.Unit == metric.Money {
						origin.Currency = first(origin.Currency, f.Currency)
					}
				}
			}
			for _, f := range d.ranges {
				if f.Source == s.SourceID && f.Metric == base.Name {
					flags |= f.Flags
					origin.Zone = first(origin.Zone, f.Zone)
				}
			}
		}
		for _, f := range flagWords {
			if flags&f.flag != 0 {
				origin.Flags = append(origin.Flags, f.words)
			}
		}
		p.Sources = append(p.Sources, origin)
	}
	return p
}

// attributed reports whether a measure counts what the source credits somebody with.
func (d *Data) attributed(m Measure) bool {
	return slices.ContainsFunc(basesOf(d.Metrics, m), func(base metric.Metric) bool { return base.Attributed })
}

// explain says in words why there is nothing to show.
func (d *Data) explain(w Widget, r *Result) {
	if r.State == OK || r.Reason != "" {
		return
	}
	switch r.State {
	case NotConnected:
		names := make([]string, len(r.Connect))
		for i, kind := range r.Connect {
			names[i] = d.label(kind)
		}
		r.Reason = "Connect " + join(names) + " to see this."
	case NoData:
		r.Reason = "Nothing was reported for these days."
		if len(d.coming(*r)) > 0 {
			r.Reason = "These days have not been read yet."
		}
	case Pending:
		r.Reason = "People can't be added up over days: the source is being asked about exactly this range. It stands here in a few minutes."
	case Mixed:
		r.Reason = "These amounts are in several currencies, which are not added up."
	case Unavailable:
		r.Reason = d.whyUnavailable(w)
	}
}

func (d *Data) whyUnavailable(w Widget) string {
	if m, denied := d.withheldOf(w); denied {
		return d.label(SourceType(m.Name)) + " does not let us read " + m.Label + ": the connection is not allowed to see it."
	}
	for _, m := range w.Measures {
		known, ok := d.Metrics.Find(m.Metric)
		if !ok {
			return "The metric " + m.Metric + " does not exist any more."
		}
		if len(d.of(w, m.Metric)) == 0 {
			return "The source of these numbers has been removed."
		}
		for _, base := range basesOf(d.Metrics, m) {
			if base.Aggregation == metric.Distinct && len(d.of(w, base.Name)) > 1 {
				return "People of several sources can't be added up: choose one of them for this widget."
			}
		}
		if known.Aggregation == metric.Ratio {
			return "The source changed its currency within these days."
		}
	}
	return "The source can't give these numbers for this range."
}

// label is a kind of source as people call it.
func (d *Data) label(kind string) string { return first(d.Labels[kind], kind) }

// subtitle names the sources of a widget, and its currency.
func (d *Data) subtitle(r Result) string {
	var words []string
	for _, p := range r.Passport {
		if name := d.label(SourceType(p.Metric)); len(p.Sources) > 0 && !slices.Contains(words, name) {
			words = append(words, name)
		}
	}
	var currencies []string
	for _, p := range r.Passport {
		for _, s := range p.Sources {
			if p.Unit == metric.Money && s.Currency != "" && !slices.Contains(currencies, s.Currency) {
				currencies = append(currencies, s.Currency)
			}
		}
	}
	return strings.Join(slices.Concat([]string{join(words)}, currencies)[b2i(len(words) == 0):], ", ")
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// join lists words: "a, b and c".
func join(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
}
