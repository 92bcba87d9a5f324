// Package api is the JSON edge: Huma set up so that every operation keeps the
// portal's conventions (problem+json, cursors, ETags, idempotency keys).
package api

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
	"github.com/google/uuid"

	"clientportal/internal/db"
	"clientportal/internal/fault"
	"clientportal/internal/route"
)

// maxBody is the largest JSON body, in bytes.
const maxBody = 1 << 20

// API is the JSON edge of the portal.
type API struct {
	huma  huma.API
	table *route.Table
	db    *db.DB
}

// New makes the JSON edge over the table of routes, and serves its description
// at /api/openapi.json.
func New(table *route.Table, database *db.DB, version string) *API {
	useProblems()
	config := huma.DefaultConfig("Client portal", version)
	config.CreateHooks = nil // no $schema fields
	config.OpenAPIPath, config.DocsPath, config.SchemasPath = "", "", ""
	config.Components.Schemas = huma.NewMapRegistry("#/components/schemas/", schemaName)
	config.RejectUnknownQueryParameters = true
	config.Formats = map[string]huma.Format{"application/json": strictJSON, "json": strictJSON}
	config.Components.Schemas.RegisterTypeAlias(reflect.TypeFor[uuid.UUID](), reflect.TypeFor[id]())
	config.Info.Description = description
	config.Tags = tags
	config.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"client":       {Type: "apiKey", In: "cookie", Name: "portal_session"},
		"staff":        {Type: "apiKey", In: "cookie", Name: "portal_staff_session"},
		"access_token": {Type: "http", Scheme: "bearer", Description: "A personal access token, of a client or of an employee"},
		"source_token": {Type: "http", Scheme: "bearer", Description: "The token of a push source"},
	}
	a := &API{table: table, db: database}
	a.huma = huma.NewAPI(config, adapter{a})
	a.serveDescription()
	return a
}

// useProblems makes Huma's own errors problems, and names of fields exact. Huma keeps
// such in variables of its own: they are set once, however many portals a program runs.
var useProblems = sync.OnceFunc(func() {
	huma.ValidateStrictCasing = true
	sayWhatIsExpected()
	huma.NewErrorWithContext = newProblem
	huma.NewError = func(status int, msg string, errs ...error) huma.StatusError {
		return newProblem(nil, status, msg, errs...)
	}
})

const description = `Everything that the portal's pages do, a program can do.

**Who calls.** A browser sends the cookie that signing in sets. A program sends a personal access token, which its owner makes under Settings, as ` + "`Authorization: Bearer …`" + `: it acts for them as far as its scopes go, never beyond their role, until it expires, is revoked, or a forgotten password is replaced. Staff and clients have an API of their own, and neither opens the other's.

**Values.** Names are in snake_case. Ids are UUIDs; instants are RFC 3339 in UTC, days ` + "`YYYY-MM-DD`" + `; hours, rates and money are strings such as ` + "`\"12.25\"`" + `, money with its currency beside it. A field or a parameter that is not known is an error.

**Lists** are ` + "`{\"items\": […], \"next_cursor\": …}`" + `: send next_cursor as cursor for the next page, until it is null. All of them honour If-None-Match.

**Changes.** What is one thing has an ETag, and PUT honours If-Match. What is decided on as it was read needs it, or is a 428. A POST with an Idempotency-Key is done once, however often it is sent: it gets the first answer again, a 422 when the body is another, a 409 while the first is still being answered.

**Errors** are problem+json (RFC 9457); errors names each field, and request_id stands in X-Request-Id, the portal's log and the audit trail as well. 400 can't be read · 401 not signed in, or no valid token · 403 the role or the token's scopes may not · 404 not there, or another customer's · 409 the state does not allow it · 412 changed since · 413 too large · 415 another media type · 422 invalid · 428 send If-Match · 429 wait for Retry-After.`

