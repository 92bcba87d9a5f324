package auth_test

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"clientportal/internal/actor"
	"clientportal/internal/auth"
)

// code is what an authenticator app with the secret shows now.
func (s *site) code(secret string) string {
	s.t.Helper()
	code, err := totp.GenerateCode(strings.ReplaceAll(secret, " ", ""), s.now())
	if err != nil {
		s.t.Fatal(err)
	}
	return code
}

// setUpApp turns the second factor on in a browser that is signed in, and returns
// its secret and a recovery code.
func (b *browser) setUpApp(realm string) (secret, recovery string) {
	b.site.t.Helper()
	b.post(realm + "/account/security/app").leads(realm + "/account/security/app")
	shown := b.get(realm+"/account/security/app").expect(200, "Scan this")
	secret = shown.field(`id="secret-or-type-this-key"`)
	codes := b.post(realm+"/account/security/confirm", "code", b.site.code(secret)).expect(200, "Keep these recovery codes")
	found := regexp.MustCompile(`<li>([0-9a-z]{4}-[0-9a-z]{4}-[0-9a-z]{4})</li>`).FindAllStringSubmatch(codes.body, -1)
	if len(found) != 10 {
		b.site.t.Fatalf("%d recovery codes: %s", len(found), codes.words())
	}
	b.site.advance(time.Minute) // a code is good once
	return secret, found[0][1]
}

func TestSignInAndOut(t *testing.T) {
	s := startSite(t)
	for _, side := range s.sides() {
		b := s.browser()
		account := side.realm + "/account"
		b.get(account + "/tokens?x=1").leads(side.realm + "/login?next=" + url.QueryEscape(account+"/tokens?x=1"))
		asked := b.get(side.realm+"/login?next=/x").expect(200, "Sign in", "Forgotten?", "Sign in with Google")
		if !strings.Contains(asked.body, `autocomplete="username"`) || !strings.Contains(asked.body, `autocomplete="current-password"`) {
			t.Errorf("%s: password managers can't tell the fields apart", side.realm)
		}
		b.post(side.realm+"/login", "email", side.email, "password", password, "next", account+"/tokens?x=1").leads(account + "/tokens?x=1")
		b.get(side.realm + "/login").leads(side.start)
		b.get(account).expect(200, side.email)
		b.post(side.realm + "/logout").leads(side.realm + "/login")
		b.get(side.realm+"/login").expect(200, "You are signed out.")
		b.get(account).leads(side.realm + "/login?next=" + url.QueryEscape(account))
	}
}

func TestOneSidesSessionOpensNothingOfTheOther(t *testing.T) {
	s := startSite(t)
	s.user(s.company("dapper-goods"), "mara@dapper.example", actor.Admin)
	s.employee("sam@agency.example", actor.Admin)
	client, staff := s.browser(), s.browser()
	client.signIn("", "mara@dapper.example")
	staff.signIn("/staff", "sam@agency.example")
	client.get("/staff/account").leads("/staff/login?next=%2Fstaff%2Faccount")
	staff.get("/account").leads("/login?next=%2Faccount")
	s.browser().post("/login", "email", "sam@agency.example", "password", password).expect(401)
	s.browser().post("/staff/login", "email", "mara@dapper.example", "password", password).expect(401)
}

func TestFailedSignInTellsNothing(t *testing.T) {
	s := startSite(t)
	s.user(s.company("dapper-goods"), "mara@dapper.example", actor.Member)
	b := s.browser()
	wrong := b.post("/login", "email", "mara@dapper.example", "password", "wrong-horse", "next", "/tickets").expect(401, "You are not signed in")
	unknown := b.post("/login", "email", "nobody@dapper.example", "password", "wrong-horse").expect(401)
	if wrong.words() != unknown.words() {
		t.Errorf("a wrong password reads %q, an unknown address %q", wrong.words(), unknown.words())
	}
	if wrong.field(`name="email"`) != "mara@dapper.example" || wrong.field(`name="next"`) != "/tickets" {
		t.Error("what was typed is lost")
	}
	if strings.Contains(wrong.body, "wrong-horse") {
		t.Error("the page repeats the password")
	}
	for name, email := range map[string]string{"no address": "", "a null byte": "a\x00@b.example", "no text": "\xff@b.example", "a long one": strings.Repeat("a", 9000) + "@b.example"} {
		if p := b.post("/login", "email", email, "password", "x"); p.status != 422 || !p.has("1 thing to fix") {
			t.Errorf("%s: %d %s", name, p.status, p.words())
		}
	}
	b.post("/login", "email", "mara@dapper.example", "password", strings.Repeat("a", 1<<20)).expect(413)
	b.signIn("", "mara@dapper.example")
}

func TestThrottledSignInSaysHowLong(t *testing.T) {
	s := startSite(t)
	s.user(s.company("dapper-goods"), "mara@dapper.example", actor.Member)
	b := s.browser()
	for i := range 10 {
		b.post("/login", "email", "mara@dapper.example", "password", fmt.Sprint("wrong ", i)).expect(401)
	}
	stopped := b.post("/login", "email", "mara@dapper.example", "password", password).expect(429, "Try again in 15 minutes.")
	if stopped.header.Get("Retry-After") == "" || stopped.field(`name="email"`) != "mara@dapper.example" {
		t.Errorf("header %v: %s", stopped.header, stopped.words())
	}
	s.advance(16 * time.Minute)
	b.signIn("", "mara@dapper.example")
}

