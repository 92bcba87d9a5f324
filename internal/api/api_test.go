package api_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"clientportal/internal/actor"
	"clientportal/internal/api"
	"clientportal/internal/audit"
	"clientportal/internal/db"
	"clientportal/internal/db/dbtest"
	"clientportal/internal/fault"
	"clientportal/internal/route"
)

// admin signs everybody in as a staff admin, unless they say "nobody".
type admin struct{}

func (admin) Authenticate(r *http.Request, kind actor.Kind) (actor.Actor, error) {
	if r.Header.Get("Authorization") == "nobody" {
		return actor.Actor{}, fault.New(fault.Unauthenticated, "Sign in.")
	}
	return actor.Actor{Kind: kind, ID: uuid.Max, Name: "Ada", Role: actor.Admin, AllCustomers: true}, nil
}

type noted struct{ denied chan string }

func (n noted) Refused(_ context.Context, method, path string, _ error) {
	n.denied <- method + " " + path
}

type renameInput struct {
	Body struct {
		Name  string `json:"name" maxLength:"50"`
		Times int    `json:"times,omitempty"`
	}
}

type agencyOutput struct {
	ETag string `header:"ETag"`
	Body struct {
		Name string `json:"name"`
	}
}

type agenciesInput struct {
	api.PageQuery
	ID uuid.UUID `query:"id" format:"uuid"`
}

type secretOutput struct {
	CacheControl string `header:"Cache-Control"`
	Body         string
}

// server serves an API of one resource, the agency's name.
func server(t *testing.T) (*httptest.Server, noted) {
	t.Helper()
	d := dbtest.New(t)
	refused := noted{make(chan string, 100)}
	table := route.NewTable(admin{}, refused)
	a := api.New(table, d.DB, "test")
	rename := func(ctx context.Context, in *renameInput) (*agencyOutput, error) {
		out := &agencyOutput{}
		return out, d.Write(ctx, func(tx *db.Tx) error {
			if in.Body.Name == "taken" {
				return fault.New(fault.Conflict, "That is taken.")
			}
			tx.Record(audit.Event{Action: "agency.rename"})
			return tx.QueryRow(ctx, `update agency set name = name || $1 returning name`, in.Body.Name).Scan(&out.Body.Name)
		})
	}
	api.Register(a, route.Staff("agency:write"), huma.Operation{OperationID: "rename", Method: "POST", Path: "/api/staff/agency", DefaultStatus: 201}, rename)
	api.Register(a, route.Staff("agency:read"), huma.Operation{OperationID: "agency", Method: "GET", Path: "/api/staff/agency"},
		func(ctx context.Context, _ *struct{}) (*agencyOutput, error) {
			out := &agencyOutput{}
			return out, d.Read(ctx, func(tx *db.Tx) error {
				return tx.QueryRow(ctx, `select name from agency`).Scan(&out.Body.Name)
			})
		})
	api.Register(a, route.Staff("agency:read"), huma.Operation{OperationID: "agencies", Method: "GET", Path: "/api/staff/agencies"},
		func(_ context.Context, in *agenciesInput) (*secretOutput, error) {
			return &secretOutput{Body: in.ID.String()}, nil
		})
	api.Register(a, route.Staff("agency:write"), huma.Operation{OperationID: "secret", Method: "POST", Path: "/api/staff/secret"},
		func(ctx context.Context, _ *struct{}) (*secretOutput, error) {
			return &secretOutput{CacheControl: "no-store", Body: "token " + uuid.NewString()}, nil
		})
	api.Register(a, route.Staff("agency:read", actor.Agent), huma.Operation{OperationID: "agents", Method: "GET", Path: "/api/staff/agents"},
		func(context.Context, *struct{}) (*struct{}, error) { return nil, nil })
	s := httptest.NewServer(table)
	t.Cleanup(s.Close)
	return s, refused
}

func send(t *testing.T, s *httptest.Server, method, path, body string, header ...string) (*http.Response, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, s.URL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, string(b)
}

