package trail_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"clientportal/internal/actor"
	"clientportal/internal/audit"
)

const hostile = `"><script>alert(1)</script>`

func TestPagesEscape(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.exec(`update customers set name = $2 where id = $1`, h.acme, hostile)
	h.mara.Name, h.mara.Address, h.mara.RequestID = hostile, hostile, hostile
	ticket := h.ticket(h.acme, hostile, hostile)
	h.did(h.mara, 0, audit.Event{Action: "ticket." + hostile, Subject: audit.Subject{Type: "ticket", ID: ticket},
		Payload: map[string]any{hostile: hostile, "before": map[string]string{hostile: hostile}, "after": map[string]string{hostile: "x"}}})
	h.did(h.mara, 1, audit.Event{Action: "report.create", Outcome: audit.Failure, Subject: audit.Subject{Type: hostile, ID: ticket}})
	for _, c := range []struct {
		who  actor.Actor
		path string
	}{{h.mara, "/activity"}, {h.ada, "/staff/audit"}} {
		for _, query := range []string{"", "?actor=" + url.QueryEscape(hostile) + "&from=" + url.QueryEscape(hostile) + "&action=" + url.QueryEscape(hostile)} {
			page := h.get(c.who, c.path+query).Body.String()
			if !strings.Contains(page, "&lt;script&gt;") || strings.Contains(page, "<script>alert") || strings.Contains(page, `style="`) {
				t.Errorf("%s%s is not escaped", c.path, query)
			}
		}
	}
}

func TestPageTellsWhatChanged(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for i, c := range []struct {
		payload any
		want    []string
	}{
		{map[string]any{"number": "AI-1", "before": map[string]any{"status": "open", "category": nil}, "after": map[string]any{"status": "waiting_for_client", "category": "Shop"}},
			[]string{"Number|AI-1", "Category|now Shop", "Status|from open to waiting for client"}},
		{map[string]any{"due_date": map[string]any{"before": "2026-03-01", "after": nil}}, []string{"Due date|removed, was 2026-03-01"}},
		{map[string]any{"name": "Design", "before": "not_started", "after": "in_progress", "progress_before": 0, "progress_after": 40},
			[]string{"Name|Design", "Status|from not started to in progress", "Progress|from 0 to 40"}},
		{map[string]any{"scopes": []string{"tickets:read", "time:read"}, "second_factor": true, "phone": ""},
			[]string{"Scopes|tickets:read, time:read", "Second factor|yes"}},
		{map[string]any{"employee_id": h.priya.ID}, []string{"Employee|Priya Raman"}},
		{map[string]any{"text": strings.Repeat("é", 500)}, []string{"Text|" + strings.Repeat("é", 400) + "… and 100 more characters"}},
		{[]string{"a", "b"}, []string{"Recorded|a, b"}},
		{map[string]any{"before": map[string]any{"role": "member", "title": "A b", "phone": nil}, "after": map[string]any{"role": "member", "title": "C", "phone": ""}},
			[]string{"Title|from “A b” to C"}},
	} {
		h.did(h.mara, i, audit.Event{Action: "ticket.update", Payload: c.payload})
		page := h.get(h.ada, "/staff/audit").Body.String()
		_, list, _ := strings.Cut(page, "<ol")
		entry, _, _ := strings.Cut(list, "</details>")                    // the newest
		if told := strings.Count(entry, "<dt") - 5; told != len(c.want) { // besides when, who, customer, address, action
			t.Errorf("%v is told in %d terms, want %d", c.payload, told, len(c.want))
		}
		for _, want := range c.want {
			term, words, _ := strings.Cut(want, "|")
			_, said, _ := strings.Cut(entry, ">"+term+"</dt>")
			if _, said, _ = strings.Cut(said, ">"); !strings.HasPrefix(said, words+"<") {
				t.Errorf("%v does not say %q", c.payload, want)
			}
		}
	}
}

func TestPageSaysHowFarTheTrailIsSealed(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	says := func(want ...string) {
		t.Helper()
		page := h.get(h.ada, "/staff/audit").Body.String()
		for _, words := range want {
			if !strings.Contains(page, words) {
				t.Errorf("the page does not say %q", words)
			}
		}
	}
	says("Not sealed yet", "Nothing waits to be sealed")
	h.exec(`insert into audit_checkpoints (size, root, note, signed_at) values (1234567, '\x00ff', 'signed', now()), (1234568, '\x01', null, null)`)
	h.did(h.ada, 0, audit.Event{Action: "employee.create", OccurredAt: time.Now()})
	says("Sealed up to entry 1,234,567", "AP8=", "1 entry waits to be sealed")
	h.did(h.ada, 0, audit.Event{Action: "employee.create"})
	says("Sealing is late", "2 entries wait to be sealed")
	if page := h.get(h.mara, "/activity").Body.String(); strings.Contains(page, "AP8=") {
		t.Error("the company reads the agency's checkpoint")
	}
}

// Who looks at the same thing again and again is told of in one line, with every time
// below it; what was done, or refused, stands by itself.
func TestPageFoldsLooks(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ticket := h.ticket(h.acme, "AI-1", "Slow")
	look := audit.Event{Action: "ticket.view", Subject: audit.Subject{Type: "ticket", ID: ticket}}
	refused := look
	refused.Outcome = audit.Denied
	for i, e := range []audit.Event{look, look, look, {Action: "ticket.update", Subject: look.Subject}, {Action: "ticket.update", Subject: look.Subject}, look, refused, refused} {
		h.did(h.mara, i, e)
	}
	page := h.get(h.mara, "/activity").Body.String()
	if n := strings.Count(page, " times since "); n != 1 || !strings.Contains(page, ">3 times since ") {
		t.Errorf("%d lines are folded, want one of three", n)
	}
	if n := strings.Count(page, ">ticket.view</dd>"); n != 6 {
		t.Errorf("%d of 6 looks are on the page", n)
	}
	if n := strings.Count(h.get(h.mara, "/activity/export").Body.String(), "ticket.view"); n != 6 {
		t.Errorf("%d of 6 looks are exported", n)
	}
}

func TestEmptyPages(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for query, want := range map[string]string{"": "Nothing has happened yet", "?outcome=denied": "Nothing matches these filters"} {
		if page := h.get(h.mara, "/activity"+query).Body.String(); !strings.Contains(page, want) {
			t.Errorf("/activity%s does not say %q", query, want)
		}
	}
}
