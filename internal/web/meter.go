package web

import "fmt"

// Meter is a bar of what is used of a whole. Label says the same in words.
type Meter struct {
	Label string
	Whole int
	Parts []MeterPart
}

// MeterPart is one part of a Meter: so much of its whole.
type MeterPart struct {
	Amount int
	Fill   Fill
}

// Fill is the colour of a part of a chart.
type Fill string

// The first two colours of charts; FillOver is for what goes beyond a limit.
const (
	FillFirst  Fill = "fill-primary"
	FillSecond Fill = "fill-c2"
	FillOver   Fill = "fill-error"
)

// swatch is the fill as a small square beside its word.
func (f Fill) swatch() string {
	return map[Fill]string{FillFirst: "bg-primary", FillSecond: "bg-c2", FillOver: "bg-error"}[f]
}

// meterSpan is where a part stands on the bar.
type meterSpan struct {
	x, width string
	fill     Fill
}

// spans are the parts side by side, with a hairline between them.
func (m Meter) spans() []meterSpan {
	var spans []meterSpan
	from := 0
	for _, part := range m.Parts {
		to := min(from+max(part.Amount, 0), m.Whole)
		if to > from && m.Whole > 0 {
			x, end := share(from, m.Whole), share(to, m.Whole)
			if from > 0 {
				x += 25
			}
			spans = append(spans, meterSpan{percent(x), percent(max(end-x, 0)), part.Fill})
		}
		from = to
	}
	return spans
}

// share is n of whole in hundredths of a percent.
func share(n, whole int) int { return int(int64(n) * 10_000 / int64(whole)) }

// percent writes hundredths of a percent.
func percent(hundredths int) string {
	sign := ""
	if hundredths < 0 {
		sign, hundredths = "-", -hundredths
	}
	return fmt.Sprintf("%s%d.%02d%%", sign, hundredths/100, hundredths%100)
}
