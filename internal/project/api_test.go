package project_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"clientportal/internal/actor"
	"clientportal/internal/api"
	"clientportal/internal/fault"
	"clientportal/internal/jobs"
	"clientportal/internal/project"
	"clientportal/internal/route"
)

// site is the JSON API of a house, where the header X-Caller says who calls.
type site struct {
	house
	url string
}

func newSite(t *testing.T) site {
	t.Helper()
	h := newHouse(t)
	workers := river.NewWorkers()
	h.AddWorkers(workers)
	queue, err := jobs.Queue(h.Pool(), workers, nil)
	if err != nil {
		t.Fatal(err)
	}
	h.UseJobs(queue)
	table := route.NewTable(callers(h.people()), silent{})
	a := api.New(table, h.DB, "test")
	h.API(a)
	h.StaffAPI(a)
	server := httptest.NewServer(table)
	t.Cleanup(server.Close)
	return site{h, server.URL}
}

// callers signs in by name.
type callers map[string]context.Context

func (c callers) Authenticate(r *http.Request, kind actor.Kind) (actor.Actor, error) {
	if ctx, ok := c[r.Header.Get("X-Caller")]; ok {
		if who, _ := actor.From(ctx); who.Kind == kind {
			return who, nil
		}
	}
	return actor.Actor{}, fault.New(fault.Unauthenticated, "Sign in.")
}

type silent struct{}

func (silent) Refused(context.Context, string, string, error) {}

// reply is an answer, decoded as far as it is JSON.
type reply struct {
	status int
	header http.Header
	body   []byte
	json   map[string]any
}

func (s site) do(t *testing.T, who, method, path, body string, headers ...string) reply {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, s.url+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("X-Caller", who)
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	b, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	got := reply{status: response.StatusCode, header: response.Header, body: b}
	_ = json.Unmarshal(b, &got.json) // a document is none
	return got
}

func (r reply) wants(t *testing.T, what string, status int) reply {
	t.Helper()
	if r.status != status {
		t.Fatalf("%s: %d, want %d: %.400s", what, r.status, status, r.body)
	}
	return r
}

// faults are the places that a problem names.
func (r reply) faults() string {
	var places []string
	list, _ := r.json["errors"].([]any)
	for _, e := range list {
		places = append(places, e.(map[string]any)["location"].(string))
	}
	return strings.Join(places, " ")
}

const (
	staffQuotes    = "/api/staff/quotes"
	staffProjects  = "/api/staff/projects"
	clientQuotes   = "/api/client-portal/quotes"
	clientProjects = "/api/client-portal/projects"
)

