package ga4sim

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/shopspring/decimal"
)

// line is a row before it is written out.
type line struct {
	dims []string
	n    vector
	days int64 // how many days it is the sum of
}

// run computes the rows of a request, all pages of it.
func (s *Sim) run(p Property, q *reportRequest) ([]line, *problem) {
	if q.CohortSpec != nil {
		return slices.DeleteFunc(s.runCohorts(p, q), func(l line) bool { return l.n[activeUsers] == 0 && !q.KeepEmptyRows }), nil
	}
	today, _ := s.today(p)
	var lines []line
	for i, r := range q.DateRanges {
		from, to, bad := r.days(today)
		if bad != nil {
			return nil, bad
		}
		label := cmp.Or(r.Name, "date_range_"+strconv.Itoa(i))
		for _, l := range s.sum(p, from, to, names(q.Dimensions)) {
			if len(q.DateRanges) > 1 {
				l.dims = append(l.dims, label)
			}
			lines = append(lines, l)
		}
	}
	if !q.KeepEmptyRows {
		lines = slices.DeleteFunc(lines, func(l line) bool { return l.empty(q.Metrics) })
	}
	q.sort(lines)
	return lines, nil
}

// sum adds up the cells of all days by the dimensions.
func (s *Sim) sum(p Property, from, to time.Time, dimensions []string) []line {
	at := map[string]int{}
	var lines []line
	for day := from; !day.After(to); day = day.AddDate(0, 0, 1) {
		today := map[string]bool{}
		for _, c := range s.cells(p, day, dimensions) {
			dims := make([]string, len(dimensions))
			for i, d := range dimensions {
				dims[i] = c.dims[d]
			}
			key := strings.Join(dims, "\x00")
			i, ok := at[key]
			if !ok {
				i = len(lines)
				at[key] = i
				lines = append(lines, line{dims: dims})
			}
			for m, x := range c.n {
				lines[i].n[m] += x
			}
			if !today[key] {
				today[key] = true
				lines[i].days++
			}
		}
	}
	for i := range lines {
		lines[i].people()
	}
	return lines
}

// people come back: over several days there are fewer of them than the days' sum.
func (l *line) people() {
	if l.days > 1 {
		for _, m := range []int{totalUsers, activeUsers} {
			l.n[m] = l.n[m] * (520 + 480/l.days) / 1000
		}
	}
}

func (l line) empty(metrics []named) bool {
	for _, m := range metrics {
		if f, _ := findMetric(m.Name); f.index >= 0 && l.n[f.index] != 0 || f.index < 0 && l.n[sessions] != 0 {
			return false
		}
	}
	return true
}

func (q *reportRequest) sort(lines []line) {
	dims := names(q.Dimensions)
	slices.SortStableFunc(lines, func(a, b line) int {
		for _, o := range q.OrderBys {
			var c int
			if o.Dimension != nil {
				i := slices.Index(dims, o.Dimension.DimensionName)
				c = cmp.Compare(a.dims[i], b.dims[i])
			} else if f, _ := findMetric(o.Metric.MetricName); f.index >= 0 {
				c = cmp.Compare(a.n[f.index], b.n[f.index])
			}
			if o.Desc {
				c = -c
			}
			if c != 0 {
				return c
			}
		}
		return 0
	})
}

// runCohorts follows each cohort: after the first week ever fewer come back.
func (s *Sim) runCohorts(p Property, q *reportRequest) []line {
	today, _ := s.today(p)
	var lines []line
	for i, c := range q.CohortSpec.Cohorts {
		from, to, bad := c.DateRange.days(today)
		if bad != nil {
			continue
		}
		var first int64
		for _, l := range s.sum(p, from, to, nil) {
			first += l.n[newUsers]
		}
		byWeek := slices.Contains(q.Dimensions, named{"cohortNthWeek"})
		for n := q.CohortSpec.CohortsRange.StartOffset; n <= q.CohortSpec.CohortsRange.EndOffset; n++ {
			if from.AddDate(0, 0, 7*n).After(today) || !byWeek && n > 0 {
				break
			}
			users := first
			if n > 0 {
				users = first * (260 - 18*min(int64(n), 12) + s.dice(p, from, "cohort"+strconv.Itoa(n), 25)) / 1000
			}
			row := line{n: vector{activeUsers: users, totalUsers: users}, days: 1}
			for _, d := range q.Dimensions {
				switch d.Name {
				case "cohort":
					row.dims = append(row.dims, cmp.Or(c.Name, "cohort_"+strconv.Itoa(i)))
				case "cohortNthWeek":
					row.dims = append(row.dims, fmt.Sprintf("%04d", n))
				default:
					row.dims = append(row.dims, "(not set)")
				}
			}
			lines = append(lines, row)
		}
	}
	q.sort(lines)
	return lines
}

// value writes a metric of a line as Google does.
func (l line) value(f metricField) string {
	n := func(i int) decimal.Decimal { return decimal.NewFromInt(l.n[i]) }
	share := func(a, b decimal.Decimal) string {
		if b.IsZero() {
			return "0"
		}
		return a.DivRound(b, 10).String()
	}
	switch f.name {
	case "engagementRate":
		return share(n(engagedSessions), n(sessions))
	case "bounceRate":
		return share(n(sessions).Sub(n(engagedSessions)), n(sessions))
	case "averageSessionDuration":
		return share(n(sessionSeconds), n(sessions))
	case "purchaseRevenue", "totalRevenue":
		return n(revenue).Shift(-2).String()
	}
	return n(f.index).String()
}

func names(list []named) []string {
	out := make([]string, len(list))
	for i, x := range list {
		out[i] = x.Name
	}
	return out
}

// Total is what the simulated system holds of a metric from one day to another, both
// included: what a test compares with.
func (s *Sim) Total(property, metric string, from, to time.Time) decimal.Decimal {
	rows := s.Rows(property, metric, from, to)
	if len(rows) == 0 {
		return decimal.Zero
	}
	return rows[""]
}

// Rows are the totals of a metric by some dimensions, whose values are joined by " / ".
func (s *Sim) Rows(property, metric string, from, to time.Time, dimensions ...string) map[string]decimal.Decimal {
	p, ok := s.property(property)
	f, known := findMetric(metric)
	if !ok || !known {
		panic("ga4sim: there is no " + property + " or no " + metric) // a test that asks wrongly
	}
	found := map[string]decimal.Decimal{}
	for _, l := range s.sum(p, from, to, dimensions) {
		found[strings.Join(l.dims, " / ")] = decimal.RequireFromString(l.value(f))
	}
	return found
}
