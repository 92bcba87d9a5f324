package customer_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"clientportal/internal/actor"
	"clientportal/internal/api"
	"clientportal/internal/fault"
	"clientportal/internal/route"
)

// door lets everybody in as one actor.
type door struct{ ctx context.Context }

func (d door) Authenticate(_ *http.Request, kind actor.Kind) (actor.Actor, error) {
	who, _ := actor.From(d.ctx)
	if who.Kind != kind {
		return who, fault.New(fault.Unauthenticated, "Sign in.")
	}
	return who, nil
}

func (door) Refused(context.Context, string, string, error) {}

type answer struct {
	*httptest.ResponseRecorder
	body map[string]any
}

// call makes a request of the staff API as the actor of ctx.
func (h house) call(t *testing.T, ctx context.Context, method, path, body string, header ...string) answer {
	t.Helper()
	table := route.NewTable(door{ctx}, door{})
	h.StaffAPI(api.New(table, h.DB, "test"))
	r := httptest.NewRequestWithContext(t.Context(), method, "/api/staff/customers"+path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	a := answer{ResponseRecorder: httptest.NewRecorder()}
	table.ServeHTTP(a, r)
	if a.Body.Len() > 0 {
		if err := json.Unmarshal(a.Body.Bytes(), &a.body); err != nil {
			t.Fatalf("%s %s: %v: %s", method, path, err, a.Body)
		}
	}
	return a
}

func TestStaffAPI(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	made := h.call(t, h.admin, "POST", "", `{"name":"Dapper Goods","client_type":"b2c","currency":"EUR"}`)
	id, _ := made.body["id"].(string)
	if made.Code != 201 || made.body["slug"] != "dapper-goods" || made.body["website"] != nil || made.Header().Get("Location") != "/api/staff/customers/"+id {
		t.Fatalf("made %d %v %v", made.Code, made.Header(), made.body)
	}
	read := h.call(t, h.admin, "GET", "/"+id, "")
	tag := read.Header().Get("ETag")
	if read.Code != 200 || tag == "" || tag != made.Header().Get("ETag") {
		t.Errorf("read %d with tag %q, made with %q", read.Code, tag, made.Header().Get("ETag"))
	}
	acme, agent := "/"+h.acme.ID.String(), whoIs(h.agent).String()
	for _, c := range []struct {
		who                string
		ctx                context.Context
		method, path, body string
		want               int
	}{
		{"an admin", h.admin, "GET", "?q=dapper&limit=1", "", 200},
		{"an admin", h.admin, "GET", "?sort=name", "", 422},
		{"an admin", h.admin, "POST", "", `{"name":"X","owner":"me"}`, 422},
		{"an admin", h.admin, "POST", "", `{"name":"X","timezone":"Nowhere"}`, 422},
		{"a manager", h.manager, "POST", "", `{"name":"X"}`, 403},
		{"a client", client(t, h.acme.ID), "GET", "", "", 401},
		{"a manager", h.manager, "GET", "/" + id, "", 404},
		{"an admin", h.admin, "GET", "/not-an-id", "", 404},
		{"a manager", h.manager, "PUT", acme, `{"website":"acme.example"}`, 200},
		{"an agent", h.agent, "PUT", acme, `{"website":"acme.example"}`, 403},
		{"a manager", h.manager, "POST", acme + "/stakeholders", `{"email":"a@acme.example","first_name":"A","last_name":"B"}`, 201},
		{"a manager", h.manager, "POST", acme + "/stakeholders", `{"email":"A@acme.example","first_name":"A","last_name":"B"}`, 422},
		{"an agent", h.agent, "POST", acme + "/stakeholders", `{"email":"b@acme.example","first_name":"A","last_name":"B"}`, 403},
		{"an agent", h.agent, "GET", acme + "/stakeholders?limit=1", "", 200},
		{"an admin", h.admin, "PUT", acme + "/employees/" + agent, "", 204},
		{"an agent", h.agent, "GET", acme + "/employees", "", 200},
		{"an admin", h.admin, "DELETE", acme + "/employees/" + agent, "", 204},
		{"a manager", h.manager, "PUT", acme + "/employees/" + agent, "", 403},
		{"an admin", h.admin, "PUT", acme + "/employees/nobody", "", 404},
	} {
		if got := h.call(t, c.ctx, c.method, c.path, c.body); got.Code != c.want {
			t.Errorf("%s: %s %s %s: %d, want %d: %s", c.who, c.method, c.path, c.body, got.Code, c.want, got.Body)
		}
	}
	if got := h.call(t, h.admin, "PUT", "/"+id, `{"name":"Dapper"}`, "If-Match", `"1"`); got.Code != 412 {
		t.Errorf("a change of another version: %d", got.Code)
	}
	if got := h.call(t, h.admin, "PUT", "/"+id, `{"name":"Dapper"}`, "If-Match", tag); got.Code != 200 || got.Header().Get("ETag") == tag {
		t.Errorf("a change of this version: %d, tag %s", got.Code, got.Header().Get("ETag"))
	}
	if got := h.call(t, h.admin, "GET", "/"+id, "", "If-None-Match", tag); got.Code != 200 {
		t.Errorf("a changed customer, asked for by its old tag: %d", got.Code)
	}
}
