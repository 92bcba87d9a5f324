package widget

import (
	"slices"
	"strconv"

	"github.com/shopspring/decimal"

	"clientportal/internal/fault"
	"clientportal/internal/metric"
)

// weekDimension counts the weeks since a cohort began: "0" is its first.
const weekDimension = "week"

// maxCohortWeeks is how many weeks of a cohort are shown.
const maxCohortWeeks = 13

// cohorts is how many of those who came in one week came back in the next ones.
var cohorts = Kind{
	Name: "cohorts", Label: "Retention", Hint: "Of those who came in one week, how many came back in the next ones",
	Takes: Takes{MinMeasures: 1, MaxMeasures: 1},
	Check: func(c *fault.Check, at string, w Widget, metrics *metric.Registry) {
		for _, m := range w.Measures {
			known, ok := metrics.Find(m.Metric)
			c.That(!ok || known.Splits(weekDimension), at+"measures", "%s is not known by cohort.", known.Label)
		}
	},
	Needs: func(w Widget) []Need {
		return []Need{{Measures: w.Measures, Dimension: weekDimension, ByDay: true, Whole: true, Limit: 100}}
	},
	Fill: func(w Widget, d *Data, r *Result) {
		if r.State = d.firstState(w); r.State != OK {
			return
		}
		if r.Cohorts = cohortsOf(d.parts[partKey(w, true)]); len(r.Cohorts) == 0 {
			r.State = NoData
		}
	},
}

// cohortsOf are the cohorts in the order of their weeks. A cohort whose size is not
// known has no shares, and is left out.
func cohortsOf(facts []PartFact) (list []Cohort) {
	counts := map[Day]map[int]decimal.Decimal{}
	for _, f := range facts {
		week, err := strconv.Atoi(f.Part)
		if err != nil || f.Other || f.Before || week < 0 || week > maxCohortWeeks {
			continue
		}
		if counts[f.Day] == nil {
			counts[f.Day] = map[int]decimal.Decimal{}
		}
		counts[f.Day][week] = counts[f.Day][week].Add(f.Value)
	}
	for day, weeks := range counts {
		size := weeks[0]
		if !size.IsPositive() {
			continue
		}
		c := Cohort{Day: day, Size: Number{size}, Shares: []*Number{}}
		last := 0
		for week := range weeks {
			last = max(last, week)
		}
		for week := 1; week <= last; week++ {
			var share *Number
			if n, ok := weeks[week]; ok {
				share = &Number{n.DivRound(size, 6)}
			}
			c.Shares = append(c.Shares, share)
		}
		list = append(list, c)
	}
	slices.SortFunc(list, func(a, b Cohort) int { return a.Day.Compare(b.Day.Time) })
	return list
}
