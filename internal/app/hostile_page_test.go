package app_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"clientportal/internal/app/apptest"
)

// hostileValues are what addresses and forms carry, decoded.
var hostileValues = map[string]string{
	"NUL": "a\x00b", "not UTF-8": "a\xff\xfeb", "four bytes": "a 😀 𝕏 b", "script": `"><script>alert(1)</script>`, "SQL": `a'; --\`,
	"a header": "a\r\nSet-Cookie: a=b", "a number": "99999999999999999999", "nothing": "",
}

// pageParameters are the names that pages look for in their addresses.
var pageParameters = []string{
	"q", "cursor", "status", "category", "priority", "quote_id", "sort", "view", "customer_id", "assigned_to", "actor", "action", "outcome",
	"from", "to", "next", "token", "invite", "late", "waiting", "provider", "code", "state",
}

// pageRows are the rows of the tables that are no JSON calls.
func pageRows() []row {
	return slices.DeleteFunc(slices.Concat(publicTable, clientTable, staffTable, accountTable, ofStaff(accountTable)),
		func(r row) bool { return strings.Contains(r.route, "/api/") || !strings.Contains(r.route, " ") })
}

func TestHostilePageQueries(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	for _, r := range pageRows() {
		path, reads := strings.CutPrefix(r.route, "GET ")
		if !reads {
			continue
		}
		path = s.fillPath(path, "admin")
		for what, value := range hostileValues {
			query := url.Values{}
			for _, name := range pageParameters {
				query.Set(name, value)
			}
			s.expectPage(r.route+" with "+what, s.readerOf(path).Get(path+"?"+query.Encode()))
		}
	}
	s.expectSignedIn()
}

func TestHostileForms(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	hostile := map[string]string{"100 kB": strings.Repeat("a", 100<<10)}
	for what, value := range hostileValues {
		hostile[what] = value
	}
	for _, r := range pageRows() {
		form, err := url.ParseQuery(s.fill(r.body))
		if err != nil || !strings.Contains(r.body, "=") || strings.HasPrefix(r.body, "?") {
			continue
		}
		_, path, _ := strings.Cut(r.route, " ")
		path = s.fillPath(path, "admin")
		for name, given := range form {
			for what, value := range hostile {
				form.Set(name, value)
				s.expectPage(r.route+" with "+what+" in "+name, s.readerOf(path).Form(path, form))
			}
			form[name] = given
		}
	}
	s.expectSignedIn()
}

// expectSignedIn makes sure that the callers were not led to the sign-in page all
// the time.
func (s *scene) expectSignedIn() {
	s.t.Helper()
	s.caller("admin").Get("/api/client-portal/auth/me").Must(s.t, http.StatusOK)
	s.caller("staff admin").Get("/api/staff/auth/me").Must(s.t, http.StatusOK)
}

// readerOf is callerOf for pages.
func (s *scene) readerOf(path string) *apptest.Caller {
	public := slices.ContainsFunc(publicTable, func(r row) bool { return strings.HasSuffix(r.route, " "+path) })
	switch {
	case public:
		return s.Nobody(s.t)
	case path == "/staff", strings.HasPrefix(path, "/staff/"):
		return s.caller("staff admin")
	}
	return s.caller("admin")
}

// expectPage holds an answer to being one that a person understands, without the
// markup that somebody sent.
func (s *scene) expectPage(what string, got apptest.Response) {
	s.t.Helper()
	if got.Status >= 500 || got.Status == 0 {
		s.t.Errorf("%s: %d: %.300s", what, got.Status, got.Body)
	}
	if strings.Contains(string(got.Body), "<script>alert") {
		s.t.Errorf("%s: what was sent is markup on the page", what)
	}
	if strings.Contains(strings.Join(got.Header.Values("Set-Cookie"), ";"), "a=b") {
		s.t.Errorf("%s: what was sent is a header", what)
	}
	if got.Status == http.StatusSeeOther {
		s.expectLocal(what, got)
	}
}
