package auth_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"clientportal/internal/actor"
	"clientportal/internal/audit"
	"clientportal/internal/auth"
	"clientportal/internal/clock"
	"clientportal/internal/fault"
	"clientportal/internal/secret"
)

const loginPath = "/api/client-portal/auth/login"

func TestFailedSignInsReadTheSame(t *testing.T) {
	p := start(t)
	acme := p.company("acme")
	p.user(acme, "open@acme.example", "member")
	p.exec(`update client_portal_users set is_active = false where id = $1`, p.user(acme, "gone@acme.example", "member"))
	p.exec(`update client_portal_users set email_verified = false where id = $1`, p.user(acme, "new@acme.example", "member"))
	p.exec(`update client_portal_users set password_hash = null where id = $1`, p.user(acme, "google@acme.example", "member"))
	p.exec(`update customer_members set is_active = false where user_id = $1`, p.user(acme, "removed@acme.example", "member"))
	p.employee("agent@agency.example", "agent")
	var first string
	for _, c := range []struct{ email, password string }{
		{"open@acme.example", "wrong password"}, {"nobody@acme.example", password}, {"gone@acme.example", password},
		{"new@acme.example", password}, {"google@acme.example", password}, {"removed@acme.example", password},
		{"agent@agency.example", password}, {"x\u2603@acme.example", password},
	} {
		a := p.nobody().want(401, "POST", loginPath, object{"email": c.email, "password": c.password})
		if first == "" {
			first = a.body
		}
		if a.body != first || a.cookie != nil {
			t.Errorf("%s: %s", c.email, a.body)
		}
	}
	if n := p.events("auth.login", audit.Failure); n != 8 {
		t.Errorf("%d events of failed sign-ins, want 8", n)
	}
	if n := value[int](p, `select count(*) from audit_payloads where payload::text like '%'||$1||'%'`, password); n != 0 {
		t.Error("a password stands in the audit trail")
	}
}

func TestSignInRefusesWhatCannotBeAPassword(t *testing.T) {
	p := start(t)
	for _, body := range []object{
		{"email": "a@b.example", "password": strings.Repeat("x", 5000)}, {"email": "a\x00@b.example", "password": "x"},
		{"email": "a@b.example"}, {"email": "a@b.example", "password": ""}, {"email": "a@b.example", "password": "x", "admin": true},
	} {
		p.nobody().want(422, "POST", loginPath, body)
	}
}

func TestManyWrongPasswordsAreThrottled(t *testing.T) {
	p := start(t)
	acme := p.company("acme")
	p.user(acme, "mara@acme.example", "member")
	p.user(acme, "otto@acme.example", "member")
	counts := together(200, func(int) int {
		return p.nobody().call("POST", loginPath, object{"email": "Mara@acme.example", "password": "wrong password"}).status
	})
	if counts[401] != 10 || counts[429] != 190 {
		t.Errorf("200 parallel wrong passwords: %v", counts)
	}
	a := p.nobody().want(429, "POST", loginPath, object{"email": "mara@acme.example", "password": password})
	if a.header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	p.login(auth.Clients, "otto@acme.example", password)
	p.exec(`update throttles set window_ends_at = now() - interval '1 second'`)
	p.login(auth.Clients, "mara@acme.example", password)
	if n := value[int](p, `select count(*) from throttles where key like '%mara%' and key like 'login:%'`); n != 0 {
		t.Error("a right password doesn't end the count")
	}
}

func TestOneAddressIsThrottledAcrossAccounts(t *testing.T) {
	p := start(t)
	p.user(p.company("acme"), "mara@acme.example", "member")
	p.login(auth.Clients, "mara@acme.example", password)
	if n := value[int](p, `select tries from throttles where key = 'login:from:192.0.2.1'`); n != 0 {
		t.Errorf("a right sign-in counts %d against its address", n)
	}
	p.exec(`update throttles set tries = 100 where key = 'login:from:192.0.2.1'`)
	p.nobody().want(429, "POST", loginPath, object{"email": "mara@acme.example", "password": password})
	p.exec(`update throttles set tries = 99 where key = 'login:from:192.0.2.1'`)
	p.login(auth.Clients, "mara@acme.example", password)
}

