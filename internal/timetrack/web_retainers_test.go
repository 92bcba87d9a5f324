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

	"clientportal/internal/timetrack"
)

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

func TestTheLastDayIsEmptied(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	r := s.retainer(t, "2026-01-01", func(in *timetrack.RetainerInput) { in.EndsOn = ptr(day("2026-06-30")) })
	form := url.Values{"name": {"Care"}, "hours": {"10"}, "period": {"month"}, "deficit": {"carry"}, "closes_after": {"5"}}
	save := func(ends string) *httptest.ResponseRecorder {
		t.Helper()
		now, err := s.Retainer(s.manager, r.ID)
		if err != nil {
			t.Fatal(err)
		}
		form.Set("seen", now.Tag())
		form.Set("ends_on", ends)
		return s.post(s.manager, "/staff/retainers/"+r.ID.String()+"/edit", form)
	}
	ends := func() *timetrack.Day {
		t.Helper()
		now, err := s.Retainer(s.manager, r.ID)
		if err != nil {
			t.Fatal(err)
		}
		return now.EndsOn
	}
	if got := save("2026-06-30"); got.Code != http.StatusSeeOther || ends() == nil {
		t.Errorf("as it was: %d, it ends on %v", got.Code, ends())
	}
	if got := save(""); got.Code != http.StatusSeeOther || ends() != nil {
		t.Errorf("emptied: %d, it ends on %v", got.Code, ends())
	}
	if got := save("2026-06-30"); got.Code != http.StatusSeeOther || ends() == nil {
		t.Errorf("once more: %d, it ends on %v", got.Code, ends())
	}
	s.retainer(t, "2026-07-01")
	if got := save(""); got.Code != http.StatusConflict || !strings.Contains(got.Body.String(), "Care begins on 1 July 2026. Choose a day before that.") {
		t.Errorf("into the next one: %d %s", got.Code, got.Body)
	}
}
