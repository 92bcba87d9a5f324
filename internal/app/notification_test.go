package app_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"clientportal/internal/app/apptest"
)

// An answer rings the bell of who follows the ticket, and nobody else's; its mail
// can be ended by one click, which a look at the link is not.
func TestANotificationFromTheAnswerToTheLastMail(t *testing.T) {
	t.Parallel()
	a := apptest.StartAgency(t)
	a.Settle(t)
	member, admin, agent := a.SignIn(t, a.Acme.Member), a.SignIn(t, a.Acme.Admin), a.SignIn(t, a.Acme.Agent)
	member.Form("/notifications/read", url.Values{}).Must(t, http.StatusSeeOther)
	hears, others := member.Follow("/api/client-portal/events"), admin.Follow("/api/client-portal/events")
	known := len(a.Mails(t))

	answer := map[string]any{"body": "Shall we use the **second** one?", "internal": false}
	agent.JSON(http.MethodPost, "/api/staff/tickets/"+a.Acme.Ticket.ID.String()+"/comments", answer).Must(t, http.StatusCreated)
	for apptest.Next(t, hears) != "notifications" {
	}
	a.Settle(t)
	if topic := apptest.Next(t, others); topic != "ticket:"+a.Acme.Ticket.ID.String() {
		t.Errorf("a colleague hears of %s", topic)
	}
	if len(others) > 0 {
		t.Errorf("a colleague hears of %s, too", <-others)
	}
	for caller, want := range map[*apptest.Caller]bool{member: true, admin: false} {
		page := string(caller.Get("/tickets").Must(t, http.StatusOK).Body)
		if got := strings.Contains(page, "Notifications, 1 unread"); got != want {
			t.Errorf("the bell says that there is something new: %t, want %t", got, want)
		}
	}
	if frame := string(member.Get("/notifications/bell").Must(t, http.StatusOK).Body); !strings.HasPrefix(frame, "<turbo-frame") || !strings.Contains(frame, "Shall we use the second one?") {
		t.Errorf("the bell alone: %.200s", frame)
	}

	mails := a.Mails(t)[known:]
	if len(mails) != 1 || mails[0].To != a.Acme.Member.Email {
		t.Fatalf("%d mails, want one to the member", len(mails))
	}
	link := strings.TrimPrefix(strings.Trim(mails[0].Header.Get("List-Unsubscribe"), "<>"), a.URL)
	wanted := func() bool {
		return strings.Contains(string(member.JSON(http.MethodGet, "/api/client-portal/notification-settings", nil).Must(t, http.StatusOK).Body), `"ticket_comment":"at_once"`)
	}
	a.Nobody(t).Get(link).Must(t, http.StatusOK)
	if !wanted() {
		t.Error("to look at the link has ended the mails")
	}
	a.Nobody(t).Form(link, url.Values{"List-Unsubscribe": {"One-Click"}}).Must(t, http.StatusOK)
	if wanted() {
		t.Error("one click has not ended the mails")
	}
}

// Whoever opens the ticket has read what they were told of it: their bell says so in all
// their pages. A page that fetches itself again is no further view.
func TestOpeningATicketReadsItsNotifications(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.Settle(t)
	member := s.caller("member")
	page := "/tickets/" + s.Acme.Ticket.ID.String()
	if !strings.Contains(string(member.Get("/tickets").Must(t, http.StatusOK).Body), "Notifications, 1 unread") {
		t.Fatal("the bell has nothing new")
	}
	elsewhere := member.Follow("/api/client-portal/events")
	member.Get("/api/client-portal"+page).Must(t, http.StatusOK)
	if !strings.Contains(string(member.Get("/tickets").Must(t, http.StatusOK).Body), "Notifications, 1 unread") {
		t.Error("the API marks as read")
	}
	for range 3 {
		if strings.Contains(string(member.Get(page).Must(t, http.StatusOK).Body), "unread") {
			t.Error("the bell of the ticket's own page still says that there is something new")
		}
	}
	for apptest.Next(t, elsewhere) != "notifications" {
	}
	var views int
	err := superuser(t, s.DB).QueryRow(t.Context(), `select count(*) from audit_events where action = 'ticket.view' and actor_id = $1`, s.Acme.Member.ID).Scan(&views)
	if err != nil || views != 2 {
		t.Errorf("%d views, want that of the API and one of the page; %v", views, err)
	}
}
