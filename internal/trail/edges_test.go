package trail_test

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"clientportal/internal/actor"
	"clientportal/internal/api"
	"clientportal/internal/audit"
	"clientportal/internal/fault"
	"clientportal/internal/route"
	"clientportal/internal/web"
)

// door lets everybody in as one actor.
type door struct{ who actor.Actor }

func (d door) Authenticate(_ *http.Request, kind actor.Kind) (actor.Actor, error) {
	if d.who.Kind != kind {
		return d.who, fault.New(fault.Unauthenticated, "Sign in.")
	}
	return d.who, nil
}

func (door) Refused(context.Context, string, string, error) {}

// get asks for an address of the API or the pages, as the actor.
func (h *house) get(who actor.Actor, address string) *httptest.ResponseRecorder {
	h.t.Helper()
	table := route.NewTable(door{who}, door{})
	a := api.New(table, h.DB, "test")
	h.API(a)
	h.StaffAPI(a)
	pages := web.NewPages(table, shell, web.Flashes{})
	h.Pages(pages)
	h.StaffPages(pages)
	answer := httptest.NewRecorder()
	table.ServeHTTP(answer, httptest.NewRequestWithContext(h.t.Context(), http.MethodGet, address, nil))
	return answer
}

// berlin is an hour ahead of UTC on monday.
var berlin = time.FixedZone("CET", 3600)

func shell(http.ResponseWriter, *http.Request) web.Page {
	return web.Page{Clock: web.Clock{Now: monday.Add(24 * time.Hour), Zone: berlin}}
}

type list struct {
	Items []struct {
		Action, Summary string
		CustomerID      *string `json:"customer_id"`
		Subject         *struct{ Name string }
	}
	NextCursor *string `json:"next_cursor"`
	Errors     []struct{ Location string }
}

func (h *house) list(who actor.Actor, address string) (l list) {
	h.t.Helper()
	answer := h.get(who, address)
	if err := json.Unmarshal(answer.Body.Bytes(), &l); err != nil {
		h.t.Fatalf("%s: %d %v: %s", address, answer.Code, err, answer.Body)
	}
	return l
}

const (
	clientAPI = "/api/client-portal/audit-events"
	staffAPI  = "/api/staff/audit-events"
)

func TestAccess(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	viewer, agent := with(h.mara, actor.Viewer), with(h.priya, actor.Agent)
	acme, boltline := "customer_id="+h.acme.String(), "customer_id="+h.boltline.String()
	for _, c := range []struct {
		who     actor.Actor
		address string
		want    int
	}{
		{h.mara, clientAPI, 200},
		{viewer, clientAPI, 403},
		{h.priya, clientAPI, 401},
		{h.mara, clientAPI + "?" + boltline, 422},
		{h.mara, clientAPI + "/export", 200},
		{h.mara, clientAPI + "/export?" + acme, 422},
		{viewer, clientAPI + "/export", 403},
		{h.mara, staffAPI, 401},
		{agent, staffAPI, 403},
		{agent, staffAPI + "/export", 403},
		{h.priya, staffAPI + "?" + acme, 200},
		{h.priya, staffAPI + "?" + boltline, 404},
		{h.priya, staffAPI + "/export?" + boltline, 404},
		{h.ada, staffAPI + "?" + boltline, 200},
		{h.mara, "/activity", 200},
		{h.mara, "/activity?" + boltline, 200},
		{h.mara, "/activity/export", 200},
		{viewer, "/activity", 403},
		{h.priya, "/activity", 303},
		{h.mara, "/staff/audit", 303},
		{agent, "/staff/audit", 403},
		{agent, "/staff/audit/export", 403},
		{h.priya, "/staff/audit?" + acme, 200},
		{h.priya, "/staff/audit?" + boltline, 404},
		{h.ada, "/staff/audit/export", 200},
	} {
		if got := h.get(c.who, c.address); got.Code != c.want {
			t.Errorf("%s %s asks for %s: %d, want %d: %.300s", c.who.Kind, c.who.Role, c.address, got.Code, c.want, got.Body)
		}
	}
}

func TestFilters(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.did(h.mara, -601, audit.Event{Action: "ticket.create"}) // the day before in UTC and in Berlin
	h.did(h.mara, -570, audit.Event{Action: "ticket.view"})   // the day before in UTC only
	h.did(h.priya, 0, audit.Event{Action: "customer.view", CustomerID: h.acme})
	h.did(h.mara, 1, audit.Event{Action: "access.denied", Outcome: audit.Denied})
	h.did(h.ada, 2, audit.Event{Action: "customer.view", CustomerID: h.boltline})
	for query, want := range map[string][]string{
		"":                            {"access.denied", "customer.view", "ticket.view", "ticket.create"},
		"actor=" + h.mara.ID.String(): {"access.denied", "ticket.view", "ticket.create"},
		"action=ticket.":              {"ticket.view", "ticket.create"},
		"action=ticket.view":          {"ticket.view"},
		"outcome=denied":              {"access.denied"},
		"from=2026-03-02":             {"access.denied", "customer.view"},
		"to=2026-03-01":               {"ticket.view", "ticket.create"},
		"from=2026-03-01T23:30:00Z&to=2026-03-02T09:00:00Z": {"ticket.view"},
		"from=2026-03-02&to=2026-03-02&outcome=success":     {"customer.view"},
	} {
		var got []string
		for _, e := range h.list(h.mara, clientAPI+"?"+query).Items {
			got = append(got, e.Action)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", query, got, want)
		}
	}
	page := h.get(h.mara, "/activity?from=2026-03-02&to=2026-03-02").Body.String()
	if !strings.Contains(page, "looked at a ticket") || strings.Contains(page, "opened a ticket") {
		t.Errorf("the reader's day in Berlin is another one")
	}
	both := h.list(h.ada, staffAPI+"?action=customer.view&limit=1")
	if len(both.Items) != 1 || *both.Items[0].CustomerID != h.boltline.String() || both.NextCursor == nil {
		t.Fatalf("the first page: %+v", both)
	}
	rest := h.list(h.ada, staffAPI+"?action=customer.view&limit=1&cursor="+*both.NextCursor)
	if len(rest.Items) != 1 || *rest.Items[0].CustomerID != h.acme.String() || rest.NextCursor != nil {
		t.Errorf("the second page: %+v", rest)
	}
}

