package ga4_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"clientportal/internal/datasource/ga4/ga4sim"
	"clientportal/internal/datasource/upstream"
)

func readAll(r *http.Request) string {
	b, err := io.ReadAll(r.Body)
	if err != nil {
		return ""
	}
	return string(b)
}

func readCloser(s string) io.ReadCloser { return io.NopCloser(strings.NewReader(s)) }

// finding is the one of this name.
func finding(list []upstream.Finding, name string) (upstream.Finding, bool) {
	for _, f := range list {
		if strings.Contains(f.Name, name) {
			return f, true
		}
	}
	return upstream.Finding{}, false
}

func TestTheTestSaysWhatIsMissing(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, property string
		fault          ga4sim.Fault
		finding, words string
	}{
		{"role", "444", ga4sim.Fault{}, "Role Viewer on property 444", "portal@simulated-project.iam.gserviceaccount.com"},
		{"no such property", "999", ga4sim.Fault{}, "Role Viewer on property 999", "Viewer"},
		{"scope", "111", ga4sim.Fault{Kind: ga4sim.ScopeMissing, On: "metadata"}, "Scope analytics.readonly", "lacks the scope"},
		{"api", "111", ga4sim.Fault{Kind: ga4sim.APIDisabled, On: "metadata"}, "Google Analytics Data API", "Enable it"},
		{"key", "111", ga4sim.Fault{Kind: ga4sim.InvalidGrant, On: "token"}, "Key or sign-in", "revoked"},
		{"metrics", "333", ga4sim.Fault{}, "Metrics", "ga4.purchase_revenue"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := setUp(t, nil)
			s.property(c.property)
			if c.fault.Kind != "" {
				s.sim.Fail(c.fault)
			}
			found, err := s.source.Test(t.Context(), s.conn)
			if err != nil {
				t.Fatal(err)
			}
			if f, ok := finding(found, c.finding); !ok || f.OK || !strings.Contains(f.Message, c.words) {
				t.Errorf("it found %+v", found)
			}
		})
	}
}

func TestTheTestFindsNothingMissing(t *testing.T) {
	t.Parallel()
	s := setUp(t, nil)
	found, err := s.source.Test(t.Context(), s.conn)
	if err != nil || len(found) != 4 {
		t.Fatalf("it found %+v, %v", found, err)
	}
	for _, f := range found {
		if !f.OK {
			t.Errorf("it found %+v", f)
		}
	}
	s.sim.Fail(ga4sim.Fault{Kind: ga4sim.ServerError, On: "metadata"})
	if _, err := s.source.Test(t.Context(), s.conn); err == nil {
		t.Error("an outage of Google was told as something missing")
	}
}

func TestAccountsAreThePropertiesThatTheCredentialsSee(t *testing.T) {
	t.Parallel()
	s := setUp(t, nil)
	s.conn.Settings = nil
	accounts, err := s.source.Accounts(t.Context(), s.conn)
	if err != nil || len(accounts) != 3 {
		t.Fatalf("the accounts are %+v, %v", accounts, err)
	}
	for i, want := range []upstream.Account{
		{ID: "111", Name: "Website 111 (Simulated)"}, {ID: "333", Name: "Website 333 (Simulated)"}, {ID: "222", Name: "Web shop (Dapper)"},
	} {
		if got := accounts[i]; got.ID != want.ID || got.Name != want.Name || string(got.Settings) != `{"property_id":"`+want.ID+`"}` {
			t.Errorf("one is %+v, and not %s", got, want.Name)
		}
	}
}

// The list has an API of its own: where a project lacks it, an ID can be entered.
func TestWithoutTheAdminAPIThePropertyIsLookedUpByItsID(t *testing.T) {
	t.Parallel()
	s := setUp(t, nil)
	s.property("222")
	s.sim.Fail(ga4sim.Fault{Kind: ga4sim.APIDisabled, On: "accountSummaries", Times: 2})
	accounts, err := s.source.Accounts(t.Context(), s.conn)
	if err != nil || len(accounts) != 1 || accounts[0].Currency != "USD" || accounts[0].Zone != "America/New_York" || string(accounts[0].Settings) != `{"property_id":"222"}` {
		t.Errorf("the accounts are %+v, %v", accounts, err)
	}
	s.conn.Settings = nil
	_, err = s.source.Accounts(t.Context(), s.conn)
	if f, ok := upstream.AsFailure(err); !ok || f.Kind != upstream.Fix || !strings.Contains(f.Staff, "Admin API") {
		t.Errorf("without an ID: %v", err)
	}
	if _, err := s.source.Accounts(t.Context(), s.conn); err != nil {
		t.Errorf("once it is enabled: %v", err)
	}
}

