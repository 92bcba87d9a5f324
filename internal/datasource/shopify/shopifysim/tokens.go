package shopifysim

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// tokens are what a shop's app may sign in with.
type tokens struct {
	access  map[string]*pair // by access token
	refresh map[string]*pair // by refresh token
	codes   map[string]bool
}

// pair is what one grant gave. It replaces the pair before it once it is used.
type pair struct {
	access, refresh string
	ends            time.Time
	before          *pair
}

func newTokens() tokens {
	return tokens{access: map[string]*pair{}, refresh: map[string]*pair{}, codes: map[string]bool{}}
}

// valid reports whether an access token is good. Its first use ends the refresh token
// before it.
func (t *tokens) valid(s *Store, token string) bool {
	if token == s.Token {
		return true
	}
	p := t.access[token]
	if p == nil || !p.ends.After(s.now()) {
		return false
	}
	t.used(p)
	return true
}

func (t *tokens) used(p *pair) {
	for before := p.before; before != nil; before = before.before {
		delete(t.refresh, before.refresh)
	}
	p.before = nil
}

func (t *tokens) grant(s *Store, lasts time.Duration, withRefresh bool, before *pair) map[string]any {
	p := &pair{access: "shpat_" + rand.Text(), ends: s.now().Add(lasts), before: before}
	t.access[p.access] = p
	out := map[string]any{"access_token": p.access, "scope": strings.Join(s.Scopes, ","), "expires_in": int(lasts.Seconds()) - 1}
	if withRefresh {
		p.refresh = "shprt_" + rand.Text()
		t.refresh[p.refresh] = p
		out["refresh_token"], out["refresh_token_expires_in"] = p.refresh, 7776000
	}
	return out
}

func (s *Store) serveToken(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fails(TokenDown) {
		writeJSON(w, http.StatusServiceUnavailable, map[string]any{"errors": "Unavailable"})
		return
	}
	form := func(name string) string { return r.PostFormValue(name) }
	if form("client_id") != s.ClientID || form("client_secret") != s.ClientSecret {
		writeJSON(w, http.StatusBadRequest, map[string]any{"error": "invalid_client", "error_description": "The client is unknown"})
		return
	}
	var out map[string]any
	switch {
	case form("grant_type") == "client_credentials":
		out = s.tokens.grant(s, 24*time.Hour, false, nil)
	case form("grant_type") == "refresh_token" && s.tokens.refresh[form("refresh_token")] != nil:
		p := s.tokens.refresh[form("refresh_token")]
		s.tokens.used(p)
		out = s.tokens.grant(s, time.Hour, true, p)
	case form("code") != "" && s.tokens.codes[form("code")]:
		delete(s.tokens.codes, form("code"))
		out = s.tokens.grant(s, time.Hour, form("expiring") == "1", nil)
	default:
		writeJSON(w, http.StatusBadRequest, map[string]any{"error": "invalid_grant", "error_description": "It was used, or has ended"})
		return
	}
	if s.fails(LostToken) {
		panic(http.ErrAbortHandler) // the tokens are made; nobody hears of them
	}
	writeJSON(w, http.StatusOK, out)
}

// serveAuthorize lets any app in that says who it is, as the shop's owner would.
func (s *Store) serveAuthorize(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	query := r.URL.Query()
	back, err := url.Parse(query.Get("redirect_uri"))
	if err != nil || back.Host == "" || query.Get("client_id") != s.ClientID {
		http.Error(w, "Oauth error invalid_request: the app or its address is not known", http.StatusBadRequest)
		return
	}
	code := rand.Text()
	s.tokens.codes[code] = true
	answer := url.Values{"code": {code}, "shop": {s.Name + ".myshopify.com"}, "state": {query.Get("state")},
		"timestamp": {strconv.FormatInt(s.now().Unix(), 10)}}
	answer.Set("hmac", s.sign(answer))
	back.RawQuery = answer.Encode()
	http.Redirect(w, r, back.String(), http.StatusFound)
}

func (s *Store) sign(query url.Values) string {
	var pairs []string
	for name := range query {
		pairs = append(pairs, name+"="+query.Get(name))
	}
	slices.Sort(pairs)
	mac := hmac.New(sha256.New, []byte(s.ClientSecret))
	mac.Write([]byte(strings.Join(pairs, "&")))
	return hex.EncodeToString(mac.Sum(nil))
}
