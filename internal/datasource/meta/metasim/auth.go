package metasim

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// The app that the simulated Meta knows.
const (
	AppID     = "2900000000000001"
	AppSecret = "0123456789abcdef0123456789abcdef"
)

// token is an access token's use; its zero times are never.
type token struct {
	scopes           []string
	kind             string
	until, dataUntil time.Time
	revoked          bool
}

// Token is the token of the system user, which does not end.
func (s *Sim) Token() string { return fmt.Sprintf("EAASimulated%016xSystemUser", s.world.Seed) }

// UserToken makes a person's token that ends.
func (s *Sim) UserToken(until, dataUntil time.Time, scopes ...string) string {
	text := "EAASimulatedUser" + rand.Text()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tokens[text] = token{scopes: scopes, kind: "USER", until: until, dataUntil: dataUntil}
	return text
}

// Revoke makes a token invalid.
func (s *Sim) Revoke(text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.tokens[text]
	t.revoked = true
	s.tokens[text] = t
}

func tokenOf(r *http.Request) string {
	if bearer, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		return bearer
	}
	return r.Form.Get("access_token")
}

// check refuses a token as Meta does, whose message repeats one that it can't read.
func (s *Sim) check(text string) *problem {
	s.mu.Lock()
	t, ok := s.tokens[text]
	s.mu.Unlock()
	switch {
	case text == "":
		return &problem{400, 2500, 0, "An active access token must be used to query information about the current user.", false}
	case !ok:
		return &problem{400, 190, 0, "Malformed access token " + text, false}
	case t.revoked:
		return &problem{400, 190, 460, "Error validating access token: The session has been invalidated because the user changed their password or Facebook has changed the session for security reasons.", false}
	case !t.until.IsZero() && s.world.Now().After(t.until):
		return &problem{400, 190, 463, "Error validating access token: Session has expired.", false}
	case !slices.Contains(t.scopes, "ads_read") && !slices.Contains(t.scopes, "ads_management"):
		return &problem{403, 200, 0, "(#200) Ad account owner has NOT grant ads_management or ads_read permission", false}
	}
	return nil
}

// debugToken tells about a token.
func (s *Sim) debugToken(w http.ResponseWriter, r *http.Request, fault Kind) {
	s.mu.Lock()
	t, ok := s.tokens[r.Form.Get("input_token")]
	s.mu.Unlock()
	data := object{"is_valid": ok && !t.revoked, "app_id": AppID, "type": t.kind, "expires_at": unix(t.until), "data_access_expires_at": unix(t.dataUntil), "scopes": t.scopes}
	fault.send(w, object{"data": data})
}

func unix(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.Unix()
}

// dialog stands for the person who agrees at Facebook: it leads back at once.
func (s *Sim) dialog(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	back, err := url.Parse(q.Get("redirect_uri"))
	if err != nil || back.Host == "" || q.Get("client_id") != AppID || !strings.Contains(q.Get("scope"), "ads_read") {
		http.Error(w, "Invalid request", http.StatusBadRequest)
		return
	}
	code := "AQSimulated" + rand.Text()
	s.mu.Lock()
	s.codes[code] = true
	s.mu.Unlock()
	back.RawQuery = url.Values{"code": {code}, "state": {q.Get("state")}}.Encode()
	http.Redirect(w, r, back.String(), http.StatusFound)
}

// accessToken exchanges a code for a short token, and a short token for a long one.
func (s *Sim) accessToken(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	if q.Get("client_id") != AppID || q.Get("client_secret") != AppSecret {
		(&problem{400, 101, 0, "Error validating application. Cannot get application info due to a system error.", false}).send(w)
		return
	}
	now := s.world.Now()
	life := time.Hour
	s.mu.Lock()
	ok := s.codes[q.Get("code")]
	delete(s.codes, q.Get("code"))
	if q.Get("grant_type") == "fb_exchange_token" {
		t, known := s.tokens[q.Get("fb_exchange_token")]
		ok, life = known && !t.revoked, 60*24*time.Hour
	}
	s.mu.Unlock()
	if !ok {
		(&problem{400, 100, 36009, "This authorization code has been used.", false}).send(w)
		return
	}
	text := s.UserToken(now.Add(life), now.AddDate(0, 0, 90), "ads_read")
	sendJSON(w, http.StatusOK, object{"access_token": text, "token_type": "bearer", "expires_in": int64(life.Seconds())})
}