// An assertion is made for Google's own address, wherever it is sent on the way there.
func TestAnAssertionIsMadeForGoogle(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"https://oauth2.googleapis.com/token", "https://accounts.google.com/o/oauth2/token"} {
		s := setUp(t, nil)
		var key map[string]string
		if err := json.Unmarshal([]byte(s.sim.ServiceAccountJSON()), &key); err != nil {
			t.Fatal(err)
		}
		key["token_uri"] = address
		s.conn.Credentials = object(t, map[string]any{"service_account_json": key})
		if found, err := s.source.Test(t.Context(), s.conn); err != nil || len(found) == 0 || !found[0].OK {
			t.Errorf("a key of %s: %+v, %v", address, found, err)
		}
	}
}

// A person agrees at Google, the code becomes a refresh token, and that reads.
func TestSignInWithGoogle(t *testing.T) {
	t.Parallel()
	s := setUp(t, nil)
	app := upstream.App{ClientID: ga4sim.ClientID, ClientSecret: ga4sim.ClientSecret}
	const redirect = "https://portal.example/callback"
	at, err := s.source.AuthorizeURL(app, nil, "state-1", redirect)
	if err != nil || strings.Contains(at, app.ClientSecret) {
		t.Fatalf("the address is %s, %v", at, err)
	}
	browser := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := browser.Get(at)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	back, err := url.Parse(resp.Header.Get("Location"))
	if err != nil || back.Query().Get("state") != "state-1" || !strings.HasPrefix(back.String(), redirect) {
		t.Fatalf("it leads to %s, %v", back, err)
	}
	code := back.Query().Get("code")
	s.conn.ConnectionType, s.conn.Credentials = "oauth", object(t, map[string]string{"client_id": app.ClientID, "client_secret": app.ClientSecret})
	if err := s.source.Check("oauth", s.conn.Credentials, s.conn.Settings); err != nil {
		t.Errorf("an app without a sign-in is %v", err)
	}
	if f := s.fails(week); f.Kind != upstream.Reauthorise || f.Code != "not_signed_in" {
		t.Errorf("before the sign-in it is %s %s", f.Kind, f.Code)
	}
	credentials, err := s.source.Exchange(t.Context(), s.conn, app, code, redirect)
	if err != nil {
		t.Fatal(err)
	}
	s.conn.Credentials = credentials
	if s.read(week).sum("daily", "ga4.sessions", "").IsZero() {
		t.Error("nothing was read")
	}
	if _, err := s.source.Exchange(t.Context(), s.conn, app, code, redirect); err == nil {
		t.Error("a code was exchanged twice")
	}
}

func TestARevokedRefreshTokenMustBeAuthorisedAgain(t *testing.T) {
	t.Parallel()
	s := setUp(t, nil)
	s.conn.ConnectionType = "oauth"
	s.conn.Credentials = object(t, map[string]string{"client_id": ga4sim.ClientID, "client_secret": ga4sim.ClientSecret, "refresh_token": s.sim.RefreshToken()})
	s.read(week)
	s.sim.Revoke(s.sim.RefreshToken())
	f := s.fails(week)
	if f.Kind != upstream.Reauthorise || f.Code != "invalid_grant" {
		t.Errorf("it is %s %s", f.Kind, f.Code)
	}
	s.secretFree(f.Error() + f.Cause.Error())
	s.conn.Credentials = object(t, map[string]string{"client_id": ga4sim.ClientID, "client_secret": "wrong", "refresh_token": "x"})
	if f := s.fails(week); f.Kind != upstream.Fix || f.Code != "invalid_client" {
		t.Errorf("a wrong secret is %s %s", f.Kind, f.Code)
	}
}
