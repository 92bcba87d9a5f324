package meta_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"clientportal/internal/datasource/meta/metasim"
	"clientportal/internal/datasource/upstream"
	"clientportal/internal/fault"
)

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
	s := setUp(t, nil)
	soon, later := now.Add(72*time.Hour), now.Add(50*24*time.Hour)
	for _, c := range []struct{ name, token, account, finding, words string }{
		{"token", "EAAwrong", "100", "Access token", "does not accept"},
		{"account", s.sim.Token(), "400", "Ad account 400", "ad account ID is wrong"},
		{"scope", s.sim.UserToken(later, later, "public_profile"), "100", "Permission ads_read", "ads_read"},
		{"expired", s.sim.UserToken(now.Add(-time.Hour), later, "ads_read"), "100", "Access token", "expired"},
		{"ends soon", s.sim.UserToken(soon, later, "ads_read"), "100", "Token ends", "2026-11-28"},
		{"data ends soon", s.sim.UserToken(later, soon, "ads_read"), "100", "Access to data ends", "2026-11-28"},
		{"unsettled", s.sim.Token(), "300", "Ad account 300", "payment"},
		{"none chosen", s.sim.Token(), "", "Ad account", "chosen"},
	} {
		s.token(c.token)
		s.account(c.account)
		found, err := s.source.Test(t.Context(), s.conn)
		if f, ok := finding(found, c.finding); err != nil || !ok || f.OK || !strings.Contains(f.Message, c.words) {
			t.Errorf("%s: it found %+v, %v", c.name, found, err)
		}
		for _, f := range found {
			if strings.Contains(f.Message, c.token) {
				t.Errorf("%s: the token is in %q", c.name, f.Message)
			}
		}
	}
	s.token(s.sim.Token())
	s.account("100")
	found, err := s.source.Test(t.Context(), s.conn)
	if err != nil || len(found) != 3 {
		t.Fatalf("it found %+v, %v", found, err)
	}
	for _, f := range found {
		if !f.OK {
			t.Errorf("it found %+v", f)
		}
	}
	s.sim.Fail(metasim.Fault{Kind: metasim.Service})
	if _, err := s.source.Test(t.Context(), s.conn); err == nil {
		t.Error("an outage of Meta was told as something missing")
	}
}

// The earlier of a token's ends is kept with the run, so that staff are warned before.
func TestATokensEndIsNoted(t *testing.T) {
	t.Parallel()
	s := setUp(t, nil)
	ends := now.Add(20 * 24 * time.Hour).Truncate(time.Second)
	s.token(s.sim.UserToken(ends.Add(24*time.Hour), ends, "ads_read"))
	s.read(window("2026-11-20", "2026-11-26"))
	if got, _ := s.notes["token_expires_at"].(time.Time); !got.Equal(ends) {
		t.Errorf("it noted %v", s.notes["token_expires_at"])
	}
	delete(s.notes, "token_expires_at")
	s.token(s.sim.Token())
	s.read(window("2026-11-20", "2026-11-26"))
	if got, noted := s.notes["token_expires_at"]; noted {
		t.Errorf("a system user's token ends %v", got)
	}
}

func TestAccountsAreWhatTheTokenSees(t *testing.T) {
	t.Parallel()
	s := setUp(t, nil)
	s.conn.Settings = nil
	accounts, err := s.source.Accounts(t.Context(), s.conn)
	if err != nil || len(accounts) != 3 {
		t.Fatalf("the accounts are %+v, %v", accounts, err)
	}
	a := accounts[1]
	if a.ID != "200" || a.Name != "Dapper" || a.Currency != "USD" || a.Zone != "America/New_York" || s.source.Check("access_token", s.conn.Credentials, a.Settings) != nil {
		t.Errorf("an account is %+v with %s", a, a.Settings)
	}
}

func TestSignInWithFacebook(t *testing.T) {
	t.Parallel()
	s := setUp(t, nil)
	app := upstream.App{ClientID: metasim.AppID, ClientSecret: metasim.AppSecret}
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
	if err != nil || back.Query().Get("state") != "state-1" {
		t.Fatalf("it leads to %s, %v", back, err)
	}
	s.conn.ConnectionType, s.conn.Credentials = "oauth", json.RawMessage(`{"client_id":"`+app.ClientID+`","client_secret":"`+app.ClientSecret+`"}`)
	if err := s.source.Check("oauth", s.conn.Credentials, s.conn.Settings); err != nil {
		t.Errorf("an app without a sign-in is %v", err)
	}
	if f := s.fails(week); f.Kind != upstream.Reauthorise || f.Code != "not_signed_in" {
		t.Errorf("before the sign-in it is %s %s", f.Kind, f.Code)
	}
	credentials, err := s.source.Exchange(t.Context(), s.conn, app, back.Query().Get("code"), redirect)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(credentials), app.ClientSecret) {
		t.Error("nobody could sign in again: the app is not kept")
	}
	s.conn.Credentials = credentials
	s.read(window("2026-11-20", "2026-11-26"))
	if got, _ := s.notes["token_expires_at"].(time.Time); got.Before(now.AddDate(0, 0, 59)) {
		t.Errorf("the token ends %v: it was not exchanged for a long one", got)
	}
	_, err = s.source.Exchange(t.Context(), s.conn, app, back.Query().Get("code"), redirect)
	f, ok := upstream.AsFailure(err)
	if !ok || strings.Contains(f.Error()+f.Cause.Error(), app.ClientSecret) {
		t.Errorf("a code was exchanged twice: %v", err)
	}
}

func TestCheckNamesTheField(t *testing.T) {
	t.Parallel()
	s := setUp(t, nil)
	const good = `{"access_token":"EAAgood"}`
	for _, c := range []struct{ connection, credentials, settings, field string }{
		{"access_token", `{}`, `{}`, "credentials.access_token"},
		{"access_token", `{"access_token":"with space"}`, `{}`, "credentials.access_token"},
		{"access_token", `"text"`, `{}`, "credentials"},
		{"access_token", good, `{"ad_account_id":"act_12/../me"}`, "settings.ad_account_id"},
		{"access_token", good, `{"ad_account_id":"1","attribution_windows":["7d_view"]}`, "settings.attribution_windows"},
		{"access_token", good, `{"attribution_windows":"28d_view, 1d_click"}`, "settings.attribution_windows"},
		{"access_token", good, `{"attribution_windows":7}`, "settings"},
		{"oauth", `{"client_id":"1"}`, `{}`, "credentials.client_secret"},
		{"access_token", `{"client_id":"1","client_secret":"2"}`, `{}`, "credentials.access_token"},
		{"password", good, `{}`, "connection_type"},
	} {
		err := s.source.Check(c.connection, json.RawMessage(c.credentials), json.RawMessage(c.settings))
		if f, ok := errors.AsType[*fault.Error](err); !ok || f.Code != fault.Invalid || f.Fields[0].Name != c.field {
			t.Errorf("%s %s %s is %v, wanted %s", c.connection, c.credentials, c.settings, err, c.field)
		}
	}
	for _, settings := range []string{`{"ad_account_id":"act_12"}`, `{"ad_account_id":12}`, `{"attribution_windows":["1d_click","1d_ev"]}`, `{"attribution_windows":"7d_click,1d_view"}`, `{}`, ``} {
		if err := s.source.Check("oauth", json.RawMessage(good), json.RawMessage(settings)); err != nil {
			t.Errorf("%s is %v", settings, err)
		}
	}
}
