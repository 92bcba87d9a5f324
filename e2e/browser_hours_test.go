package e2e

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/chromedp/chromedp"

	"clientportal/internal/app/apptest"
)

// loggedEntry is a time entry as the API lists it.
type loggedEntry struct {
	ID              string
	TaskDescription string `json:"task_description"`
	Hours           string
	Minutes         int
	Approval        string
}

// testHours lets an approver approve three entries at once, with the keyboard too, and
// reject one with a reason, which whoever worked then answers.
func testHours(t *testing.T, s *stage) {
	const email = "approver@clearview-dental.example"
	caller := s.Client(t, email)
	entries := pendingEntries(t, caller)
	if len(entries) < 4 {
		t.Fatalf("the demo has %d entries that wait", len(entries))
	}
	w := s.window(t)
	w.signIn("/login", email)
	w.press("Hours")
	w.arrives("/hours")
	w.choose("Status", "Pending")
	w.arrives("?status=pending")
	w.sees(fmt.Sprintf("%d pending entries", len(entries)))

	w.tabTo("Select " + entries[0].TaskDescription)
	for range 3 {
		w.key("x")
		w.key("j")
	}
	minutes := entries[0].Minutes + entries[1].Minutes + entries[2].Minutes
	sum := fmt.Sprintf("%d.%02d", minutes/60, (minutes%60*100+30)/60)
	w.sees(fmt.Sprintf("3 of %d pending entries", len(entries)))
	w.press("Approve " + sum + " h")
	w.sees("3 entries are approved, " + sum + " h.")

	rejected := entries[3]
	w.do(chromedp.Click(fmt.Sprintf(`//a[@aria-label=%q]`, "Reject "+rejected.TaskDescription)))
	w.sees("Whoever did the work reads it")
	w.fill("Reason", "This is part of the project.")
	w.press("Reject " + rejected.Hours + " h")
	w.sees("1 entry is rejected, " + rejected.Hours + " h.")

	for i, want := range []string{"approved", "approved", "approved", "rejected"} {
		var now loggedEntry
		caller.Get("/api/client-portal/time-tracking/"+entries[i].ID).Must(t, http.StatusOK).Decode(t, &now)
		if now.Approval != want {
			t.Errorf("entry %d is %s, want %s", i, now.Approval, want)
		}
	}

	staff := s.window(t)
	staff.signIn("/staff/login", "admin@agency.example")
	staff.open("/staff/hours/" + rejected.ID)
	staff.sees("Rejected", "This is part of the project.")
	staff.fill("Your answer", "It was asked for on the phone.")
	staff.press("Ask for approval again")
	staff.press("Send answer")
	staff.sees("Your answer is sent.", "Pending")
}

func pendingEntries(t *testing.T, caller *apptest.Caller) []loggedEntry {
	t.Helper()
	var list struct{ Items []loggedEntry }
	caller.Get("/api/client-portal/time-tracking?approval=pending&limit=100").Must(t, http.StatusOK).Decode(t, &list)
	return list.Items
}
