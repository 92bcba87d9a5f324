package api

import (
	"encoding/json"
	"net/http"
	"sync"

	"github.com/danielgtaylor/huma/v2"

	"clientportal/internal/route"
)

// serveDescription serves the OpenAPI document, made once after all operations
// are registered.
func (a *API) serveDescription() {
	document := sync.OnceValues(func() ([]byte, error) { return json.Marshal(a.huma.OpenAPI()) })
	a.table.Handle("GET /api/openapi.json", route.Public(), a, func(w http.ResponseWriter, r *http.Request) error {
		b, err := document()
		if err != nil {
			return err
		}
		w.Header().Set("Content-Type", "application/openapi+json")
		_, err = w.Write(b)
		return err
	})
	a.table.Handle("/api/", route.Public(), a, a.table.Nothing("address"))
}

// OpenAPI is the description of all operations.
func (a *API) OpenAPI() *huma.OpenAPI { return a.huma.OpenAPI() }
