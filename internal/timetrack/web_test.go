package timetrack_test

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"clientportal/internal/actor"
	"clientportal/internal/fault"
	"clientportal/internal/pdf"
	"clientportal/internal/route"
	"clientportal/internal/timetrack"
	"clientportal/internal/web"
)

// site is the house with its pages.
type site struct {
	house
	table *route.Table
}

type whoever struct{}

func (whoever) Authenticate(r *http.Request, _ actor.Kind) (actor.Actor, error) {
	if who, ok := actor.From(r.Context()); ok {
		return who, nil
	}
	return actor.Actor{}, fault.New(fault.Unauthenticated, "Sign in.")
}

func (whoever) Refused(context.Context, string, string, error) {}

func newSite(t *testing.T) site {
	t.Helper()
	s := site{newHouse(t), route.NewTable(whoever{}, whoever{})}
	s.Service = timetrack.New(timetrack.Deps{DB: s.DB, Paper: func(context.Context) (pdf.Letterhead, error) { return pdf.Letterhead{Name: "Northlight"}, nil }})
	pages := web.NewPages(s.table, func(_ http.ResponseWriter, r *http.Request) web.Page {
		who, _ := actor.From(r.Context())
		return web.Page{Clock: web.Clock{Now: today.Add(10 * 60 * 60 * 1e9)}, Viewer: web.Viewer{Name: who.Name}}
	}, web.Flashes{})
	s.Pages(pages)
	s.StaffPages(pages)
	return s
}

func (s site) get(by context.Context, path string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	s.table.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil).WithContext(by))
	return w
}

func (s site) post(by context.Context, path string, form url.Values) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode())).WithContext(by)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	s.table.ServeHTTP(w, r)
	return w
}

// logged is an entry of Acme's, on the retainer.
func (s site) logged(t *testing.T, text string, minutes int) timetrack.Entry {
	t.Helper()
	e, err := s.LogEntry(s.agent, timetrack.EntryInput{CustomerID: s.acme, TaskDescription: text, Minutes: &minutes, DateWorked: today, IsRetainer: true})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func seen(e timetrack.Entry) string { return e.ID.String() + "." + strings.Trim(e.ETag, `"`) }

// agreed is a retainer of ten hours a month.
func (s site) agreed(t *testing.T) timetrack.Retainer {
	t.Helper()
	r, err := s.CreateRetainer(s.manager, timetrack.RetainerInput{
		CustomerID: s.acme, Name: "Care", MinutesPerPeriod: 600, Period: timetrack.Month, StartsOn: day("2026-01-01"), Deficit: timetrack.Carry,
	})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

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

// What is left is the same on the page as in the API: what waits for approval is counted
// apart, unless the terms say that it counts.
func TestOneRuleSaysWhatIsLeft(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		counts bool
		left   string
		words  []string
	}{
		"apart":  {false, "10.00", []string{"Left once it is approved", "9.50"}},
		"counts": {true, "9.50", []string{"Waiting for approval"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t)
			r := s.agreed(t)
			if c.counts {
				if _, err := s.UpdateRetainer(s.manager, r.ID, timetrack.RetainerChange{EffectiveFrom: ptr(day("2026-03-01")), PendingConsumes: ptr(true)}, ""); err != nil {
					t.Fatal(err)
				}
			}
			s.logged(t, "Half an hour", 30)
			if got := s.summary(t, today.String()).RemainingHours.String(); got != c.left {
				t.Errorf("the API says %s, want %s", got, c.left)
			}
			for path, by := range map[string]context.Context{"/hours": s.viewer, "/staff/retainers/" + r.ID.String(): s.manager, "/staff/retainers": s.manager} {
				body := s.get(by, path).Body.String()
				if !strings.Contains(body, ">"+c.left+" h<") && !strings.Contains(body, ">"+c.left+"</span> of 10.00 h") {
					t.Errorf("%s does not say that %s h are left", path, c.left)
				}
				for _, words := range c.words {
					if path != "/staff/retainers" && !strings.Contains(body, words) {
						t.Errorf("%s does not say %q", path, words)
					}
				}
				if c.counts && strings.Contains(body, "Left once it is approved") {
					t.Errorf("%s counts what waits twice", path)
				}
			}
		})
	}
}

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

