package ticket_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"

	"clientportal/internal/actor"
	"clientportal/internal/api"
	"clientportal/internal/fault"
	"clientportal/internal/route"
)

// site is the JSON API of a world, where the header X-Caller says who calls.
type site struct {
	*world
	url string
}

func newSite(t *testing.T) site {
	t.Helper()
	w := newWorld(t)
	table := route.NewTable(callers(w.people()), silent{})
	a := api.New(table, w.DB, "test")
	w.tickets.API(a)
	w.tickets.StaffAPI(a)
	server := httptest.NewServer(table)
	t.Cleanup(server.Close)
	return site{w, server.URL}
}

func (w *world) people() []actor.Actor {
	return []actor.Actor{w.admin, w.approver, w.member, w.viewer, w.stranger, w.chief, w.manager, w.agent, w.otherAgent}
}

// callers signs in by name.
type callers []actor.Actor

func (c callers) Authenticate(r *http.Request, kind actor.Kind) (actor.Actor, error) {
	for _, who := range c {
		if who.Name == r.Header.Get("X-Caller") && who.Kind == kind {
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
	body   string
	json   map[string]any
}

func (s site) do(t *testing.T, who actor.Actor, method, path, body string, headers ...string) reply {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, s.url+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("X-Caller", who.Name)
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
	got := reply{status: response.StatusCode, header: response.Header, body: string(b)}
	_ = json.Unmarshal(b, &got.json) // an attachment is none
	return got
}

func (r reply) wants(t *testing.T, what string, status int) reply {
	t.Helper()
	if r.status != status {
		t.Errorf("%s: %d, want %d: %.300s", what, r.status, status, r.body)
	}
	return r
}

// faults are the places that a problem names.
func (r reply) faults() (locations []string) {
	list, _ := r.json["errors"].([]any)
	for _, e := range list {
		locations = append(locations, e.(map[string]any)["location"].(string))
	}
	return locations
}

const (
	clientTickets = "/api/client-portal/tickets"
	staffTickets  = "/api/staff/tickets"
)

func TestTheAPIOfATicket(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	body := fmt.Sprintf(`{"title": "Wrong VAT number", "description": "Since **October**", "category": "Billing", "priority": "high", "quote_id": %q}`, s.project)
	created := s.do(t, s.member, "POST", clientTickets, body).wants(t, "create", http.StatusCreated)
	path := clientTickets + "/" + created.json["id"].(string)
	if created.header.Get("Location") != path || created.header.Get("ETag") == "" || created.json["number"] != "DG-1" {
		t.Errorf("created %v %s", created.header, created.body)
	}
	staffPath := staffTickets + "/" + created.json["id"].(string)
	s.do(t, s.agent, "POST", staffPath+"/comments", `{"body": "Looking into it", "status": "waiting_for_client"}`).wants(t, "reply", http.StatusCreated)
	aside := s.do(t, s.agent, "POST", staffPath+"/comments", `{"body": "Old template", "internal": true}`).wants(t, "note", http.StatusCreated)
	if aside.json["internal"] != true || aside.json["author"].(map[string]any)["kind"] != "staff" {
		t.Errorf("note %s", aside.body)
	}
	read := s.do(t, s.viewer, "GET", path, "").wants(t, "read", http.StatusOK)
	if keys := slices.Sorted(maps(read.json)); strings.Join(keys, " ") != "assigned_to attachments category changes comment_count comments created_at created_by description id number priority quote_id resolution resolved_at status title updated_at" {
		t.Errorf("a ticket has %v", keys)
	}
	if read.json["status"] != "waiting_for_client" || read.json["comment_count"] != 1.0 || len(read.json["comments"].([]any)) != 1 || strings.Contains(read.body, "internal") {
		t.Errorf("read %s", read.body)
	}
	s.do(t, s.viewer, "GET", path, "", "If-None-Match", read.header.Get("ETag")).wants(t, "not modified", http.StatusNotModified)
	s.do(t, s.member, "POST", path+"/comments", `{"body": "The second one"}`).wants(t, "answer", http.StatusCreated)
	s.do(t, s.member, "PUT", path, `{"title": "Changed"}`, "If-Match", read.header.Get("ETag")).wants(t, "stale", http.StatusPreconditionFailed)
	s.do(t, s.member, "PUT", path, `{"status": "resolved"}`).wants(t, "no client's move", http.StatusConflict)
	s.do(t, s.member, "PUT", path, `{"status": "closed"}`).wants(t, "close", http.StatusOK)
	s.do(t, s.member, "POST", path+"/comments", `{"body": "Too late"}`).wants(t, "answer a closed one", http.StatusConflict)
	s.do(t, s.admin, "PUT", path+"/following", "").wants(t, "follow", http.StatusNoContent)
	s.do(t, s.admin, "DELETE", path+"/following", "").wants(t, "unfollow", http.StatusNoContent)

	list := s.do(t, s.viewer, "GET", clientTickets+"?status=open,closed&q=vat&category=Billing&quote_id="+s.project.String(), "").wants(t, "list", http.StatusOK)
	items := list.json["items"].([]any)
	if len(items) != 1 || list.json["next_cursor"] != nil {
		t.Fatalf("list %s", list.body)
	}
	if keys := slices.Sorted(maps(items[0].(map[string]any))); strings.Join(keys, " ") != "assigned_to category comment_count created_at created_by id number priority quote_id status title updated_at" {
		t.Errorf("an item has %v", keys)
	}
	s.do(t, s.viewer, "GET", clientTickets, "", "If-None-Match", s.do(t, s.viewer, "GET", clientTickets, "").header.Get("ETag")).wants(t, "the same list", http.StatusNotModified)
}

func maps(m map[string]any) func(func(string) bool) {
	return func(yield func(string) bool) {
		for key := range m {
			if !yield(key) {
				return
			}
		}
	}
}

func TestTheStaffAPIOfATicket(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	raised, other := s.raise(t, "First"), s.raise(t, "Second")
	path := staffTickets + "/" + raised.ID.String()
	read := s.do(t, s.agent, "GET", path, "").wants(t, "read", http.StatusOK)
	update := s.do(t, s.agent, "PUT", path, `{"assigned_to": "SAM@agency.example", "priority": "urgent", "internal_notes": "Careful"}`, "If-Match", read.header.Get("ETag")).wants(t, "update", http.StatusOK)
	if update.json["assigned_to"] != s.agent.ID.String() || update.json["assignee"].(map[string]any)["name"] != "Sam Okafor" || update.json["internal_notes"] != "Careful" {
		t.Errorf("updated %s", update.body)
	}
	s.do(t, s.agent, "PUT", path, `{"status": "resolved"}`, "If-Match", read.header.Get("ETag")).wants(t, "stale", http.StatusPreconditionFailed)
	kept := s.do(t, s.agent, "PUT", path, `{"category": "Shop"}`).wants(t, "another field", http.StatusOK)
	if kept.json["assigned_to"] != s.agent.ID.String() {
		t.Errorf("leaving out the assignee took them away: %s", kept.body)
	}
	freed := s.do(t, s.agent, "PUT", path, `{"assigned_to": null}`).wants(t, "unassign", http.StatusOK)
	if freed.json["assigned_to"] != nil || freed.json["assignee"] != nil {
		t.Errorf("unassigned %s", freed.body)
	}
	resolved := s.do(t, s.agent, "PUT", path, `{"status": "resolved", "resolution": "Fixed"}`).wants(t, "resolve", http.StatusOK)
	if resolved.json["resolved_by"] != "Sam Okafor" || resolved.json["sla"].(map[string]any)["answer_due_at"] != nil {
		t.Errorf("resolved %s", resolved.body)
	}
	beside := s.do(t, s.agent, "GET", path+"/neighbours?sort=created_at", "").wants(t, "neighbours", http.StatusOK)
	if beside.json["previous"] != nil || beside.json["next"].(map[string]any)["id"] != other.ID.String() {
		t.Errorf("neighbours %s", beside.body)
	}
	counts := s.do(t, s.agent, "GET", staffTickets+"/counts", "").wants(t, "counts", http.StatusOK)
	if counts.json["open"] != 1.0 || counts.json["unassigned"] != 1.0 {
		t.Errorf("counts %s", counts.body)
	}
	if able := s.do(t, s.agent, "GET", path+"/assignees", "").wants(t, "assignees", http.StatusOK); len(able.json["items"].([]any)) != 3 {
		t.Errorf("assignees %s", able.body)
	}
	for query, want := range map[string]int{
		"": 2, "?view=open": 1, "?status=resolved": 1, "?assigned_to=none": 2, "?assigned_to=me": 0, "?customer_id=" + s.fleetly.String(): 0, "?q=DG-2": 1, "?sort=due": 2,
	} {
		list := s.do(t, s.agent, "GET", staffTickets+query, "").wants(t, query, http.StatusOK)
		if got, _ := list.json["items"].([]any); len(got) != want {
			t.Errorf("%q: %d tickets, want %d", query, len(got), want)
		}
	}
}

func TestTwentyRequestsWithOneKeyAreOne(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	const body = `{"title": "Only once", "description": "However often it is sent"}`
	ids := make(chan any, 20)
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			switch got := s.do(t, s.member, "POST", clientTickets, body, "Idempotency-Key", "one"); got.status {
			case http.StatusCreated:
				ids <- got.json["id"]
			case http.StatusConflict: // a twin is still being answered
			default:
				t.Errorf("got %d %s", got.status, got.body)
			}
		})
	}
	all.Wait()
	close(ids)
	again := s.do(t, s.member, "POST", clientTickets, body, "Idempotency-Key", "one").wants(t, "once more", http.StatusCreated)
	for id := range ids {
		if id != again.json["id"] {
			t.Errorf("two tickets: %v and %v", id, again.json["id"])
		}
	}
	if again.header.Get("Idempotent-Replayed") != "true" {
		t.Error("the stored answer was not replayed")
	}
	s.do(t, s.member, "POST", clientTickets, `{"title": "Another", "description": "With the same key"}`, "Idempotency-Key", "one").wants(t, "another body", http.StatusUnprocessableEntity)
	var tickets, events int
	s.scan(t, `select (select count(*) from client_tickets), (select count(*) from audit_events where action = 'ticket.create')`, nil, &tickets, &events)
	if tickets != 1 || events != 1 {
		t.Errorf("%d tickets, %d events", tickets, events)
	}
}

