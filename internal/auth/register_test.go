package auth_test

import (
	"strings"
	"testing"

	"github.com/google/uuid"

	"clientportal/internal/audit"
	"clientportal/internal/auth"
)

func registration(email, password string) object {
	return object{"email": email, "password": password, "first_name": "Mara", "last_name": "Lind 🦦"}
}

const registerPath, verifyPath = "/api/client-portal/auth/register", "/api/client-portal/auth/verify-email"

func TestStakeholderRegistersAndSignsIn(t *testing.T) {
	p := start(t)
	p.stakeholder(p.company("acme"), "Mara@acme.example", true)
	p.nobody().want(202, "POST", registerPath, registration("mara@ACME.example", password))
	token := p.token("mara@acme.example", "token")

	login := object{"email": "mara@acme.example", "password": password}
	p.nobody().want(401, "POST", "/api/client-portal/auth/login", login) // not verified yet
	stored := value[string](p, `select email_verification_token from client_portal_users`)
	if len(stored) != 64 || stored == token {
		t.Errorf("the token is stored as %q", stored)
	}
	p.nobody().want(204, "POST", verifyPath, object{"token": token})
	a := p.nobody().want(200, "POST", "/api/client-portal/auth/login", login)
	var me auth.Me
	a.read(t, &me)
	if me.User.Role != "admin" || me.Customer.Slug != "acme" || me.User.LastName != "Lind 🦦" {
		t.Errorf("signed in as %+v of %+v", me.User, me.Customer)
	}
	for action, want := range map[string]int{"auth.register": 1, "user.create": 1, "auth.verify_email": 1, "member.join": 1, "auth.login": 1} {
		if got := p.events(action, audit.Success); got != want {
			t.Errorf("%d events of %s, want %d", got, action, want)
		}
	}
}

func TestRegistrationTellsNothing(t *testing.T) {
	p := start(t)
	company := p.company("acme")
	p.stakeholder(company, "known@acme.example", false)
	p.user(company, "member@acme.example", "member")
	var first answer
	for i, email := range []string{"known@acme.example", "member@acme.example", "stranger@nowhere.example"} {
		a := p.nobody().want(202, "POST", registerPath, registration(email, "entirely other words"))
		if i == 0 {
			first = a
		}
		if a.body != first.body || strings.TrimSpace(a.body) != `{"status":"verification_sent"}` || a.header.Get("Content-Type") != first.header.Get("Content-Type") {
			t.Errorf("%s: %s %v", email, a.body, a.header)
		}
	}
	if mails := p.mailsTo("stranger@nowhere.example"); len(mails) != 0 {
		t.Errorf("a stranger got %q", mails[0].Subject)
	}
	if mails := p.mailsTo("member@acme.example"); len(mails) != 1 || !strings.Contains(mails[0].Subject, "already") || strings.Contains(mails[0].Text, "token=") {
		t.Errorf("the member got %+v", mails)
	}
	p.login(auth.Clients, "member@acme.example", password) // the old one
	if n := value[int](p, `select count(*) from client_portal_users where email like 'stranger%'`); n != 0 {
		t.Error("a stranger has an account")
	}
	if n := value[int](p, `select count(*) from registrations`); n != 1 {
		t.Errorf("%d registrations are kept, want the one that waits", n)
	}
}

func TestNewestLinkBringsItsOwnPassword(t *testing.T) {
	p := start(t)
	p.stakeholder(p.company("acme"), "mara@acme.example", false)
	p.nobody().want(202, "POST", registerPath, registration("mara@acme.example", "somebody else chose"))
	old := p.token("mara@acme.example", "token")
	p.nobody().want(202, "POST", registerPath, registration("mara@acme.example", password))
	token := p.token("mara@acme.example", "token")

	superseded := p.nobody().want(422, "POST", verifyPath, object{"token": old})
	p.nobody().want(204, "POST", verifyPath, object{"token": token})
	used := p.nobody().want(422, "POST", verifyPath, object{"token": token})
	unknown := p.nobody().want(422, "POST", verifyPath, object{"token": "no such token\x00"})
	if superseded.body != used.body || used.body != unknown.body {
		t.Errorf("dead links differ:\n%s%s%s", superseded.body, used.body, unknown.body)
	}
	p.nobody().want(401, "POST", "/api/client-portal/auth/login", object{"email": "mara@acme.example", "password": "somebody else chose"})
	p.login(auth.Clients, "mara@acme.example", password)
}

