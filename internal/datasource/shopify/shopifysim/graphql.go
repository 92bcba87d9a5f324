package shopifysim

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/validator/rules"

	"clientportal/internal/datasource/upstream/faulty"
)

//go:embed schema.graphql
var schemaText string

var schema = gqlparser.MustLoadSchema(&ast.Source{Name: "schema.graphql", Input: schemaText})

// problem is an entry of an answer's errors.
type problem struct {
	Message    string         `json:"message"`
	Path       []any          `json:"path,omitempty"`
	Extensions map[string]any `json:"extensions,omitempty"`
}

func coded(code, message string, path ...any) problem {
	return problem{Message: message, Path: path, Extensions: map[string]any{"code": code}}
}

type request struct {
	Query     string         `json:"query"`
	Variables map[string]any `json:"variables"`
}

func (s *Store) serveGraphQL(w http.ResponseWriter, r *http.Request) {
	if s.stall(w, r) {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fails(Slow) {
		w = faulty.Trickle{ResponseWriter: w}
	}
	version := r.PathValue("version")
	if s.version != "" {
		version = s.version
	}
	w.Header().Set("X-Shopify-API-Version", version)
	if !s.tokens.valid(s, r.Header.Get("X-Shopify-Access-Token")) || s.fails(Unauthorized) {
		writeJSON(w, http.StatusUnauthorized, map[string]any{"errors": "[API] Invalid API key or access token (unrecognized login or wrong password)"})
		return
	}
	if s.refuses(w) {
		return
	}
	var req request
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<20)).Decode(&req); err != nil {
		writeJSON(w, http.StatusBadRequest, map[string]any{"errors": map[string]string{"query": "Required parameter missing or invalid"}})
		return
	}
	s.remember(req.Query)
	s.answer(w, req, "http://"+r.Host)
}

// refuses answers as it was told to, before any query is looked at.
func (s *Store) refuses(w http.ResponseWriter) bool {
	switch {
	case s.fails(PaymentRequired):
		writeJSON(w, http.StatusPaymentRequired, map[string]any{"errors": "Unavailable Shop"})
	case s.fails(Locked):
		writeJSON(w, http.StatusLocked, map[string]any{"errors": "This shop is locked"})
	case s.fails(TooManyRequests):
		w.Header().Set("Retry-After", "4.0")
		writeJSON(w, http.StatusTooManyRequests, map[string]any{"errors": "Exceeded API rate limit"})
	case s.fails(ServerError):
		writeJSON(w, http.StatusInternalServerError, map[string]any{"errors": "Internal Server Error"})
	case s.fails(Garbage):
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, "<html><body>We'll be back soon</body></html>")
	case s.fails(BrokenOff):
		w.Header().Set("Content-Length", "4096")
		fmt.Fprint(w, `{"data":{"orders":{"nodes":[{"id":`)
	default:
		return false
	}
	return true
}

// maxQueryCost is what one query may cost, whatever the quota.
const maxQueryCost = 1000

func (s *Store) answer(w http.ResponseWriter, req request, host string) {
	doc, errs := gqlparser.LoadQueryWithRules(schema, req.Query, rules.NewDefaultRules())
	if errs != nil {
		writeJSON(w, http.StatusOK, map[string]any{"errors": fromParser(errs)})
		return
	}
	op := doc.Operations[0]
	e := &execution{store: s, now: s.now(), host: host, variables: req.Variables, fragments: doc.Fragments}
	if e.variables == nil {
		e.variables = map[string]any{}
	}
	for _, v := range op.VariableDefinitions {
		if _, given := e.variables[v.Variable]; !given && v.Type.NonNull && v.DefaultValue == nil {
			writeJSON(w, http.StatusOK, map[string]any{"errors": []problem{coded("INVALID_VARIABLE", "Variable $"+v.Variable+" of type "+v.Type.String()+" was provided invalid value")}})
			return
		}
	}
	price := e.price(op.SelectionSet)
	if price > maxQueryCost || s.fails(MaxCost) {
		p := coded("MAX_COST_EXCEEDED", fmt.Sprintf("Query cost is %.0f, which exceeds the single query max cost limit (%d).", price, maxQueryCost))
		p.Extensions["cost"], p.Extensions["maxCost"] = price, maxQueryCost
		writeJSON(w, http.StatusOK, map[string]any{"errors": []problem{p}})
		return
	}
	if !s.bucket.pay(s, price) || s.fails(Throttled) {
		writeJSON(w, http.StatusOK, map[string]any{"errors": []problem{coded("THROTTLED", "Throttled")}, "extensions": s.costs(price, nil)})
		return
	}
	root := e.query()
	if op.Operation == ast.Mutation {
		root = e.mutation()
	}
	data, _ := e.object(op.SelectionSet, root, nil)
	if s.fails(PartialData) {
		e.problems = append(e.problems, coded("INTERNAL_SERVER_ERROR", "Internal error. Looks like something went wrong on our end.", "orders"))
	}
	actual := float64(e.visited)
	s.bucket.giveBack(price - actual)
	out := map[string]any{"data": data, "extensions": s.costs(price, actual)}
	if len(e.problems) > 0 {
		out["errors"] = e.problems
	}
	writeJSON(w, http.StatusOK, out)
}

func fromParser(errs gqlerror.List) []problem {
	list := make([]problem, len(errs))
	for i, err := range errs {
		list[i] = coded("undefinedField", err.Message)
	}
	return list
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // who reads it may have gone
}

// bucket is a shop's quota. It fills with time and is paid from by queries.
type bucket struct {
	level float64
	at    time.Time
}

func (b *bucket) pay(s *Store, price float64) bool {
	now := s.now()
	b.level = min(s.sim.world.Points, b.level+now.Sub(b.at).Seconds()*s.sim.world.Restore)
	b.at = now
	if b.level < price {
		return false
	}
	b.level -= price
	return true
}

func (b *bucket) giveBack(points float64) { b.level += max(0, points) }

func (s *Store) costs(requested float64, actual any) map[string]any {
	return map[string]any{"cost": map[string]any{"requestedQueryCost": requested, "actualQueryCost": actual, "throttleStatus": map[string]any{
		"maximumAvailable": s.sim.world.Points, "currentlyAvailable": s.bucket.level, "restoreRate": s.sim.world.Restore}}}
}
