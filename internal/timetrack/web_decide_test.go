package timetrack_test

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"clientportal/internal/fault"
	"clientportal/internal/timetrack"
)

func TestABlockIsDeclinedWithAWordOrWithdrawn(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	r, err := s.CreateRetainer(s.manager, timetrack.RetainerInput{
		CustomerID: s.acme, Name: "Care", MinutesPerPeriod: 600, Period: timetrack.Month, StartsOn: day("2026-01-01"), Deficit: timetrack.Bill, OverageRate: amount("90"),
	})
	if err != nil {
		t.Fatal(err)
	}
	ask := func() timetrack.OverageBlock {
		t.Helper()
		b, err := s.AskForBlock(s.agent, timetrack.BlockInput{RetainerID: r.ID, Minutes: ptr(60), Reason: "The font"})
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	own := "/staff/retainers/" + r.ID.String()
	b := ask()
	path := "/hours/blocks/" + b.ID.String() + "/decline"
	if page := s.get(s.approver, path); page.Code != 200 || !strings.Contains(page.Body.String(), "Decline 1.00 h beyond Care") {
		t.Errorf("the page that asks why: %d", page.Code)
	}
	form := url.Values{"seen": {b.ETag}, "comment": {strings.Repeat("x", 5000)}}
	if page := s.post(s.approver, path, form); page.Code != 422 || !strings.Contains(page.Body.String(), "Nothing is declined yet") {
		t.Errorf("with a book: %d", page.Code)
	}
	form.Set("comment", "Not before May")
	if page := s.post(s.approver, path, form); page.Code != 303 {
		t.Errorf("declined: %d", page.Code)
	}
	if page := s.get(s.approver, path); page.Code != 409 {
		t.Errorf("asked why once more: %d", page.Code)
	}
	if body := s.get(s.agent, own).Body.String(); !strings.Contains(body, "approver: Not before May") || strings.Contains(body, "Withdraw") {
		t.Error("the agency does not read why")
	}
	b = ask()
	if body := s.get(s.agent, own).Body.String(); !strings.Contains(body, "Withdraw the block of 1.00 h") {
		t.Error("the agency is not offered to withdraw it")
	}
	path = "/staff/overage-blocks/" + b.ID.String() + "/withdraw"
	for want, by := range map[int]context.Context{404: s.otherAgent, 303: s.agent} {
		if page := s.post(by, path, url.Values{"seen": {b.ETag}}); page.Code != want {
			t.Errorf("withdrawn: %d, want %d", page.Code, want)
		}
	}
	if _, err := s.ApproveBlock(s.approver, b.ID, b.ETag); fault.CodeOf(err) != fault.Conflict {
		t.Errorf("approved after it: %v", err)
	}
	if _, err := s.WithdrawBlock(s.approver, b.ID, b.ETag); fault.CodeOf(err) != fault.Forbidden {
		t.Errorf("withdrawn by a client: %v", err)
	}
	if got := s.events(t, b.ID); !slices.Equal(got, []string{"overage_block.ask", "overage_block.withdraw"}) {
		t.Errorf("events %q", got)
	}
}

func TestApprovingMany(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	a, b, edited := s.logged(t, "First", 60), s.logged(t, "Second", 30), s.logged(t, "Third", 90)
	stale := seen(edited)
	if _, err := s.UpdateEntry(s.agent, edited.ID, timetrack.EntryChange{Minutes: new(120)}, edited.ETag); err != nil {
		t.Fatal(err)
	}
	form := url.Values{"entry": {seen(a), seen(b), stale}, "back": {"/hours?status=pending"}}
	if got := s.post(s.member, "/hours/approve", form); got.Code != http.StatusForbidden {
		t.Errorf("by a member: %d", got.Code)
	}
	if got := s.post(s.foreign, "/hours/approve", form); got.Code != http.StatusNotFound {
		t.Errorf("by another company: %d", got.Code)
	}
	got := s.post(s.approver, "/hours/approve", form)
	if body := got.Body.String(); got.Code != http.StatusPreconditionFailed || !strings.Contains(body, "Changed while you were looking") || !strings.Contains(body, "Approve 2.00 h") {
		t.Errorf("with one that was edited: %d", got.Code)
	}
	for _, e := range []timetrack.Entry{a, b} {
		if events := s.events(t, e.ID); !slices.Equal(events, []string{"time_entry.log", "time_entry.approve"}) {
			t.Errorf("events %q", events)
		}
	}
	if got := s.post(s.approver, "/hours/approve", url.Values{}); got.Code != http.StatusUnprocessableEntity {
		t.Errorf("none chosen: %d", got.Code)
	}
	if got := s.post(s.approver, "/hours/approve", url.Values{"only": {seen(a)}}); got.Code != http.StatusConflict {
		t.Errorf("twice: %d", got.Code)
	}
}

func TestRejectingNeedsAReason(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	a, b := s.logged(t, "First", 60), s.logged(t, "Second", 30)
	form := url.Values{"entry": {seen(a), seen(b)}, "back": {"//elsewhere.example"}}
	if page := s.get(s.approver, "/hours/reject?"+form.Encode()); page.Code != 200 || !strings.Contains(page.Body.String(), "Reject 1.50 h") {
		t.Errorf("the page that asks why: %d", page.Code)
	}
	if got := s.post(s.approver, "/hours/reject", form); got.Code != http.StatusUnprocessableEntity {
		t.Errorf("without a reason: %d", got.Code)
	}
	form.Set("reason", "Not agreed.")
	if got := s.post(s.approver, "/hours/reject", form); got.Code != http.StatusSeeOther || got.Header().Get("Location") != "/hours" {
		t.Errorf("rejected: %d to %s", got.Code, got.Header().Get("Location"))
	}
	page := s.get(s.agent, "/staff/hours/"+a.ID.String())
	if !strings.Contains(page.Body.String(), "Not agreed.") {
		t.Error("the agency does not see why")
	}
	if got := s.post(s.agent, "/staff/hours/"+a.ID.String()+"/answer", url.Values{"body": {"It was."}, "resubmit": {"on"}}); got.Code != http.StatusSeeOther {
		t.Errorf("answered: %d", got.Code)
	}
	if got := s.get(s.otherAgent, "/staff/hours/"+a.ID.String()); got.Code != http.StatusNotFound {
		t.Errorf("read by who does not serve them: %d", got.Code)
	}
}
