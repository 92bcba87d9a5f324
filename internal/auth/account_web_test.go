package auth_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"clientportal/internal/actor"
)

func TestEveryPageForNobodyAndSomebody(t *testing.T) {
	s := startSite(t)
	public := []string{"/login", "/forgot", "/forgot/sent", "/register", "/register/sent", "/verify?token=x"}
	own := []string{"/account", "/account/password", "/account/security", "/account/sessions", "/account/tokens", "/account/tokens/new"}
	for _, side := range s.sides() {
		b := s.browser()
		for _, path := range public {
			if side.realm == "/staff" && strings.Contains(path, "register") || side.realm == "/staff" && strings.HasPrefix(path, "/verify") {
				b.get(side.realm + path).expect(404)
				continue
			}
			wellMade(t, side.realm+path, b.get(side.realm+path).expect(200))
		}
		for _, path := range own {
			b.get(side.realm + path).expect(303)
			b.post(side.realm + path).expect(map[bool]int{true: 405, false: 303}[unsent[path]])
		}
		b.signIn(side.realm, side.email)
		for _, path := range own {
			p := b.get(side.realm + path).expect(200)
			wellMade(t, side.realm+path, p)
			if lit := strings.Count(p.body, `class="view view-current"`); lit != 1 {
				t.Errorf("%s%s: %d of the settings are marked as current", side.realm, path, lit)
			}
		}
	}
}

// unsent are the pages to which no form is posted.
var unsent = map[string]bool{"/account/security": true, "/account/sessions": true, "/account/tokens/new": true}

var inline = regexp.MustCompile(`<[^>]* (style|on[a-z]+)="`)

// wellMade checks what holds for every page.
func wellMade(t *testing.T, path string, p page) {
	t.Helper()
	if n := strings.Count(p.body, "<h1"); n != 1 {
		t.Errorf("%s: %d first headings", path, n)
	}
	if inline.MatchString(p.body) {
		t.Errorf("%s: inline style or script, which the content policy refuses", path)
	}
	if got := p.header.Get("Cache-Control"); got != "private, no-store" {
		t.Errorf("%s: Cache-Control %q", path, got)
	}
}

func TestProfilePage(t *testing.T) {
	s := startSite(t)
	for _, side := range s.sides() {
		b, account := s.browser(), side.realm+"/account"
		b.signIn(side.realm, side.email)
		failed := b.post(account, "first_name", "", "last_name", "<b>Lind</b>", "phone", "1", "timezone", "Mars/Olympus").
			expect(422, "Your profile is not saved yet: 2 things to fix", "Choose a time zone from the list")
		if failed.field(`name="last_name"`) != "<b>Lind</b>" {
			t.Error("what was typed is lost")
		}
		b.post(account, "first_name", "Márа", "last_name", "𝓛", "phone", "+44 20", "timezone", "Pacific/Auckland").leads(account)
		saved := b.get(account).expect(200, "Your profile is saved.")
		if saved.field(`name="first_name"`) != "Márа" || !strings.Contains(saved.body, `<option value="Pacific/Auckland" selected>`) {
			t.Errorf("not saved: %s", saved.words())
		}
		b.post(account, "first_name", "Mara", "last_name", "L", "timezone", "US/Pacific").leads(account)
		if p := b.get(account); !strings.Contains(p.body, `<option value="US/Pacific" selected>`) {
			t.Error("a zone that the list lacks would be lost by the next saving")
		}
	}
}

func TestPasswordPage(t *testing.T) {
	s := startSite(t)
	for _, side := range s.sides() {
		b, other, path := s.browser(), s.browser(), side.realm+"/account/password"
		b.signIn(side.realm, side.email)
		other.signIn(side.realm, side.email)
		wrong := b.post(path, "current_password", "not my secret", "password", "another lantern in the fog").expect(422, "This is not your password.")
		if strings.Contains(wrong.body, "another lantern") || strings.Contains(wrong.body, "not my secret") {
			t.Error("the page repeats a password")
		}
		b.post(path, "current_password", password, "password", "another lantern in the fog").leads(path)
		b.get(path).expect(200, "Your password is changed, and your other sessions are ended.")
		other.get(path).expect(303)
	}
	s.exec(`update client_portal_users set password_hash = null`)
	b := s.browser()
	b.post("/login", "email", "mara@dapper.example", "password", "").expect(422)
	b.post("/login", "email", "mara@dapper.example", "password", password).expect(401)
}

