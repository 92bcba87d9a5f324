package project_test

import (
	"slices"
	"testing"

	"github.com/google/uuid"

	"clientportal/internal/api"
	"clientportal/internal/fault"
	"clientportal/internal/project"
)

// comeTo is a phase's change to a status.
func comeTo(status project.PhaseStatus, percent int, waitingOn string) project.PhaseChange {
	return project.PhaseChange{Status: &status, ProgressPercent: &percent, WaitingOn: &waitingOn}
}

func TestPhasesComeOn(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	q := h.quote(t, "Relaunch", project.Approved)
	if err := h.AddPhases(h.manager, q.ID, []project.Plan{{Name: "Launch", PlannedStart: &today}}); err != nil {
		t.Fatal(err)
	}
	phases := func() []project.Phase {
		t.Helper()
		phases, err := h.Phases(h.viewer, q.ID)
		if err != nil || len(phases) != 3 {
			t.Fatalf("phases %+v, %v", phases, err)
		}
		return phases
	}
	update := func(i int, change project.PhaseChange) {
		t.Helper()
		if err := h.UpdatePhase(h.agent, q.ID, phases()[i].ID, change); err != nil {
			t.Fatal(err)
		}
	}
	update(0, comeTo(project.PhaseInProgress, 40, ""))
	update(0, comeTo(project.PhaseInProgress, 40, "")) // nothing new, and no event
	update(0, comeTo(project.PhaseCompleted, 40, ""))
	update(1, comeTo(project.PhaseWaiting, 20, "Product photos"))
	got := phases()
	if p := got[0]; p.Status != project.PhaseCompleted || p.ProgressPercent != 100 || *p.ActualStart != today || *p.ActualEnd != today {
		t.Errorf("the completed phase: %+v", p)
	}
	if p := got[1]; p.Weight != 3 || p.ProgressPercent != 20 || *p.WaitingOn != "Product photos" || p.ActualEnd != nil {
		t.Errorf("the waiting phase: %+v", p)
	}
	if p := got[2]; p.Name != "Launch" || p.Position != 3 || p.ActualStart != nil || *p.PlannedStart != today {
		t.Errorf("the added phase: %+v", p)
	}
	// (1 x 100 + 3 x 20 + 1 x 0) / 5, and work on a phase has started the project
	p, err := h.Project(h.viewer, q.ID)
	if err != nil || p.ProgressPercent != 32 || p.Status != project.InProgress || *p.CurrentPhase != "Build" || *p.WaitingOn != "Product photos" ||
		p.PhaseCount != 3 || p.PhasesDone != 1 || p.Late {
		t.Errorf("the project: %+v, %v", p.Summary, err)
	}
	update(1, comeTo(project.PhaseInProgress, 99, "Nothing"))
	if p := phases()[1]; p.WaitingOn != nil {
		t.Errorf("a phase at work waits on %q", *p.WaitingOn)
	}
	update(2, comeTo(project.PhaseInProgress, 99, ""))
	if p, err := h.Project(h.viewer, q.ID); err != nil || p.ProgressPercent != 99 {
		t.Errorf("almost done is %d %%, %v", p.ProgressPercent, err) // 496 / 5, rounded down
	}
	if want := []string{"phase.update", "phase.update"}; !slices.Equal(h.events(t, got[0].ID), want) {
		t.Errorf("events %q", h.events(t, got[0].ID))
	}
}

