package project

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"clientportal/internal/audit"
	"clientportal/internal/clock"
	"clientportal/internal/db"
	"clientportal/internal/fault"
	"clientportal/internal/project/projectdb"
)

// Phase is one part of a project's plan.
type Phase struct {
	ID              uuid.UUID
	Position        int
	Name            string
	Status          PhaseStatus
	ProgressPercent int
	Weight          int // its share of the whole project, beside those of the other phases
	PlannedStart    *time.Time
	PlannedEnd      *time.Time
	ActualStart     *time.Time
	ActualEnd       *time.Time
	WaitingOn       *string // what the client is asked for
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

// Plan is a phase to be added.
type Plan struct {
	Name         string
	Weight       int // 1 when 0
	PlannedStart *time.Time
	PlannedEnd   *time.Time
}

// Progress is where a phase has come to. What waits for the client says for what.
type Progress struct {
	Status    PhaseStatus
	Percent   int // of a phase at work; the other statuses have their own
	WaitingOn string
}

// Phases are the phases of a quote, in order.
func (s *Service) Phases(ctx context.Context, quote uuid.UUID) (phases []Phase, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		q := projectdb.New(tx)
		if _, err := q.Quote(ctx, quote); err != nil {
			return missing(err, "quote")
		}
		rows, err := q.Phases(ctx, quote)
		for _, row := range rows {
			phases = append(phases, phaseOf(row))
		}
		return err
	})
	return phases, err
}

// AddPhases appends phases to the plan of a quote that is not over.
func (s *Service) AddPhases(ctx context.Context, quote uuid.UUID, plans []Plan) error {
	var check fault.Check
	check.That(len(plans) > 0, "phases", "Name at least one phase.")
	plans = tidyPlans(&check, plans)
	return s.plan(ctx, quote, func(tx *db.Tx, q *projectdb.Queries, owner Quote) error {
		if err := check.Err(); err != nil {
			return err
		}
		switch owner.Status {
		case Rejected, Completed, Cancelled:
			return fault.New(fault.Conflict, "This quote is %s: its plan stands.", owner.Status)
		}
		last, err := q.LastPosition(ctx, quote)
		if err != nil {
			return err
		}
		tx.Record(owner.event("quote.add_phases", map[string]any{"phases": names(plans)}))
		return insertPhases(ctx, q, owner, int(last), plans)
	})
}

// UpdatePhase says where a phase of a running project has come to.
func (s *Service) UpdatePhase(ctx context.Context, quote, phase uuid.UUID, p Progress) error {
	var check fault.Check
	check.OneOf("status", string(p.Status), string(PhaseNotStarted), string(PhaseInProgress), string(PhaseBlocked), string(PhaseWaiting), string(PhaseCompleted))
	check.That(p.Percent >= 0 && p.Percent <= 100, "progress_percent", "Write a number from 0 to 100.")
	p.WaitingOn = check.Text("waiting_on", "what is waited for", p.WaitingOn, 0, 300)
	return s.plan(ctx, quote, func(tx *db.Tx, q *projectdb.Queries, owner Quote) error {
		if err := check.Err(); err != nil {
			return err
		}
		if owner.Status != Approved && owner.Status != InProgress {
			return fault.New(fault.Conflict, "Only a running project has phases at work.")
		}
		row, err := q.Phase(ctx, projectdb.PhaseParams{QuoteID: quote, ID: phase})
		if err != nil {
			return missing(err, "phase")
		}
		before := phaseOf(row)
		after := before.at(p, clock.Now(ctx))
		tx.Record(audit.Event{
			Action: "phase.update", CustomerID: owner.CustomerID, Subject: audit.Subject{Type: "phase", ID: phase},
			Payload: map[string]any{
				"name": before.Name, "before": before.Status, "after": after.Status,
				"progress_before": before.ProgressPercent, "progress_after": after.ProgressPercent,
			},
		})
		return q.UpdatePhase(ctx, projectdb.UpdatePhaseParams{
			ID: phase, Status: string(after.Status), ProgressPercent: int32(after.ProgressPercent),
			PlannedStart: after.PlannedStart, PlannedEnd: after.PlannedEnd, ActualStart: after.ActualStart,
			ActualEnd: after.ActualEnd, WaitingOn: after.WaitingOn, UpdatedAt: clock.Now(ctx),
		})
	})
}

