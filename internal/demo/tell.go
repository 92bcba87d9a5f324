package demo

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"clientportal/internal/project"
)

// lines are what a plan costs, part by part as they weigh; the last one has what
// rounding leaves.
func (p *plan) lines() []project.Line {
	total, whole := decimal.RequireFromString(p.total), int64(0)
	for _, part := range p.parts {
		whole += int64(part.weight)
	}
	one, left := project.Number{Decimal: decimal.New(1, 0)}, total
	lines := make([]project.Line, len(p.parts))
	for i, part := range p.parts {
		price := total.Mul(decimal.New(int64(part.weight), 0)).Div(decimal.New(whole, 0)).Round(-1)
		if i == len(p.parts)-1 {
			price = left
		}
		left = left.Sub(price)
		lines[i] = project.Line{Description: part.name, Quantity: one, UnitPrice: project.Amount{Decimal: price}}
	}
	return lines
}

// intro is what the quote says about the plan.
func (p *plan) intro() string {
	return fmt.Sprintf("%s, in %d steps: you see each of them when it is done, and it goes on once you agree.\n\nThe prices are fixed. What is not named here is offered in a quote of its own.", p.name, len(p.parts))
}

// tell posts what the lead tells of a project's phases, and hands their results
// over: what is done is accepted, the last one waits to be.
func (m *maker) tell(ctx context.Context, a *account, w work) error {
	quote := w.id
	p, err := m.Projects.Project(at(ctx, m.staff[a.lead], m.now), quote)
	if err != nil || len(p.Updates) > 0 {
		return err
	}
	for i, phase := range p.Phases {
		if phase.ActualEnd == nil {
			continue
		}
		done := m.working(phase.ActualEnd.Time)
		if err := m.post(ctx, a, quote, done, fmt.Sprintf(doneWords[i%len(doneWords)], phase.Name)); err != nil {
			return err
		}
		last := w.plan.status == running && (i+1 == len(p.Phases) || p.Phases[i+1].ActualEnd == nil)
		if err := m.handOver(ctx, a, quote, phase, done, last); err != nil {
			return err
		}
	}
	for _, phase := range p.Phases {
		if phase.Status == project.PhaseInProgress {
			return m.post(ctx, a, quote, m.daysAgo(2), fmt.Sprintf("**%s** is %d%% done. What can be tried already is on the preview.", phase.Name, phase.ProgressPercent))
		}
	}
	return nil
}

// doneWords tell that a phase is done.
var doneWords = []string{
	"**%s** is done. What we have found, and what follows from it:\n\n- the plan holds as it was agreed\n- the next phase begins this week",
	"**%s** is finished. Thank you for the quick answers; they saved us some days.",
	"We have finished **%s**. Have a look, and tell us what you think.",
}

func (m *maker) post(ctx context.Context, a *account, quote uuid.UUID, t time.Time, body string) error {
	_, err := m.Projects.PostUpdate(at(ctx, m.staff[a.lead], t), quote, body, nil)
	return err
}

// handOver delivers a phase's result, which is accepted unless it is to wait.
func (m *maker) handOver(ctx context.Context, a *account, quote uuid.UUID, phase project.Phase, t time.Time, waits bool) error {
	by := at(ctx, m.staff[a.lead], t)
	files, err := store(by, m.Projects.Uploads("files"), []file{{name: phase.Name + ".pdf", lines: []string{
		phase.Name, "What was agreed on, what was made of it, and how to try it.", "The preview has it in place, with your own contents.",
	}}})
	defer files.Discard(by)
	if err != nil {
		return err
	}
	d, err := m.Projects.Deliver(by, quote, project.Delivery{
		Name: phase.Name + ", result", URL: "https://preview.agency.example/" + a.slug, PhaseID: &phase.ID, Files: files,
	})
	if err != nil || waits {
		return err
	}
	_, err = m.Projects.AcceptDeliverable(at(ctx, a.people["approver"], earlier(t.Add(26*time.Hour), m.now.Add(-time.Minute))), quote, d.ID, "", d.Tag())
	return err
}
