package widget

import (
	"slices"

	"github.com/google/uuid"

	"clientportal/internal/metric"
)

// Plan is all that is to be read for the widgets of a dashboard, each set of
// numbers once.
type Plan struct {
	Days   []DayQuery
	Parts  []PartQuery
	Ranges []string // metrics that are asked of the source for the whole range
	Work   bool
}

// DayQuery asks for a stored metric's values by day, or by longer steps of the range.
type DayQuery struct {
	Key    string
	Metric string
	Report string
	Filter *Filter
	Grain  Grain
}

// PartQuery asks for the parts of a dimension, ranked by the first of its metrics.
type PartQuery struct {
	Key       string
	Dimension string
	SourceID  *uuid.UUID
	Grain     Grain // "": over the range at once
	Limit     int   // how many parts are named; the rest is one
	Metrics   []DayQuery
}

// MakePlan gathers what widgets need. Those that it can't read are left out here
// and say so in their results.
func MakePlan(widgets []Widget, metrics *metric.Registry, r Range) Plan {
	p := planner{metrics: metrics, days: map[string]int{}}
	for _, w := range widgets {
		kind, ok := KindOf(w.Kind)
		if !ok || kind.Needs == nil {
			continue
		}
		for _, need := range kind.Needs(w) {
			p.add(w, need, r)
		}
	}
	return p.plan
}

type planner struct {
	plan    Plan
	metrics *metric.Registry
	days    map[string]int // where in the plan a key's days stand
}

func (p *planner) add(w Widget, need Need, r Range) {
	p.plan.Work = p.plan.Work || need.Work
	for _, m := range need.Measures {
		for _, base := range basesOf(p.metrics, m) {
			if base.Aggregation == metric.Distinct && !slices.Contains(p.plan.Ranges, base.Name) {
				p.plan.Ranges = append(p.plan.Ranges, base.Name)
			}
			if need.Dimension == "" {
				p.addDays(m, base, need, r)
			}
		}
	}
	if need.Dimension != "" {
		p.addParts(w, need, r)
	}
}

// addDays reads a metric in the steps that a widget wants. Weeks don't make up months,
// and what is no sum can't be added up to either: both are read by days.
func (p *planner) addDays(m Measure, base metric.Metric, need Need, r Range) {
	q := dayQuery(base, m.Filter, "")
	switch {
	case base.Aggregation != metric.Sum:
		q.Grain = ByDay
	case need.Line:
		q.Grain = r.lineGrain()
	default:
		q.Grain = r.sparkGrain(basesOf(p.metrics, m))
	}
	at, known := p.days[q.Key]
	if !known {
		p.days[q.Key] = len(p.plan.Days)
		p.plan.Days = append(p.plan.Days, q)
	} else if p.plan.Days[at].Grain != q.Grain {
		p.plan.Days[at].Grain = ByDay
	}
}

func (p *planner) addParts(w Widget, need Need, r Range) {
	q := PartQuery{Key: partKey(w, need.ByDay), Dimension: need.Dimension, SourceID: w.SourceID, Limit: need.Limit}
	if need.ByDay {
		q.Grain = r.stepGrain()
		if need.Whole {
			q.Grain = ByDay
		}
	}
	seen := map[string]bool{}
	for _, m := range need.Measures {
		for _, base := range basesOf(p.metrics, m) {
			key := m.keyOf(base.Name)
			if base.Aggregation == metric.Distinct || !base.Splits(need.Dimension) || seen[key] {
				continue
			}
			seen[key] = true
			q.Metrics = append(q.Metrics, dayQuery(base, m.Filter, need.Dimension))
		}
	}
	if len(q.Metrics) > 0 {
		p.plan.Parts = append(p.plan.Parts, q)
	}
}

// dayQuery is where the values of a stored metric stand.
func dayQuery(base metric.Metric, filter *Filter, dimension string) DayQuery {
	q := DayQuery{Metric: base.Name, Report: base.ReportFor(dimension), Filter: filter}
	if filter != nil && dimension == "" {
		q.Report = base.ReportFor(filter.Dimension)
	}
	q.Key = Measure{Metric: base.Name, Filter: filter}.key()
	return q
}

// keyOf is the key of a stored metric under the measure's filter.
func (m Measure) keyOf(name string) string { return Measure{Metric: name, Filter: m.Filter}.key() }

func partKey(w Widget, byDay bool) string {
	if byDay {
		return w.ID + " by day"
	}
	return w.ID
}

// basesOf are the stored metrics of a measure: itself, or both parts of a ratio.
func basesOf(metrics *metric.Registry, m Measure) []metric.Metric {
	known, ok := metrics.Find(m.Metric)
	switch {
	case !ok:
		return nil
	case known.Aggregation != metric.Ratio:
		return []metric.Metric{known}
	}
	var bases []metric.Metric
	for _, part := range []string{known.Numerator, known.Denominator} {
		bases = append(bases, basesOf(metrics, Measure{Metric: part})...)
	}
	return bases
}

// Internal reports whether a widget shows what no client sees. A client's registry
// lacks metrics of the customer's own sources that are internal.
func Internal(w Widget, metrics *metric.Registry) bool {
	for _, m := range w.Measures {
		if known, ok := metrics.Find(m.Metric); !ok || known.Hidden {
			return true
		}
		for _, base := range basesOf(metrics, m) {
			if base.Hidden {
				return true
			}
		}
	}
	return false
}

// Lacks reports whether a source has told nothing of a range about metrics of its
// kind that are asked for so.
func (d *Data) Lacks(source uuid.UUID, kind string, metrics []string, r Range) bool {
	for _, name := range metrics {
		if s, _ := d.source(source); SourceType(name) != kind || slices.Contains(s.Unavailable, name) {
			continue
		}
		told := false
		for _, f := range d.ranges {
			told = told || f.Source == source && f.Metric == name && f.From.Equal(r.From.Time) && f.Until.Equal(r.Until().Time)
		}
		if !told {
			return true
		}
	}
	return false
}
