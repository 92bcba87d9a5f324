package e2e

import (
	"bytes"
	"fmt"
	"net/http"
	"testing"
	"time"

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

// testHours lets a client approve three entries at once, with the keyboard too, and
// reject one with a reason, which whoever worked then answers.
func testHours(t *testing.T, s *stage) {
	const email = "owner@clearview-dental.example" // whose sessions no other part ends
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
	for n := range 3 {
		w.key("x")
		w.sees(fmt.Sprintf("%d of %d pending entries", n+1, len(entries)))
		w.key("j")
	}
	minutes := entries[0].Minutes + entries[1].Minutes + entries[2].Minutes
	sum := fmt.Sprintf("%d.%02d", minutes/60, (minutes%60*100+30)/60)
	w.press("Approve " + sum + " h")
	w.sees("3 entries are approved, " + sum + " h.")
	// What others do meanwhile takes nothing away that was said.
	chief := s.Staff(t, "admin@agency.example")
	chief.JSON(http.MethodPost, "/api/staff/time-tracking", map[string]any{
		"customer_id": customerNamed(t, chief, "Clearview Dental"), "task_description": "Opening hours", "minutes": 30, "date_worked": time.Now().Format(time.DateOnly),
	}).Must(t, http.StatusCreated)
	w.sees(fmt.Sprintf("%d pending entries", len(entries)-2), "3 entries are approved, "+sum+" h.")

	rejected := entries[3]
	w.do(chromedp.Click(fmt.Sprintf(`//a[@aria-label=%q]`, "Reject "+rejected.TaskDescription)))
	w.sees("Whoever did the work reads it")
	w.fill("Reason", "This is part of the project.")
	w.press("Reject " + rejected.Hours + " h")
	w.sees("1 entry is rejected, " + rejected.Hours + " h.")
	// Who sends a form while the page is being fetched again reads of that form only.
	await[bool](w, "the page does not settle", `settled()`)
	await[bool](w, "no request is held", `document.addEventListener("turbo:before-fetch-request", (event) => {
		if (event.target !== document.documentElement || document.body.dataset.held) return;
		document.body.dataset.held = "yes";
		event.preventDefault();
	}), true`)
	chief.JSON(http.MethodPost, "/api/staff/time-tracking", map[string]any{
		"customer_id": customerNamed(t, chief, "Clearview Dental"), "task_description": "Closing hours", "minutes": 30, "date_worked": time.Now().Format(time.DateOnly),
	}).Must(t, http.StatusCreated)
	await[bool](w, "the page is not fetched again", `document.body.dataset.held === "yes"`)
	await[bool](w, "there is nothing to reject without a reason", `(() => {
		const form = Object.assign(document.createElement("form"), { method: "post", action: "/hours/reject" });
		const entry = new URL(document.querySelector('a[aria-label^="Reject "]').href).searchParams.get("entry");
		form.append(Object.assign(document.createElement("input"), { name: "entry", value: entry }));
		document.body.append(form);
		form.requestSubmit();
		return entry !== "";
	})()`)
	w.sees("Whoever did the work reads it")
	w.omits("1 entry is rejected")

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
	testMonth(t, s, w, staff)
}

// testMonth takes a month of a retainer from the first entry to the statement: the agency
// logs, the client approves and rejects, the agency answers, changes and closes.
func testMonth(t *testing.T, s *stage, client, agency *window) {
	t.Helper()
	chief := s.Staff(t, "admin@agency.example")
	now := time.Now().UTC()
	first := time.Date(now.Year(), now.Month()-2, 1, 0, 0, 0, 0, time.UTC) // over everywhere
	retainer, project := monthly(t, chief, "Clearview Dental", first)

	log := func(work, hours, logged string, day int) string {
		agency.open("/staff/hours/new")
		agency.choose("Customer", "Clearview Dental")
		agency.fill("What was done", work)
		agency.fill("Hours", hours)
		agency.put("Day", first.AddDate(0, 0, day-1).Format(time.DateOnly))
		agency.choose("Project", project)
		agency.press("Log hours")
		agency.sees(logged, work)
		return agency.path()
	}
	log("Month: forms", "1.5", "1.50 h (90 minutes) are logged.", 3)
	rejected := log("Month: calls", "0:20", "0.33 h (20 minutes) are logged.", 4)

	period := "/hours?on=" + first.Format(time.DateOnly) + "&retainer=" + retainer
	client.open(period)
	client.press("Approve Month: forms")
	client.sees("1 entry is approved, 1.50 h.")
	client.press("Reject Month: calls")
	client.fill("Reason", "There was one call, and it was longer.")
	client.press("Reject 0.33 h")
	client.sees("1 entry is rejected, 0.33 h.")

	agency.open(rejected)
	agency.sees("There was one call, and it was longer.")
	agency.fill("Your answer", "So it was: put right.")
	agency.press("Send answer")
	agency.sees("Your answer is sent.")
	agency.press("Change")
	agency.fill("Hours", "0:45")
	agency.press("Change hours")
	agency.sees("It waits for approval again.", "Pending")
	client.open(period)
	client.press("Approve Month: calls")
	client.sees("1 entry is approved, 0.75 h.")

	agency.open("/staff/retainers/" + retainer)
	agency.press("Close")
	agency.sees("The period is closed.")

	statement := func() []byte {
		client.open(period)
		client.press("Statement")
		return client.download("PDF", "hours-"+first.Format("2006-01")+".pdf")
	}
	before := statement()
	customer := customerNamed(t, chief, "Clearview Dental")
	chief.JSON(http.MethodPost, "/api/staff/time-tracking", map[string]any{
		"customer_id": customer, "task_description": "Month: late", "minutes": 60, "date_worked": first.Format(time.DateOnly), "is_retainer": true,
	}).Must(t, http.StatusCreated)
	if !bytes.HasPrefix(before, []byte("%PDF-")) || !bytes.Equal(statement(), before) {
		t.Error("the statement of the closed month does not stay as it was")
	}
}

// monthly is a retainer of ten hours a month for a project of the customer, and that
// project as forms name it.
func monthly(t *testing.T, chief *apptest.Caller, customer string, first time.Time) (id, project string) {
	t.Helper()
	var quotes struct {
		Items []struct{ ID, Name, Status string }
	}
	of := customerNamed(t, chief, customer)
	chief.Get("/api/staff/quotes?customer_id="+of+"&status=in_progress").Must(t, http.StatusOK).Decode(t, &quotes)
	if len(quotes.Items) == 0 {
		t.Fatalf("%s has no project", customer)
	}
	var made struct{ ID string }
	chief.JSON(http.MethodPost, "/api/staff/retainers", map[string]any{
		"customer_id": of, "quote_id": quotes.Items[0].ID, "name": "Monthly care", "minutes_per_period": 600, "period": "month",
		"starts_on": first.Format(time.DateOnly), "deficit": "carry",
	}).Must(t, http.StatusCreated).Decode(t, &made)
	return made.ID, customer + ": " + quotes.Items[0].Name
}

func pendingEntries(t *testing.T, caller *apptest.Caller) []loggedEntry {
	t.Helper()
	var list struct{ Items []loggedEntry }
	caller.Get("/api/client-portal/time-tracking?approval=pending&limit=100").Must(t, http.StatusOK).Decode(t, &list)
	return list.Items
}
