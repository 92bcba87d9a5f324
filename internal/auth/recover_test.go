package auth_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"clientportal/internal/actor"
	"clientportal/internal/audit"
	"clientportal/internal/auth"
	"clientportal/internal/fault"
	"clientportal/internal/route"
)

const (
	forgotPath = "/api/client-portal/auth/forgot-password"
	resetPath  = "/api/client-portal/auth/reset-password"
	mePath     = "/api/client-portal/auth/me"
)

func TestForgottenPassword(t *testing.T) {
	p := start(t)
	p.user(p.company("acme"), "mara@acme.example", "member")
	browser := p.login(auth.Clients, "mara@acme.example", password)
	_, secret := browser.newToken(auth.Clients, "account:read")
	program := caller{p: p, token: secret}
	program.want(200, "GET", mePath, nil)
	known := p.nobody().want(202, "POST", forgotPath, object{"email": "MARA@acme.example"})
	unknown := p.nobody().want(202, "POST", forgotPath, object{"email": "nobody@acme.example"})
	if known.body != unknown.body {
		t.Errorf("%s differs from %s", known.body, unknown.body)
	}
	token := p.token("mara@acme.example", "token")
	if n := len(p.mailsTo("nobody@acme.example")); n != 0 {
		t.Errorf("nobody got %d mails", n)
	}
	p.nobody().want(422, "POST", resetPath, object{"token": token, "password": "password1234"}) // the token is still good
	p.nobody().want(422, "POST", resetPath, object{"token": token + "x", "password": "seven green herons"})
	p.exec(`update client_portal_users set password_reset_expires_at = password_reset_expires_at - interval '2 hours'`)
	p.nobody().want(422, "POST", resetPath, object{"token": token, "password": "seven green herons"})
	p.exec(`update client_portal_users set password_reset_expires_at = password_reset_expires_at + interval '2 hours'`)
	counts := together(20, func(int) int {
		return p.nobody().call("POST", resetPath, object{"token": token, "password": "seven green herons"}).status
	})
	if counts[204] != 1 || counts[422] != 19 {
		t.Errorf("20 parallel uses: %v", counts)
	}
	browser.want(401, "GET", mePath, nil)
	program.want(401, "GET", mePath, nil) // whoever it was that made it
	p.nobody().want(401, "POST", loginPath, object{"email": "mara@acme.example", "password": password})
	p.login(auth.Clients, "mara@acme.example", "seven green herons")
	if n := p.events("auth.reset_password", audit.Success); n != 1 {
		t.Errorf("%d events, want 1", n)
	}
	if n := p.tokensRevoked(); n != 1 {
		t.Errorf("the event tells of %d tokens, want 1", n)
	}
	p.expectMail("mara@acme.example", "Your password was changed", "has just been changed, and you were signed out everywhere. Your access tokens were revoked.")
}

