package app_test

import (
	"fmt"
	"net/http"
	"net/url"
	"path"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"clientportal/internal/app/apptest"
	"clientportal/internal/web"
)

// scene is an agency whose people try routes.
type scene struct {
	*apptest.Agency
	t             *testing.T
	callers       map[string]*apptest.Caller
	made          int               // names given out
	running       string            // a retainer of Acme's that goes on
	asked         string            // a block of hours beyond it that waits for Acme
	period        string            // the only day of the retainer that was made last
	refused       map[string]string // what was refused, by request id
	board, report string            // a dashboard of Acme's and a report that was sent, once they are made
}

func newScene(t *testing.T) *scene {
	t.Helper()
	return &scene{t: t, Agency: apptest.StartAgency(t), callers: map[string]*apptest.Caller{}, refused: map[string]string{}}
}

// person is who stands under this name in the access table.
func (s *scene) person(name string) apptest.Person {
	return map[string]apptest.Person{
		"Bolt's admin": s.Bolt.Admin, "viewer": s.Acme.Viewer, "member": s.Acme.Member, "approver": s.Acme.Approver, "admin": s.Acme.Admin,
		"Bolt's agent": s.Bolt.Agent, "agent": s.Acme.Agent, "Bolt's manager": s.Bolt.Manager, "manager": s.Acme.Manager, "staff admin": s.Chief,
	}[name]
}

func (s *scene) signIn(name string) *apptest.Caller { return s.SignIn(s.t, s.person(name)) }

// caller is somebody's browser, which stays signed in.
func (s *scene) caller(name string) *apptest.Caller {
	if s.callers[name] == nil {
		s.callers[name] = s.signIn(name)
	}
	return s.callers[name]
}

// send tries a route, with ids that are Acme's and fresh, so that no row depends on
// another.
func (s *scene) send(by *apptest.Caller, r row, name string) apptest.Response {
	method, path, split := strings.Cut(r.route, " ")
	if !split {
		method, path = http.MethodGet, r.route+"no-such-thing" // what nothing else serves
	}
	path, body := s.fillPath(path, name), s.fill(s.fillHours(r.body))
	switch {
	case body == "", body[0] == '?':
		return by.Send(method, path+body, "", nil)
	case strings.HasPrefix(body, "{"):
		return by.Send(method, path, "application/json", []byte(body))
	case body == "numbers":
		return by.Upload(path, "file", nil, apptest.File{Name: "numbers.csv", Content: []byte("Day;Deals\n2026-11-25;1.234,5\n")})
	case body == "file":
		return by.Upload(path, "file", nil, apptest.File{Name: "log.txt", Content: []byte("What the server says.")})
	}
	return by.Send(method, path, "application/x-www-form-urlencoded", []byte(body))
}

// fill puts words in the place of those in <>.
func (s *scene) fill(body string) string {
	password := apptest.Password
	if !strings.HasPrefix(body, "{") {
		password = url.QueryEscape(password)
	}
	return strings.NewReplacer("<acme>", s.Acme.ID.String(), "<member>", s.Acme.Member.ID.String(), "<new>", s.newEmail(), "<day>", s.day(), "<dashboard>", s.dashboardIn(body), "<password>", password).Replace(body)
}

// fillPath puts ids in the place of those in {}.
func (s *scene) fillPath(path, name string) string {
	path = s.fillReport(s.fillRetainer(s.fillQuote(path)))
	for _, id := range []struct {
		wildcard string
		make     func(owner string) string
	}{
		{"customers/{id}/close", func(string) string { return s.customer("") + "/close" }}, // Acme stays open
		{"customer-imports/{id}", s.upload},
		{"stakeholders/{stakeholderId}", s.stakeholder},
		{"uploads/{uploadId}", func(string) string { return uuid.NewString() }},
		{"data-sources/{id}", s.source},
		{"dashboard-templates/{id}", s.dashboardTemplate},
		{"dashboards/{id}", s.dashboard},
		{"analytics/readers/{id}", s.dashboard},
		{"exports/{id}", s.export},
		{"analytics/{id}", s.dashboard},
		{"{widget}", func(string) string { return "w1" }},
		{"customers/{id}", func(string) string { return s.Acme.ID.String() }},
		{"tickets/{id}", s.ticket},
		{"overage-blocks/{id}", s.block},
		{"time-tracking/{id}", s.entry},
		{"hours/{id}", s.entry},
		{"hours/blocks/{id}", s.block},
		{"hour-imports/{id}", s.timeImport},
		{"{format}", func(string) string { return "csv" }},
		{"attachments/{id}", func(string) string { return s.Acme.Ticket.Attachment.String() }},
		{"people/{userId}", func(string) string { return s.Acme.Leaver.ID.String() }},
		{"view-as/{customerId}", func(string) string { return s.Acme.ID.String() }},
		{"team/{id}", func(string) string { return s.Acme.Leaver.ID.String() }},
		{"members/{userId}", func(string) string { return s.Acme.Leaver.ID.String() }},
		{"invitations/{id}", s.invitation},
		{"invitations/{invitationId}", s.invitation},
		{"employees/{id}", s.employee},
		{"employees/{employeeId}", s.employee},
		{"sessions/{id}", s.session},
		{"tokens/{id}", s.token},
		{"{file}", func(string) string { return strings.TrimPrefix(web.Asset("portal.css"), "/static/") }},
		{"{kind}", func(string) string { return "invitation" }},
		{"{code}", func(string) string { return "not-found" }},
		{"{provider}", func(string) string { return "google" }},
		{"{$}", func(string) string { return "" }},
	} {
		if before, after, found := strings.Cut(path, id.wildcard); found {
			folder, _, _ := strings.Cut(id.wildcard, "{")
			path = before + folder + id.make(name) + after
		}
	}
	return path
}

