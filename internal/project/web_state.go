package project

import (
	"fmt"
	"time"

	"clientportal/internal/web"
)

// State says how a project stands on the reader's day: late, waiting, on plan. To
// the agency's people what waits for the client is the client's.
func State(status Status, phases []Phase, due *Day, c web.Clock, staff bool) web.State {
	switch status {
	case Completed:
		return web.State{Tone: web.Done, Words: "Finished"}
	case Cancelled:
		return web.State{Tone: web.Closed, Words: "Cancelled"}
	}
	if days := daysLate(phases, due, c.Today()); days > 0 {
		return web.State{Tone: web.Late, Words: web.Lateness(days)}
	}
	switch {
	case hasPhase(phases, PhaseBlocked):
		return web.State{Tone: web.Late, Words: "Held up"}
	case hasPhase(phases, PhaseWaiting):
		return waitingState(staff)
	case status == Approved:
		return web.State{Tone: web.Open, Words: "Not started"}
	}
	return web.State{Tone: web.Active, Words: "On plan"}
}

// PhaseState says how a phase stands on the reader's day.
func PhaseState(p Phase, c web.Clock, staff bool) web.State {
	late := p.PlannedEnd != nil && p.Status != PhaseCompleted && p.PlannedEnd.Before(c.Today())
	switch p.Status {
	case PhaseCompleted:
		state := web.State{Tone: web.Done, Words: "Done"}
		if p.ActualEnd != nil && p.PlannedEnd != nil && p.ActualEnd.After(p.PlannedEnd.Time) {
			state.Words += ", " + web.Plural(daysBetween(p.PlannedEnd.Time, p.ActualEnd.Time), "day") + " late"
		}
		return state
	case PhaseWaiting:
		return waitingState(staff)
	case PhaseBlocked:
		return web.State{Tone: web.Late, Words: "Held up"}
	}
	switch {
	case late:
		return web.State{Tone: web.Late, Words: web.Lateness(-c.DaysUntil(p.PlannedEnd.Time))}
	case p.Status == PhaseInProgress:
		return web.State{Tone: web.Active, Words: "In progress"}
	}
	return web.State{Tone: web.Planned, Words: "Planned"}
}

func waitingState(staff bool) web.State {
	if staff {
		return web.State{Tone: web.Waiting, Words: "Waiting for client"}
	}
	return web.State{Tone: web.Waiting, Words: "Waiting for you"}
}

// Segments are a project's phases as the parts of a bar.
func Segments(phases []Phase) []web.Segment {
	parts := make([]web.Segment, len(phases))
	for i, p := range phases {
		switch p.Status {
		case PhaseCompleted:
			parts[i] = web.SegmentDone
		case PhaseNotStarted:
			parts[i] = web.SegmentAhead
		default:
			parts[i] = web.SegmentActive
		}
	}
	return parts
}

// PhasesDone tells how many of a project's phases are completed.
func PhasesDone(phases []Phase) string {
	done := 0
	for _, p := range phases {
		if p.Status == PhaseCompleted {
			done++
		}
	}
	return fmt.Sprintf("%d of %s done", done, web.Plural(len(phases), "phase"))
}

// daysLate is how long the first thing that is due and not done has been due.
func daysLate(phases []Phase, due *Day, today time.Time) (days int) {
	if due != nil {
		days = daysBetween(due.Time, today)
	}
	for _, p := range phases {
		if p.PlannedEnd != nil && p.Status != PhaseCompleted {
			days = max(days, daysBetween(p.PlannedEnd.Time, today))
		}
	}
	return days
}

func daysBetween(from, to time.Time) int { return int(to.Sub(from).Hours() / 24) }

func hasPhase(phases []Phase, status PhaseStatus) bool {
	for _, p := range phases {
		if p.Status == status {
			return true
		}
	}
	return false
}
