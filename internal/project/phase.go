package project

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"

	"clientportal/internal/actor"
	"clientportal/internal/api"
	"clientportal/internal/audit"
	"clientportal/internal/clock"
	"clientportal/internal/db"
	"clientportal/internal/fault"
	"clientportal/internal/maybe"
	"clientportal/internal/project/projectdb"
)

// Phase is one part of a project's plan.
type Phase struct {
	ID              uuid.UUID   `json:"id"`
	Position        int         `json:"position"`
	Name            string      `json:"name"`
	Status          PhaseStatus `json:"status" enum:"not_started,in_progress,blocked,waiting_for_client,completed"`
	ProgressPercent int         `json:"progress_percent"`
	Weight          int         `json:"weight" doc:"Its share of the whole project, beside those of the other phases"`
	PlannedStart    *Day        `json:"planned_start"`
	PlannedEnd      *Day        `json:"planned_end"`
	ActualStart     *Day        `json:"actual_start"`
	ActualEnd       *Day        `json:"actual_end"`
	WaitingOn       *string     `json:"waiting_on" doc:"What the client is asked for"`
	Late            bool        `json:"late" doc:"Its planned end has passed, and it is not completed"`
}

// PhaseStatus is how far a phase is.
type PhaseStatus string

// The statuses of a phase.
const (
	PhaseNotStarted PhaseStatus = "not_started"
	PhaseInProgress PhaseStatus = "in_progress"
	PhaseBlocked    PhaseStatus = "blocked"
	PhaseWaiting    PhaseStatus = "waiting_for_client"
	PhaseCompleted  PhaseStatus = "completed"
)

// PhaseStatuses are all of them, as a phase goes through them.
var PhaseStatuses = []PhaseStatus{PhaseNotStarted, PhaseInProgress, PhaseWaiting, PhaseBlocked, PhaseCompleted}

// PhaseChange is new values of a phase: nil leaves one as it is. A zero Day and an
// empty text clear what may be empty.
type PhaseChange struct {
	Status          *PhaseStatus `json:"status,omitempty" maxLength:"40" doc:"not_started, in_progress, blocked, waiting_for_client or completed"`
	ProgressPercent *int         `json:"progress_percent,omitempty" doc:"Of a phase at work; one that is not started has 0, a completed one 100"`
	WaitingOn       *string      `json:"waiting_on,omitempty" maxLength:"2000" doc:"What the client is asked for; kept while the phase waits"`
	Name            *string      `json:"name,omitempty" maxLength:"1000"`
	Weight          *int         `json:"weight,omitempty"`
	PlannedStart    *Day         `json:"planned_start,omitempty"`
	PlannedEnd      *Day         `json:"planned_end,omitempty"`
	ActualStart     *Day         `json:"actual_start,omitempty" doc:"Without it, the day on which the phase is first at work"`
	ActualEnd       *Day         `json:"actual_end,omitempty" doc:"Without it, the day on which the phase is completed"`

	IfMatch string `json:"-"` // the tag of the quote, as it must still be; empty for whatever it is
}

// Phases are the phases of a quote, in order.
func (s *Service) Phases(ctx context.Context, quote uuid.UUID) (phases []Phase, err error) {
	q, err := s.quote(ctx, quote)
	return q.Phases, err
}