func (s *scene) newEmail() string {
	s.made++
	return fmt.Sprintf("new-%d@acme.example", s.made)
}

func (s *scene) ticket(string) string {
	return s.create("member", "/api/client-portal/tickets", map[string]any{"title": "Fresh", "description": "Just raised."})
}

// source is one that numbers are brought to, of Acme's.
func (s *scene) source(string) string {
	return s.create("staff admin", "/api/staff/data-sources", map[string]any{"customer_id": s.Acme.ID, "source_type": "csv", "source_name": "Fresh"})
}

func (s *scene) customer(string) string {
	return s.create("staff admin", "/api/staff/customers", map[string]any{"name": "Fresh"})
}

func (s *scene) stakeholder(string) string {
	return s.create("staff admin", "/api/staff/customers/"+s.Acme.ID.String()+"/stakeholders",
		map[string]any{"email": s.newEmail(), "first_name": "N", "last_name": "N"})
}

func (s *scene) invitation(string) string {
	return s.create("admin", "/api/client-portal/team/invitations", map[string]any{"email": s.newEmail(), "role": "viewer"})
}

// upload is a file of customers that waits to be imported.
func (s *scene) upload(string) string {
	file := apptest.File{Name: "new.csv", Content: []byte("Customer\nFresh\n")}
	sent := s.caller("staff admin").Upload("/staff/customers/import", "file", nil, file).Must(s.t, http.StatusSeeOther)
	return path.Base(sent.Header.Get("Location"))
}

func (s *scene) employee(string) string {
	return s.create("staff admin", "/api/staff/employees", map[string]any{"email": s.newEmail(), "first_name": "N", "last_name": "N", "role": "agent"})
}

// owner is whose session or token stands in the address that name calls: their own,
// or for the first in each table somebody else's.
func (s *scene) owner(name string) (owner, api string) {
	switch name {
	case "nobody", "Bolt's admin":
		name = "member"
	case "Bolt's agent":
		name = "agent"
	}
	if s.person(name).Staff {
		return name, "/api/staff/"
	}
	return name, "/api/client-portal/"
}

func (s *scene) session(name string) string {
	owner, api := s.owner(name)
	var sessions struct {
		Items []struct {
			ID      string
			Current bool
		}
	}
	s.signIn(owner).Get(api+"auth/sessions").Must(s.t, http.StatusOK).Decode(s.t, &sessions)
	for _, session := range sessions.Items {
		if session.Current {
			return session.ID
		}
	}
	s.t.Fatal("the current session is not in the list")
	return ""
}

func (s *scene) token(name string) string {
	owner, api := s.owner(name)
	return s.create(owner, api+"auth/tokens", map[string]any{"name": "A token", "scopes": []string{"account:read"}})
}

func (s *scene) create(name, path string, body any) string {
	s.t.Helper()
	var made struct{ ID string }
	s.caller(name).JSON(http.MethodPost, path, body).Must(s.t, http.StatusCreated).Decode(s.t, &made)
	return made.ID
}

// note holds every answer to having a request id, and remembers refusals.
func (s *scene) note(r row, who string, got apptest.Response) {
	s.t.Helper()
	id := got.Header.Get("X-Request-Id")
	if _, err := uuid.Parse(id); err != nil {
		s.t.Errorf("%s as %s: X-Request-Id is %q", r.route, who, id)
	}
	if who != "nobody" && (got.Status == http.StatusForbidden || got.Status == http.StatusNotFound) {
		s.refused[id] = r.route + " as " + who
	}
}

// expectRefusalsInTrail looks for the event of each refusal, by its request id.
func (s *scene) expectRefusalsInTrail() {
	s.t.Helper()
	rows, err := superuser(s.t, s.DB).Query(s.t.Context(),
		`select request_id, count(*) from audit_events where action = 'access.denied' and outcome = 'denied' group by request_id`)
	if err != nil {
		s.t.Fatal(err)
	}
	recorded := map[string]int{}
	var id string
	var events int
	if _, err := pgx.ForEachRow(rows, []any{&id, &events}, func() error { recorded[id] = events; return nil }); err != nil {
		s.t.Fatal(err)
	}
	for id, what := range s.refused {
		if recorded[id] != 1 {
			s.t.Errorf("%s was refused, and has %d events access.denied", what, recorded[id])
		}
	}
}

// dashboardIn is a dashboard where a body names one.
func (s *scene) dashboardIn(body string) string {
	if !strings.Contains(body, "<dashboard>") {
		return ""
	}
	return s.dashboard("")
}