func TestSessionEnds(t *testing.T) {
	p := start(t)
	acme := p.company("acme")
	p.user(acme, "mara@acme.example", "member")
	browser, other := p.login(auth.Clients, "mara@acme.example", password), p.login(auth.Clients, "mara@acme.example", password)
	third := p.login(auth.Clients, "mara@acme.example", password)
	const me = "/api/client-portal/auth/me"

	browser.want(204, "POST", "/api/client-portal/auth/logout", nil)
	browser.want(401, "GET", me, nil) // the old cookie is dead
	var list struct{ Items []auth.Session }
	other.want(200, "GET", "/api/client-portal/auth/sessions", nil).read(t, &list)
	if len(list.Items) != 2 || list.Items[0].Current == list.Items[1].Current {
		t.Fatalf("sessions: %+v", list.Items)
	}
	other.want(204, "DELETE", "/api/client-portal/auth/sessions", nil)
	third.want(401, "GET", me, nil)
	p.user(acme, "otto@acme.example", "member")
	stranger := p.login(auth.Clients, "otto@acme.example", password)
	own := value[string](p, `select s.id::text from sessions s join client_portal_users u on u.id = s.user_id where u.email like 'mara%'`)
	stranger.want(404, "DELETE", "/api/client-portal/auth/sessions/"+own, nil)
	stranger.want(404, "DELETE", "/api/client-portal/auth/sessions/own", nil)
	other.want(204, "DELETE", "/api/client-portal/auth/sessions/"+own, nil)
	other.want(401, "GET", me, nil)
}

func TestSessionExpires(t *testing.T) {
	p := start(t)
	p.user(p.company("acme"), "mara@acme.example", "member")
	p.employee("agent@agency.example", "agent")
	for realm, c := range map[auth.Realm]struct {
		email      string
		idle, life time.Duration
	}{
		auth.Clients: {"mara@acme.example", 7 * 24 * time.Hour, 30 * 24 * time.Hour},
		auth.Staff:   {"agent@agency.example", 12 * time.Hour, 7 * 24 * time.Hour},
	} {
		cookie := p.login(realm, c.email, password).cookie
		began := time.Now()
		admitted := func(after time.Duration) bool {
			r, _ := http.NewRequestWithContext(clock.At(t.Context(), began.Add(after)), http.MethodGet, "/", nil)
			r.AddCookie(cookie)
			_, err := p.Authenticate(r, actor.Kind(realm))
			if err != nil && fault.CodeOf(err) != fault.Unauthenticated {
				t.Fatal(err)
			}
			return err == nil
		}
		if admitted(c.idle + time.Minute) {
			t.Errorf("%s: a session unused for %v is good", realm, c.idle)
		}
		for at := time.Duration(0); at < c.life-time.Minute; at += c.idle / 2 {
			if !admitted(at) {
				t.Fatalf("%s: a session in use ended after %v", realm, at)
			}
		}
		if admitted(c.life + time.Minute) {
			t.Errorf("%s: a session is good after %v", realm, c.life)
		}
	}
}

func TestRealmsAreApart(t *testing.T) {
	p := start(t)
	acme := p.company("acme")
	p.user(acme, "mara@acme.example", "admin")
	p.employee("admin@agency.example", "admin")
	client, staff := p.login(auth.Clients, "mara@acme.example", password), p.login(auth.Staff, "admin@agency.example", password)
	client.want(401, "GET", "/api/staff/auth/me", nil)
	staff.want(401, "GET", "/api/client-portal/auth/me", nil)
	client.cookie.Name, staff.cookie.Name = staff.cookie.Name, client.cookie.Name // swapped by hand
	client.want(401, "GET", "/api/staff/auth/me", nil)
	staff.want(401, "GET", "/api/client-portal/auth/me", nil)
}

func TestClosedAccountIsOutAtOnce(t *testing.T) {
	p := start(t)
	acme := p.company("acme")
	user := p.user(acme, "mara@acme.example", "member")
	browser := p.login(auth.Clients, "mara@acme.example", password)
	const me = "/api/client-portal/auth/me"
	for _, what := range []string{
		`update client_portal_users set is_active = %s where id = $1`,
		`update customer_members set is_active = %s where user_id = $1`,
		`update customers set is_active = %s where id = (select customer_id from client_portal_users where id = $1)`,
	} {
		browser.want(200, "GET", me, nil)
		p.exec(strings.Replace(what, "%s", "false", 1), user)
		browser.want(401, "GET", me, nil)
		p.exec(strings.Replace(what, "%s", "true", 1), user)
	}
}

func TestSessionCookie(t *testing.T) {
	p := start(t)
	p.user(p.company("acme"), "mara@acme.example", "member")
	c := p.login(auth.Clients, "mara@acme.example", password).cookie
	if c.Name != "portal_session" || !c.HttpOnly || c.Secure || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" {
		t.Errorf("over http: %v", c)
	}
	secrets, err := secret.Load("", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	https := auth.New(auth.Config{DB: p.d.DB, Secrets: secrets, BaseURL: "https://portal.example"})
	for realm, name := range map[auth.Realm]string{auth.Clients: "__Host-portal_session", auth.Staff: "__Host-portal_staff_session"} {
		c := https.Cookie(auth.SignIn{Realm: realm, Token: "x"})
		if c.Name != name || !c.Secure || !c.HttpOnly || c.Path != "/" {
			t.Errorf("over https: %v", c)
		}
	}
	if n := value[int](p, `select count(*) from sessions where encode(token_hash, 'escape') = $1`, c.Value); n != 0 {
		t.Error("the token itself is stored")
	}
}