// Register adds an operation and who may call it. The handler returns faults.
func Register[I, O any](a *API, access route.Access, op huma.Operation, handler func(context.Context, *I) (*O, error)) {
	mustBeSeen(reflect.TypeFor[I]())
	mustBeSeen(reflect.TypeFor[O]())
	if op.MaxBodyBytes == 0 {
		op.MaxBodyBytes = maxBody
	}
	op.Metadata = map[string]any{accessKey: access}
	huma.Register(a.huma, op, func(ctx context.Context, in *I) (*O, error) {
		out, err := handler(ctx, in)
		if err != nil {
			return nil, a.failed(ctx, err)
		}
		return out, nil
	})
}

// mustBeSeen holds inputs and outputs to what Huma sees: it passes over the fields
// of an embedded struct whose type has a small letter, without a word.
func mustBeSeen(t reflect.Type) {
	for i := range t.NumField() {
		if f := t.Field(i); f.Anonymous && !f.IsExported() {
			panic("api: Huma does not see what " + t.String() + " embeds as " + f.Name)
		}
	}
}

// Stream adds an operation that writes its answer itself, as it comes: a file, a
// stream of events.
func (a *API) Stream(access route.Access, op huma.Operation, h route.Handler) {
	if op.Responses == nil {
		op.Responses = map[string]*huma.Response{}
	}
	a.complete(&op, access)
	a.huma.OpenAPI().AddOperation(&op)
	a.table.Handle(op.Method+" "+op.Path, access, a, func(w http.ResponseWriter, r *http.Request) error {
		if err := cmp.Or(checkQuery(op, r.URL.Query()), checkOnce(r.URL.Query())); err != nil {
			return err
		}
		hideNil(r)
		return h(w, r)
	})
}

// checkQuery refuses parameters that the operation does not have, as Huma does for
// the others.
func checkQuery(op huma.Operation, query url.Values) error {
	var check fault.Check
	for name := range query {
		known := slices.ContainsFunc(op.Parameters, func(p *huma.Param) bool { return p.In == "query" && p.Name == name })
		check.That(known, "query."+name, "There is no such parameter.")
	}
	return check.Err()
}

const accessKey = "access"

// adapter puts Huma's operations into the table of routes.
type adapter struct{ api *API }

func (ad adapter) ServeHTTP(w http.ResponseWriter, r *http.Request) { ad.api.table.ServeHTTP(w, r) }

func (ad adapter) Handle(op *huma.Operation, handle func(huma.Context)) {
	access := op.Metadata[accessKey].(route.Access)
	ad.api.complete(op, access)
	pattern := strings.ToUpper(op.Method) + " " + op.Path
	ad.api.table.Handle(pattern, access, ad.api, func(w http.ResponseWriter, r *http.Request) error {
		if err := cmp.Or(checkOnce(r.URL.Query()), checkType(op, r)); err != nil {
			return err
		}
		hideNil(r)
		r = r.WithContext(context.WithValue(r.Context(), requestKey{}, r))
		serve := func(w http.ResponseWriter, r *http.Request) { handle(humago.NewContext(op, r, w)) }
		switch {
		case r.Method == http.MethodPost && r.Header.Get(keyHeader) != "" && !access.IsPublic():
			return ad.api.answerOnce(w, r, serve)
		case r.Method == http.MethodGet, r.Method == http.MethodHead:
			answerUnlessSame(w, r, serve)
		default:
			serve(w, r)
		}
		return nil
	})
}

type requestKey struct{}

// failed keeps a record of a refusal and makes err a problem.
func (a *API) failed(ctx context.Context, err error) error {
	if r, ok := ctx.Value(requestKey{}).(*http.Request); ok {
		a.table.Note(r, err)
	}
	return problemOf(ctx, err)
}

// Fail answers err as problem+json; it implements route.Edge.
func (a *API) Fail(w http.ResponseWriter, r *http.Request, err error) {
	writeProblem(w, problemOf(r.Context(), err))
}
