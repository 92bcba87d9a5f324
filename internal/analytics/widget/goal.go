package widget

import (
	"time"

	"github.com/shopspring/decimal"

	"clientportal/internal/fault"
	"clientportal/internal/metric"
)

// goal is a figure beside what it should be.
var goal = Kind{
	Name: "goal", Label: "Goal", Hint: "A figure, and how far it is towards what it should be in a month",
	Takes: Takes{MinMeasures: 1, MaxMeasures: 1, Goal: Required},
	Chart: Tile,
	Check: func(c *fault.Check, at string, w Widget, metrics *metric.Registry) {
		if len(w.Measures) != 1 {
			return
		}
		m, ok := metrics.Find(w.Measures[0].Metric)
		c.That(!ok || w.Measures[0].better(m) != metric.Down, at+"measures", "A goal is to be reached; %s is better the lower it is.", m.Label)
	},
	Needs: ofMeasures,
	Fill: func(w Widget, d *Data, r *Result) {
		r.Figures = d.Figures(w, w.Measures[0])
		r.State = stateOf(r.Figures)
		r.Series = d.Spark(w, w.Measures[0])
		if r.State != OK {
			return
		}
		known, _ := d.Metrics.Find(w.Measures[0].Metric)
		wanted, passed := w.Goal.Decimal, decimal.NewFromInt(1)
		if known.Aggregation == metric.Sum {
			wanted, passed = monthly(w.Goal.Decimal, d.Range), d.passed()
		}
		r.Goal = &Progress{Goal: Number{wanted}, Share: Number{r.Figures[0].Value.DivRound(wanted, 6)}, Expected: Number{passed}}
	},
}

// monthly is a month's goal for a range: of each month the share of its days.
func monthly(of decimal.Decimal, r Range) decimal.Decimal {
	sum := decimal.Zero
	for day := r.From; day.Before(r.Until().Time); {
		month := time.Date(day.Year(), day.Month(), 1, 0, 0, 0, 0, time.UTC)
		next := Day{month.AddDate(0, 1, 0)}
		end := next
		if end.After(r.Until().Time) {
			end = r.Until()
		}
		days, whole := day.DaysTo(end), Day{month}.DaysTo(next)
		sum = sum.Add(of.Mul(decimal.NewFromInt(int64(days))).DivRound(decimal.NewFromInt(int64(whole)), 6))
		day = end
	}
	return sum.Round(2)
}

// passed is the share of the range's days that have begun.
func (d *Data) passed() decimal.Decimal {
	days := min(d.Range.From.DaysTo(d.Today.Plus(1)), d.Range.Days())
	return decimal.NewFromInt(int64(days)).DivRound(decimal.NewFromInt(int64(d.Range.Days())), 6)
}
