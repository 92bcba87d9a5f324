package widget

import (
	"slices"
	"sort"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"clientportal/internal/metric"
)

// Data is the numbers that were read for all widgets of a dashboard. Kinds ask it
// for figures, series and tables; how days become one number is decided in
// evaluate.go.
type Data struct {
	Range   Range
	Before  *Range // what is compared with
	Today   Day
	Metrics *metric.Registry
	Sources []Source
	Labels  map[string]string // of the kinds of sources: "ga4" is "Google Analytics 4"
	Work    []Annotation

	open   map[uuid.UUID][]Day // days that may still change, once they were looked for
	days   map[string][]DayFact
	parts  map[string][]PartFact
	ranges []RangeFact
}

// Source is a source as far as its numbers are concerned.
type Source struct {
	Origin
	ReportedTo *Day // the last day of which it has reported anything
	Gone       bool // disconnected: its numbers stay, and it can't be asked for more

	Unavailable []string // metrics that its system denies
	Coming      *Range   // days that are still to be read for the first time
}

// DayFact is a stored metric's value of one day, or of a longer step.
type DayFact struct {
	Source   uuid.UUID
	Before   bool // of the days that are compared with, as many as Compared says
	Day      Day  // the first of the step; a day that is provisional is a step of its own
	Value    decimal.Decimal
	Currency string
	Flags    uint8
}

// PartFact is a stored metric's value of one part of a dimension, over a range or a
// step of it.
type PartFact struct {
	Source   uuid.UUID
	Key      string // of the DayQuery
	Part     string
	Other    bool // all parts that are not named
	Before   bool // of the range that is compared with
	Day      Day  // the first of its step, with a Grain
	Value    decimal.Decimal
	Currency string
	Flags    uint8
}

// RangeFact is what a source said of a whole range.
type RangeFact struct {
	Source      uuid.UUID
	Metric      string
	From, Until Day
	Dimension   string // "" for the whole
	Part        string
	Value       decimal.Decimal
	Zone        string
	Flags       uint8
}

// AddDay adds a value that was read for a query of the plan.
func (d *Data) AddDay(key string, f DayFact) {
	if d.days == nil {
		d.days = map[string][]DayFact{}
	}
	d.days[key] = append(d.days[key], f)
}

// AddPart adds a part that was read for a query of the plan, the largest first.
func (d *Data) AddPart(key string, f PartFact) {
	if d.parts == nil {
		d.parts = map[string][]PartFact{}
	}
	d.parts[key] = append(d.parts[key], f)
}

// AddRange adds what a source said of a range.
func (d *Data) AddRange(f RangeFact) { d.ranges = append(d.ranges, f) }

// Result is what a widget shows.
func (d *Data) Result(w Widget) Result {
	r := Result{ID: w.ID, Kind: w.Kind, Title: w.Title, Width: w.Width, State: OK}
	kind, ok := KindOf(w.Kind)
	if !ok {
		r.State, r.Reason = Unavailable, "This portal does not know widgets of this kind."
		return r
	}
	for _, m := range w.Measures {
		r.Columns = append(r.Columns, d.column(m))
		r.Passport = append(r.Passport, d.passport(w, m))
	}
	if r.Title = first(r.Title, kind.Title); r.Title == "" && len(r.Columns) > 0 {
		r.Title = r.Columns[0].Label
	}
	r.Connect = d.unconnected(w.Measures)
	kind.Fill(w, d, &r)
	if _, denied := d.withheldOf(w); denied && r.State == NoData {
		r.State = Unavailable
	}
	d.explain(w, &r)
	r.Notes = append(d.coming(r), r.Notes...)
	r.Subtitle = d.subtitle(r)
	return r
}

// column is what a measure's figures mean.
func (d *Data) column(m Measure) Column {
	known, ok := d.Metrics.Find(m.Metric)
	if !ok {
		return Column{Metric: m.Metric, Label: first(m.Label, m.Metric), Unit: metric.Number}
	}
	return Column{Metric: m.Metric, Label: first(m.Label, known.Label), Unit: known.Unit, Better: m.better(known)}
}

// of are the sources whose numbers make up a metric in a widget.
func (d *Data) of(w Widget, name string) (list []Source) {
	kind := SourceType(name)
	for _, s := range d.Sources {
		if s.Type == kind && (w.SourceID == nil || s.SourceID == *w.SourceID) {
			list = append(list, s)
		}
	}
	return list
}

func (d *Data) source(id uuid.UUID) (Source, bool) {
	for _, s := range d.Sources {
		if s.SourceID == id {
			return s, true
		}
	}
	return Source{}, false
}

// has reports whether a source of a metric is one of the widget's.
func (d *Data) has(w Widget, id uuid.UUID) bool {
	if w.SourceID != nil {
		return id == *w.SourceID
	}
	_, ok := d.source(id)
	return ok
}

// unconnected are the kinds of sources that measures want and the customer lacks.
func (d *Data) unconnected(measures []Measure) (kinds []string) {
	for _, m := range measures {
		if kind := SourceType(m.Metric); len(d.of(Widget{}, m.Metric)) == 0 && !slices.Contains(kinds, kind) {
			kinds = append(kinds, kind)
		}
	}
	return kinds
}

// Compared is how many days of Before stand beside those that a source has
// reported of Range: like with like.
func (d *Data) Compared(s Source) Range {
	before := *d.Before
	if s.ReportedTo != nil && s.ReportedTo.Before(d.Range.To.Time) {
		reported := max(0, d.Range.From.DaysTo(s.ReportedTo.Plus(1)))
		if last := before.From.Plus(reported - 1); last.Before(before.To.Time) {
			before.To = last
		}
	}
	return before
}

// provisional are the days of the range that a source may still change.
func (d *Data) provisional(source uuid.UUID) (days []Day) {
	if days, known := d.open[source]; known {
		return days
	}
	seen := map[Day]bool{}
	for _, facts := range d.days {
		for _, f := range facts {
			if f.Flags&flagProvisional != 0 && f.Source == source && !f.Before && !seen[f.Day] {
				seen[f.Day] = true
				days = append(days, f.Day)
			}
		}
	}
	sort.Slice(days, func(i, j int) bool { return days[i].Before(days[j].Time) })
	if d.open == nil {
		d.open = map[uuid.UUID][]Day{}
	}
	d.open[source] = days
	return days
}

// Complete is the source with the days of the range that may still change, and the
// last one that won't.
func (d *Data) Complete(s Source) Source {
	s.Provisional = d.provisional(s.SourceID)
	s.CompleteTo = s.ReportedTo
	if len(s.Provisional) > 0 {
		before := s.Provisional[0].Plus(-1)
		if s.CompleteTo == nil || before.Before(s.CompleteTo.Time) {
			s.CompleteTo = &before
		}
	}
	return s
}

// SourceType is the kind of source that a metric comes from.
func SourceType(name string) string {
	for i := range name {
		if name[i] == '.' {
			return name[:i]
		}
	}
	return name
}

func first(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}
