package draw

import (
	"github.com/shopspring/decimal"

	"clientportal/internal/analytics/widget"
)

// scale is an axis from nothing up, with a few round values.
type scale struct {
	low, high decimal.Decimal
	ticks     []decimal.Decimal
}

func newScale(points []widget.Point) scale {
	low, high := decimal.Zero, decimal.Zero
	for _, p := range points {
		if p.Value != nil {
			low, high = decimal.Min(low, p.Value.Decimal), decimal.Max(high, p.Value.Decimal)
		}
	}
	return scaleOf(low, high)
}

func scaleOf(low, high decimal.Decimal) scale {
	if low.Equal(high) {
		high = decimal.NewFromInt(1)
	}
	step := roundStep(high.Sub(low).Div(decimal.NewFromInt(4)))
	s := scale{low: low.Div(step).Floor().Mul(step), high: high.Div(step).Ceil().Mul(step)}
	for tick := s.low; tick.LessThanOrEqual(s.high); tick = tick.Add(step) {
		s.ticks = append(s.ticks, tick)
	}
	return s
}

// roundStep is the next one of 1, 2, 2.5, 5 and 10, and so on, that is no smaller.
func roundStep(d decimal.Decimal) decimal.Decimal {
	power := decimal.NewFromInt(1)
	for power.GreaterThan(d) {
		power = power.Shift(-1)
	}
	for power.Shift(1).LessThanOrEqual(d) {
		power = power.Shift(1)
	}
	for _, factor := range []string{"1", "2", "2.5", "5"} {
		if step := power.Mul(decimal.RequireFromString(factor)); step.GreaterThanOrEqual(d) {
			return step
		}
	}
	return power.Shift(1)
}

// y is how far down a value stands.
func (s scale) y(b box, v decimal.Decimal) float64 {
	share := v.Sub(s.low).Div(s.high.Sub(s.low)).InexactFloat64()
	return b.bottom - share*(b.bottom-b.top)
}