// UpdatePhase says where a phase of a project has come to, or plans it anew. Work
// on a phase starts its project.
func (s *Service) UpdatePhase(ctx context.Context, quote, phase uuid.UUID, change PhaseChange) error {
	return s.plan(ctx, quote, mayWork, func(tx *db.Tx, q *projectdb.Queries, owner projectdb.Quote) error {
		if err := api.CheckMatch(change.IfMatch, tagOf(owner)); err != nil {
			return err
		}
		row, err := q.Phase(ctx, projectdb.PhaseParams{QuoteID: quote, ID: phase})
		if err != nil {
			return db.Missing(err, "phase")
		}
		before := phaseOf(row)
		after, err := change.apply(before, clock.Now(ctx))
		if err != nil {
			return err
		}
		if err := mayReplan(tx.Actor(), before, after); err != nil {
			return err
		}
		edits := phaseEdits(before, after)
		if len(edits) == 0 {
			return db.ErrUnchanged
		}
		begun := after.Status != PhaseNotStarted
		if owner.Status == string(Draft) && begun {
			return fault.New(fault.Conflict, "This quote is not approved yet: work on it can't have begun.")
		}
		if owner.Status == string(Approved) && begun {
			owner.Status = string(InProgress)
			tx.Record(about("project.start", owner.CustomerID, quote, map[string]any{"number": owner.Number, "before": Approved, "after": InProgress}))
		}
		tx.Record(audit.Event{
			Action: "phase.update", CustomerID: owner.CustomerID, Subject: audit.Subject{Type: "phase", ID: phase},
			Payload: map[string]any{"name": after.Name, "changes": edits},
		})
		if after.Status == PhaseWaiting && (before.Status != PhaseWaiting || maybe.Value(before.WaitingOn) != maybe.Value(after.WaitingOn)) {
			notify(ctx, tx, notice{QuoteID: quote, Event: phaseWaits, ItemID: phase})
		}
		return first(q.UpdatePhase(ctx, projectdb.UpdatePhaseParams{
			ID: phase, Name: after.Name, Status: string(after.Status), ProgressPercent: int32(after.ProgressPercent), Weight: int32(after.Weight),
			PlannedStart: after.PlannedStart.Midnight(), PlannedEnd: after.PlannedEnd.Midnight(), ActualStart: after.ActualStart.Midnight(),
			ActualEnd: after.ActualEnd.Midnight(), WaitingOn: after.WaitingOn, UpdatedAt: clock.Now(ctx),
		}), touch(ctx, tx, q, owner))
	})
}

// mayReplan lets agents do the work as it is planned: names, weights and planned
// days are their managers'.
func mayReplan(who actor.Actor, before, after Phase) error {
	if before.Name == after.Name && before.Weight == after.Weight &&
		same(before.PlannedStart, after.PlannedStart) && same(before.PlannedEnd, after.PlannedEnd) {
		return nil
	}
	return mayPlan(who)
}

// apply gives the phase as it is after the change, checked.
func (c PhaseChange) apply(p Phase, now time.Time) (Phase, error) {
	var check fault.Check
	set(&p.Name, c.Name)
	p.Name = check.Text("name", "the phase's name", p.Name, 1, 200)
	set(&p.Weight, c.Weight)
	check.That(p.Weight >= 1 && p.Weight <= 1000, "weight", "Write a number from 1 to 1000.")
	setDay(&p.PlannedStart, c.PlannedStart)
	setDay(&p.PlannedEnd, c.PlannedEnd)
	checkDays(&check, "planned_end", p.PlannedStart, p.PlannedEnd)
	set(&p.Status, c.Status)
	check.That(slices.Contains(PhaseStatuses, p.Status), "status", "Choose one of: not_started, in_progress, blocked, waiting_for_client, completed.")
	set(&p.ProgressPercent, c.ProgressPercent)
	check.That(p.ProgressPercent >= 0 && p.ProgressPercent <= 100, "progress_percent", "Write a number from 0 to 100.")
	if c.WaitingOn != nil {
		p.WaitingOn = maybe.Of(check.Text("waiting_on", "what is waited for", *c.WaitingOn, 0, 300))
	}
	setDay(&p.ActualStart, c.ActualStart)
	setDay(&p.ActualEnd, c.ActualEnd)
	p = p.consistent(DayOf(now))
	checkDays(&check, "actual_end", p.ActualStart, p.ActualEnd)
	return p, check.Err()
}

// consistent gives the phase the values that its status implies, today.
func (p Phase) consistent(today Day) Phase {
	if p.Status != PhaseWaiting {
		p.WaitingOn = nil
	}
	switch p.Status {
	case PhaseNotStarted:
		p.ProgressPercent, p.ActualStart, p.ActualEnd = 0, nil, nil
		return p
	case PhaseCompleted:
		p.ProgressPercent = 100
		if p.ActualEnd == nil {
			p.ActualEnd = &today
		}
		if p.ActualStart == nil {
			p.ActualStart = p.ActualEnd
		}
	default:
		p.ActualEnd = nil
		if p.ActualStart == nil {
			p.ActualStart = &today
		}
	}
	return p
}

func phaseOf(row projectdb.QuotePhase) Phase {
	return Phase{
		ID: row.ID, Position: int(row.Position), Name: row.Name, Status: PhaseStatus(row.Status),
		ProgressPercent: int(row.ProgressPercent), Weight: int(row.Weight), PlannedStart: dayOf(row.PlannedStart),
		PlannedEnd: dayOf(row.PlannedEnd), ActualStart: dayOf(row.ActualStart), ActualEnd: dayOf(row.ActualEnd), WaitingOn: row.WaitingOn,
	}
}
