package apptest

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"strings"
	"testing"

	"clientportal/internal/config"
)

// parrot is every system that numbers come from, so that a test calls nobody outside:
// it refuses each call, and repeats all that it was sent, as the worst of them would.
func parrot(t testing.TB) config.Upstreams {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		sent, err := httputil.DumpRequest(r, true)
		if err != nil {
			sent = []byte(err.Error())
		}
		answer := map[string]any{"error": map[string]any{"code": 190, "message": string(sent), "status": "UNAUTHENTICATED"}, "errors": string(sent)}
		if strings.HasSuffix(r.URL.Path, "/token") || strings.HasSuffix(r.URL.Path, "/access_token") {
			answer = map[string]any{"error": "invalid_grant", "error_description": string(sent)}
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusUnauthorized)
		_ = json.NewEncoder(w).Encode(answer) // to whoever still listens
	}))
	t.Cleanup(server.Close)
	return config.Upstreams{GA4: server.URL, GoogleToken: server.URL + "/token", Meta: server.URL, Shopify: server.URL + "/{shop}"}
}
