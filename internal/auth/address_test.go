package auth_test

import (
	"strings"
	"testing"

	"clientportal/internal/audit"
	"clientportal/internal/auth"
)

func TestNewAddress(t *testing.T) {
	p := start(t)
	acme := p.company("acme")
	p.user(acme, "mara@acme.example", "member")
	p.user(acme, "taken@acme.example", "member")
	p.employee("mara@new.example", "agent") // of the other realm
	here, elsewhere := p.login(auth.Clients, "mara@acme.example", password), p.login(auth.Clients, "mara@acme.example", password)
	const ask, confirm = "/api/client-portal/auth/address", "/api/client-portal/auth/confirm-address"

	p.nobody().want(401, "POST", ask, object{"email": "mara@new.example", "password": password})
	here.want(422, "POST", ask, object{"email": "mara@new.example", "password": "not mine"})
	here.want(422, "POST", ask, object{"email": "no address", "password": password})
	here.want(422, "POST", ask, object{"email": "Mara@acme.example", "password": password})

	here.want(204, "POST", ask, object{"email": "taken@acme.example", "password": password})
	if mails := p.mailsTo("taken@acme.example"); len(mails) != 1 || !strings.Contains(mails[0].Text, "account already") {
		t.Errorf("to an address that is taken: %+v", mails)
	}
	here.want(204, "POST", ask, object{"email": "mara@new.example", "password": password})
	first := p.token("mara@new.example", "token")
	here.want(204, "POST", ask, object{"email": "mara@new.example", "password": password})
	token := p.token("mara@new.example", "token")
	if mails := p.mailsTo("mara@acme.example"); len(mails) != 3 || !strings.Contains(mails[2].Text, "mara@new.example") {
		t.Errorf("to the old address: %+v", mails)
	}
	p.nobody().want(422, "POST", confirm, object{"token": first})
	p.nobody().want(422, "POST", "/api/staff/auth/confirm-address", object{"token": token})
	elsewhere.want(200, "GET", mePath, nil)
	p.nobody().want(204, "POST", confirm, object{"token": token})
	p.nobody().want(422, "POST", confirm, object{"token": token})
	here.want(200, "GET", mePath, nil)
	elsewhere.want(401, "GET", mePath, nil)
	p.login(auth.Clients, "mara@new.example", password)
	p.nobody().want(401, "POST", "/api/client-portal/auth/login", object{"email": "mara@acme.example", "password": password})
	if mails := p.mailsTo("mara@acme.example"); len(mails) != 4 || !strings.Contains(mails[3].Text, "was changed") && !strings.Contains(mails[3].Subject, "was changed") {
		t.Errorf("to the old address: %+v", mails)
	}
	if n := p.events("user.change_address", audit.Success); n != 1 {
		t.Errorf("%d events, want 1", n)
	}
}

// Whoever finds out that somebody else asked chooses a new password, and is safe.
func TestNewPasswordEndsTheNewAddress(t *testing.T) {
	p := start(t)
	p.user(p.company("acme"), "mara@acme.example", "member")
	thief := p.login(auth.Clients, "mara@acme.example", password)
	thief.want(204, "POST", "/api/client-portal/auth/address", object{"email": "thief@evil.example", "password": password})
	token := p.token("thief@evil.example", "token")
	p.nobody().want(202, "POST", "/api/client-portal/auth/forgot-password", object{"email": "mara@acme.example"})
	reset := p.token("mara@acme.example", "token")
	p.nobody().want(204, "POST", "/api/client-portal/auth/reset-password", object{"token": reset, "password": "seven green herons"})
	p.nobody().want(422, "POST", "/api/client-portal/auth/confirm-address", object{"token": token})
}

func TestAddressesMeanwhileTaken(t *testing.T) {
	p := start(t)
	acme := p.company("acme")
	p.user(acme, "mara@acme.example", "member")
	p.login(auth.Clients, "mara@acme.example", password).
		want(204, "POST", "/api/client-portal/auth/address", object{"email": "new@acme.example", "password": password})
	token := p.token("new@acme.example", "token")
	p.user(acme, "new@acme.example", "member")
	p.nobody().want(409, "POST", "/api/client-portal/auth/confirm-address", object{"token": token})
}

func TestNewAddressOnPages(t *testing.T) {
	s := startSite(t)
	for _, side := range s.sides() {
		b := s.browser()
		b.signIn(side.realm, side.email)
		path := side.realm + "/account/address"
		if got := b.get(path); got.status != 200 || !strings.Contains(got.body, "Another address") {
			t.Errorf("%s: %d", path, got.status)
		}
		if got := b.post(path, "email", "x", "password", password); got.status != 422 || !strings.Contains(got.body, "This is not an e-mail address") {
			t.Errorf("%s: %d", path, got.status)
		}
		if got := b.post(path, "email", "new"+side.email, "password", password); got.status != 303 {
			t.Errorf("%s: %d", path, got.status)
		}
		if got := b.get(path); !strings.Contains(got.body, "new"+side.email+" is not confirmed yet") {
			t.Errorf("%s does not say what is asked for", path)
		}
		confirm := side.realm + "/confirm-address"
		if got := b.post(confirm, "token", s.token("new"+side.email, "token")); got.status != 303 {
			t.Errorf("%s: %d %s", confirm, got.status, got.body)
		}
		if got := b.post(confirm, "token", "none of ours"); got.status != 422 {
			t.Errorf("%s: %d", confirm, got.status)
		}
	}
}
