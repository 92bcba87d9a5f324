package e2e

import (
	"net/http"
	"regexp"
	"testing"
	"time"

	"clientportal/internal/app/apptest"
)

const (
	chiefEmail  = "chief@agency.example"
	clientEmail = "owner@acme.example"
)

// people let a portal be used that nobody has used yet, in the way that its README
// says: an admin from the command line, then all else over HTTP.
func (p *process) people(environment ...string) (chief, client *apptest.Caller) {
	t := p.t
	t.Helper()
	output, err := invoke(t, p.Dir, environment, "staff", "create", "--email", chiefEmail, "--name", "Chief Chef", "--role", "admin")
	link := regexp.MustCompile(`https?://\S+/staff/reset\?token=(\S+)`).FindStringSubmatch(output)
	if err != nil || link == nil {
		t.Fatalf("staff create: %v\n%s", err, output)
	}
	nobody := p.Nobody(t)
	nobody.JSON(http.MethodPost, "/api/staff/auth/reset-password", map[string]string{"token": link[1], "password": apptest.Password}).
		Must(t, http.StatusNoContent)
	chief = p.Staff(t, chiefEmail)
	var customer struct{ ID string }
	chief.JSON(http.MethodPost, "/api/staff/customers", map[string]string{"name": "Acme"}).Must(t, http.StatusCreated).Decode(t, &customer)
	chief.JSON(http.MethodPost, "/api/staff/customers/"+customer.ID+"/stakeholders", map[string]any{
		"email": clientEmail, "first_name": "Ada", "last_name": "Owner", "is_primary_contact": true,
	}).Must(t, http.StatusCreated)

	nobody.JSON(http.MethodPost, "/api/client-portal/auth/register", map[string]string{
		"email": clientEmail, "password": apptest.Password, "first_name": "Ada", "last_name": "Owner",
	}).Must(t, http.StatusAccepted)
	p.awaitMail(clientEmail)
	token := apptest.TokenOf(t, p.Mails(t), clientEmail, "token")
	nobody.JSON(http.MethodPost, "/api/client-portal/auth/verify-email", map[string]string{"token": token}).Must(t, http.StatusNoContent)
	return chief, p.Client(t, clientEmail)
}

// awaitMail waits until somebody has got a mail.
func (p *process) awaitMail(email string) {
	p.t.Helper()
	eventually(p.t, "no mail to "+email, func() bool {
		for _, m := range p.Mails(p.t) {
			if m.To == email {
				return true
			}
		}
		return false
	})
}

// program makes a personal access token.
func program(t *testing.T, client *apptest.Caller, scopes ...string) (token string) {
	t.Helper()
	var made struct{ Token string }
	client.JSON(http.MethodPost, "/api/client-portal/auth/tokens", map[string]any{"name": "A program", "scopes": scopes}).
		Must(t, http.StatusCreated).Decode(t, &made)
	return made.Token
}

// eventually waits for something that happens soon.
func eventually(t *testing.T, otherwise string, happened func() bool) {
	t.Helper()
	within(t, 30*time.Second, otherwise, happened)
}

// within waits for something that takes its time.
func within(t *testing.T, patience time.Duration, otherwise string, happened func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !happened(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal(otherwise)
		}
	}
}