func TestErrorsAreProblems(t *testing.T) {
	t.Parallel()
	s, refused := server(t)
	for name, c := range map[string]struct {
		method, path, body string
		header             []string
		status             int
		location           string
	}{
		"not JSON":             {"POST", "/api/staff/agency", `{"name":`, nil, 400, ""},
		"a wrong type":         {"POST", "/api/staff/agency", `{"name":7}`, nil, 422, "body.name"},
		"an unknown field":     {"POST", "/api/staff/agency", `{"name":"x","admin":true}`, nil, 422, "body.admin"},
		"a missing field":      {"POST", "/api/staff/agency", `{}`, nil, 422, "body.name"},
		"a field in capitals":  {"POST", "/api/staff/agency", `{"Name":"x","name":"y"}`, nil, 422, "body.Name"},
		"a field twice":        {"POST", "/api/staff/agency", `{"name":"x","name":"y"}`, nil, 400, "body"},
		"no UTF-8":             {"POST", "/api/staff/agency", "{\"name\":\"\xff\"}", nil, 400, "body"},
		"half a character":     {"POST", "/api/staff/agency", `{"name":"\ud800"}`, nil, 400, "body"},
		"two bodies":           {"POST", "/api/staff/agency", `{"name":"x"}{"name":"y"}`, nil, 400, "body"},
		"100,000 levels":       {"POST", "/api/staff/agency", `{"name":` + strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000) + `}`, nil, 400, "body"},
		"too large a number":   {"POST", "/api/staff/agency", `{"name":"x","times":1` + strings.Repeat("0", 50) + `}`, nil, 422, "body"},
		"a far larger number":  {"POST", "/api/staff/agency", `{"name":"x","times":1` + strings.Repeat("0", 1000) + `}`, nil, 400, "body"},
		"too long":             {"POST", "/api/staff/agency", `{"name":"` + strings.Repeat("x", 51) + `"}`, nil, 422, "body.name"},
		"a body of 2 MB":       {"POST", "/api/staff/agency", `{"name":"` + strings.Repeat("x", 2<<20) + `"}`, nil, 413, ""},
		"another media type":   {"POST", "/api/staff/agency", `name=x`, []string{"Content-Type", "application/x-www-form-urlencoded"}, 415, ""},
		"another charset":      {"POST", "/api/staff/agency", `{"name":"x"}`, []string{"Content-Type", "application/json; charset=latin1"}, 415, ""},
		"no media type at all": {"POST", "/api/staff/agency", `{"name":"x"}`, []string{"Content-Type", "json"}, 415, ""},
		"another method":       {"PATCH", "/api/staff/agency", `{"name":"x"}`, nil, 405, ""},
		"an unknown parameter": {"GET", "/api/staff/agency?page=2", "", nil, 422, "query.page"},
		"a parameter twice":    {"GET", "/api/staff/agencies?limit=1&limit=2", "", nil, 422, "query.limit"},
		"a fault":              {"POST", "/api/staff/agency", `{"name":"taken"}`, nil, 409, ""},
		"nobody":               {"GET", "/api/staff/agency", "", []string{"Authorization", "nobody"}, 401, ""},
		"a role that may not":  {"GET", "/api/staff/agents", "", nil, 403, ""},
		"nothing there":        {"GET", "/api/staff/nothing", "", nil, 404, ""},
		"a long key":           {"POST", "/api/staff/agency", `{"name":"x"}`, []string{"Idempotency-Key", strings.Repeat("k", 201)}, 422, "header.Idempotency-Key"},
	} {
		resp, body := send(t, s, c.method, c.path, c.body, c.header...)
		var p api.Problem
		if err := json.Unmarshal([]byte(body), &p); err != nil {
			t.Errorf("%s: %v in %s", name, err, body)
			continue
		}
		if strings.Contains(p.Detail, "validation failed") || (c.status == 401) != (resp.Header.Get("WWW-Authenticate") == "Bearer") {
			t.Errorf("%s: %v: %s", name, resp.Header, body)
		}
		if resp.StatusCode != c.status || p.Status != c.status || p.Title == "" || p.Type == "" ||
			resp.Header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: %d %s: %s", name, resp.StatusCode, resp.Header.Get("Content-Type"), body)
		}
		if strings.Contains(body, "Go ") || len(body) > 1000 {
			t.Errorf("%s: tells of the inside, or repeats what was sent: %s", name, body)
		}
		if c.location != "" && (len(p.Errors) == 0 || p.Errors[0].Location != c.location) {
			t.Errorf("%s: not at %s: %s", name, c.location, body)
		}
	}
	resp, _ := send(t, s, "PATCH", "/api/staff/agency", `{"name":"x"}`)
	if allow := resp.Header.Get("Allow"); allow != "GET, HEAD, POST" {
		t.Errorf("another method is told of %q", allow)
	}
	if resp, body := send(t, s, "POST", "/api/staff/agency", `{"name":"é"}`, "Content-Type", "Application/JSON; charset=UTF-8"); resp.StatusCode != 201 {
		t.Errorf("a media type in capitals: %d %s", resp.StatusCode, body)
	}
	if _, body := send(t, s, "GET", "/api/staff/agencies?id="+uuid.Nil.String(), ""); !strings.Contains(body, uuid.Max.String()) {
		t.Errorf("a filter by the nil UUID is none: %s", body)
	}
	if first := <-refused.denied; first != "GET /api/staff/agents" && first != "GET /api/staff/nothing" {
		t.Errorf("recorded as refused: %s", first)
	}
}

