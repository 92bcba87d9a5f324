package app_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"clientportal/internal/app/apptest"
)

// viewAs begins a view of Acme as one of its people, and gives the cookie of the view.
func (s *scene) viewAs(by *apptest.Caller, whom uuid.UUID, next string) (cookie string) {
	s.t.Helper()
	got := by.Form("/staff/view-as/"+s.Acme.ID.String(), url.Values{"user_id": {whom.String()}, "next": {next}}).Must(s.t, http.StatusSeeOther)
	if got.Header.Get("Location") != next {
		s.t.Fatalf("a view of %s leads to %s", next, got.Header.Get("Location"))
	}
	cookie, _, _ = strings.Cut(got.Header.Get("Set-Cookie"), ";")
	return cookie
}

func emailOf(t *testing.T, c *apptest.Caller) string {
	t.Helper()
	var me struct{ User struct{ Email string } }
	c.Get("/api/client-portal/auth/me").Must(t, http.StatusOK).Decode(t, &me)
	return me.User.Email
}

func TestViewAsClientReadsOnly(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	manager := s.signIn("manager")
	ticket := s.Acme.Ticket.ID.String()
	head := string(manager.Get("/staff/tickets/"+ticket).Must(t, http.StatusOK).Body)
	if !strings.Contains(head, "View as client") {
		t.Error("the ticket has no way to the client's view")
	}
	s.viewAs(manager, s.Acme.Member.ID, "/tickets/"+ticket)

	page := string(manager.Get("/tickets/"+ticket).Must(t, http.StatusOK).Body)
	for _, words := range []string{"You are viewing as", "member acme", "of Acme, read-only", `action="/staff/stop-viewing"`} {
		if !strings.Contains(page, words) {
			t.Errorf("the page does not say %q", words)
		}
	}
	if strings.Contains(page, "It is the cache again") || strings.Contains(page, `action="/logout"`) {
		t.Error("the view shows what the client does not see, or offers to sign them out")
	}
	for _, path := range []string{"/tickets", "/people", "/notifications", "/activity", "/api/client-portal/tickets", "/api/client-portal/events", "/staff/tickets"} {
		manager.Get(path).Must(t, http.StatusOK)
	}
	for _, try := range []struct{ method, path, body string }{
		{"POST", "/tickets", "title=A+title&description=Some+words"},
		{"POST", "/tickets/" + ticket + "/comments", "body=Some+words"},
		{"POST", "/logout", ""},
		{"POST", "/account", "first_name=N&last_name=N"},
		{"POST", "/notifications/read", ""},
		{"POST", "/switch-company", "company_id=" + s.Acme.ID.String()},
		{"POST", "/api/client-portal/tickets", `{"title":"A title","description":"Some words"}`},
		{"PUT", "/api/client-portal/tickets/" + ticket, `{"title":"Another title"}`},
		{"DELETE", "/api/client-portal/tickets/" + ticket + "/following", ""},
		{"GET", "/account", ""}, {"GET", "/account/tokens", ""}, {"GET", "/account/sessions", ""}, {"GET", "/account/notifications", ""},
		{"GET", "/api/client-portal/auth/tokens", ""}, {"GET", "/api/client-portal/auth/sessions", ""},
	} {
		media := "application/x-www-form-urlencoded"
		if strings.HasPrefix(try.body, "{") {
			media = "application/json"
		}
		got := manager.Send(try.method, try.path, media, []byte(try.body))
		if got.Status != http.StatusForbidden || !strings.Contains(string(got.Body), "You are viewing as member acme") {
			t.Errorf("%s %s in a view: %d %.200s", try.method, try.path, got.Status, got.Body)
		}
	}
	manager.Form("/staff/stop-viewing", nil).Must(t, http.StatusSeeOther)
	if got := manager.Get("/tickets"); !toSignIn(got) {
		t.Errorf("after the view: %d", got.Status)
	}
	s.expectViewInTrail(s.Acme.Manager.ID, s.Acme.Member.ID, "view_as.start", "ticket.view", "access.denied", "view_as.stop")
}

// expectViewInTrail looks for events with both identities.
func (s *scene) expectViewInTrail(employee, whom uuid.UUID, actions ...string) {
	s.t.Helper()
	for _, action := range actions {
		var events int
		err := superuser(s.t, s.DB).QueryRow(s.t.Context(), `
			select count(*) from audit_events
			where action = $1 and actor_kind = 'staff' and actor_id = $2 and on_behalf_of = $3 and customer_id = $4`,
			action, employee, whom, s.Acme.ID).Scan(&events)
		if err != nil || events == 0 {
			s.t.Errorf("%d events %s of a view; %v", events, action, err)
		}
	}
}