func TestTheAPIFromDraftToSignedOff(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	body := fmt.Sprintf(`{"customer_id": %q, "name": "Relaunch", "project_type": "Shop", "intro": "Größer & schöner", "valid_until": "2199-12-31", "tax_rate": "20",
		"lines": [{"description": "Design", "quantity": "12.5", "unit": "h", "unit_price": "95.00"}, {"description": "Hosting", "quantity": "1", "unit_price": "10.00"}],
		"phases": [{"name": "Design", "planned_start": "2026-03-09", "planned_end": "2026-03-20"}, {"name": "Build", "weight": 3}]}`, s.acme)
	made := s.do(t, "manager", "POST", staffQuotes, body).wants(t, "create", http.StatusCreated)
	id := made.json["id"].(string)
	if made.json["total"] != "1437.00" || made.json["currency"] != "EUR" || made.json["valid_until"] != "2199-12-31" || made.json["version"] != 1.0 ||
		made.header.Get("Location") != staffQuotes+"/"+id {
		t.Errorf("made %s", made.body)
	}
	quote, staff := clientQuotes+"/"+id, staffQuotes+"/"+id
	s.do(t, "owner", "GET", quote, "").wants(t, "a client reads a draft", http.StatusNotFound)
	s.do(t, "manager", "PUT", staff, `{"name": "Relaunch 2027"}`, "If-Match", made.header.Get("ETag")).wants(t, "change", http.StatusOK)
	s.do(t, "manager", "PUT", staff, `{"name": "Relaunch"}`, "If-Match", made.header.Get("ETag")).wants(t, "change an older one", http.StatusPreconditionFailed)
	s.do(t, "manager", "POST", staff+"/send", "").wants(t, "send", http.StatusOK)
	shown := s.do(t, "approver", "GET", quote, "").wants(t, "read", http.StatusOK)
	tag := shown.header.Get("ETag")
	if shown.json["status"] != "sent" || shown.json["reads"] != nil || shown.json["subtotal"] != "1197.50" || shown.json["tax"] != "239.50" {
		t.Errorf("shown %s", shown.body)
	}
	s.do(t, "approver", "GET", quote, "", "If-None-Match", tag).wants(t, "read again", http.StatusNotModified)
	s.do(t, "approver", "POST", quote+"/approve", `{}`).wants(t, "without a tag", http.StatusPreconditionRequired)
	s.do(t, "member", "POST", quote+"/approve", `{}`, "If-Match", tag).wants(t, "by a member", http.StatusForbidden)
	s.do(t, "foreign", "POST", quote+"/approve", `{}`, "If-Match", tag).wants(t, "by another company", http.StatusNotFound)
	s.do(t, "approver", "POST", quote+"/reject", `{}`, "If-Match", tag).wants(t, "without a reason", http.StatusUnprocessableEntity)
	s.do(t, "manager", "PUT", staff, `{"lines": [{"description": "All", "quantity": "1", "unit_price": "1500.00"}]}`).wants(t, "revise", http.StatusOK)
	s.do(t, "approver", "POST", quote+"/approve", `{"comment": "Yes"}`, "If-Match", tag).wants(t, "what has changed", http.StatusPreconditionFailed)
	tag = s.do(t, "approver", "GET", quote, "").header.Get("ETag")
	approved := s.do(t, "approver", "POST", quote+"/approve", "", "If-Match", tag).wants(t, "approve", http.StatusOK)
	if approved.json["status"] != "approved" || approved.json["decision"].(map[string]any)["version"] != 2.0 || approved.json["total"] != "1800.00" {
		t.Errorf("approved %s", approved.body)
	}
	s.do(t, "owner", "POST", quote+"/reject", `{"comment": "No"}`, "If-Match", tag).wants(t, "decided already", http.StatusConflict)
	s.do(t, "manager", "POST", staff+"/start", "").wants(t, "start", http.StatusOK)

	phases := s.do(t, "viewer", "GET", clientProjects+"/"+id+"/phases", "").wants(t, "phases", http.StatusOK).json["items"].([]any)
	first := phases[0].(map[string]any)
	for _, field := range strings.Fields("id position name status progress_percent planned_start planned_end actual_start actual_end waiting_on") {
		if _, ok := first[field]; !ok {
			t.Errorf("a phase has no %s: %v", field, first)
		}
	}
	phase := s.do(t, "agent", "PUT", staff+"/phases/"+first["id"].(string), `{"status": "waiting_for_client", "progress_percent": 50, "waiting_on": "Texts"}`).wants(t, "phase", http.StatusOK)
	if phase.json["planned_end"] != "2026-03-20" || phase.json["waiting_on"] != "Texts" || phase.json["late"] != true {
		t.Errorf("phase %s", phase.body)
	}
	s.do(t, "agent", "POST", staff+"/updates", `{"body": "Coming on"}`).wants(t, "update", http.StatusCreated)
	delivered := s.do(t, "agent", "POST", staff+"/deliverables", fmt.Sprintf(`{"name": "Screens", "phase_id": %q}`, first["id"])).wants(t, "deliver", http.StatusCreated)
	deliverable := clientProjects + "/" + id + "/deliverables/" + delivered.json["id"].(string)
	s.do(t, "approver", "POST", deliverable+"/reject", `{"comment": "Bigger"}`, "If-Match", delivered.header.Get("ETag")).wants(t, "send back", http.StatusOK)
	again := s.do(t, "agent", "PUT", staff+"/deliverables/"+delivered.json["id"].(string), `{"note": "Bigger"}`).wants(t, "deliver again", http.StatusOK)
	s.do(t, "approver", "POST", deliverable+"/accept", "", "If-Match", delivered.header.Get("ETag")).wants(t, "accept the one before", http.StatusPreconditionFailed)
	now := s.do(t, "viewer", "GET", clientProjects+"/"+id, "").wants(t, "project", http.StatusOK).json["deliverables"].([]any)[0].(map[string]any)["etag"].(string)
	if now != again.header.Get("ETag") || now != again.json["etag"] {
		t.Errorf("the project has the deliverable as %s, and it was answered with %v", now, again.header)
	}
	s.do(t, "approver", "POST", deliverable+"/accept", "", "If-Match", now).wants(t, "accept", http.StatusOK)

	p := s.do(t, "viewer", "GET", clientProjects+"/"+id, "").wants(t, "project", http.StatusOK)
	if p.json["progress_percent"] != 12.0 || p.json["current_phase"] != "Design" || p.json["hours"].(map[string]any)["total"] != "0.00" || p.header.Get("ETag") == "" {
		t.Errorf("project %s", p.body)
	}
	list := s.do(t, "viewer", "GET", clientProjects+"?status=in_progress&q=relaunch", "").wants(t, "list", http.StatusOK).json["items"].([]any)
	if len(list) != 1 || list[0].(map[string]any)["quote_id"] != id || list[0].(map[string]any)["start_date"] != "2026-03-09" {
		t.Errorf("list %v", list)
	}
	if late := s.do(t, "agent", "GET", staffProjects+"?late=true&waiting=client", "").wants(t, "portfolio", http.StatusOK).json["items"].([]any); len(late) != 1 {
		t.Errorf("portfolio %v", late)
	}
	s.do(t, "manager", "POST", staff+"/complete", "").wants(t, "complete", http.StatusOK)
	s.do(t, "manager", "POST", staff+"/cancel", "").wants(t, "cancel what is completed", http.StatusConflict)
}