func TestSignInLeadsNowhereElse(t *testing.T) {
	s := startSite(t)
	s.user(s.company("dapper-goods"), "mara@dapper.example", actor.Member)
	s.employee("sam@agency.example", actor.Agent)
	client, staff := s.browser(), s.browser()
	for _, c := range []struct{ next, want string }{
		{"/tickets?q=a%20b&x=//y", "/tickets?q=a%20b&x=//y"},
		{"", "/"},
		{"//evil.example", "/"},
		{"///evil.example", "/"},
		{"/\\evil.example", "/"},
		{"/\t/evil.example", "/"},
		{"/\n/evil.example", "/"},
		{"https://evil.example", "/"},
		{"javascript:alert(1)", "/"},
		{"evil.example", "/"},
		{"\\\\evil.example", "/"},
		{" //evil.example", "/"},
		{"//user@evil.example/x", "/"},
		{"%2F%2Fevil.example", "/"},
		{"/%", "/"},
	} {
		next, want := c.next, c.want
		client.post("/login", "email", "mara@dapper.example", "password", password, "next", next).leads(want)
		client.get("/login?next=" + url.QueryEscape(next)).leads(want)
		if want == "/" {
			want = "/staff"
		}
		staff.post("/staff/login", "email", "sam@agency.example", "password", password, "next", next).leads(want)
	}
}

func TestSignInWithSecondFactor(t *testing.T) {
	s := startSite(t)
	for _, side := range s.sides() {
		b := s.browser()
		b.signIn(side.realm, side.email)
		secret, recovery := b.setUpApp(side.realm)
		b.get(side.realm+"/account/security").expect(200, "On", "Turn it off")
		b.get(side.realm + "/account/security/app").leads(side.realm + "/account/security") // the secret is not shown again

		b = s.browser()
		enter := func(next string) {
			t.Helper()
			b.post(side.realm+"/login", "email", side.email, "password", password, "next", next).leads(side.realm + "/login/code")
		}
		b.get(side.realm + "/login/code").leads(side.realm + "/login")
		enter(side.realm + "/account")
		b.get(side.realm + "/account/password").expect(303) // halfway is not in
		asked := b.get(side.realm+"/login/code").expect(200, "One more step", side.email)
		if !strings.Contains(asked.body, `autocomplete="one-time-code"`) {
			t.Error("the browser can't offer the code")
		}
		b.post(side.realm+"/login/code", "code", "").expect(401, "Enter the code")
		wrong := b.post(side.realm+"/login/code", "code", "000000").expect(401, "This code is not right")
		if wrong.field(`name="code"`) != "000000" {
			t.Error("the code that was typed is lost")
		}
		code := s.code(secret)
		b.post(side.realm+"/login/code", "code", code).leads(side.realm + "/account")
		b.get(side.realm + "/login/code").leads(side.realm + "/login") // the first step counts once

		b = s.browser()
		enter("")
		b.post(side.realm+"/login/code", "code", code).expect(401, "was used before")
		b.get(side.realm+"/login/code?recovery").expect(200, "recovery codes that you kept")
		b.post(side.realm+"/login/code", "code", recovery, "recovery", "1").leads(side.start)
		b = s.browser()
		enter("")
		b.post(side.realm+"/login/code", "code", recovery, "recovery", "1").expect(401, "Recovery code", "was used before")
	}
}

func TestHalfwaySignInOpensNothingByItself(t *testing.T) {
	s := startSite(t)
	mara := s.user(s.company("dapper-goods"), "mara@dapper.example", actor.Member)
	s.employee("mara@dapper.example", actor.Agent)
	b := s.browser()
	b.signIn("", "mara@dapper.example")
	secret, _ := b.setUpApp("")
	begin := func() *browser {
		t.Helper()
		b := s.browser()
		b.post("/login", "email", "mara@dapper.example", "password", password).leads("/login/code")
		return b
	}
	refused := func(b *browser, why string) {
		t.Helper()
		if p := b.post("/login/code", "code", s.code(secret)); p.status != 401 || !p.has("Sign in again.") {
			t.Errorf("%s: %d %s", why, p.status, p.words())
		}
	}

	late := begin()
	s.advance(11 * time.Minute)
	refused(late, "a sign-in that took too long")

	refused(s.browser(), "no sign-in at all")

	forged := s.browser()
	home, _ := url.Parse(s.url)
	forged.client.Jar.SetCookies(home, []*http.Cookie{{Name: "portal_session_halfway", Value: "eyJlbWFpbCI6Im1hcmEifQ=="}})
	refused(forged, "a cookie that the portal did not make")

	client := begin()
	for _, c := range client.client.Jar.Cookies(home) {
		if c.Name == "portal_session_halfway" {
			client.client.Jar.SetCookies(home, []*http.Cookie{{Name: "portal_staff_session_halfway", Value: c.Value}})
		}
	}
	client.get("/staff/login/code").leads("/staff/login") // one side's is nothing to the other

	changed := begin()
	hash, err := s.HashPassword(t.Context(), password)
	if err == nil {
		err = s.SetPassword(s.system(), auth.Clients, mara, hash)
	}
	if err != nil {
		t.Fatal(err)
	}
	refused(changed, "a password that was changed meanwhile")

	closed := begin()
	s.exec(`update client_portal_users set is_active = false`)
	refused(closed, "an account that was closed meanwhile")
	s.exec(`update client_portal_users set is_active = true`)

	s.exec(`delete from throttles`)
	guessing := begin()
	for i := range 10 {
		guessing.post("/login/code", "code", fmt.Sprintf("%06d", i)).expect(401)
	}
	guessing.post("/login/code", "code", s.code(secret)).expect(429, "Try again in")
}