func TestWhoMayPlanAndWhatStands(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	q, sent, draft := h.quote(t, "Relaunch", project.InProgress), h.quote(t, "Not yet", project.Sent), h.quote(t, "Only a draft", project.Draft)
	phase := q.Phases[0].ID
	name, weight, before := "Concept", 7, project.DayOf(today.AddDate(0, 0, -1))
	work := comeTo(project.PhaseInProgress, 10, "")
	for what, c := range map[string]struct {
		err  error
		want fault.Code
	}{
		"no phase":                  {h.UpdatePhase(h.manager, q.ID, uuid.New(), work), fault.NotFound},
		"another quote's phase":     {h.UpdatePhase(h.manager, q.ID, sent.Phases[0].ID, work), fault.NotFound},
		"a client":                  {h.UpdatePhase(h.owner, q.ID, phase, work), fault.Forbidden},
		"a stranger of the agency":  {h.UpdatePhase(h.otherAgent, q.ID, phase, work), fault.NotFound},
		"a name, by an agent":       {h.UpdatePhase(h.agent, q.ID, phase, project.PhaseChange{Name: &name}), fault.Forbidden},
		"a weight, by a manager":    {h.UpdatePhase(h.manager, q.ID, phase, project.PhaseChange{Weight: &weight}), ""},
		"what is being decided":     {h.UpdatePhase(h.manager, sent.ID, sent.Phases[0].ID, work), fault.Conflict},
		"work on a draft":           {h.UpdatePhase(h.manager, draft.ID, draft.Phases[0].ID, work), fault.Conflict},
		"the plan of a draft":       {h.UpdatePhase(h.manager, draft.ID, draft.Phases[0].ID, project.PhaseChange{Name: &name}), ""},
		"phases by an agent":        {h.AddPhases(h.agent, q.ID, []project.Plan{{Name: "More"}}), fault.Forbidden},
		"an end before the start":   {h.UpdatePhase(h.manager, q.ID, phase, project.PhaseChange{PlannedStart: &today, PlannedEnd: &before}), fault.Invalid},
		"101 percent":               {h.UpdatePhase(h.manager, q.ID, phase, comeTo(project.PhaseInProgress, 101, "")), fault.Invalid},
		"no status of ours":         {h.UpdatePhase(h.manager, q.ID, phase, comeTo("done", 1, "")), fault.Invalid},
		"an order that lacks some":  {h.OrderPhases(h.manager, q.ID, "", []uuid.UUID{phase}), fault.Invalid},
		"an order with one doubled": {h.OrderPhases(h.manager, q.ID, "", []uuid.UUID{phase, phase}), fault.Invalid},
		"an order of what was":      {h.OrderPhases(h.manager, q.ID, `"stale"`, []uuid.UUID{q.Phases[1].ID, phase}), fault.Stale},
		"an order by an agent":      {h.OrderPhases(h.agent, q.ID, "", []uuid.UUID{q.Phases[1].ID, phase}), fault.Forbidden},
		"a removal by an agent":     {h.RemovePhase(h.agent, q.ID, q.Phases[1].ID), fault.Forbidden},
	} {
		if code := codeOf(c.err); code != c.want {
			t.Errorf("%s: %v, want %q", what, c.err, c.want)
		}
	}
	now, err := h.Quote(h.manager, q.ID)
	if err != nil {
		t.Fatal(err)
	}
	if err := h.OrderPhases(h.manager, q.ID, now.Tag(), []uuid.UUID{q.Phases[1].ID, phase}); err != nil {
		t.Fatal(err)
	}
	if err := h.UpdatePhase(h.agent, q.ID, phase, work); err != nil {
		t.Fatal(err)
	}
	if err := h.RemovePhase(h.manager, q.ID, phase); fault.CodeOf(err) != fault.Conflict {
		t.Errorf("a phase that was begun is removed: %v", err)
	}
	if err := h.RemovePhase(h.manager, q.ID, q.Phases[1].ID); err != nil {
		t.Fatal(err)
	}
	left, err := h.Phases(h.manager, q.ID)
	if err != nil || len(left) != 1 || left[0].ID != phase || left[0].Position != 2 || left[0].Weight != 7 {
		t.Errorf("left %+v, %v", left, err)
	}
	if got := h.events(t, q.Phases[1].ID); !slices.Equal(got, []string{"phase.remove"}) {
		t.Errorf("events %q", got)
	}
}

func TestWhatIsLate(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	yesterday := project.DayOf(today.AddDate(0, 0, -1))
	q := h.quote(t, "Relaunch", project.InProgress)
	h.quote(t, "In time", project.InProgress)
	if err := h.UpdatePhase(h.manager, q.ID, q.Phases[0].ID, project.PhaseChange{PlannedEnd: &yesterday}); err != nil {
		t.Fatal(err)
	}
	names := func(f project.Filter) (names []string) {
		t.Helper()
		list, err := h.Projects(h.agent, f, api.PageQuery{})
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range list.Items {
			names = append(names, p.Name)
		}
		return names
	}
	if got := names(project.Filter{Late: true}); !slices.Equal(got, []string{"Relaunch"}) {
		t.Errorf("late: %q", got)
	}
	if phases, err := h.Phases(h.viewer, q.ID); err != nil || !phases[0].Late || phases[1].Late {
		t.Errorf("phases %+v, %v", phases, err)
	}
	if err := h.UpdatePhase(h.agent, q.ID, q.Phases[0].ID, comeTo(project.PhaseCompleted, 0, "")); err != nil {
		t.Fatal(err)
	}
	if got := names(project.Filter{Late: true}); len(got) > 0 {
		t.Errorf("late once it is done: %q", got)
	}
	if err := h.UpdatePhase(h.agent, q.ID, q.Phases[1].ID, comeTo(project.PhaseWaiting, 0, "")); err != nil {
		t.Fatal(err)
	}
	if got := names(project.Filter{Waiting: project.WaitsForClient}); !slices.Equal(got, []string{"Relaunch"}) {
		t.Errorf("waiting for the client: %q", got)
	}
	if got := names(project.Filter{Waiting: project.WaitsForAgency}); !slices.Equal(got, []string{"In time"}) {
		t.Errorf("waiting for the agency: %q", got)
	}
}