func TestVerificationIsUsedOnce(t *testing.T) {
	p := start(t)
	p.stakeholder(p.company("acme"), "mara@acme.example", false)
	p.nobody().want(202, "POST", registerPath, registration("mara@acme.example", password))
	token := p.token("mara@acme.example", "token")
	p.exec(`update client_portal_users set email_verification_expires_at = now() - interval '1 second'`)
	p.nobody().want(422, "POST", verifyPath, object{"token": token})
	p.exec(`update client_portal_users set email_verification_expires_at = now() + interval '1 hour'`)
	counts := together(20, func(int) int { return p.nobody().call("POST", verifyPath, object{"token": token}).status })
	if counts[204] != 1 || counts[422] != 19 {
		t.Errorf("20 parallel uses: %v", counts)
	}
	if n := p.events("auth.verify_email", audit.Success); n != 1 {
		t.Errorf("%d events", n)
	}
}

func TestRegistrationRefusesBadInput(t *testing.T) {
	p := start(t)
	with := func(name string, v any) object {
		in := registration("mara@acme.example", password)
		in[name] = v
		return in
	}
	for name, c := range map[string]struct {
		body     any
		status   int
		location string
	}{
		"a short password":         {with("password", "short"), 422, "body.password"},
		"a common password":        {with("password", "Password123!"), 422, "body.password"},
		"one's own name":           {with("password", "mara-lind-2024"), 422, "body.password"},
		"a long password":          {with("password", strings.Repeat("ab1-", 60)), 422, "body.password"},
		"a megabyte of a password": {with("password", strings.Repeat("x", 1<<20)), 413, ""},
		"a null byte":              {with("password", "nine\x00purple otters"), 422, "body.password"},
		"a null byte in a name":    {with("first_name", "Ma\x00ra"), 422, "body.first_name"},
		"no name":                  {with("last_name", " "), 422, "body.last_name"},
		"no address":               {with("email", "mara"), 422, "body.email"},
		"two addresses":            {with("email", "mara@acme.example\r\nBcc: x@y.example"), 422, "body.email"},
		"an unknown field":         {with("role", "admin"), 422, "body.role"},
		"a wrong type":             {with("email", 7), 422, "body.email"},
		"no JSON":                  {"{", 400, ""},
	} {
		a := p.nobody().call("POST", registerPath, c.body)
		if a.status != c.status || !strings.Contains(a.body, c.location) {
			t.Errorf("%s: %d %s", name, a.status, a.body)
		}
	}
	if n := value[int](p, `select count(*) from registrations`); n != 0 {
		t.Errorf("%d registrations were kept", n)
	}
}

func TestStakeholderOfTwoCompaniesBelongsToBoth(t *testing.T) {
	p := start(t)
	acme, bolt := p.company("acme"), p.company("bolt")
	p.stakeholder(acme, "mara@both.example", true)
	p.stakeholder(bolt, "mara@both.example", false)
	p.nobody().want(202, "POST", registerPath, registration("mara@both.example", password))
	p.nobody().want(204, "POST", verifyPath, object{"token": p.token("mara@both.example", "token")})
	browser := p.login(auth.Clients, "mara@both.example", password)

	var me auth.Me
	browser.want(200, "GET", "/api/client-portal/auth/me", nil).read(t, &me)
	if len(me.Companies) != 2 || me.Customer.ID != acme || me.User.Role != "admin" {
		t.Fatalf("me: %+v", me)
	}
	a := browser.want(200, "POST", "/api/client-portal/auth/switch-company", object{"customer_id": bolt})
	a.read(t, &me)
	if me.Customer.ID != bolt || me.User.Role != "member" {
		t.Errorf("after the switch: %+v", me)
	}
	browser.want(401, "GET", "/api/client-portal/auth/me", nil)
	browser.cookie = a.cookie
	browser.want(200, "GET", "/api/client-portal/auth/me", nil)
	for _, foreign := range []uuid.UUID{p.company("coda"), uuid.New()} {
		browser.want(404, "POST", "/api/client-portal/auth/switch-company", object{"customer_id": foreign})
	}
}
