package project

import (
	"testing"
	"time"
)

func TestTimeline(t *testing.T) {
	t.Parallel()
	on := func(month time.Month, day int) *Day {
		return &Day{Time: time.Date(2026, month, day, 0, 0, 0, 0, time.UTC)}
	}
	phases := []Phase{
		{Name: "Done late", Status: PhaseCompleted, PlannedStart: on(9, 1), PlannedEnd: on(9, 10), ActualStart: on(9, 1), ActualEnd: on(9, 15)},
		{Name: "At work", Status: PhaseInProgress, PlannedStart: on(9, 11), PlannedEnd: on(9, 30), ActualStart: on(9, 16)},
		{Name: "Waiting", Status: PhaseWaiting, PlannedStart: on(9, 16), PlannedEnd: on(9, 18), ActualStart: on(9, 16)},
		{Name: "Ahead", PlannedStart: on(10, 1), PlannedEnd: on(12, 9)},
		{Name: "Without days"},
	}
	line, ok := timelineOf(phases, on(9, 20).Time) // 100 days from 1 September
	if !ok || !line.showsToday() || line.x(line.today) != "19.00%" {
		t.Fatalf("timeline %+v, %t", line, ok)
	}
	for i, want := range [][]bar{
		{{"0.00%", "10.00%", actualBar}, {"10.00%", "5.00%", beyondBar}},
		{{"15.00%", "5.00%", actualBar}, {"20.00%", "10.00%", aheadBar}},
		{{"15.00%", "3.00%", waitingBar}, {"18.00%", "2.00%", beyondBar}},
		nil,
		nil,
	} {
		got := line.actual(phases[i])
		if len(got) != len(want) {
			t.Errorf("%s: %v, want %v", phases[i].Name, got, want)
			continue
		}
		for j := range want {
			if got[j] != want[j] {
				t.Errorf("%s: %v, want %v", phases[i].Name, got, want)
			}
		}
	}
	if len(line.planned(phases[3])) != 1 || len(line.planned(phases[4])) != 0 {
		t.Error("a plan is drawn for phases with days, and only for those")
	}
	if labels := line.months; len(labels) != 4 || labels[0].label != "Sep" {
		t.Errorf("months %v", labels)
	}
	if _, ok := timelineOf(phases[4:], on(9, 20).Time); ok {
		t.Error("a timeline of phases without days")
	}
}
