package app_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"clientportal/internal/app/apptest"
)

func TestDeactivationHoldsAtOnce(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	leaver := s.Acme.Leaver
	browser := s.SignIn(t, leaver)
	var made struct{ Token string }
	browser.JSON(http.MethodPost, "/api/client-portal/auth/tokens", map[string]any{"name": "A program", "scopes": []string{"tickets:read"}}).
		Must(t, http.StatusCreated).Decode(t, &made)
	program := s.Nobody(t).With("Authorization", "Bearer "+made.Token)
	program.Get("/api/client-portal/tickets").Must(t, http.StatusOK)
	stream := browser.Follow("/api/client-portal/events")

	place := "/people/" + leaver.ID.String()
	s.caller("admin").Form(place+"/deactivate", nil).Must(t, http.StatusSeeOther)
	expectEnd(t, stream)
	program.Get("/api/client-portal/tickets").Must(t, http.StatusUnauthorized)
	browser.Get("/api/client-portal/events").Must(t, http.StatusUnauthorized)
	if got := browser.Get("/tickets"); !toSignIn(got) {
		t.Errorf("the session goes on: %d", got.Status)
	}
	again := map[string]string{"email": leaver.Email, "password": apptest.Password}
	s.Nobody(t).JSON(http.MethodPost, "/api/client-portal/auth/login", again).Must(t, http.StatusUnauthorized)

	s.caller("admin").Form(place+"/reactivate", nil).Must(t, http.StatusSeeOther)
	program.Get("/api/client-portal/tickets").Must(t, http.StatusUnauthorized)
	s.SignIn(t, leaver).Get("/tickets").Must(t, http.StatusOK)
}

func TestCompanyKeepsAnAdmin(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	own := "/people/" + s.Acme.Admin.ID.String()
	for path, form := range map[string]url.Values{own: {"role": {"viewer"}}, own + "/deactivate": nil} {
		got := s.caller("admin").Form(path, form).Must(t, http.StatusConflict)
		if !strings.Contains(string(got.Body), "The company needs an admin. Make somebody else one first.") || !strings.Contains(string(got.Body), "<form") {
			t.Errorf("POST %s does not say at its form why not: %s", path, got.Body)
		}
	}
	s.caller("admin").Get(own).Must(t, http.StatusOK)
}

// A person of two companies has one sign-in, and in each only what is that company's:
// keys of idempotency, streams, notifications, places.
func TestOnePersonInTwoCompanies(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	member := s.Acme.Member
	s.caller("Bolt's admin").Form("/people/invite", url.Values{"email": {member.Email}, "role": {"member"}}).Must(t, http.StatusSeeOther)
	atAcme, atBolt := s.SignIn(t, member), s.SignIn(t, member)
	atBolt.JSON(http.MethodPost, "/api/client-portal/auth/accept-invitation", map[string]string{"token": s.Token(t, member.Email, "invite")}).Must(t, http.StatusOK)
	bar := string(atBolt.Get("/tickets").Must(t, http.StatusOK).Body)
	if !strings.Contains(bar, `value="`+s.Acme.ID.String()+`"`) || !strings.Contains(bar, `value="`+s.Bolt.ID.String()+`"`) {
		t.Error("the bar does not offer both companies")
	}
	watcher := s.caller("Bolt's admin").Follow("/api/client-portal/events")
	atBolt.Form("/switch-company", url.Values{"company_id": {s.Bolt.ID.String()}}).Must(t, http.StatusSeeOther)

	ticket := map[string]string{"title": "Asked twice", "description": "Some words"}
	raise := func(c *apptest.Caller) string {
		return idOf(t, c.With("Idempotency-Key", "the-same").JSON(http.MethodPost, "/api/client-portal/tickets", ticket).Must(t, http.StatusCreated))
	}
	bolts := raise(atBolt)
	for apptest.Next(t, watcher) != "ticket:"+bolts { // then the switch has ended the streams that it was to end
	}
	heard := atAcme.Follow("/api/client-portal/events")
	s.caller("Bolt's agent").JSON(http.MethodPost, "/api/staff/tickets/"+bolts+"/comments", map[string]any{"body": "We are on it."}).Must(t, http.StatusCreated)
	acmes := raise(atAcme)
	if bolts == acmes {
		t.Fatal("one company's key gave the other company's answer")
	}
	atAcme.Get("/api/client-portal/tickets/"+bolts).Must(t, http.StatusNotFound)
	for topic := ""; topic != "ticket:"+acmes; {
		if topic = apptest.Next(t, heard); topic == "ticket:"+bolts {
			t.Fatal("a page of one company hears of the other")
		}
	}
	s.Settle(t)
	if !notified(t, atBolt, bolts) {
		t.Error("the person is not notified where it happened")
	}
	if notified(t, atAcme, bolts) {
		t.Error("the person is notified in the other company")
	}

	s.caller("admin").Form("/people/"+member.ID.String()+"/deactivate", nil).Must(t, http.StatusSeeOther)
	if got := atAcme.Get("/tickets"); !toSignIn(got) {
		t.Errorf("the session at the company that was left goes on: %d", got.Status)
	}
	atBolt.Get("/tickets").Must(t, http.StatusOK)
	atBolt.Form("/switch-company", url.Values{"company_id": {s.Acme.ID.String()}}).Must(t, http.StatusNotFound)
}

// notified reports whether the reader's notifications name a ticket.
func notified(t *testing.T, c *apptest.Caller, ticket string) bool {
	t.Helper()
	return strings.Contains(string(c.Get("/api/client-portal/notifications").Must(t, http.StatusOK).Body), ticket)
}

// A timer that runs shows on every page of whoever started it.
func TestARunningTimerShowsInTheBar(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	agent := s.caller("agent")
	agent.JSON(http.MethodPost, "/api/staff/time-tracking/timer", map[string]any{"customer_id": s.Acme.ID}).Must(t, http.StatusCreated)
	if page := agent.Get("/staff/customers").Must(t, http.StatusOK); !strings.Contains(string(page.Body), `data-running="`) {
		t.Error("the bar shows no timer")
	}
	if page := s.caller("manager").Get("/staff/customers").Must(t, http.StatusOK); strings.Contains(string(page.Body), `data-running="`) {
		t.Error("a colleague's bar shows it")
	}
}