func TestSecondFactorPages(t *testing.T) {
	s := startSite(t)
	for _, side := range s.sides() {
		b, security := s.browser(), side.realm+"/account/security"
		b.signIn(side.realm, side.email)
		b.get(security).expect(200, "Off", "Set it up")
		b.get(security + "/app").leads(security)
		b.get(security + "/codes").leads(security)
		b.get(security + "/off").leads(security)
		b.post(security+"/confirm", "code", "123456").leads(security)

		b.post(security + "/app").leads(security + "/app")
		shown := b.get(security+"/app").expect(200, "Scan this with your authenticator app")
		if !strings.Contains(shown.body, `src="data:image/png;base64,`) {
			t.Error("no QR code")
		}
		secret := shown.field(`id="secret-or-type-this-key"`)
		again := b.post(security+"/confirm", "code", "000000").expect(422, "The second factor is still off")
		if again.field(`id="secret-or-type-this-key"`) != secret {
			t.Error("a mistyped code costs a new scan")
		}
		b.post(security+"/confirm", "code", s.code(secret)).expect(200, "Keep these recovery codes")
		s.advance(time.Minute)

		b.post(security+"/codes", "password", "wrong", "code", s.code(secret)).expect(422, "There are no new codes yet", "This is not your password.")
		b.post(security+"/codes", "password", password, "code", "000000").expect(422, "This code is not right")
		b.post(security+"/codes", "password", password, "code", s.code(secret)).expect(200, "Keep these recovery codes")
		s.advance(time.Minute)
		b.post(security+"/off", "password", password, "code", "000000").expect(422, "The second factor is still on")
		b.post(security+"/off", "password", password, "code", s.code(secret)).leads(security)
		b.get(security).expect(200, "Your second factor is off.", "Set it up")
	}
}

func TestSessionsPage(t *testing.T) {
	s := startSite(t)
	for _, side := range s.sides() {
		here, there, sessions := s.browser(), s.browser(), side.realm+"/account/sessions"
		here.signIn(side.realm, side.email)
		there.signIn(side.realm, side.email)
		list := here.get(sessions).expect(200, "This browser", "Firefox on Linux", "192.0.2.7", "Sign out everywhere else")
		revoke := regexp.MustCompile(`action="([^"]+/revoke)"`).FindAllStringSubmatch(list.body, -1)
		if len(revoke) != 1 {
			t.Fatalf("%d other sessions: %s", len(revoke), list.words())
		}
		here.post(revoke[0][1]).leads(sessions)
		there.get(sessions).expect(303)
		here.post(revoke[0][1]).expect(404)
		here.post(sessions + "/nonsense/revoke").expect(404)

		there.signIn(side.realm, side.email)
		here.post(sessions + "/revoke-others").leads(sessions)
		there.get(sessions).expect(303)
		if p := here.get(sessions).expect(200, "You are signed out everywhere but here."); p.has("Sign out everywhere else") {
			t.Error("a button for nothing")
		}
	}
}

func TestTokensPage(t *testing.T) {
	s := startSite(t)
	for _, side := range s.sides() {
		b, tokens := s.browser(), side.realm+"/account/tokens"
		b.signIn(side.realm, side.email)
		b.get(tokens).expect(200, "You have no tokens")
		b.get(tokens+"/new").expect(200, "Change tickets")
		failed := b.post(tokens, "name", "Nightly export", "expires_in_days", "soon").
			expect(422, "There is no token yet: 2 things to fix", "Choose what the token may do.")
		if failed.field(`name="name"`) != "Nightly export" {
			t.Error("what was typed is lost")
		}
		failed = b.post(tokens, "name", "", "scopes", "tickets:read", "expires_in_days", "30").expect(422)
		if !strings.Contains(failed.body, `value="tickets:read" checked`) || !strings.Contains(failed.body, `value="30" selected`) {
			t.Error("what was chosen is lost")
		}
		b.post(tokens, "name", "x", "scopes", "employees:write", "expires_in_days", "30").expect(422, "Choose from what your role may do")

		made := b.post(tokens, "name", "Nightly export", "scopes", "tickets:read", "scopes", "account:read", "expires_in_days", "30").
			expect(200, "Copy the token now")
		secret := made.field(`value="portal_pat_`)
		list := b.get(tokens).expect(200, "Nightly export", "account:read, tickets:read", "Never used")
		if strings.Contains(list.body, secret) {
			t.Error("the token is shown again")
		}
		if who, err := s.program(side.realm, secret); err != nil || who.Email != side.email || !who.Program() {
			t.Errorf("the token is for %q: %v", who.Email, err)
		}
		revoke := regexp.MustCompile(`href="([^"]+/revoke)"`).FindStringSubmatch(list.body)[1]
		b.get(revoke).expect(200, "Revoke “Nightly export”?")
		b.get(tokens + "/nonsense/revoke").expect(404)
		b.post(revoke).leads(tokens)
		b.get(tokens).expect(200, "The token is revoked.", "You have no tokens")
		b.post(revoke).expect(404)
		if _, err := s.program(side.realm, secret); err == nil {
			t.Error("a revoked token still opens the portal")
		}
	}
}

// program is who a token opens the portal for.
func (s *site) program(realm, secret string) (actor.Actor, error) {
	s.t.Helper()
	r, err := http.NewRequestWithContext(s.t.Context(), http.MethodGet, "/", nil)
	if err != nil {
		s.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+secret)
	if realm == "/staff" {
		return s.Authenticate(r, actor.Staff)
	}
	return s.Authenticate(r, actor.Client)
}