// A caller who has gone reads no answer, and is no failure of the portal's.
func TestCallerGone(t *testing.T) {
	t.Parallel()
	table := route.NewTable(admin{}, noted{make(chan string, 1)})
	a := api.New(table, dbtest.New(t).DB, "test")
	api.Register(a, route.Staff("agency:read"), huma.Operation{OperationID: "agency", Method: "GET", Path: "/api/staff/agency"},
		func(context.Context, *struct{}) (*struct{}, error) { return nil, context.Canceled })
	ctx, leave := context.WithCancel(t.Context())
	defer leave()
	for _, want := range []int{http.StatusInternalServerError, fault.StatusCallerGone} {
		answer := httptest.NewRecorder()
		table.ServeHTTP(answer, httptest.NewRequestWithContext(ctx, http.MethodGet, "/api/staff/agency", nil))
		if answer.Code != want {
			t.Errorf("answered %d, want %d", answer.Code, want)
		}
		leave()
	}
}

func TestIdempotencyKey(t *testing.T) {
	t.Parallel()
	s, _ := server(t)
	key := []string{"Idempotency-Key", "k-1"}
	var mu sync.Mutex
	statuses := map[int]int{}
	var requests sync.WaitGroup
	for range 20 {
		requests.Go(func() {
			resp, body := send(t, s, "POST", "/api/staff/agency", `{"name":"!"}`, key...)
			mu.Lock()
			defer mu.Unlock()
			statuses[resp.StatusCode]++
			if resp.StatusCode == 201 && !strings.Contains(body, "Your agency!\"") {
				t.Errorf("another answer: %s", body)
			}
		})
	}
	requests.Wait()
	if statuses[201] == 0 || statuses[201]+statuses[409] != 20 {
		t.Errorf("answers: %v", statuses)
	}
	if _, body := send(t, s, "GET", "/api/staff/agency", ""); !strings.Contains(body, `"Your agency!"`) {
		t.Errorf("20 requests of one key did: %s", body)
	}
	if resp, _ := send(t, s, "POST", "/api/staff/agency", `{"name":"!"}`, key...); resp.StatusCode != 201 || resp.Header.Get("Idempotent-Replayed") != "true" {
		t.Errorf("repetition: %d", resp.StatusCode)
	}
	if resp, _ := send(t, s, "POST", "/api/staff/agency", `{"name":"?"}`, key...); resp.StatusCode != 422 {
		t.Errorf("another body: %d", resp.StatusCode)
	}
	failing := []string{"Idempotency-Key", "k-2"}
	for range 2 { // a failure is not kept
		if resp, _ := send(t, s, "POST", "/api/staff/agency", `{"name":"taken"}`, failing...); resp.StatusCode != 409 {
			t.Errorf("failing: %d", resp.StatusCode)
		}
	}
	if resp, _ := send(t, s, "POST", "/api/staff/agency", `{"name":"#"}`, failing...); resp.StatusCode != 201 {
		t.Errorf("after a failure: %d", resp.StatusCode)
	}
}

