package ticket_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
)

func TestHostileInput(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	mine := clientTickets + "/" + s.raise(t, "Mine").ID.String()
	staff := strings.Replace(mine, clientTickets, staffTickets, 1)
	long := func(n int) string { return strings.Repeat("a", n) }
	field := func(name, value string) string {
		all := map[string]any{"title": "A title", "description": "A description"}
		all[name] = value
		b, err := json.Marshal(all)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	for name, c := range map[string]struct {
		method, path, body string
		status             int
		location           string // of the first fault
	}{
		"no JSON":              {"POST", clientTickets, `{`, 400, ""},
		"wrong types":          {"POST", clientTickets, `{"title": 7, "description": ["x"]}`, 422, "body.title"},
		"unknown field":        {"POST", clientTickets, field("internal_notes", "mine"), 422, "body.internal_notes"},
		"customer in the body": {"POST", clientTickets, field("customer_id", s.fleetly.String()), 422, "body.customer_id"},
		"missing fields":       {"POST", clientTickets, `{}`, 422, "body.title"},
		"blank title":          {"POST", clientTickets, field("title", " \t\n"), 422, "body.title"},
		"long title":           {"POST", clientTickets, field("title", long(201)), 422, "body.title"},
		"long description":     {"POST", clientTickets, field("description", long(20_001)), 422, "body.description"},
		"30 MB":                {"POST", clientTickets, field("description", long(30<<20)), 413, ""},
		"null in a title":      {"POST", clientTickets, field("title", "a\x00b title"), 422, "body.title"},
		"null in a text":       {"POST", clientTickets, field("description", "a\x00b"), 422, "body.description"},
		"null in a category":   {"POST", clientTickets, field("category", "a\x00b"), 422, "body.category"},
		"unknown priority":     {"POST", clientTickets, field("priority", "now"), 422, "body.priority"},
		"foreign project":      {"POST", clientTickets, field("quote_id", s.otherProject.String()), 422, "body.quote_id"},
		"no id":                {"POST", clientTickets, field("quote_id", "'; drop table quotes --"), 422, "body.quote_id"},
		"no ticket":            {"GET", clientTickets + "/" + uuid.NewString(), "", 404, ""},
		"no id of a ticket":    {"GET", clientTickets + "/..%2f..%2fetc", "", 404, ""},
		"blank comment":        {"POST", mine + "/comments", `{"body": "  "}`, 422, "body.body"},
		"null in a comment":    {"POST", mine + "/comments", "{\"body\": \"a\\u0000b\"}", 422, "body.body"},
		"long comment":         {"POST", mine + "/comments", `{"body": "` + long(20_001) + `"}`, 422, "body.body"},
		"internal comment":     {"POST", mine + "/comments", `{"body": "x", "internal": true}`, 422, "body.internal"},
		"assign oneself":       {"PUT", mine, `{"assigned_to": "me"}`, 422, "body.assigned_to"},
		"unknown status":       {"PUT", mine, `{"status": "lost"}`, 422, "body.status"},
		"unknown parameter":    {"GET", clientTickets + "?order=title", "", 422, "query.order"},
		"unknown sort":         {"GET", clientTickets + "?sort=title", "", 422, "query.sort"},
		"sort of the staff":    {"GET", clientTickets + "?sort=due", "", 422, "query.sort"},
		"limit":                {"GET", clientTickets + "?limit=1000", "", 422, "query.limit"},
		"cursor":               {"GET", clientTickets + "?cursor=bm8", "", 422, "query.cursor"},
		"null in a search":     {"GET", clientTickets + "?q=%00", "", 422, "query.q"},
		"bytes in a search":    {"GET", clientTickets + "?q=%ff%fe", "", 422, "query.q"},
		"project of a list":    {"GET", clientTickets + "?quote_id=x", "", 422, "query.quote_id"},
		"assign to a stranger": {"PUT", staff, `{"assigned_to": "` + s.otherAgent.ID.String() + `"}`, 422, "body.assigned_to"},
		"assign to a number":   {"PUT", staff, `{"assigned_to": 7}`, 422, "body.assigned_to"},
		"null in an assignee":  {"PUT", staff, "{\"assigned_to\": \"a\\u0000\"}", 422, "body.assigned_to"},
		"null in notes":        {"PUT", staff, "{\"internal_notes\": \"a\\u0000\"}", 422, "body.internal_notes"},
		"title by the staff":   {"PUT", staff, `{"title": "Ours now"}`, 422, "body.title"},
		"null in an address":   {"GET", staffTickets + "?assigned_to=a%00@b", "", 422, "query.assigned_to"},
		"unknown view":         {"GET", staffTickets + "?view=lost", "", 422, "query.view"},
	} {
		who := s.member
		if strings.HasPrefix(c.path, staffTickets) {
			who = s.agent
		}
		got := s.do(t, who, c.method, c.path, c.body).wants(t, name, c.status)
		if c.location != "" && !slices.Contains(got.faults(), c.location) {
			t.Errorf("%s: faults %v, want %s", name, got.faults(), c.location)
		}
		if got.header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: answered as %s", name, got.header.Get("Content-Type"))
		}
	}
	for name, path := range map[string]string{"a client at the staff's door": staff, "a client's list": staffTickets} {
		s.do(t, s.member, "GET", path, "").wants(t, name, http.StatusUnauthorized)
	}
	s.do(t, s.agent, "GET", mine, "").wants(t, "an employee at the clients' door", http.StatusUnauthorized)
	s.do(t, s.viewer, "POST", clientTickets, field("title", "By a viewer")).wants(t, "a viewer", http.StatusForbidden)

	var tickets, comments int
	s.scan(t, `select (select count(*) from client_tickets), (select count(*) from ticket_comments)`, nil, &tickets, &comments)
	if tickets != 1 || comments != 0 {
		t.Errorf("%d tickets and %d comments are left of it", tickets, comments)
	}
}

// What looks dangerous and is not is kept as it was typed.
func TestStrangeTextsAreKept(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for _, text := range []string{
		"<script>alert(1)</script>", "🙂𝕏 four bytes each", "'; drop table tickets; --", `{{7*7}} ${7*7} %s %n`, "=HYPERLINK(\"http://x\")", "\u202eright to left", "a\tb",
	} {
		body, err := json.Marshal(map[string]string{"title": "Title " + text, "description": text, "category": "c " + text})
		if err != nil {
			t.Fatal(err)
		}
		created := s.do(t, s.member, "POST", clientTickets, string(body)).wants(t, text, http.StatusCreated)
		read := s.do(t, s.member, "GET", created.header.Get("Location"), "").wants(t, text, http.StatusOK)
		title := "Title " + strings.Join(strings.Fields(text), " ")
		if read.json["description"] != text || read.json["title"] != title {
			t.Errorf("%q came back as %q, %q", text, read.json["title"], read.json["description"])
		}
	}
}