func TestBadFiltersAreFaultsOfTheirField(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for query, field := range map[string]string{
		"actor=mara":                    "actor",
		"action=ticket":                 "action",
		"action='%20or%20true":          "action",
		"outcome=lost":                  "outcome",
		"from=yesterday":                "from",
		"from=9999-12-31":               "from",
		"to=2026-02-30":                 "to",
		"from=2026-03-03&to=2026-03-01": "to",
		"customer_id=all":               "customer_id",
	} {
		for _, address := range []string{staffAPI, staffAPI + "/export"} {
			l := h.list(h.ada, address+"?"+query)
			if len(l.Errors) != 1 || l.Errors[0].Location != "query."+field {
				t.Errorf("%s?%s: faults %+v", address, query, l.Errors)
			}
		}
		page := h.get(h.ada, "/staff/audit?"+query)
		if page.Code != 422 || !strings.Contains(page.Body.String(), `href="#`+field+`"`) || !strings.Contains(page.Body.String(), `id="`+field+`"`) {
			t.Errorf("page with %s: %d without the fault at its field", query, page.Code)
		}
	}
	if l := h.list(h.ada, staffAPI+"/export?limit=3"); len(l.Errors) != 1 || l.Errors[0].Location != "query.limit" {
		t.Errorf("an unknown parameter of the export: %+v", l.Errors)
	}
}

func TestExportIsATableWithoutFormulas(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.mara.Name = "=cmd|' /C calc'!A0"
	ticket := h.ticket(h.acme, "+AI-1", "@SUM(1), \"quoted\"\nline")
	h.did(h.mara, 0, audit.Event{Action: "ticket.create", Subject: audit.Subject{Type: "ticket", ID: ticket}, Payload: map[string]string{"title": "=1+1"}})
	answer := h.get(h.mara, clientAPI+"/export?action=ticket.")
	rows, err := csv.NewReader(answer.Body).ReadAll()
	if err != nil || len(rows) != 2 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	cell := func(name string) string { return rows[1][slices.Index(rows[0], name)] }
	if cell("actor") != "'"+h.mara.Name || cell("subject") != "'+AI-1, @SUM(1), \"quoted\"\nline" ||
		cell("payload") != `{"title":"=1+1"}` || cell("customer") != "Acme Industrial" {
		t.Errorf("row %q", rows[1])
	}
	for _, c := range rows[1] {
		if c != "" && strings.ContainsRune("=+-@", rune(c[0])) {
			t.Errorf("a formula: %q", c)
		}
	}
	want := `attachment; filename="audit-trail-` + time.Now().UTC().Format(time.DateOnly) + `.csv"`
	if got := answer.Header().Get("Content-Disposition"); got != want || answer.Header().Get("Content-Type") != "text/csv; charset=utf-8" {
		t.Errorf("header %v", answer.Header())
	}
}

func TestExportIsWhole(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	events := make([]audit.Event, 2100) // more than two batches
	for i := range events {
		events[i] = audit.Event{Action: "ticket.view", CustomerID: h.acme}
	}
	if err := h.Record(h.as(h.ada), events...); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(h.get(h.ada, "/staff/audit/export").Body).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	ids := map[string]bool{}
	for _, row := range rows[1:] {
		ids[row[len(row)-1]] = true
	}
	if len(rows) != 2102 || len(ids) != 2101 {
		t.Errorf("%d rows of %d events, want a header, 2100 events and the export", len(rows), len(ids))
	}
}

// broken is a reader who goes away after the first bytes.
type broken struct{ *httptest.ResponseRecorder }

func (broken) Write([]byte) (int, error) { return 0, http.ErrHandlerTimeout }

func TestACutExportIsNoWholeFile(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	table := route.NewTable(door{h.mara}, door{})
	h.API(api.New(table, h.DB, "test"))
	defer func() {
		if p, _ := recover().(error); !errors.Is(p, http.ErrAbortHandler) {
			t.Errorf("ended with %v", p)
		}
	}()
	table.ServeHTTP(broken{httptest.NewRecorder()}, httptest.NewRequestWithContext(t.Context(), http.MethodGet, clientAPI+"/export", nil))
	t.Error("ended as if it were whole")
}