func TestTheAPINamesWhatIsWrong(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	q := s.quote(t, "Relaunch", project.Approved)
	with := func(fields string) string { return fmt.Sprintf(`{"customer_id": %q, "name": "N", %s}`, s.acme, fields) }
	phase := staffQuotes + "/" + q.ID.String() + "/phases/" + q.Phases[0].ID.String()
	for name, c := range map[string]struct {
		method, path, body string
		status             int
		places             string
	}{
		"a phase that ends before it starts": {"POST", staffQuotes, with(`"phases": [{"name": "A"}, {"name": "B", "planned_start": "2026-03-09", "planned_end": "2026-03-08"}]`), 422, "body.phases[1].planned_end"},
		"a day that there is not":            {"POST", staffQuotes, with(`"phases": [{"name": "A", "planned_end": "2026-02-30"}]`), 422, "body.phases[0].planned_end"},
		"a number for an amount":             {"POST", staffQuotes, with(`"total": 12.5`), 422, "body.total"},
		"an endless amount":                  {"POST", staffQuotes, with(`"total": "1e9999"`), 422, "body.total"},
		"an unknown field":                   {"POST", staffQuotes, with(`"status": "approved"`), 422, "body.status"},
		"no customer of ours":                {"POST", staffQuotes, fmt.Sprintf(`{"customer_id": %q, "name": "N"}`, s.boltline), 404, ""},
		"no id":                              {"GET", staffQuotes + "/1", "", 404, ""},
		"no quote":                           {"GET", staffQuotes + "/" + uuid.NewString(), "", 404, ""},
		"no status":                          {"GET", staffQuotes + "?status=paid", "", 422, "query.status[0]"},
		"an unknown parameter":               {"GET", staffProjects + "?page=2", "", 422, "query.page"},
		"a status that is none":              {"PUT", phase, `{"status": "done"}`, 422, "body.status"},
		"an end before the start":            {"PUT", phase, `{"planned_start": "2026-03-09", "planned_end": "2026-03-08"}`, 422, "body.planned_end"},
		"no phases":                          {"POST", staffQuotes + "/" + q.ID.String() + "/phases", `{"phases": []}`, 422, "body.phases"},
	} {
		got := s.do(t, "manager", c.method, c.path, c.body)
		if got.status != c.status || got.faults() != c.places {
			t.Errorf("%s: %d at %q, want %d at %q: %s", name, got.status, got.faults(), c.status, c.places, got.body)
		}
	}
}

func TestAQuoteAsADocument(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	offer := project.Offer{
		CustomerID: s.acme, Name: "Größe, déjà vu, £ und €: 🚀 \u202e", Intro: strings.Repeat("A long introduction. ", 400), ValidUntil: &today,
		Phases: []project.Plan{{Name: "Entwurf", PlannedStart: &today}},
	}
	for range 60 {
		offer.Lines = append(offer.Lines, line(strings.Repeat("Many words ", 20), "1.5", "95"))
	}
	q, err := s.CreateQuote(s.manager, offer)
	if err != nil {
		t.Fatal(err)
	}
	s.do(t, "owner", "GET", clientQuotes+"/"+q.ID.String()+"/pdf", "").wants(t, "a draft", http.StatusNotFound)
	if err := s.SendQuote(s.manager, q.ID); err != nil {
		t.Fatal(err)
	}
	if err := s.approve(s.approver, q.ID, "Gerne. 👍"); err != nil {
		t.Fatal(err)
	}
	got := s.do(t, "viewer", "GET", clientQuotes+"/"+q.ID.String()+"/pdf", "").wants(t, "a document", http.StatusOK)
	if !bytes.HasPrefix(got.body, []byte("%PDF-")) || !bytes.Contains(got.body, []byte("%%EOF")) || len(got.body) > 200_000 ||
		got.header.Get("Content-Type") != "application/pdf" || got.header.Get("Content-Disposition") != `attachment; filename="`+q.Number+`-v1.pdf"` {
		t.Errorf("%d bytes, %v", len(got.body), got.header)
	}
	s.do(t, "agent", "GET", staffQuotes+"/"+q.ID.String()+"/pdf", "").wants(t, "for the agency", http.StatusOK)
	s.do(t, "foreign", "GET", clientQuotes+"/"+q.ID.String()+"/pdf", "").wants(t, "for another company", http.StatusNotFound)
	if events := s.events(t, q.ID); events[len(events)-1] != "quote.download" {
		t.Errorf("events %q", events)
	}
}
