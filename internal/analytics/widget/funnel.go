package widget

import (
	"fmt"

	"github.com/shopspring/decimal"

	"clientportal/internal/fault"
	"clientportal/internal/metric"
)

// funnel is how many go on from one step to the next.
var funnel = Kind{
	Name: "funnel", Label: "Funnel", Hint: "Two to eight steps, each of a metric: how many go on",
	Takes: Takes{MinMeasures: 2, MaxMeasures: 8},
	Check: func(c *fault.Check, at string, w Widget, metrics *metric.Registry) {
		for i, m := range w.Measures {
			known, ok := metrics.Find(m.Metric)
			c.That(!ok || known.Unit == metric.Count && known.Aggregation != metric.Ratio, fmt.Sprintf("%smeasures[%d].metric", at, i),
				"A step counts something; %s does not.", known.Label)
		}
	},
	Needs: ofMeasures,
	Fill: func(w Widget, d *Data, r *Result) {
		r.State = ""
		for i, m := range w.Measures {
			step := Step{Column: r.Columns[i], Figure: single(d.Figures(w, m))}
			r.State = better(r.State, step.Figure.State)
			if i > 0 {
				before := r.Steps[i-1].Figure
				step.Share = ratio(step.Figure.Value, before.Value)
				step.Before = ratio(step.Figure.Previous, before.Previous)
			}
			r.Steps = append(r.Steps, step)
		}
		r.Notes = widestGap(r.Steps)
	},
}

// ratio is a share, or nothing where there is nothing to divide by.
func ratio(part, whole *Number) *Number {
	if part == nil || whole == nil || !whole.IsPositive() {
		return nil
	}
	return &Number{part.DivRound(whole.Decimal, 6)}
}

// widestGap says where most are lost, when there are steps to choose from.
func widestGap(steps []Step) []string {
	at := 0
	for i, s := range steps {
		if s.Share != nil && (at == 0 || s.Share.LessThan(steps[at].Share.Decimal)) {
			at = i
		}
	}
	if at == 0 || len(steps) < 3 {
		return nil
	}
	words := fmt.Sprintf("The widest gap is between %s and %s: %s go on", lower(steps[at-1].Column.Label), lower(steps[at].Column.Label), percent(steps[at].Share))
	if steps[at].Before != nil {
		words += ", " + percent(steps[at].Before) + " before"
	}
	return []string{words + "."}
}

func percent(share *Number) string {
	return share.Mul(decimal.NewFromInt(100)).StringFixed(1) + "%"
}

// lower makes a label fit into a sentence, unless it is a name or an abbreviation.
func lower(label string) string {
	if len(label) > 1 && label[0] >= 'A' && label[0] <= 'Z' && label[1] >= 'a' && label[1] <= 'z' {
		return string(label[0]+'a'-'A') + label[1:]
	}
	return label
}
