package ga4sim

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

const (
	account  = "portal@simulated-project.iam.gserviceaccount.com"
	keyID    = "5f2c0d1e9a7b"
	readonly = "https://www.googleapis.com/auth/analytics.readonly"
)

// The OAuth client that the simulated Google knows.
const (
	ClientID     = "1234-simulated.apps.googleusercontent.com"
	ClientSecret = "GOCSPX-simulated-secret"
)

// grant is an access token's use.
type grant struct {
	scope string
	until time.Time
}

// RefreshToken is a refresh token that the simulated Google has given for ClientID.
func (s *Sim) RefreshToken() string { return s.refreshToken() }

func (s *Sim) refreshToken() string { return fmt.Sprintf("1//0simulated-refresh-%016x", s.world.Seed) }

// Revoke makes a refresh token and all access tokens invalid.
func (s *Sim) Revoke(refresh string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.refresh, refresh)
	clear(s.tokens)
}

// token is Google's token endpoint.
func (s *Sim) token(w http.ResponseWriter, r *http.Request) {
	s.record("token")
	refuse := func(code, description string) {
		sendJSON(w, http.StatusBadRequest, object{"error": code, "error_description": description})
	}
	fault := s.next("token")
	if fault == InvalidGrant {
		refuse("invalid_grant", "Token has been expired or revoked.")
		return
	}
	if fault.refuse(w, r) {
		return
	}
	if err := r.ParseForm(); err != nil {
		refuse("invalid_request", "The form can't be read.")
		return
	}
	answer := object{"token_type": "Bearer", "expires_in": 3599, "scope": readonly}
	switch r.PostForm.Get("grant_type") {
	case "urn:ietf:params:oauth:grant-type:jwt-bearer":
		if err := s.assertion(r.PostForm.Get("assertion")); err != nil {
			refuse("invalid_grant", err.Error())
			return
		}
	case "refresh_token":
		if !knownClient(w, r) {
			return
		}
		s.mu.Lock()
		valid := s.refresh[r.PostForm.Get("refresh_token")]
		s.mu.Unlock()
		if !valid {
			refuse("invalid_grant", "Token has been expired or revoked.")
			return
		}
	case "authorization_code":
		if !knownClient(w, r) {
			return
		}
		refresh, ok := s.exchange(r.PostForm.Get("code"))
		if !ok {
			refuse("invalid_grant", "Malformed auth code.")
			return
		}
		answer["refresh_token"] = refresh
	default:
		refuse("unsupported_grant_type", "Invalid grant_type: "+r.PostForm.Get("grant_type"))
		return
	}
	answer["access_token"] = s.issue()
	sendJSON(w, http.StatusOK, answer)
}

func knownClient(w http.ResponseWriter, r *http.Request) bool {
	if r.PostForm.Get("client_id") == ClientID && r.PostForm.Get("client_secret") == ClientSecret {
		return true
	}
	sendJSON(w, http.StatusUnauthorized, object{"error": "invalid_client", "error_description": "The OAuth client was not found."})
	return false
}

// assertion checks a service account's JWT: its signature, issuer, scope and that it
// was made for Google's token address. Its times are by the machine's clock, as the client's.
func (s *Sim) assertion(text string) error {
	token, err := jwt.ParseSigned(text, []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		return fmt.Errorf("Invalid JWT: %w", err) //nolint:revive,staticcheck // Google's words
	}
	var claims struct {
		jwt.Claims
		Scope string `json:"scope"`
	}
	if err := token.Claims(&keysOf(s.world.Seed).private.PublicKey, &claims); err != nil {
		return fmt.Errorf("Invalid JWT Signature.") //nolint:revive,staticcheck // Google's words
	}
	switch {
	case claims.Issuer != account:
		return fmt.Errorf("Invalid grant: account not found") //nolint:revive,staticcheck // Google's words
	case claims.Scope != readonly:
		return fmt.Errorf("Invalid scope") //nolint:revive,staticcheck // Google's words
	case len(claims.Audience) != 1 || claims.Audience[0] != "https://oauth2.googleapis.com/token":
		return fmt.Errorf("Invalid JWT: Failed audience check.") //nolint:revive,staticcheck // Google's words
	case claims.Validate(jwt.Expected{Time: time.Now()}) != nil:
		return fmt.Errorf("Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe.") //nolint:revive,staticcheck // Google's words
	}
	return nil
}

func (s *Sim) issue() string {
	token := "ya29.simulated-" + rand.Text()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tokens[token] = grant{readonly, s.world.Now().Add(time.Hour)}
	return token
}

// consent stands for the person who agrees at Google: it leads back at once.
func (s *Sim) consent(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	back, err := url.Parse(q.Get("redirect_uri"))
	if err != nil || back.Host == "" || q.Get("client_id") != ClientID || q.Get("response_type") != "code" || !slices.Contains(strings.Fields(q.Get("scope")), readonly) {
		http.Error(w, "Error 400: invalid_request", http.StatusBadRequest)
		return
	}
	code := "4/simulated-" + rand.Text()
	s.mu.Lock()
	s.codes[code] = true
	s.mu.Unlock()
	back.RawQuery = url.Values{"code": {code}, "state": {q.Get("state")}, "scope": {readonly}}.Encode()
	http.Redirect(w, r, back.String(), http.StatusFound)
}

// exchange takes a code for a refresh token, once.
func (s *Sim) exchange(code string) (string, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.codes[code] {
		return "", false
	}
	delete(s.codes, code)
	refresh := "1//0simulated-" + rand.Text()
	s.refresh[refresh] = true
	return refresh, true
}

// admit checks what comes before every call of a property: the failure to come, the
// token, and the role on the property.
func (s *Sim) admit(w http.ResponseWriter, r *http.Request, id, method string) (Property, Kind, bool) {
	fault, ok := s.identify(w, r, method)
	if !ok {
		return Property{}, fault, false
	}
	p, ok := s.property(id)
	if !ok || p.Private {
		problems[Forbidden].send(w)
		return Property{}, fault, false
	}
	return p, fault, true
}

// identify checks the failure to come, and the token.
func (s *Sim) identify(w http.ResponseWriter, r *http.Request, method string) (Kind, bool) {
	s.record(method)
	fault := s.next(method)
	if fault.refuse(w, r) {
		return fault, false
	}
	s.mu.Lock()
	token, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	given, ok := s.tokens[token]
	s.mu.Unlock()
	if !ok || s.world.Now().After(given.until) {
		problems[Unauthorized].send(w)
		return fault, false
	}
	return fault, true
}

func (s *Sim) record(call string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls = append(s.calls, call)
}

func pacific() *time.Location {
	zone, err := time.LoadLocation("America/Los_Angeles")
	if err != nil {
		panic(err)
	}
	return zone
}
