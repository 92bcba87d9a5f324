package project

import (
	"context"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"clientportal/internal/actor"
	"clientportal/internal/api"
	"clientportal/internal/audit"
	"clientportal/internal/clock"
	"clientportal/internal/db"
	"clientportal/internal/fault"
	"clientportal/internal/project/projectdb"
)

// MaxPhases is how many phases a quote has at most.
const MaxPhases = 50

// Plan is a phase to be added.
type Plan struct {
	Name         string `json:"name" maxLength:"1000"`
	PlannedStart *Day   `json:"planned_start,omitempty"`
	PlannedEnd   *Day   `json:"planned_end,omitempty"`
	Weight       int    `json:"weight,omitempty" doc:"1 when not given"`
}

// AddPhases appends phases to the plan of a quote that is not over.
func (s *Service) AddPhases(ctx context.Context, quote uuid.UUID, plans []Plan) error {
	return s.plan(ctx, quote, mayPlan, func(tx *db.Tx, q *projectdb.Queries, owner projectdb.Quote) error {
		var check fault.Check
		check.That(len(plans) > 0, "phases", "Name at least one phase.")
		plans := tidyPlans(&check, plans)
		last, err := q.LastPosition(ctx, quote)
		if err != nil {
			return err
		}
		check.That(int(last)+len(plans) <= MaxPhases, "phases", "A quote has at most %d phases.", MaxPhases)
		if err := check.Err(); err != nil {
			return err
		}
		tx.Record(about("quote.add_phases", owner.CustomerID, quote, map[string]any{"phases": names(plans)}))
		return first(insertPhases(ctx, q, owner, int(last), plans), touch(ctx, tx, q, owner))
	})
}

// RemovePhase takes a phase out of the plan that nobody has begun.
func (s *Service) RemovePhase(ctx context.Context, quote, phase uuid.UUID) error {
	return s.plan(ctx, quote, mayPlan, func(tx *db.Tx, q *projectdb.Queries, owner projectdb.Quote) error {
		row, err := q.Phase(ctx, projectdb.PhaseParams{QuoteID: quote, ID: phase})
		if err != nil {
			return db.Missing(err, "phase")
		}
		if row.Status != string(PhaseNotStarted) {
			return fault.New(fault.Conflict, "Work on this phase has begun: it stays in the project's history.")
		}
		tx.Record(audit.Event{
			Action: "phase.remove", CustomerID: owner.CustomerID, Subject: audit.Subject{Type: "phase", ID: phase},
			Payload: map[string]any{"name": row.Name, "quote_id": quote},
		})
		return first(q.DeletePhase(ctx, phase), touch(ctx, tx, q, owner))
	})
}

// OrderPhases puts the phases of a quote into the order of ids, which names each
// of them once. With ifMatch, the quote must still be that of this tag.
func (s *Service) OrderPhases(ctx context.Context, quote uuid.UUID, ifMatch string, ids []uuid.UUID) error {
	return s.plan(ctx, quote, mayPlan, func(tx *db.Tx, q *projectdb.Queries, owner projectdb.Quote) error {
		if err := api.CheckMatch(ifMatch, tagOf(owner)); err != nil {
			return err
		}
		rows, err := q.Phases(ctx, quote)
		if err != nil {
			return err
		}
		order := make([]string, len(rows))
		for i, row := range rows {
			at := slices.Index(ids, row.ID)
			if at < 0 || len(ids) != len(rows) {
				return fault.InvalidField("phases", "Name each of the quote's %d phases once.", len(rows))
			}
			order[at] = rows[i].Name
		}
		tx.Record(about("quote.order_phases", owner.CustomerID, quote, map[string]any{"phases": order}))
		return first(q.OrderPhases(ctx, projectdb.OrderPhasesParams{QuoteID: quote, Ids: ids}), touch(ctx, tx, q, owner))
	})
}

// plan changes the plan of a quote, whose row is held meanwhile. What the customer
// is deciding on changes only with the quote itself, and what is over stands.
func (s *Service) plan(ctx context.Context, quote uuid.UUID, may func(actor.Actor) error, change func(*db.Tx, *projectdb.Queries, projectdb.Quote) error) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		if err := may(tx.Actor()); err != nil {
			return err
		}
		q := projectdb.New(tx)
		owner, err := q.QuoteForUpdate(ctx, quote)
		if err != nil {
			return db.Missing(err, "quote")
		}
		switch Status(owner.Status) {
		case Draft, Approved, InProgress:
			return change(tx, q, owner)
		case Sent:
			return fault.New(fault.Conflict, "The client is deciding on this plan. Change the quote: that makes a new version of it.")
		}
		return fault.New(fault.Conflict, "This quote is %s: its plan stands.", owner.Status)
	})
}

// insertPhases adds phases to a quote after the position last.
func insertPhases(ctx context.Context, q *projectdb.Queries, quote projectdb.Quote, last int, plans []Plan) (err error) {
	rows := make([]projectdb.InsertPhaseParams, len(plans))
	for i, p := range plans {
		rows[i] = projectdb.InsertPhaseParams{
			ID: newID(), CustomerID: quote.CustomerID, QuoteID: quote.ID, Position: int32(last + i + 1), Name: p.Name,
			Weight: int32(p.Weight), PlannedStart: p.PlannedStart.Midnight(), PlannedEnd: p.PlannedEnd.Midnight(), Now: clock.Now(ctx),
		}
	}
	if len(rows) == 0 {
		return nil
	}
	q.InsertPhase(ctx, rows).Exec(func(_ int, e error) { err = first(err, e) })
	return err
}

// tidyPlans gives phases in the form in which they are kept, and notes what is
// wrong with them.
func tidyPlans(check *fault.Check, plans []Plan) []Plan {
	check.That(len(plans) <= MaxPhases, "phases", "A quote has at most %d phases.", MaxPhases)
	plans = slices.Clone(plans)
	for i := range plans {
		p := &plans[i]
		p.Name = check.Text(fmt.Sprintf("phases[%d].name", i), "the phase's name", p.Name, 1, 200)
		check.That(p.Weight >= 0 && p.Weight <= 1000, fmt.Sprintf("phases[%d].weight", i), "Write a number from 1 to 1000.")
		p.Weight = max(p.Weight, 1)
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