func TestWhoMayViewAsWhom(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	acme := "/staff/view-as/" + s.Acme.ID.String()
	member := url.Values{"user_id": {s.Acme.Member.ID.String()}}
	s.caller("agent").Form(acme, member).Must(t, http.StatusForbidden)
	s.caller("Bolt's manager").Form(acme, member).Must(t, http.StatusNotFound)
	for _, user := range []string{s.Bolt.Member.ID.String(), uuid.NewString(), "nobody"} {
		s.caller("staff admin").Form(acme, url.Values{"user_id": {user}}).Must(t, http.StatusNotFound)
	}
	s.caller("admin").Form("/people/"+s.Acme.Leaver.ID.String()+"/deactivate", nil).Must(t, http.StatusSeeOther)
	s.caller("manager").Form(acme, url.Values{"user_id": {s.Acme.Leaver.ID.String()}}).Must(t, http.StatusNotFound)
	elsewhere := url.Values{"user_id": {s.Acme.Member.ID.String()}, "next": {"https://evil.example/"}}
	if got := s.caller("manager").Form(acme, elsewhere).Must(t, http.StatusSeeOther); got.Header.Get("Location") != "/" {
		t.Errorf("a view leads to %s", got.Header.Get("Location"))
	}
	if got := s.caller("agent").Get("/tickets"); !toSignIn(got) {
		t.Errorf("who was refused a view has one: %d", got.Status)
	}
}

func TestViewEnds(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	for _, end := range []struct {
		name string
		how  func(by *apptest.Caller)
	}{
		{"with the employee's session", func(by *apptest.Caller) { by.Form("/staff/logout", nil).Must(t, http.StatusSeeOther) }},
		{"after half an hour", func(*apptest.Caller) { s.exec(`update view_as_sessions set expires_at = now()`) }},
		{"with the employee's customer", func(*apptest.Caller) {
			s.exec(`delete from customer_employees where employee_id = $1`, s.Acme.Manager.ID)
		}},
	} {
		manager := s.signIn("manager")
		s.viewAs(manager, s.Acme.Viewer.ID, "/tickets")
		manager.Get("/tickets").Must(t, http.StatusOK)
		end.how(manager)
		if got := manager.Get("/tickets"); !toSignIn(got) {
			t.Errorf("%s: a view goes on: %d", end.name, got.Status)
		}
	}
	chief := s.signIn("staff admin")
	cookie := s.viewAs(chief, s.Acme.Viewer.ID, "/tickets")
	if got := s.Nobody(t).With("Cookie", cookie).Get("/tickets"); !toSignIn(got) {
		t.Errorf("a view's cookie opens the portal without the employee's session: %d", got.Status)
	}
	stream := chief.Follow("/api/client-portal/events")
	chief.Form("/staff/stop-viewing", nil).Must(t, http.StatusSeeOther)
	expectEnd(t, stream)
}

func TestViewBesideAClientsSession(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	chief := s.signIn("staff admin")
	chief.JSON(http.MethodPost, "/api/client-portal/auth/login", map[string]string{"email": s.Bolt.Admin.Email, "password": apptest.Password}).Must(t, http.StatusOK)
	s.viewAs(chief, s.Acme.Viewer.ID, "/tickets")
	if got := emailOf(t, chief); got != s.Acme.Viewer.Email {
		t.Errorf("in the view, the client is %s", got)
	}
	chief.Form("/staff/stop-viewing", nil).Must(t, http.StatusSeeOther)
	if got := emailOf(t, chief); got != s.Bolt.Admin.Email {
		t.Errorf("after the view, the client is %s", got)
	}
}

// expectEnd waits for the end of a stream, which must come at once.
func expectEnd(t *testing.T, stream <-chan string) {
	t.Helper()
	atOnce := time.After(time.Second)
	for {
		select {
		case _, open := <-stream:
			if !open {
				return
			}
		case <-atOnce:
			t.Error("the stream goes on")
			return
		}
	}
}

// exec changes the database behind the portal's back.
func (s *scene) exec(sql string, args ...any) {
	s.t.Helper()
	if _, err := superuser(s.t, s.DB).Exec(s.t.Context(), sql, args...); err != nil {
		s.t.Fatal(err)
	}
}
