package timetrack_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"clientportal/internal/actor"
	"clientportal/internal/clock"
	"clientportal/internal/fault"
	"clientportal/internal/timetrack"
)

// later is somebody's context some time after the house's own.
func later(ctx context.Context, by time.Duration) context.Context {
	return clock.At(ctx, clock.Now(ctx).Add(by))
}

func TestATimerBecomesAnEntry(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	if _, err := h.StartTimer(h.agent, timetrack.TimerInput{CustomerID: h.acme, QuoteID: &h.project, TaskDescription: "Search", IsRetainer: true}); err != nil {
		t.Fatal(err)
	}
	if _, err := h.StartTimer(h.agent, timetrack.TimerInput{CustomerID: h.acme}); fault.CodeOf(err) != fault.Conflict {
		t.Errorf("a second one: %v", err)
	}
	running, err := h.RunningTimer(later(h.agent, 95*time.Minute))
	if err != nil || running == nil || running.Minutes != 95 || running.Customer.Name != "Acme" || *running.QuoteName != "Relaunch" {
		t.Fatalf("running %+v, %v", running, err)
	}
	entries, err := h.StopTimer(later(h.agent, 95*time.Minute), timetrack.TimerStop{})
	if err != nil || len(entries) != 1 || entries[0].Minutes != 95 || !entries[0].IsRetainer || entries[0].TaskDescription != "Search" {
		t.Fatalf("logged %+v, %v", entries, err)
	}
	if _, err := h.StopTimer(h.agent, timetrack.TimerStop{}); fault.CodeOf(err) != fault.Conflict {
		t.Errorf("stopped twice: %v", err)
	}
	if running, err := h.RunningTimer(h.agent); err != nil || running != nil {
		t.Errorf("still running %+v, %v", running, err)
	}
	who, _ := actor.From(h.agent)
	if got := h.events(t, who.ID); !slices.Equal(got, []string{"timer.start", "timer.stop"}) {
		t.Errorf("events %q", got)
	}
}

func TestAForgottenTimerIsNotBelieved(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	if _, err := h.StartTimer(h.agent, timetrack.TimerInput{CustomerID: h.acme, TaskDescription: "Search"}); err != nil {
		t.Fatal(err)
	}
	tomorrow := later(h.agent, 30*time.Hour)
	if _, err := h.StopTimer(tomorrow, timetrack.TimerStop{}); fault.CodeOf(err) != fault.Invalid {
		t.Errorf("30 hours: %v", err)
	}
	entries, err := h.StopTimer(tomorrow, timetrack.TimerStop{Minutes: new(90)})
	if err != nil || len(entries) != 1 || entries[0].Minutes != 90 || entries[0].DateWorked.String() != today.String() {
		t.Errorf("as somebody said: %+v, %v", entries, err)
	}
}

func TestATimerNeedsWordsAndACustomerThatIsServed(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	if _, err := h.StartTimer(h.agent, timetrack.TimerInput{CustomerID: h.boltline}); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("for another's customer: %v", err)
	}
	if _, err := h.StartTimer(h.owner, timetrack.TimerInput{CustomerID: h.acme}); fault.CodeOf(err) != fault.Forbidden {
		t.Errorf("by a client: %v", err)
	}
	if _, err := h.StartTimer(h.agent, timetrack.TimerInput{CustomerID: h.acme}); err != nil {
		t.Fatal(err)
	}
	if _, err := h.StopTimer(later(h.agent, time.Hour), timetrack.TimerStop{}); fault.CodeOf(err) != fault.Invalid {
		t.Errorf("without words: %v", err)
	}
	if err := h.DiscardTimer(h.agent); err != nil {
		t.Error(err)
	}
	if err := h.DiscardTimer(h.agent); fault.CodeOf(err) != fault.Conflict {
		t.Errorf("discarded twice: %v", err)
	}
	if n, _ := h.entries(t); n != 0 {
		t.Errorf("%d entries of nothing", n)
	}
}
