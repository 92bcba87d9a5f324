package web

import (
	"slices"
	"strings"
	"testing"
)

func TestBurndownScale(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		chart Burndown
		lines []int
	}{
		{Burndown{Days: 30, Start: 2670, Left: []int{2670, 810}, Unit: 60}, []int{2700, 1800, 900, 0}},
		{Burndown{Days: 30, Start: 600, Left: []int{600, -900}, Unit: 60}, []int{600, 0, -600, -1200}},
		{Burndown{Days: 30, Unit: 60}, []int{60, 0}},
		{Burndown{Days: 30, Start: 2400, Left: []int{2400}, Unit: 60, Band: &BurndownBand{Most: 200, Least: -150}}, []int{2700, 1800, 900, 0}},
	} {
		s := c.chart.scale()
		if got := s.lines(); !slices.Equal(got[:min(len(got), len(c.lines))], c.lines) || len(got) > 7 {
			t.Errorf("lines of %+v: %d, want %d", c.chart, got, c.lines)
		}
	}
}

func TestBurndownStepsDownAtTheEndOfADay(t *testing.T) {
	t.Parallel()
	b := Burndown{Days: 10, Start: 100, Left: []int{100, 100, 50}, Band: &BurndownBand{Most: 20, Least: 0}}
	s := burnScale{top: 100, bottom: 0, step: 50}
	if got := b.steps(s); got != "0,0 100,0 100,0 200,0 200,500" {
		t.Errorf("steps %q", got)
	}
	if got := b.band(s); got != "200,500 1000,800 1000,1000" {
		t.Errorf("band %q", got)
	}
	if over := (Burndown{Days: 2, Left: []int{1, 1, 1}, Band: &BurndownBand{}}).band(s); over != "" {
		t.Errorf("a band after the end: %q", over)
	}
}

func TestMeterPartsStandSideBySide(t *testing.T) {
	t.Parallel()
	m := Meter{Whole: 400, Parts: []MeterPart{{100, FillFirst}, {50, FillSecond}, {-3, FillOver}}}
	want := []meterSpan{{"0.00%", "25.00%", FillFirst}, {"25.25%", "12.25%", FillSecond}}
	if got := m.spans(); !slices.Equal(got, want) {
		t.Errorf("spans %v", got)
	}
	if got := (Meter{Whole: 10, Parts: []MeterPart{{30, FillFirst}}}).spans(); got[0].width != "100.00%" {
		t.Errorf("more than the whole: %v", got)
	}
	if got := (Meter{Parts: []MeterPart{{30, FillFirst}}}).spans(); len(got) != 0 {
		t.Errorf("parts of nothing: %v", got)
	}
}

func TestBurndownIsATableToo(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	b := Burndown{Label: "From 40 to 12", Days: 30, Start: 2400, Left: []int{2400, 720}, Unit: 60, Sign: "h", Rows: [][2]string{{"2 Nov", "12.00"}}}
	if err := BurndownChart(b).Render(t.Context(), &out); err != nil {
		t.Fatal(err)
	}
	for _, words := range []string{`aria-label="From 40 to 12"`, "Show as table", "2 Nov", "12.00"} {
		if !strings.Contains(out.String(), words) {
			t.Errorf("no %s", words)
		}
	}
}
