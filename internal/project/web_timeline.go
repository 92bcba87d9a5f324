package project

import (
	"strconv"
	"time"
)

// timeline lays the phases of a project out over its days. Places and widths are
// shares of the whole, as SVG takes them: "12.50%".
type timeline struct {
	from, to time.Time
	today    time.Time
	months   []month
}

// month is where a month begins, with its name where there is room for it.
type month struct{ x, label string }

// bar is a stretch of a timeline.
type bar struct {
	x, width string
	kind     barKind
}

// barKind is what a bar stands for; barClasses has its look.
type barKind int

const (
	plannedBar barKind = iota
	actualBar
	waitingBar // the work of a phase that waits for the client
	beyondBar  // work after the planned end
	aheadBar   // what is still to come of a phase at work
)

// How many names of months stand side by side, the share that each needs, and the one
// that the word "Today" does.
const (
	maxLabels = 8
	leastRoom = 0.05
	todayRoom = 0.13
)

// timelineOf reaches from the first day that the phases know to the last one. There
// is none where no phase has days.
func timelineOf(phases []Phase, today time.Time) (t timeline, ok bool) {
	t.today = today
	for _, p := range phases {
		for _, day := range []*Day{p.PlannedStart, p.PlannedEnd, p.ActualStart, p.ActualEnd} {
			if day == nil {
				continue
			}
			if t.from.IsZero() || day.Before(t.from) {
				t.from = day.Time
			}
			if day.After(t.to) {
				t.to = day.Time
			}
		}
		if p.ActualStart != nil && p.ActualEnd == nil && today.After(t.to) {
			t.to = today
		}
	}
	if t.from.IsZero() {
		return t, false
	}
	t.to = t.to.AddDate(0, 0, 1)
	t.mark()
	return t, true
}

// mark finds the months.
func (t *timeline) mark() {
	first := time.Date(t.from.Year(), t.from.Month(), 1, 0, 0, 0, 0, time.UTC)
	var all []time.Time
	for day := first; day.Before(t.to); day = day.AddDate(0, 1, 0) {
		all = append(all, day)
	}
	step := (len(all) + maxLabels - 1) / maxLabels
	for i, day := range all {
		room := t.to.Sub(day)
		if i+1 < len(all) {
			room = all[i+1].Sub(latest(day, t.from))
		}
		m := month{x: t.x(day)}
		if i%step == 0 && t.share(room) >= leastRoom && !t.underToday(day) {
			m.label = day.Format("Jan")
		}
		t.months = append(t.months, m)
	}
}

// underToday reports whether the name of a month would stand under the word "Today".
func (t timeline) underToday(month time.Time) bool {
	apart := t.share(latest(month, t.from).Sub(t.today))
	return t.showsToday() && apart > -todayRoom && apart < todayRoom/2
}

// todayAnchor is the side of the word "Today" that stands at the day, so that it stays
// within the timeline.
func (t timeline) todayAnchor() string {
	switch at := t.share(t.today.Sub(t.from)); {
	case at < todayRoom/2:
		return "start"
	case at > 1-todayRoom/2:
		return "end"
	}
	return "middle"
}

func (t timeline) share(d time.Duration) float64 { return float64(d) / float64(t.to.Sub(t.from)) }

// x is the place of a day; what lies before the timeline stands at its beginning.
func (t timeline) x(day time.Time) string { return percent(max(0, t.share(day.Sub(t.from)))) }

// showsToday reports whether the reader's day lies within.
func (t timeline) showsToday() bool { return !t.today.Before(t.from) && t.today.Before(t.to) }

// planned is the stretch that a phase was planned for.
func (t timeline) planned(p Phase) []bar {
	if p.PlannedStart == nil || p.PlannedEnd == nil {
		return nil
	}
	return []bar{t.stretch(p.PlannedStart.Time, p.PlannedEnd.AddDate(0, 0, 1), plannedBar)}
}

// actual is what has become of a phase: the work, as far as it was planned and
// beyond, and what is still to come of it.
func (t timeline) actual(p Phase) (bars []bar) {
	if p.ActualStart == nil {
		return nil
	}
	begun, end := p.ActualStart.Time, t.today.AddDate(0, 0, 1)
	if p.ActualEnd != nil {
		end = p.ActualEnd.AddDate(0, 0, 1)
	}
	planned := end
	if p.PlannedEnd != nil {
		planned = p.PlannedEnd.AddDate(0, 0, 1)
	}
	kind := actualBar
	if p.Status == PhaseWaiting {
		kind = waitingBar
	}
	add := func(from, to time.Time, kind barKind) {
		if to.After(from) {
			bars = append(bars, t.stretch(from, to, kind))
		}
	}
	add(begun, earlier(end, planned), kind)
	add(latest(begun, planned), end, beyondBar)
	if p.Status != PhaseCompleted {
		add(latest(end, begun), planned, aheadBar)
	}
	return bars
}

func (t timeline) stretch(from, to time.Time, kind barKind) bar {
	return bar{t.x(from), percent(t.share(to.Sub(from))), kind}
}

func percent(share float64) string { return strconv.FormatFloat(share*100, 'f', 2, 64) + "%" }

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
