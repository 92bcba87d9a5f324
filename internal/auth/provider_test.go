package auth_test

import (
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"

	"clientportal/internal/actor"
	"clientportal/internal/audit"
	"clientportal/internal/auth"
	"clientportal/internal/web"
)

// withProvider is a portal with pages where one can sign in with the simulator,
// under the given name.
func withProvider(t *testing.T, name string) (*portal, *simulator) {
	t.Helper()
	sim := simulate(t)
	p := start(t, sim.provider(name))
	pages := web.NewPages(p.table, shell, web.Flashes{})
	p.Pages(pages)
	p.StaffPages(pages)
	return p, sim
}

// traveller is a browser that follows each redirect only when told to.
type traveller struct {
	p      *portal
	client *http.Client
}

func (p *portal) traveller() *traveller {
	p.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		p.t.Fatal(err)
	}
	return &traveller{p, &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// visit returns where an address leads, and its status.
func (v *traveller) visit(address string) (to string, status int) {
	v.p.t.Helper()
	r, err := http.NewRequestWithContext(v.p.t.Context(), http.MethodGet, address, nil)
	if err != nil {
		v.p.t.Fatal(err)
	}
	answer, err := v.client.Do(r)
	if err != nil {
		v.p.t.Fatal(err)
	}
	answer.Body.Close()
	return answer.Header.Get("Location"), answer.StatusCode
}

// signIn goes to the provider and back, and returns where that ends.
func (v *traveller) signIn(path string) string {
	v.p.t.Helper()
	there, status := v.visit(v.p.url + path)
	if status != http.StatusSeeOther {
		v.p.t.Fatalf("%s answered %d", path, status)
	}
	back, _ := v.visit(there)
	if !strings.HasPrefix(back, v.p.url) {
		v.p.t.Fatalf("the provider leads to %q", back)
	}
	end, _ := v.visit(back)
	return end
}

// caller is the traveller's session, for the JSON API.
func (v *traveller) session(name string) caller {
	u, _ := url.Parse(v.p.url)
	for _, c := range v.client.Jar.Cookies(u) {
		if c.Name == name {
			return caller{p: v.p, cookie: c}
		}
	}
	return caller{p: v.p}
}

func claims(subject, email string, verified any) object {
	return object{"sub": subject, "email": email, "email_verified": verified, "given_name": "Mara", "family_name": "Lind"}
}

func TestInvitedPersonSignsInWithProvider(t *testing.T) {
	p, sim := withProvider(t, "google")
	acme := p.company("acme")
	if _, err := p.Invite(p.system(), acme, "mara@acme.example", actor.Approver); err != nil {
		t.Fatal(err)
	}
	sim.says(claims("s-1", "Mara@acme.example", true))
	v := p.traveller()
	if end := v.signIn("/login/google?next=/tickets"); end != "/tickets" {
		t.Fatalf("led to %s", end)
	}
	var me auth.Me
	v.session("portal_session").want(200, "GET", mePath, nil).read(t, &me)
	if me.User.Role != "approver" || me.User.FirstName != "Mara" || me.User.HasPassword {
		t.Errorf("%+v", me.User)
	}
	sim.says(claims("s-1", "renamed@elsewhere.example", false)) // from now on the subject counts
	if end := p.traveller().signIn("/login/google?next=//evil.example"); end != "/" {
		t.Errorf("led to %s", end)
	}
	sim.says(claims("s-2", "mara@acme.example", true)) // the address is somebody else's now
	if end := p.traveller().signIn("/login/google"); end != "/login" {
		t.Errorf("led to %s", end)
	}
	for action, want := range map[string]int{"auth.link_provider": 1, "member.join": 1, "auth.login": 2} {
		if n := p.events(action, audit.Success); n != want {
			t.Errorf("%d events of %s, want %d", n, action, want)
		}
	}
}

func TestProviderLinksOnlyAddressesItVouchesFor(t *testing.T) {
	p, sim := withProvider(t, "microsoft")
	acme := p.company("acme")
	p.user(acme, "mara@acme.example", "member")
	p.exec(`update client_portal_users set is_active = false where id = $1`, p.user(acme, "gone@acme.example", "member"))
	p.stakeholder(acme, "stake@acme.example", false)
	p.employee("agent@agency.example", "agent")
	with := func(c object, name string, v any) object {
		c[name] = v
		return c
	}
	for _, c := range []struct {
		name   string
		path   string
		claims object
		end    string
	}{
		{"an address not vouched for", "", claims("1", "mara@acme.example", false), "/login"},
		{"no word about it", "", object{"sub": "1", "email": "mara@acme.example"}, "/login"},
		{"an owner of the domain", "", with(object{"sub": "1", "email": "mara@acme.example"}, "xms_edov", true), "/"},
		{"a stakeholder", "", claims("2", "stake@acme.example", "true"), "/"},
		{"a stranger", "", claims("3", "stranger@nowhere.example", true), "/login"},
		{"a closed account", "", claims("4", "gone@acme.example", true), "/login"},
		{"no address", "", object{"sub": "5", "email_verified": true}, "/login"},
		{"an employee at the clients' door", "", claims("6", "agent@agency.example", true), "/login"},
		{"a client at the staff's door", "/staff", claims("7", "mara@acme.example", true), "/staff/login"},
		{"an employee", "/staff", claims("8", "agent@agency.example", true), "/staff"},
		{"another audience", "", with(claims("1", "mara@acme.example", true), "aud", "other"), "/login"},
		{"another issuer", "", with(claims("1", "mara@acme.example", true), "iss", "https://evil.example"), "/login"},
		{"an expired token", "", with(claims("1", "mara@acme.example", true), "exp", 1), "/login"},
		{"another nonce", "", with(claims("1", "mara@acme.example", true), "nonce", "x"), "/login"},
	} {
		sim.says(c.claims)
		if end := p.traveller().signIn(c.path + "/login/microsoft"); end != c.end {
			t.Errorf("%s: led to %s, want %s", c.name, end, c.end)
		}
	}
}

func TestProviderEndsPendingRegistration(t *testing.T) {
	p, sim := withProvider(t, "google")
	p.stakeholder(p.company("acme"), "mara@acme.example", false)
	p.nobody().want(202, "POST", registerPath, registration("mara@acme.example", "the attacker's words"))
	token := p.token("mara@acme.example", "token")
	sim.says(claims("s-1", "mara@acme.example", true))
	if end := p.traveller().signIn("/login/google"); end != "/" {
		t.Fatalf("led to %s", end)
	}
	p.nobody().want(422, "POST", verifyPath, object{"token": token})
	p.nobody().want(401, "POST", loginPath, object{"email": "mara@acme.example", "password": "the attacker's words"})
}

func TestProviderDoesNotReplaceTheSecondFactor(t *testing.T) {
	p, sim := withProvider(t, "google")
	p.user(p.company("acme"), "mara@acme.example", "member")
	_, recovery := p.withSecondFactor(p.login(auth.Clients, "mara@acme.example", password), auth.Clients)
	sim.says(claims("s-1", "mara@acme.example", true))
	v := p.traveller()
	if end := v.signIn("/login/google?next=/tickets"); end != "/login/code" {
		t.Fatalf("led to %s", end)
	}
	v.session("portal_session").want(401, "GET", mePath, nil)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, p.url+"/login/code", strings.NewReader(url.Values{"code": {recovery[0]}}.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer, err := v.client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.Header.Get("Location") != "/tickets" {
		t.Errorf("led to %s, %d", answer.Header.Get("Location"), answer.StatusCode)
	}
	v.session("portal_session").want(200, "GET", mePath, nil)
}

func TestProvidersAnswerCountsOnlyInTheBrowserThatAsked(t *testing.T) {
	p, sim := withProvider(t, "google")
	p.user(p.company("acme"), "mara@acme.example", "member")
	sim.says(claims("s-1", "mara@acme.example", true))
	victim, attacker := p.traveller(), p.traveller()
	there, _ := attacker.visit(p.url + "/login/google")
	back, _ := attacker.visit(there)
	if end, _ := victim.visit(back); end != "/login" { // it never asked
		t.Errorf("led to %s", end)
	}
	_, _ = victim.visit(p.url + "/login/google")
	if end, _ := victim.visit(back); end != "/login" { // it asked for something else
		t.Errorf("led to %s", end)
	}
	victim.session("portal_session").want(401, "GET", mePath, nil)
	if sim.traded != 0 {
		t.Error("a code of another trip was brought to the provider")
	}
	if end, _ := attacker.visit(back + "&state=other"); end != "/" { // the first state counts
		t.Errorf("led to %s", end)
	}
	if end, _ := attacker.visit(back); end != "/login" || sim.traded != 1 { // the trip is over
		t.Errorf("led to %s, %d trades", end, sim.traded)
	}
	if _, status := attacker.visit(p.url + "/login/nowhere"); status != http.StatusNotFound {
		t.Errorf("an unknown provider answered %d", status)
	}
	if _, status := attacker.visit(p.url + "/login/nowhere/callback"); status != http.StatusNotFound {
		t.Errorf("an unknown provider's callback answered %d", status)
	}
}

func TestProviderThatIsAway(t *testing.T) {
	p, sim := withProvider(t, "google")
	sim.server.Close()
	if _, status := p.traveller().visit(p.url + "/login/google"); status != http.StatusServiceUnavailable {
		t.Errorf("answered %d", status)
	}
}
