package auth_test

import (
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"clientportal/internal/audit"
	"clientportal/internal/auth"
)

// codeAt is what an authenticator app shows, some steps from now.
func codeAt(t *testing.T, secret string, steps int) string {
	t.Helper()
	code, err := totp.GenerateCode(secret, time.Now().Add(time.Duration(steps)*30*time.Second))
	if err != nil {
		t.Fatal(err)
	}
	return code
}

// withSecondFactor turns a person's second factor on, with the code of the step
// before, so that those of now and of the next one are unused.
func (p *portal) withSecondFactor(browser caller, realm auth.Realm) (secret string, recovery []string) {
	p.t.Helper()
	path := apiOf(realm) + "/auth/two-factor"
	var factor struct {
		Secret string
		URL    string `json:"otpauth_url"`
	}
	browser.want(200, "POST", path, nil).read(p.t, &factor)
	if !strings.HasPrefix(factor.URL, "otpauth://totp/Northlight:") {
		p.t.Errorf("the address is %s", factor.URL)
	}
	browser.want(422, "POST", path+"/confirm", object{"code": "12345x"})
	var codes struct {
		Codes []string `json:"recovery_codes"`
	}
	browser.want(200, "POST", path+"/confirm", object{"code": codeAt(p.t, factor.Secret, -1)}).read(p.t, &codes)
	return factor.Secret, codes.Codes
}

func TestSecondFactor(t *testing.T) {
	p := start(t)
	p.user(p.company("acme"), "mara@acme.example", "member")
	browser := p.login(auth.Clients, "mara@acme.example", password)
	secret, recovery := p.withSecondFactor(browser, auth.Clients)
	if len(recovery) != 10 {
		t.Fatalf("%d recovery codes", len(recovery))
	}
	if n := value[int](p, `select count(*) from client_portal_users where two_factor_secret like '%'||$1||'%'`, secret); n != 0 {
		t.Error("the secret is stored as it is")
	}
	browser.want(409, "POST", "/api/client-portal/auth/two-factor", nil)

	credentials := func(code string) object {
		return object{"email": "mara@acme.example", "password": password, "totp_code": code}
	}
	a := p.nobody().want(401, "POST", loginPath, object{"email": "mara@acme.example", "password": password})
	var problem struct{ Type string }
	if a.read(t, &problem); !strings.HasSuffix(problem.Type, "/second-factor-required") || a.cookie != nil {
		t.Errorf("without a code: %s", a.body)
	}
	p.nobody().want(401, "POST", loginPath, credentials(codeAt(t, secret, -1))) // used to turn it on
	p.nobody().want(401, "POST", loginPath, credentials(codeAt(t, secret, 3)))
	code := codeAt(t, secret, 0)
	counts := together(8, func(int) int { return p.nobody().call("POST", loginPath, credentials(code)).status })
	if counts[200] != 1 {
		t.Errorf("8 parallel sign-ins with one code: %v", counts)
	}
	p.exec(`delete from throttles`)
	p.nobody().want(200, "POST", loginPath, credentials(codeAt(t, secret, 1)))

	counts = together(8, func(int) int { return p.nobody().call("POST", loginPath, credentials(recovery[0])).status })
	if counts[200] != 1 {
		t.Errorf("8 parallel sign-ins with one recovery code: %v", counts)
	}
	p.exec(`delete from throttles`)
	p.nobody().want(200, "POST", loginPath, credentials(" "+strings.ToUpper(strings.ReplaceAll(recovery[1], "-", ""))))
	for action, want := range map[string]int{"second_factor.prepare": 1, "second_factor.enable": 1, "auth.login": 5} {
		if got := p.events(action, audit.Success); got != want {
			t.Errorf("%d events of %s, want %d", got, action, want)
		}
	}
}

func TestGuessedCodesAreThrottled(t *testing.T) {
	p := start(t)
	p.user(p.company("acme"), "mara@acme.example", "member")
	p.withSecondFactor(p.login(auth.Clients, "mara@acme.example", password), auth.Clients)
	p.exec(`delete from throttles`)
	right := object{"email": "mara@acme.example", "password": password}
	guess := object{"email": "mara@acme.example", "password": password, "totp_code": "000000"}
	for range 10 {
		p.nobody().want(401, "POST", loginPath, right) // asking for the code gives no further tries
		p.nobody().want(401, "POST", loginPath, guess)
	}
	p.nobody().want(429, "POST", loginPath, guess)
}

func TestSecondFactorStaysAfterReset(t *testing.T) {
	p := start(t)
	p.user(p.company("acme"), "mara@acme.example", "member")
	p.withSecondFactor(p.login(auth.Clients, "mara@acme.example", password), auth.Clients)
	p.nobody().want(202, "POST", forgotPath, object{"email": "mara@acme.example"})
	p.nobody().want(204, "POST", resetPath, object{"token": p.token("mara@acme.example", "token"), "password": "seven green herons"})
	a := p.nobody().want(401, "POST", loginPath, object{"email": "mara@acme.example", "password": "seven green herons"})
	if !strings.Contains(a.body, "second-factor-required") {
		t.Error(a.body)
	}
}

func TestSecondFactorTakesProofToChange(t *testing.T) {
	p := start(t)
	p.employee("agent@agency.example", "agent")
	browser := p.login(auth.Staff, "agent@agency.example", password)
	secret, recovery := p.withSecondFactor(browser, auth.Staff)
	const path = "/api/staff/auth/two-factor"
	code := codeAt(t, secret, 0)
	for _, bad := range []object{{"password": "wrong", "code": code}, {"code": code}, {"password": password, "code": "000000"}} {
		browser.want(422, "POST", path+"/disable", bad)
		browser.want(422, "POST", path+"/recovery-codes", bad)
	}
	var renewed struct {
		Codes []string `json:"recovery_codes"`
	}
	browser.want(200, "POST", path+"/recovery-codes", object{"password": password, "code": code}).read(t, &renewed)
	browser.want(422, "POST", path+"/disable", object{"password": password, "code": recovery[0]}) // void now
	browser.want(204, "POST", path+"/disable", object{"password": password, "code": renewed.Codes[0]})
	p.login(auth.Staff, "agent@agency.example", password)
	if n := value[int](p, `select count(*) from recovery_codes`); n != 0 {
		t.Errorf("%d recovery codes are left", n)
	}
}
