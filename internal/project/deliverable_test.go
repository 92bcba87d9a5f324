package project_test

import (
	"slices"
	"sync"
	"testing"

	"github.com/google/uuid"

	"clientportal/internal/fault"
	"clientportal/internal/project"
)

func TestDeliverablesAreSignedOff(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	q := h.quote(t, "Relaunch", project.InProgress)
	first, err := h.Deliver(h.agent, q.ID, project.Delivery{Name: "Screens", Note: "All *states*", URL: "https://staging.example/x", PhaseID: &q.Phases[0].ID})
	if err != nil || first.Status != project.Delivered || first.Round != 1 || first.DeliveredBy != "agent" {
		t.Fatalf("delivered %+v, %v", first, err)
	}
	for who, code := range map[string]fault.Code{"viewer": fault.Forbidden, "member": fault.Forbidden, "foreign": fault.NotFound, "agent": fault.Forbidden} {
		if _, err := h.AcceptDeliverable(h.people()[who], q.ID, first.ID, "", ""); fault.CodeOf(err) != code {
			t.Errorf("accepted by %s: %v, want %s", who, err, code)
		}
	}
	if _, err := h.RejectDeliverable(h.approver, q.ID, first.ID, " ", first.Tag()); !faultOf(err, "comment") {
		t.Errorf("changes without saying which: %v", err)
	}
	back, err := h.RejectDeliverable(h.approver, q.ID, first.ID, "Sold-out is missing", first.Tag())
	if err != nil || back.Status != project.ChangesRequested || *back.DecidedBy != "approver" || *back.Comment != "Sold-out is missing" {
		t.Errorf("sent back %+v, %v", back, err)
	}
	note := "With sold-out"
	again, err := h.Redeliver(h.agent, q.ID, first.ID, project.Redelivery{Note: &note})
	if err != nil || again.Round != 2 || again.Status != project.Delivered || again.DecidedAt != nil || again.Note != note || *again.URL != *first.URL {
		t.Errorf("again %+v, %v", again, err)
	}
	if _, err := h.AcceptDeliverable(h.approver, q.ID, first.ID, "", first.Tag()); fault.CodeOf(err) != fault.Stale {
		t.Errorf("accepted as it was before: %v", err)
	}
	var at sync.WaitGroup
	codes := make([]fault.Code, 4)
	for i := range codes {
		at.Go(func() {
			_, err := h.AcceptDeliverable(h.owner, q.ID, first.ID, "", again.Tag())
			codes[i] = codeOf(err)
		})
	}
	at.Wait()
	slices.Sort(codes)
	if !slices.Equal(codes, []fault.Code{"", fault.Conflict, fault.Conflict, fault.Conflict}) {
		t.Errorf("accepted at once: %q", codes)
	}
	if _, err := h.Redeliver(h.agent, q.ID, first.ID, project.Redelivery{}); fault.CodeOf(err) != fault.Conflict {
		t.Errorf("delivered again after it was accepted: %v", err)
	}
	p, err := h.Project(h.viewer, q.ID)
	if err != nil || len(p.Deliverables) != 1 || p.Deliverables[0].Status != project.Accepted || *p.Deliverables[0].DecidedBy != "admin" || *p.Deliverables[0].PhaseID != q.Phases[0].ID {
		t.Errorf("the project has %+v, %v", p.Deliverables, err)
	}
	got := slices.DeleteFunc(h.events(t, q.ID), func(action string) bool { return action[:5] != "deliv" })
	if want := []string{"deliverable.deliver", "deliverable.reject", "deliverable.deliver", "deliverable.accept"}; !slices.Equal(got, want) {
		t.Errorf("events %q, want %q", got, want)
	}
}

func TestUpdatesAndDeliverablesOfWhom(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	q, other, sent := h.quote(t, "Relaunch", project.InProgress), h.quote(t, "Other", project.InProgress), h.quote(t, "Not yet", project.Sent)
	if _, err := h.PostUpdate(h.agent, q.ID, "Search is **finished**.", nil); err != nil {
		t.Fatal(err)
	}
	update := func(id uuid.UUID, body string) error { _, err := h.PostUpdate(h.agent, id, body, nil); return err }
	deliver := func(d project.Delivery) error { _, err := h.Deliver(h.agent, q.ID, d); return err }
	_, byClient := h.PostUpdate(h.owner, q.ID, "Hello", nil)
	_, byStranger := h.PostUpdate(h.otherAgent, q.ID, "Hello", nil)
	for what, c := range map[string]struct {
		err  error
		want fault.Code
	}{
		"nothing told":            {update(q.ID, "  "), fault.Invalid},
		"of what is not approved": {update(sent.ID, "Hello"), fault.Conflict},
		"of nothing":              {update(uuid.New(), "Hello"), fault.NotFound},
		"by a client":             {byClient, fault.Forbidden},
		"by a stranger":           {byStranger, fault.NotFound},
		"a nameless deliverable":  {deliver(project.Delivery{}), fault.Invalid},
		"a script for a link":     {deliver(project.Delivery{Name: "A", URL: "javascript:alert(1)"}), fault.Invalid},
		"another project's phase": {deliver(project.Delivery{Name: "A", PhaseID: &other.Phases[0].ID}), fault.Invalid},
	} {
		if code := codeOf(c.err); code != c.want {
			t.Errorf("%s: %v, want %q", what, c.err, c.want)
		}
	}
	p, err := h.Project(h.viewer, q.ID)
	if err != nil || len(p.Updates) != 1 || p.Updates[0].Body != "Search is **finished**." || p.Updates[0].Author != "An agent" || p.Deliverables == nil {
		t.Errorf("the project: %+v, %v", p, err)
	}
}
