package timetrack_test

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"clientportal/internal/timetrack"
)

func TestHoursShowWhatWaitsAndLeakNothingInternal(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.agreed(t)
	s.logged(t, "Three times twenty", 20)
	if _, err := s.LogEntry(s.agent, timetrack.EntryInput{
		CustomerID: s.acme, TaskDescription: "Our own affair", Minutes: new(73), DateWorked: today, Internal: true,
	}); err != nil {
		t.Fatal(err)
	}
	for who, by := range map[string]context.Context{"approver": s.approver, "viewer": s.viewer} {
		page := s.get(by, "/hours")
		body := page.Body.String()
		if page.Code != 200 || !strings.Contains(body, "Three times twenty") || !strings.Contains(body, "10.00 h") {
			t.Errorf("%s: %d without the entry or what is left", who, page.Code)
		}
		if strings.Contains(body, "Our own affair") || strings.Contains(body, "1.22") || strings.Contains(body, "1.55") {
			t.Errorf("%s: what is internal shows", who)
		}
		if decides := strings.Contains(body, `name="only"`); decides != (who == "approver") {
			t.Errorf("%s: buttons to approve: %t", who, decides)
		}
	}
	if body := s.get(s.foreign, "/hours").Body.String(); strings.Contains(body, "Three times twenty") {
		t.Error("another company sees the entry")
	}
	if body := s.get(s.agent, "/staff/hours").Body.String(); !strings.Contains(body, "Our own affair") {
		t.Error("the agency does not see its own")
	}
}

func TestEditedEntriesSayWhatTheyWere(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	e := s.logged(t, "Size guide", 90)
	e, err := s.ApproveEntry(s.approver, e.ID, e.ETag)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.UpdateEntry(s.agent, e.ID, timetrack.EntryChange{Minutes: new(120)}, e.ETag); err != nil {
		t.Fatal(err)
	}
	if body := s.get(s.approver, "/hours").Body.String(); !strings.Contains(body, "Edited after approver approved it: 1.50 to 2.00 h") {
		t.Error("the list does not say that it was edited")
	}
}

func TestLoggingByHand(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	form := url.Values{"customer_id": {s.acme.String()}, "task_description": {"Search"}, "hours": {"1,5"}, "date_worked": {today.String()}, "billable": {"on"}}
	made := s.post(s.agent, "/staff/hours", form)
	if made.Code != http.StatusSeeOther {
		t.Fatalf("logged: %d %s", made.Code, made.Body)
	}
	for field, bad := range map[string]string{"hours": "25", "date_worked": "2026-03-30", "task_description": "", "ticket": "AC-99", "hourly_rate": "1.234567"} {
		wrong := url.Values{}
		for name, values := range form {
			wrong[name] = values
		}
		wrong.Set(field, bad)
		if got := s.post(s.agent, "/staff/hours", wrong); got.Code != http.StatusUnprocessableEntity || !strings.Contains(got.Body.String(), `id="`+field+`-fault"`) {
			t.Errorf("%s %q: %d", field, bad, got.Code)
		}
	}
	path := made.Header().Get("Location")
	if got := s.get(s.otherAgent, path+"/edit"); got.Code != http.StatusNotFound {
		t.Errorf("edited by who does not serve them: %d", got.Code)
	}
	id := uuid.MustParse(path[strings.LastIndex(path, "/")+1:])
	if got := s.post(s.agent, path+"/delete", url.Values{}); got.Code != http.StatusSeeOther {
		t.Errorf("withdrawn: %d", got.Code)
	}
	if events := s.events(t, id); !slices.Contains(events, "time_entry.delete") {
		t.Errorf("events %q", events)
	}
}