// form is a multipart body of one field's files, and its content type.
func form(t *testing.T, files [][2]string, fields ...string) (body, contentType string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for i := 0; i+1 < len(fields); i += 2 {
		if err := w.WriteField(fields[i], fields[i+1]); err != nil {
			t.Fatal(err)
		}
	}
	for _, file := range files {
		part, err := w.CreateFormFile("file", file[0])
		if err == nil {
			_, err = io.WriteString(part, file[1])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String(), w.FormDataContentType()
}

func TestAttachmentsOverHTTP(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	raised := s.raise(t, "With files")
	path := clientTickets + "/" + raised.ID.String() + "/attachments"
	upload := func(who actor.Actor, path string, files [][2]string, fields ...string) reply {
		body, contentType := form(t, files, fields...)
		return s.do(t, who, "POST", path, body, "Content-Type", contentType)
	}
	added := upload(s.member, path, [][2]string{{"Größe.pdf", pdf}, {"shot.png", png}}).wants(t, "two files", http.StatusCreated)
	items := added.json["items"].([]any)
	if len(items) != 2 {
		t.Fatalf("added %s", added.body)
	}
	file := "/api/client-portal/attachments/" + items[0].(map[string]any)["id"].(string)
	got := s.do(t, s.viewer, "GET", file, "").wants(t, "download", http.StatusOK)
	for name, want := range map[string]string{
		"Content-Type": "application/pdf", "X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox; default-src 'none'",
		"Content-Disposition": `attachment; filename="Gr__e.pdf"; filename*=UTF-8''Gr%C3%B6%C3%9Fe.pdf`,
	} {
		if got.header.Get(name) != want {
			t.Errorf("%s: %q, want %q", name, got.header.Get(name), want)
		}
	}
	if got.body != pdf {
		t.Errorf("downloaded %q", got.body)
	}
	if events := s.recorded(t, raised.ID, "attachment.download"); len(events) != 1 || events[0].Actor != s.viewer.Name {
		t.Errorf("events %+v", events)
	}
	s.do(t, s.stranger, "GET", file, "").wants(t, "another company's", http.StatusNotFound)
	s.do(t, s.agent, "GET", strings.Replace(file, "client-portal", "staff", 1), "").wants(t, "as an employee", http.StatusOK)
	s.do(t, s.otherAgent, "GET", strings.Replace(file, "client-portal", "staff", 1), "").wants(t, "as the wrong employee", http.StatusNotFound)

	for name, c := range map[string]struct {
		files  [][2]string
		status int
	}{
		"svg": {[][2]string{{"a.svg", svg}}, 415}, "html": {[][2]string{{"a.html", hypertext}}, 415}, "double": {[][2]string{{"a.pdf.exe", pdf}}, 415},
		"empty": {[][2]string{{"a.txt", ""}}, 422}, "none": {nil, 422}, "30 MB": {[][2]string{{"a.txt", strings.Repeat("a", 30<<20)}}, 413},
		"one bad of two": {[][2]string{{"a.txt", "fine"}, {"a.svg", svg}}, 415},
	} {
		refused := upload(s.member, path, c.files).wants(t, name, c.status)
		if faults := refused.faults(); !slices.Equal(faults, []string{"body.file"}) {
			t.Errorf("%s: faults %v", name, faults)
		}
	}
	if n := s.stored(t); n != 2 {
		t.Errorf("%d files are stored, want 2", n)
	}
	s.do(t, s.member, "POST", path, `{"file": "x"}`).wants(t, "JSON", http.StatusUnsupportedMediaType)
	upload(s.stranger, path, [][2]string{{"a.txt", "words"}}).wants(t, "to another company's", http.StatusNotFound)
	upload(s.viewer, path, [][2]string{{"a.txt", "words"}}).wants(t, "as a viewer", http.StatusForbidden)
	upload(s.member, path, [][2]string{{"a.txt", "words"}}, "comment_id", uuid.NewString()).wants(t, "to no comment", http.StatusUnprocessableEntity)
	aside := upload(s.agent, staffTickets+"/"+raised.ID.String()+"/attachments", [][2]string{{"a.txt", "words"}}, "internal", "true").wants(t, "internal", http.StatusCreated)
	secret := aside.json["items"].([]any)[0].(map[string]any)
	if secret["internal"] != true {
		t.Errorf("added %s", aside.body)
	}
	s.do(t, s.member, "GET", "/api/client-portal/attachments/"+secret["id"].(string), "").wants(t, "an internal file", http.StatusNotFound)

	body, contentType := form(t, [][2]string{{"once.txt", "words"}})
	for range 2 {
		s.do(t, s.member, "POST", path, body, "Content-Type", contentType, "Idempotency-Key", "upload").wants(t, "with a key", http.StatusCreated)
	}
	if events := s.recorded(t, raised.ID, "attachment.create"); len(events) != 4 {
		t.Errorf("%d files were attached, want 4", len(events))
	}
}
