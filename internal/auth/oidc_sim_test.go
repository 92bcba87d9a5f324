package auth_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"clientportal/internal/auth"
)

// simulator is an OpenID provider on a real socket. Whoever visits it is who
// claims says, at once.
type simulator struct {
	t      *testing.T
	server *httptest.Server
	key    *ecdsa.PrivateKey

	mu     sync.Mutex
	claims object            // of the next token
	asked  map[string]string // code → PKCE challenge
	nonce  map[string]string // code → nonce
	traded int               // how often a code was brought
}

func simulate(t *testing.T) *simulator {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	sim := &simulator{t: t, key: key, asked: map[string]string{}, nonce: map[string]string{}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", sim.describe)
	mux.HandleFunc("GET /keys", sim.keys)
	mux.HandleFunc("GET /authorize", sim.authorize)
	mux.HandleFunc("POST /token", sim.token)
	sim.server = httptest.NewServer(mux)
	t.Cleanup(sim.server.Close)
	return sim
}

func (sim *simulator) provider(name string) auth.Provider {
	return auth.Provider{Name: name, Label: name, Issuer: sim.server.URL, ClientID: "portal", ClientSecret: "hunter2"}
}

// says sets who the next visitor is.
func (sim *simulator) says(claims object) {
	sim.mu.Lock()
	defer sim.mu.Unlock()
	sim.claims = claims
}

func (sim *simulator) answer(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(v); err != nil {
		sim.t.Error(err)
	}
}

func (sim *simulator) describe(w http.ResponseWriter, _ *http.Request) {
	sim.answer(w, object{
		"issuer": sim.server.URL, "authorization_endpoint": sim.server.URL + "/authorize", "token_endpoint": sim.server.URL + "/token",
		"jwks_uri": sim.server.URL + "/keys", "id_token_signing_alg_values_supported": []string{"ES256"},
		"subject_types_supported": []string{"public"}, "response_types_supported": []string{"code"},
	})
}

func (sim *simulator) keys(w http.ResponseWriter, _ *http.Request) {
	sim.answer(w, jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: sim.key.Public(), KeyID: "1", Algorithm: "ES256", Use: "sig"}}})
}

func (sim *simulator) authorize(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	if q.Get("code_challenge_method") != "S256" || q.Get("client_id") != "portal" {
		http.Error(w, "no PKCE", http.StatusBadRequest)
		return
	}
	code := rand.Text()
	sim.mu.Lock()
	sim.asked[code], sim.nonce[code] = q.Get("code_challenge"), q.Get("nonce")
	sim.mu.Unlock()
	http.Redirect(w, r, q.Get("redirect_uri")+"?"+url.Values{"code": {code}, "state": {q.Get("state")}}.Encode(), http.StatusFound)
}

func (sim *simulator) token(w http.ResponseWriter, r *http.Request) {
	sim.mu.Lock()
	defer sim.mu.Unlock()
	sim.traded++
	id, clientSecret, _ := r.BasicAuth()
	code := r.FormValue("code")
	challenge := sha256.Sum256([]byte(r.FormValue("code_verifier")))
	if id != "portal" || clientSecret != "hunter2" || sim.asked[code] != base64.RawURLEncoding.EncodeToString(challenge[:]) {
		http.Error(w, `{"error":"invalid_grant"}`, http.StatusBadRequest)
		return
	}
	claims := object{
		"iss": sim.server.URL, "aud": "portal", "nonce": sim.nonce[code],
		"iat": time.Now().Unix(), "exp": time.Now().Add(time.Minute).Unix(),
	}
	for name, claim := range sim.claims {
		claims[name] = claim
	}
	delete(sim.asked, code)
	sim.answer(w, object{"access_token": "x", "token_type": "Bearer", "id_token": sim.sign(claims)})
}

func (sim *simulator) sign(claims object) string {
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: sim.key}, (&jose.SignerOptions{}).WithHeader("kid", "1"))
	if err != nil {
		sim.t.Error(err)
		return ""
	}
	payload, err := json.Marshal(claims)
	if err != nil {
		sim.t.Error(err)
		return ""
	}
	signed, err := signer.Sign(payload)
	if err != nil {
		sim.t.Error(err)
		return ""
	}
	compact, err := signed.CompactSerialize()
	if err != nil {
		sim.t.Error(err)
	}
	return compact
}
