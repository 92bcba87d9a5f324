package demo

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"

	"clientportal/internal/project"
)

// How far a quote of the demo has come.
const (
	drafted = project.Draft
	offered = project.Sent
	refused = project.Rejected
	agreed  = project.Approved
	running = project.InProgress
	done    = project.Completed
	dropped = project.Cancelled
)

// plan is a quote of the demo.
type plan struct {
	name, kind, total string
	offered           int // days ago
	first, last       int // days from today
	status            project.Status
	parts             []part
}

// part is a phase of a plan: its weight, how far it is, and what it waits for.
type part struct {
	name      string
	weight    int
	percent   int
	waitingOn string
}

// work is a quote that was made of a plan.
type work struct {
	plan  *plan
	id    uuid.UUID
	isNew bool
}

// offer makes all quotes in the order of their days, so that their numbers follow.
func (m *maker) offer(ctx context.Context, accounts []*account) error {
	type due struct {
		account *account
		plan    *plan
	}
	var dues []due
	for _, a := range accounts {
		for i := range a.plans {
			dues = append(dues, due{a, &a.plans[i]})
		}
	}
	slices.SortStableFunc(dues, func(a, b due) int { return b.plan.offered - a.plan.offered })
	for _, d := range dues {
		id, ok := m.found.quotes[quoteKey(d.account.slug, d.plan.name)]
		if !ok {
			quote, err := m.Projects.CreateQuote(at(ctx, m.staff[d.account.lead], m.daysAgo(d.plan.offered)), project.Offer{
				CustomerID: d.account.id, Name: d.plan.name, ProjectType: d.plan.kind,
				Intro: d.plan.intro(), ValidUntil: m.day(30 - d.plan.offered), Lines: d.plan.lines(),
				StartDate: m.day(d.plan.first), DueDate: m.day(d.plan.last), Phases: m.phases(d.plan),
			})
			if err != nil {
				return err
			}
			id = quote.ID
		}
		d.account.works = append(d.account.works, work{d.plan, id, !ok})
	}
	return nil
}

// phases are a plan's phases one after the other, as long as they weigh.
func (m *maker) phases(p *plan) []project.Plan {
	whole := 0
	for _, part := range p.parts {
		whole += part.weight
	}
	plans := make([]project.Plan, len(p.parts))
	begun := 0
	for i, part := range p.parts {
		from := p.first + (p.last-p.first)*begun/whole
		begun += part.weight
		to := p.first + (p.last-p.first)*begun/whole
		plans[i] = project.Plan{Name: part.name, Weight: part.weight, PlannedStart: m.day(from), PlannedEnd: m.day(to - 1)}
	}
	return plans
}

// work takes a quote from where it is to where it has come to.
func (m *maker) work(ctx context.Context, a *account, w work) error {
	lead, approver := m.staff[a.lead], a.people["approver"]
	status := drafted
	if !w.isNew {
		quote, err := m.Projects.Quote(at(ctx, lead, m.now), w.id)
		if err != nil {
			return err
		}
		status = quote.Status
	}
	steps := []struct {
		to   project.Status
		take func() error
	}{
		{offered, func() error { return m.Projects.SendQuote(at(ctx, lead, m.daysAgo(w.plan.offered-1)), w.id) }},
		{refused, func() error {
			return m.decide(at(ctx, approver, m.daysAgo(w.plan.offered-6)), w.id, m.Projects.RejectQuote,
				"Thank you for the offer. It does not fit this year's budget; let us talk about it again next year.")
		}},
		{dropped, func() error { return m.Projects.CancelQuote(at(ctx, lead, m.daysAgo(w.plan.offered-12)), w.id) }},
		{agreed, func() error {
			return m.decide(at(ctx, approver, m.daysAgo(w.plan.offered-4)), w.id, m.Projects.ApproveQuote, "")
		}},
		{running, func() error { return m.Projects.StartProject(at(ctx, lead, m.daysAgo(-w.plan.first)), w.id) }},
		{done, func() error {
			if err := m.progress(ctx, a, w); err != nil {
				return err
			}
			return m.Projects.CompleteProject(at(ctx, lead, m.daysAgo(-w.plan.last)), w.id)
		}},
	}
	passed := status == drafted
	for _, step := range steps {
		if passed && leadsTo(step.to, w.plan.status) {
			if err := step.take(); err != nil {
				return err
			}
		}
		passed = passed || step.to == status
	}
	if w.plan.status == running {
		return m.progress(ctx, a, w)
	}
	return nil
}

// decide reads a quote, and decides on what was read.
func (m *maker) decide(ctx context.Context, id uuid.UUID, decide func(context.Context, uuid.UUID, string, string) error, comment string) error {
	quote, err := m.Projects.Quote(ctx, id)
	if err != nil {
		return err
	}
	return decide(ctx, id, comment, quote.Tag())
}

// leadsTo reports whether a quote that ends in one status comes through another.
func leadsTo(through, end project.Status) bool {
	way := []project.Status{offered, agreed, running, done}
	switch end {
	case refused, dropped:
		return through == offered || through == end
	}
	last := slices.Index(way, end)
	return last >= 0 && slices.Contains(way[:last+1], through)
}

// progress takes the phases of a project to where they have come to, and tells of
// it.
func (m *maker) progress(ctx context.Context, a *account, w work) error {
	lead := m.staff[a.lead]
	phases, err := m.Projects.Phases(at(ctx, lead, m.now), w.id)
	if err != nil {
		return err
	}
	for i, phase := range phases {
		goal := w.plan.parts[i].goal()
		if phase.Status == *goal.Status && phase.ProgressPercent == *goal.ProgressPercent {
			continue
		}
		update := func(t time.Time, change project.PhaseChange) error {
			return m.Projects.UpdatePhase(at(ctx, lead, t), w.id, phase.ID, change)
		}
		begun, reached := m.working(phase.PlannedStart.Time), m.working(phase.PlannedEnd.Time)
		if *goal.Status != project.PhaseCompleted {
			reached = later(begun, m.daysAgo(3))
		}
		if phase.Status == project.PhaseNotStarted {
			if err := update(begun, comeTo(project.PhaseInProgress, 5, "")); err != nil {
				return err
			}
		}
		if err := update(reached, goal); err != nil {
			return err
		}
	}
	return m.tell(ctx, a, w)
}

// goal is where a phase has come to.
func (p part) goal() project.PhaseChange {
	switch {
	case p.percent == 0:
		return comeTo(project.PhaseNotStarted, 0, "")
	case p.percent == 100:
		return comeTo(project.PhaseCompleted, 100, "")
	case p.waitingOn != "":
		return comeTo(project.PhaseWaiting, p.percent, p.waitingOn)
	}
	return comeTo(project.PhaseInProgress, p.percent, "")
}

func comeTo(status project.PhaseStatus, percent int, waitingOn string) project.PhaseChange {
	return project.PhaseChange{Status: &status, ProgressPercent: &percent, WaitingOn: &waitingOn}
}