func TestASecretAnswerIsNotKept(t *testing.T) {
	t.Parallel()
	s, _ := server(t)
	_, first := send(t, s, "POST", "/api/staff/secret", "", "Idempotency-Key", "k")
	resp, second := send(t, s, "POST", "/api/staff/secret", "", "Idempotency-Key", "k")
	if !strings.Contains(first, "token ") || first == second || resp.Header.Get("Idempotent-Replayed") != "" {
		t.Errorf("first %s, then %s", first, second)
	}
}

func TestIfNoneMatch(t *testing.T) {
	t.Parallel()
	s, _ := server(t)
	resp, _ := send(t, s, "GET", "/api/staff/agency", "")
	tag := resp.Header.Get("ETag")
	if again, body := send(t, s, "GET", "/api/staff/agency", "", "If-None-Match", tag); tag == "" || again.StatusCode != 304 || body != "" {
		t.Errorf("tag %s: %d %q", tag, again.StatusCode, body)
	}
	if head, _ := send(t, s, "HEAD", "/api/staff/agency", ""); head.StatusCode != 200 || head.Header.Get("ETag") != tag {
		t.Errorf("HEAD: %d, tag %s, want %s", head.StatusCode, head.Header.Get("ETag"), tag)
	}
	send(t, s, "POST", "/api/staff/agency", `{"name":"!"}`)
	if changed, _ := send(t, s, "GET", "/api/staff/agency", "", "If-None-Match", tag); changed.StatusCode != 200 {
		t.Errorf("after a change: %d", changed.StatusCode)
	}
}

func TestCursor(t *testing.T) {
	t.Parallel()
	type position struct{ N int }
	page := api.PageOf([]int{1, 2, 3}, 2, func(n int) any { return position{n} })
	var at position
	if page.NextCursor == nil || len(page.Items) != 2 || api.DecodeCursor(*page.NextCursor, &at) != nil || at.N != 2 {
		t.Errorf("page %+v, position %+v", page, at)
	}
	if last := api.PageOf[int](nil, 2, nil); last.Items == nil || last.NextCursor != nil {
		t.Errorf("an empty page: %+v", last)
	}
	for _, broken := range []string{"%", "bm90IGpzb24", "W10", "e30", "bnVsbA", api.EncodeCursor(struct{ M int }{2}), *page.NextCursor + "="} {
		if fault.CodeOf(api.DecodeCursor(broken, &at)) != fault.Invalid {
			t.Errorf("%q was taken", broken)
		}
	}
}

func TestPartOf(t *testing.T) {
	t.Parallel()
	all := []uuid.UUID{uuid.New(), uuid.New(), uuid.New()}
	same := func(id uuid.UUID) uuid.UUID { return id }
	first, err := api.PartOf(all, api.PageQuery{Limit: 2}, same)
	if err != nil || !slices.Equal(first.Items, all[:2]) || first.NextCursor == nil {
		t.Fatalf("the first page: %+v, %v", first, err)
	}
	next := api.PageQuery{Limit: 2, Cursor: *first.NextCursor}
	if last, err := api.PartOf(all, next, same); err != nil || !slices.Equal(last.Items, all[2:]) || last.NextCursor != nil {
		t.Errorf("the last page: %+v, %v", last, err)
	}
	if _, err := api.PartOf(all[2:], next, same); fault.CodeOf(err) != fault.Invalid {
		t.Errorf("after what has gone: %v", err)
	}
}

func TestOpenAPIDescribesEveryOperation(t *testing.T) {
	t.Parallel()
	s, _ := server(t)
	_, body := send(t, s, "GET", "/api/openapi.json", "")
	var document struct {
		OpenAPI string
		Paths   map[string]map[string]any
	}
	if err := json.Unmarshal([]byte(body), &document); err != nil || document.OpenAPI != "3.1.0" || document.Paths["/api/staff/agency"]["post"] == nil {
		t.Errorf("%v: %s", err, body)
	}
}
