package app_test

import (
	"net/http"
	"net/mail"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// mailHeaders are all that a mail of the portal has, each once.
var mailHeaders = []string{
	"From", "To", "Subject", "Date", "Message-Id", "In-Reply-To", "References", "Auto-Submitted", "X-Auto-Response-Suppress",
	"List-Unsubscribe", "List-Unsubscribe-Post", "Mime-Version", "Content-Type",
}

// What people write gets into no mail's header but the one it is meant for, and no
// link follows the request's Host.
func TestHostileMails(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	const evil = "Eve\r\nBcc: bcc@evil.example\r\nX-Evil: 1\r\n\r\nBody of evil.example"
	forging := func(name string) string { return strings.NewReplacer("\r", "\\r", "\n", "\\n").Replace(name) }
	nobody := s.Nobody(t).With("Host", "evil.example").With("X-Forwarded-Host", "evil.example").With("Forwarded", "host=evil.example")
	member := s.program("member", "tickets:write").With("Host", "evil.example") // a browser would keep its cookie from that host
	chief := s.program("staff admin", "tickets:write", "customers:write", "employees:write").With("Host", "evil.example")

	email := s.newEmail()
	s.caller("admin").JSON(http.MethodPost, "/api/client-portal/team/invitations", map[string]string{"email": email, "role": "viewer"}).Must(t, http.StatusCreated)
	nobody.JSON(http.MethodPost, "/api/client-portal/auth/register", map[string]string{
		"email": email, "password": "four quite random words", "first_name": evil, "last_name": "\nTo: to@evil.example",
	})
	nobody.JSON(http.MethodPost, "/api/client-portal/auth/forgot-password", map[string]string{"email": s.Acme.Viewer.Email}).Must(t, http.StatusAccepted)
	nobody.Form("/forgot", url.Values{"email": {s.Acme.Approver.Email}}).Must(t, http.StatusSeeOther)
	nobody.JSON(http.MethodPost, "/api/staff/auth/forgot-password", map[string]string{"email": s.Chief.Email}).Must(t, http.StatusAccepted)
	for _, address := range []string{"a@acme.example\r\nBcc: bcc@evil.example", "a@acme.example, bcc@evil.example", "<a@acme.example> bcc@evil.example", `"a b"@acme.example`} {
		got := nobody.JSON(http.MethodPost, "/api/client-portal/auth/forgot-password", map[string]string{"email": address})
		s.expectOneOf("mail to "+forging(address), got, http.StatusUnprocessableEntity, http.StatusAccepted)
	}
	chief.JSON(http.MethodPost, "/api/staff/employees", map[string]string{"email": s.newEmail(), "first_name": evil, "last_name": evil, "role": "agent"})
	s.caller("staff admin").JSON(http.MethodPut, "/api/staff/auth/me", map[string]string{"first_name": evil, "last_name": evil})
	chief.JSON(http.MethodPost, "/api/staff/customers", map[string]string{"name": evil})
	got := member.JSON(http.MethodPost, "/api/client-portal/tickets", map[string]string{"title": evil, "description": evil}).Must(t, http.StatusCreated)
	chief.JSON(http.MethodPost, "/api/staff/tickets/"+idOf(t, got)+"/comments", map[string]string{"body": evil}).Must(t, http.StatusCreated)

	s.Settle(t)
	mails := s.Mails(t)
	if len(mails) < 8 {
		t.Errorf("only %d mails were sent", len(mails))
	}
	for _, m := range mails {
		for name, values := range m.Header {
			if !slices.Contains(mailHeaders, name) || len(values) != 1 {
				t.Errorf("a mail has the header %s: %q", name, values)
			}
		}
		if list, err := mail.ParseAddressList(m.Header.Get("To")); err != nil || len(list) != 1 || strings.HasSuffix(m.To, "evil.example") {
			t.Errorf("a mail goes to %s: %v", m.Header.Get("To"), err)
		}
		for _, text := range []string{m.Text, m.HTML} {
			for _, link := range []string{"://evil.example", "//evil.example", "@evil.example/"} {
				if strings.Contains(text, link) {
					t.Errorf("a mail leads to evil.example: %s", text)
				}
			}
		}
		if !strings.Contains(m.Text, s.URL+"/") {
			t.Errorf("a mail has no link to %s: %s", s.URL, m.Text)
		}
	}
}