// at is the phase after it has come that far, today.
func (p Phase) at(progress Progress, now time.Time) Phase {
	today := now.Truncate(24 * time.Hour)
	p.Status, p.ProgressPercent, p.WaitingOn = progress.Status, progress.Percent, nil
	switch p.Status {
	case PhaseNotStarted:
		p.ProgressPercent, p.ActualStart, p.ActualEnd = 0, nil, nil
		return p
	case PhaseWaiting:
		p.WaitingOn = optional(progress.WaitingOn)
	}
	if p.ActualStart == nil {
		p.ActualStart = &today
	}
	p.ActualEnd = nil
	if p.Status == PhaseCompleted {
		p.ProgressPercent, p.ActualEnd = 100, &today
	}
	return p
}

// plan changes the plan of a quote, whose row is held meanwhile.
func (s *Service) plan(ctx context.Context, quote uuid.UUID, change func(*db.Tx, *projectdb.Queries, Quote) error) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		if err := mayPlan(tx.Actor()); err != nil {
			return err
		}
		q := projectdb.New(tx)
		row, err := q.QuoteForUpdate(ctx, quote)
		if err != nil {
			return missing(err, "quote")
		}
		return change(tx, q, quoteOf(row))
	})
}

// insertPhases adds phases to a quote after the position last.
func insertPhases(ctx context.Context, q *projectdb.Queries, quote Quote, last int, plans []Plan) (err error) {
	rows := make([]projectdb.InsertPhaseParams, len(plans))
	for i, p := range plans {
		id, err := uuid.NewV7()
		if err != nil {
			return err
		}
		rows[i] = projectdb.InsertPhaseParams{
			ID: id, CustomerID: quote.CustomerID, QuoteID: quote.ID, Position: int32(last + i + 1), Name: p.Name,
			Weight: int32(max(p.Weight, 1)), PlannedStart: p.PlannedStart, PlannedEnd: p.PlannedEnd, Now: clock.Now(ctx),
		}
	}
	if len(rows) == 0 {
		return nil
	}
	q.InsertPhase(ctx, rows).Exec(func(_ int, e error) {
		if err == nil {
			err = e
		}
	})
	return err
}

// tidyPlans gives phases in the form in which they are kept, and notes what is
// wrong with them.
func tidyPlans(check *fault.Check, plans []Plan) []Plan {
	check.That(len(plans) <= 50, "phases", "A quote has at most 50 phases.")
	plans = slices.Clone(plans)
	for i := range plans {
		p := &plans[i]
		p.Name = check.Text(fmt.Sprintf("phases[%d].name", i), "the phase's name", p.Name, 1, 200)
		check.That(p.Weight >= 0 && p.Weight <= 1000, fmt.Sprintf("phases[%d].weight", i), "Write a number from 1 to 1000.")
		checkDays(check, fmt.Sprintf("phases[%d].planned_end", i), p.PlannedStart, p.PlannedEnd)
	}
	return plans
}

func names(plans []Plan) []string {
	names := make([]string, len(plans))
	for i, p := range plans {
		names[i] = p.Name
	}
	return names
}

func phaseOf(row projectdb.QuotePhase) Phase {
	return Phase{
		ID: row.ID, Position: int(row.Position), Name: row.Name, Status: PhaseStatus(row.Status),
		ProgressPercent: int(row.ProgressPercent), Weight: int(row.Weight), PlannedStart: row.PlannedStart,
		PlannedEnd: row.PlannedEnd, ActualStart: row.ActualStart, ActualEnd: row.ActualEnd, WaitingOn: row.WaitingOn,
	}
}