func TestStatementsMadeTwiceAreTheSame(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	r := s.agreed(t)
	s.logged(t, "=HYPERLINK(1)", 20)
	if _, err := s.LogEntry(s.agent, timetrack.EntryInput{
		CustomerID: s.acme, TaskDescription: "Our own affair", Minutes: new(55), DateWorked: today, Internal: true, Billable: new(false),
	}); err != nil {
		t.Fatal(err)
	}
	path := "/hours/statement?on=2026-03-01&retainer=" + r.ID.String() + "&format="
	for _, format := range []string{"pdf", "csv", "xlsx"} {
		once, again := s.get(s.viewer, path+format), s.get(later(s.approver, 1e9*3600), path+format)
		if once.Code != 200 || once.Body.Len() == 0 || !bytes.Equal(once.Body.Bytes(), again.Body.Bytes()) {
			t.Errorf("%s: %d, %d bytes, then %d", format, once.Code, once.Body.Len(), again.Body.Len())
		}
		staff := s.get(s.manager, "/staff/retainers/"+r.ID.String()+"/statement?on=2026-03-01&format="+format)
		if staff.Code != 200 {
			t.Errorf("%s for the agency: %d", format, staff.Code)
		}
	}
	csv := s.get(s.viewer, path+"csv").Body.String()
	if !strings.Contains(csv, "'=HYPERLINK(1)") || strings.Contains(csv, "Our own affair") {
		t.Errorf("the statement: %s", csv)
	}
	if got := s.get(s.foreign, path+"csv"); got.Code != http.StatusNotFound {
		t.Errorf("another company's: %d", got.Code)
	}
	if got := s.get(s.viewer, path+"exe"); got.Code != http.StatusUnprocessableEntity {
		t.Errorf("another format: %d", got.Code)
	}
	if events := s.events(t, r.ID); !slices.Contains(events, "statement.download") {
		t.Errorf("events %q", events)
	}
}

func TestRetainerPages(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	form := url.Values{
		"customer_id": {s.acme.String()}, "name": {"Growth"}, "hours": {"7:30"}, "period": {"month"}, "starts_on": {"2026-01-01"}, "rollover_cap": {"0"},
		"deficit": {"bill"}, "overage_rate": {"95,00"}, "closes_after": {"5"},
	}
	if got := s.post(s.agent, "/staff/retainers", form); got.Code != http.StatusForbidden {
		t.Errorf("by an agent: %d", got.Code)
	}
	made := s.post(s.manager, "/staff/retainers", form)
	if made.Code != http.StatusSeeOther {
		t.Fatalf("made: %d %s", made.Code, made.Body)
	}
	path := made.Header().Get("Location")
	page := s.get(s.manager, path).Body.String()
	for _, words := range []string{"7.50 a month", "Billed, at €95.00 an hour", "January 2026", "Close"} {
		if !strings.Contains(page, words) {
			t.Errorf("the page lacks %q", words)
		}
	}
	if got := s.post(s.manager, path+"/close", url.Values{"period_start": {"2026-01-01"}}); got.Code != http.StatusSeeOther {
		t.Errorf("closed: %d", got.Code)
	}
	if got := s.post(s.manager, path+"/close", url.Values{"period_start": {"2026-03-01"}}); got.Code != http.StatusConflict {
		t.Errorf("one that runs: %d", got.Code)
	}
	id := uuid.MustParse(path[strings.LastIndex(path, "/")+1:])
	if got := s.get(s.otherAgent, path); got.Code != http.StatusNotFound {
		t.Errorf("read by who does not serve them: %d", got.Code)
	}
	r, err := s.Retainer(s.manager, id)
	if err != nil {
		t.Fatal(err)
	}
	form.Set("seen", r.Tag())
	form.Set("hours", "10")
	form.Set("effective_from", "2026-04-01")
	if got := s.post(s.manager, path+"/edit", form); got.Code != http.StatusSeeOther {
		t.Errorf("changed: %d %s", got.Code, got.Body)
	}
	if overview := s.get(s.manager, "/staff/retainers").Body.String(); !strings.Contains(overview, "Acme") {
		t.Error("the overview lacks it")
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
