package auth_test

import (
	"net/http"
	"strings"
	"testing"

	"clientportal/internal/actor"
	"clientportal/internal/audit"
	"clientportal/internal/auth"
	"clientportal/internal/route"
)

// token makes a personal access token.
func (c caller) newToken(realm auth.Realm, scopes ...string) (id, secret string) {
	c.p.t.Helper()
	var made struct{ ID, Token string }
	a := c.want(201, "POST", apiOf(realm)+"/auth/tokens", object{"name": "Script", "scopes": scopes, "expires_in_days": 30})
	if a.header.Get("Cache-Control") != "no-store" {
		c.p.t.Error("a token's secret may be kept")
	}
	a.read(c.p.t, &made)
	return made.ID, made.Token
}

func TestTokenActsWithinItsScopes(t *testing.T) {
	p := start(t)
	acme := p.company("acme")
	user := p.user(acme, "mara@acme.example", "member")
	var saw actor.Actor
	p.table.Handle("GET /tickets", route.Client("tickets:read"), edge{}, func(w http.ResponseWriter, r *http.Request) error {
		saw, _ = actor.From(r.Context())
		return nil
	})
	browser := p.login(auth.Clients, "mara@acme.example", password)
	id, secret := browser.newToken(auth.Clients, "tickets:read")
	program := caller{p: p, token: secret}
	program.want(200, "GET", "/tickets", nil)
	if !saw.Program() || saw.ID != user || saw.CustomerID() != acme || saw.Role != "member" || saw.SessionID.String() == saw.TokenID.String() {
		t.Errorf("acts as %+v", saw)
	}
	program.want(403, "GET", mePath, nil)                                   // account:read is not among its scopes
	program.want(403, "GET", "/api/client-portal/auth/sessions", nil)       // for a browser only
	program.want(401, "GET", "/api/staff/auth/me", nil)                     // the other realm
	caller{p: p, token: "portal_pat_x"}.want(401, "GET", "/tickets", nil)   //
	caller{p: p, token: browser.cookie.Value}.want(401, "GET", mePath, nil) // a session is no token
	caller{p: p, cookie: &http.Cookie{Name: "portal_session", Value: secret}}.want(401, "GET", "/tickets", nil)
	if n := value[int](p, `select count(*) from access_tokens where name = $1 or encode(token_hash, 'escape') = $1`, secret); n != 0 {
		t.Error("the secret is stored")
	}
	p.exec(`update access_tokens set expires_at = now() - interval '1 second'`)
	program.want(401, "GET", "/tickets", nil)
	p.exec(`update access_tokens set expires_at = now() + interval '1 day'`)
	p.exec(`update customer_members set is_active = false`)
	program.want(401, "GET", "/tickets", nil)
	p.exec(`update customer_members set is_active = true`)
	browser.want(204, "DELETE", "/api/client-portal/auth/tokens/"+id, nil)
	program.want(401, "GET", "/tickets", nil)
	for _, action := range []string{"token.create", "token.revoke"} {
		if n := p.events(action, audit.Success); n != 1 {
			t.Errorf("%d events of %s", n, action)
		}
	}
}

func TestTokenHasNoMoreThanItsOwnersRole(t *testing.T) {
	p := start(t)
	acme := p.company("acme")
	p.user(acme, "viewer@acme.example", "viewer")
	p.user(acme, "other@acme.example", "viewer")
	browser := p.login(auth.Clients, "viewer@acme.example", password)
	const path = "/api/client-portal/auth/tokens"
	for name, bad := range map[string]object{
		"a scope beyond the role": {"name": "x", "scopes": []string{"tickets:write"}},
		"an unknown scope":        {"name": "x", "scopes": []string{"everything"}},
		"no scope":                {"name": "x", "scopes": []string{}},
		"no name":                 {"name": "", "scopes": []string{"tickets:read"}},
		"two years":               {"name": "x", "scopes": []string{"tickets:read"}, "expires_in_days": 730},
		"yesterday":               {"name": "x", "scopes": []string{"tickets:read"}, "expires_in_days": -1},
	} {
		if a := browser.call("POST", path, bad); a.status != 422 {
			t.Errorf("%s: %d %s", name, a.status, a.body)
		}
	}
	id, secret := browser.newToken(auth.Clients, "tickets:read", "account:read", "tickets:read")
	other := p.login(auth.Clients, "other@acme.example", password)
	other.want(404, "DELETE", path+"/"+id, nil)
	a := browser.want(200, "GET", path, nil)
	if strings.Contains(a.body, secret) || strings.Count(a.body, "tickets:read") != 1 {
		t.Error(a.body)
	}
	caller{p: p, token: secret}.want(403, "POST", path, object{"name": "y", "scopes": []string{"tickets:read"}})
}
