package shopify

import (
	"encoding/json"
	"net/http"
	"net/url"
	"testing"
	"time"

	"clientportal/internal/datasource/shopify/shopifysim"
	"clientportal/internal/datasource/upstream"
)

var app = upstream.App{ClientID: "client-dapper", ClientSecret: "secret-dapper"}

func (s *scene) renew() {
	s.t.Helper()
	creds, err := s.source.Renew(s.t.Context(), s.conn)
	if err != nil {
		s.t.Fatalf("renewing: %v", err)
	}
	s.conn.Credentials = creds
}

func TestClientCredentialsLastADay(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.conn.ConnectionType = byClient
	s.conn.Credentials = json.RawMessage(`{"client_id":"client-dapper","client_secret":"secret-dapper"}`)
	if ends := s.source.Expires(s.conn.Credentials); ends.IsZero() || ends.After(noon) {
		t.Errorf("a token that was never fetched ends at %s", ends)
	}
	w := window("2026-10-01", "2026-10-03")
	s.read(w) // a test of the connection comes before anything is stored
	s.renew()
	if ends := s.source.Expires(s.conn.Credentials); ends.Before(s.clock().Add(23*time.Hour)) || ends.After(s.clock().Add(24*time.Hour)) {
		t.Errorf("the token ends at %s", ends)
	}
	s.read(w)
	s.pass(25 * time.Hour)
	s.read(w)
	s.conn.Credentials = json.RawMessage(`{"client_id":"client-dapper","client_secret":"wrong"}`)
	if _, err := s.source.Renew(t.Context(), s.conn); kindOf(err) != upstream.Fix {
		t.Errorf("a wrong secret: %v", err)
	}
}

func kindOf(err error) upstream.Kind {
	if f, ok := upstream.AsFailure(err); ok {
		return f.Kind
	}
	return ""
}

// authorise goes the way of a browser and returns what comes back.
func (s *scene) authorise() url.Values {
	s.t.Helper()
	address, err := s.source.AuthorizeURL(app, s.conn.Settings, "state-1", "https://portal.example/back")
	if err != nil {
		s.t.Fatal(err)
	}
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Get(address)
	if err != nil {
		s.t.Fatal(err)
	}
	resp.Body.Close()
	back, err := url.Parse(resp.Header.Get("Location"))
	if err != nil || back.Host != "portal.example" {
		s.t.Fatalf("it leads back to %v", back)
	}
	return back.Query()
}

func (s *scene) connect() {
	s.t.Helper()
	s.conn.ConnectionType, s.conn.Credentials = byOAuth, nil
	creds, err := s.source.Exchange(s.t.Context(), s.conn, app, s.authorise().Get("code"), "https://portal.example/back")
	if err != nil {
		s.t.Fatal(err)
	}
	s.conn.Credentials = creds
}

func TestTheCallbackIsSigned(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	query := s.authorise()
	if query.Get("state") != "state-1" {
		t.Errorf("the state is %q", query.Get("state"))
	}
	check := func(change func(url.Values), settings string, now time.Time, secret string) error {
		q := url.Values{}
		for name := range query {
			q.Set(name, query.Get(name))
		}
		change(q)
		return s.source.VerifyCallback(upstream.App{ClientSecret: secret}, json.RawMessage(settings), q, now)
	}
	same := func(url.Values) {}
	if err := check(same, `{"shop":"dapper"}`, noon, app.ClientSecret); err != nil {
		t.Errorf("a good callback: %v", err)
	}
	for name, err := range map[string]error{
		"another code":    check(func(q url.Values) { q.Set("code", "x") }, `{"shop":"dapper"}`, noon, app.ClientSecret),
		"one more field":  check(func(q url.Values) { q.Set("x", "x") }, `{"shop":"dapper"}`, noon, app.ClientSecret),
		"no signature":    check(func(q url.Values) { q.Del("hmac") }, `{"shop":"dapper"}`, noon, app.ClientSecret),
		"another secret":  check(same, `{"shop":"dapper"}`, noon, "other"),
		"another shop":    check(same, `{"shop":"other"}`, noon, app.ClientSecret),
		"a day later":     check(same, `{"shop":"dapper"}`, noon.Add(25*time.Hour), app.ClientSecret),
		"no secret known": check(func(q url.Values) { q.Set("hmac", "") }, `{"shop":"dapper"}`, noon, ""),
	} {
		if err == nil {
			t.Errorf("%s was let through", name)
		}
	}
	if _, err := s.source.AuthorizeURL(app, json.RawMessage(`{"shop":"evil.example"}`), "s", "https://portal.example"); err == nil {
		t.Error("another host can be authorised at")
	}
}

func TestOAuthTokensRotate(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.connect()
	w := window("2026-10-01", "2026-10-03")
	s.read(w)
	first := s.conn.Credentials
	if ends, _ := s.notes["token_expires_at"].(time.Time); ends.Before(noon.AddDate(0, 0, 89)) {
		t.Errorf("the authorisation ends at %s", ends)
	}
	if ends := s.source.Expires(first); ends.Before(noon.Add(59*time.Minute)) || ends.After(noon.Add(time.Hour)) {
		t.Errorf("the token ends at %s", ends)
	}
	s.pass(2 * time.Hour)
	s.fails(upstream.Reauthorise, "HTTP 401") // which whoever calls takes for a reason to renew first
	s.renew()
	s.read(w)
	if s.conn.Credentials = first; kindOf(second(s.source.Renew(t.Context(), s.conn))) != upstream.Reauthorise {
		t.Error("a refresh token serves though what it brought was used")
	}
}

func second[T any](_ T, err error) error { return err }

func TestALostAnswerIsSurvived(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.connect()
	s.pass(2 * time.Hour)
	s.store.Fail(shopifysim.LostToken, 1)
	s.renew() // asks again by itself
	s.read(window("2026-10-01", "2026-10-03"))
	s.pass(2 * time.Hour)
	s.store.Fail(shopifysim.LostToken, 2)
	if _, err := s.source.Renew(t.Context(), s.conn); kindOf(err) != upstream.Retry {
		t.Fatalf("two lost answers: %v", err)
	}
	s.renew() // with what is stored still
	s.read(window("2026-10-01", "2026-10-03"))
	s.pass(2 * time.Hour)
	s.store.Fail(shopifysim.TokenDown, 1)
	if _, err := s.source.Renew(t.Context(), s.conn); kindOf(err) != upstream.Retry {
		t.Errorf("the token address is down: %v", err)
	}
}

func TestUnauthorisedAndLastingTokens(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	if ends := s.source.Expires(s.conn.Credentials); !ends.IsZero() {
		t.Errorf("a custom app's token ends at %s", ends)
	}
	before := string(s.conn.Credentials)
	if s.renew(); string(s.conn.Credentials) != before {
		t.Error("a token that lasts was changed")
	}
	s.conn.ConnectionType, s.conn.Credentials = byOAuth, nil
	s.fails(upstream.Reauthorise, "NO_TOKEN")
	if _, err := s.source.Renew(t.Context(), s.conn); kindOf(err) != upstream.Reauthorise {
		t.Errorf("renewing what was never authorised: %v", err)
	}
}