func TestTokenIsNotMadePastAReset(t *testing.T) {
	p := start(t)
	p.user(p.company("acme"), "mara@acme.example", "member")
	var mara actor.Actor
	p.table.Handle("GET /tickets", route.Client("tickets:read"), edge{}, func(_ http.ResponseWriter, r *http.Request) error {
		mara, _ = actor.From(r.Context())
		return nil
	})
	p.login(auth.Clients, "mara@acme.example", password).want(200, "GET", "/tickets", nil)
	add := func() error {
		_, _, err := p.AddToken(actor.With(t.Context(), mara), auth.NewToken{Name: "Script", Scopes: []string{"tickets:read"}, Days: 30})
		return err
	}
	if err := add(); err != nil {
		t.Fatal(err)
	}

	// The reset has begun when a request that was let in before asks for a token.
	conn, err := pgx.Connect(t.Context(), p.d.SuperURL)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	do := func(sql string) {
		t.Helper()
		if _, err := conn.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	do(`begin`)
	do(`update client_portal_users set password_hash = 'another'`)
	added := make(chan error, 1)
	go func() { added <- add() }()
	for value[int](p, `select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`) == 0 {
		select {
		case err := <-added:
			t.Fatalf("a token was made beside the reset: %v", err)
		case <-time.After(10 * time.Millisecond):
		}
	}
	do(`delete from access_tokens`)
	do(`delete from sessions`)
	do(`commit`)
	if err := <-added; fault.CodeOf(err) != fault.Unauthenticated {
		t.Errorf("a token for a session that was ended: %v", err)
	}
	if n := value[int](p, `select count(*) from access_tokens`); n != 0 {
		t.Errorf("%d tokens outlive the reset", n)
	}
}

// tokensRevoked is how many tokens the newest reset of a password says that it revoked.
func (p *portal) tokensRevoked() int {
	p.t.Helper()
	return value[int](p, `select (payload->'tokens_revoked')::int from audit_events e join audit_payloads p on p.event_id = e.id where action = 'auth.reset_password' order by occurred_at desc limit 1`)
}

// expectMail says what the newest mail to an address is.
func (p *portal) expectMail(email, subject, text string) {
	p.t.Helper()
	mails := p.mailsTo(email)
	if last := mails[len(mails)-1]; last.Subject != subject || !strings.Contains(strings.Join(strings.Fields(last.Text), " "), text) {
		p.t.Errorf("the last mail is %q: %s", last.Subject, last.Text)
	}
}

func TestMailAfterAResetSaysWhatItDid(t *testing.T) {
	p := start(t)
	p.user(p.company("acme"), "mara@acme.example", "member")
	reset := func(password string) {
		t.Helper()
		p.nobody().want(202, "POST", forgotPath, object{"email": "mara@acme.example"})
		p.nobody().want(204, "POST", resetPath, object{"token": p.token("mara@acme.example", "token"), "password": password})
		if n := p.tokensRevoked(); n != 0 {
			t.Errorf("the event tells of %d tokens of nobody's", n)
		}
	}
	reset("seven green herons")
	p.expectMail("mara@acme.example", "Your password was changed", "has just been changed, and you were signed out everywhere. It was not me")
	p.exec(`update client_portal_users set password_hash = null`) // as before the first one
	reset("eight green herons")
	p.expectMail("mara@acme.example", "Your password was set", "has just been set. It was not me")
}

func TestClosedAccountGetsNoLink(t *testing.T) {
	p := start(t)
	p.exec(`update client_portal_users set is_active = false where id = $1`, p.user(p.company("acme"), "gone@acme.example", "member"))
	p.nobody().want(202, "POST", forgotPath, object{"email": "gone@acme.example"})
	if n := len(p.mailsTo("gone@acme.example")); n != 0 {
		t.Errorf("%d mails", n)
	}
}

func TestMailsToOneAddressAreLimited(t *testing.T) {
	p := start(t)
	p.user(p.company("acme"), "mara@acme.example", "member")
	for range 15 {
		p.nobody().want(202, "POST", forgotPath, object{"email": "mara@acme.example"})
	}
	if n := len(p.mailsTo("mara@acme.example")); n != 10 {
		t.Errorf("%d mails, want 10", n)
	}
}

func TestChangePassword(t *testing.T) {
	p := start(t)
	p.user(p.company("acme"), "mara@acme.example", "member")
	browser, other := p.login(auth.Clients, "mara@acme.example", password), p.login(auth.Clients, "mara@acme.example", password)
	const path = "/api/client-portal/auth/change-password"
	a := browser.want(422, "POST", path, object{"current_password": "wrong", "password": "seven green herons"})
	if !strings.Contains(a.body, "body.current_password") {
		t.Error(a.body)
	}
	browser.want(422, "POST", path, object{"current_password": password, "password": "mara.lind1"})
	_, secret := browser.newToken(auth.Clients, "account:read")
	browser.want(204, "POST", path, object{"current_password": password, "password": "seven green herons"})
	browser.want(200, "GET", mePath, nil)
	caller{p: p, token: secret}.want(200, "GET", mePath, nil)
	other.want(401, "GET", mePath, nil)
	p.login(auth.Clients, "mara@acme.example", "seven green herons")
	if n := p.events("auth.change_password", audit.Success); n != 1 {
		t.Errorf("%d events, want 1", n)
	}
	for range 11 {
		browser.call("POST", path, object{"current_password": "wrong", "password": "eight green herons"})
	}
	browser.want(429, "POST", path, object{"current_password": "wrong", "password": "eight green herons"})
}

func TestProfile(t *testing.T) {
	p := start(t)
	p.user(p.company("acme"), "mara@acme.example", "member")
	browser := p.login(auth.Clients, "mara@acme.example", password)
	tag := browser.want(200, "GET", mePath, nil).header.Get("ETag")
	browser.header = map[string][]string{"If-Match": {tag}}
	var me auth.Me
	browser.want(200, "PUT", mePath, object{"first_name": "Måra 🦦", "last_name": "<b>", "phone": "+44 1", "timezone": "Europe/Riga"}).read(t, &me)
	if me.User.FirstName != "Måra 🦦" || me.User.LastName != "<b>" || me.User.Timezone != "Europe/Riga" {
		t.Errorf("%+v", me.User)
	}
	browser.want(412, "PUT", mePath, object{"first_name": "M", "last_name": "L"})
	browser.header = nil
	for _, bad := range []object{
		{"first_name": "", "last_name": "L"}, {"first_name": "M", "last_name": strings.Repeat("x", 101)},
		{"first_name": "M", "last_name": "L", "timezone": "Mars/Olympus"}, {"first_name": "M", "last_name": "L", "timezone": "Local"},
		{"first_name": "M", "last_name": "L", "timezone": "../etc/passwd"}, {"first_name": "M", "last_name": "L\x00"},
		{"first_name": "M", "last_name": "L", "email": "other@acme.example"},
	} {
		browser.want(422, "PUT", mePath, bad)
	}
	if n := p.events("user.change_profile", audit.Success); n != 1 {
		t.Errorf("%d events, want 1", n)
	}
}
