package home

import (
	"html"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"clientportal/internal/actor"
	"clientportal/internal/analytics"
	"clientportal/internal/analytics/schedule"
	"clientportal/internal/audit"
	"clientportal/internal/db"
	"clientportal/internal/db/dbtest"
	"clientportal/internal/metric"
	"clientportal/internal/project"
	"clientportal/internal/route"
	"clientportal/internal/route/routetest"
	"clientportal/internal/ticket"
	"clientportal/internal/timetrack"
	"clientportal/internal/web"
)

// scene is two companies with projects and tickets, and the pages of a start.
type scene struct {
	*dbtest.Database
	table                     *route.Table
	acme, bolt                uuid.UUID
	approver, viewer, foreign actor.Actor
	manager, otherAgent       actor.Actor
	projects                  *project.Service
	tickets                   *ticket.Service
}

func newScene(t *testing.T) scene {
	t.Helper()
	s := scene{Database: dbtest.New(t), acme: uuid.New(), bolt: uuid.New(), table: routetest.NewTable()}
	s.projects = project.New(project.Deps{DB: s.Quiet()}) // no mails
	s.tickets = ticket.New(ticket.Deps{DB: s.Quiet()})
	s.exec(t, `insert into customers (id, name, slug, ticket_prefix) values ($1, 'Acme', 'acme', 'AC'), ($2, 'Bolt', 'bolt', 'BO')`, s.acme, s.bolt)
	s.approver, s.viewer = s.person(t, s.acme, actor.Approver), s.person(t, s.acme, actor.Viewer)
	s.foreign = s.person(t, s.bolt, actor.Admin)
	s.manager, s.otherAgent = s.employee(t, s.acme, actor.Manager), s.employee(t, s.bolt, actor.Agent)
	pages := web.NewPages(s.table, func(_ http.ResponseWriter, r *http.Request) web.Page {
		who, _ := actor.From(r.Context())
		return web.Page{Clock: web.ClockIn(nil), Viewer: web.Viewer{Name: who.Name}}
	}, web.Flashes{})
	metrics, err := metric.NewRegistry()
	if err != nil {
		t.Fatal(err)
	}
	h := New(Deps{DB: s.DB, Tickets: s.tickets, Projects: s.projects, Hours: timetrack.New(timetrack.Deps{DB: s.Quiet()}), Numbers: analytics.New(analytics.Deps{DB: s.DB, Metrics: metrics}), Reports: schedule.New(schedule.Deps{DB: s.DB})})
	h.Pages(pages)
	h.StaffPages(pages)
	return s
}

func (s scene) exec(t *testing.T, sql string, args ...any) {
	t.Helper()
	ctx := actor.As(t.Context(), "test")
	err := s.Write(ctx, func(tx *db.Tx) error {
		tx.Record(audit.Event{Action: "test.setup"})
		_, err := tx.Exec(ctx, sql, args...)
		return err
	})
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

func (s scene) person(t *testing.T, company uuid.UUID, role actor.Role) actor.Actor {
	t.Helper()
	id := uuid.New()
	s.exec(t, `insert into client_portal_users (id, customer_id, email, email_verified) values ($1, $2, $3, true)`, id, company, id.String()+"@x.example")
	s.exec(t, `insert into customer_members (customer_id, user_id, role) values ($1, $2, $3)`, company, id, role)
	return actor.Actor{Kind: actor.Client, ID: id, Name: "Mara " + string(role), Role: role, CustomerIDs: []uuid.UUID{company}}
}

func (s scene) employee(t *testing.T, company uuid.UUID, role actor.Role) actor.Actor {
	t.Helper()
	id := uuid.New()
	s.exec(t, `insert into employees (id, email, first_name, last_name, role) values ($1, $2, 'Jonas', 'Weil', $3)`, id, id.String()+"@agency.example", role)
	s.exec(t, `insert into customer_employees (customer_id, employee_id) values ($1, $2)`, company, id)
	return actor.Actor{Kind: actor.Staff, ID: id, Name: "Jonas Weil", Role: role, CustomerIDs: []uuid.UUID{company}}
}

// see is the page that somebody gets.
func (s scene) see(t *testing.T, who actor.Actor, path string) string {
	t.Helper()
	w := httptest.NewRecorder()
	s.table.ServeHTTP(w, httptest.NewRequestWithContext(actor.With(t.Context(), who), http.MethodGet, path, nil))
	if w.Code != http.StatusOK {
		t.Fatalf("%s: answered %d: %s", path, w.Code, w.Body)
	}
	return html.UnescapeString(w.Body.String())
}

// fill gives Acme one of each thing that can wait, and Bolt nothing.
func (s scene) fill(t *testing.T) {
	t.Helper()
	staff := actor.With(t.Context(), s.manager)
	offer := func(name string) project.Quote {
		q, err := s.projects.CreateQuote(staff, project.Offer{CustomerID: s.acme, Name: name, Phases: []project.Plan{{Name: "Content"}, {Name: "Build"}}})
		if err != nil {
			t.Fatal(err)
		}
		return q
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	offer("Secret draft")
	must(s.projects.SendQuote(staff, offer("Loyalty programme").ID))
	relaunch := offer("Storefront relaunch")
	must(s.projects.SendQuote(staff, relaunch.ID))
	client := actor.With(t.Context(), s.approver)
	sent, err := s.projects.Quote(client, relaunch.ID)
	must(err)
	must(s.projects.ApproveQuote(client, relaunch.ID, "", sent.Tag()))
	waiting, texts := project.PhaseWaiting, "Texts for 62 products"
	must(s.projects.UpdatePhase(staff, relaunch.ID, sent.Phases[0].ID, project.PhaseChange{Status: &waiting, WaitingOn: &texts}))
	_, err = s.projects.PostUpdate(staff, relaunch.ID, "Search is **finished**.", nil)
	must(err)
	_, err = s.projects.Deliver(staff, relaunch.ID, project.Delivery{Name: "Screens"})
	must(err)
	made, err := s.tickets.Create(client, ticket.NewTicket{Title: "Gift cards fail", Description: "At the checkout, always."})
	must(err)
	asked := ticket.WaitingForClient
	_, err = s.tickets.Desk().AddComment(staff, made.ID, ticket.NewDeskComment{Body: "Which card?", Status: &asked})
	must(err)
	_, err = s.tickets.Desk().AddComment(staff, made.ID, ticket.NewDeskComment{Body: "They never pay in time", Internal: true})
	must(err)
	_, err = s.tickets.Create(client, ticket.NewTicket{Title: "Nobody has this", Description: "Yet."})
	must(err)
}

func says(t *testing.T, what, page string, want bool, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if strings.Contains(page, text) != want {
			t.Errorf("%s: says %q is %t, want %t", what, text, !want, want)
		}
	}
}

func TestTheDashboardTellsWhatWaitsForWhom(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	says(t, "nothing yet", s.see(t, s.approver, "/"), true, "Nothing waits for you.", "No project is running", "No ticket is open", "Nothing yet.")
	s.fill(t)
	page := s.see(t, s.approver, "/")
	says(t, "the approver", page, true, "Mara", "Four things wait for you.", "Texts for 62 products", "Gift cards fail", "asked by Jonas Weil",
		"Decide on the quote: Loyalty programme", "Accept: Screens", "Search is finished.", "Which card?", "Storefront relaunch")
	says(t, "the approver", page, false, "Secret draft", "They never pay in time")
	viewer := s.see(t, s.viewer, "/")
	says(t, "a viewer", viewer, true, "Nothing waits for you.", "Storefront relaunch", "Gift cards fail")
	says(t, "a viewer", viewer, false, "/tickets/new", "Decide on the quote")
	says(t, "another company", s.see(t, s.foreign, "/"), false, "Storefront relaunch", "Gift cards", "Search is finished")
}

func TestTheStartPageTellsWhatWaitsAcrossCustomers(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.fill(t)
	page := s.see(t, s.manager, "/staff")
	says(t, "the manager", page, true, "Jonas", "Nobody has this", "Texts for 62 products", "Loyalty programme", "Secret draft", "Waiting for client")
	says(t, "an agent of others", s.see(t, s.otherAgent, "/staff"), false, "Nobody has this", "Texts for 62", "Loyalty programme", "Secret draft", "Acme")
}

func TestTheSearchFindsWhatItsReaderMayRead(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.fill(t)
	says(t, "a project", s.see(t, s.viewer, "/search?q=relaunch"), true, "Storefront relaunch")
	says(t, "a ticket", s.see(t, s.viewer, "/search?q=gift"), true, "Gift cards fail")
	says(t, "an internal note", s.see(t, s.viewer, "/search?q=never+pay"), true, "Nothing mentions")
	says(t, "a draft", s.see(t, s.viewer, "/search?q=secret"), true, "Nothing mentions")
	says(t, "another company's", s.see(t, s.foreign, "/search?q=relaunch"), true, "Nothing mentions")
	s.exec(t, `insert into analytics_dashboard_configs (customer_id, dashboard_name, client_type, business_model, config)
		values ($1, 'Leads and calls', 'b2b', 'lead_gen', '{"version": 1, "widgets": []}')`, s.acme)
	says(t, "a dashboard", s.see(t, s.viewer, "/search?q=calls"), true, "Dashboards", "Leads and calls")
	says(t, "another company's dashboard", s.see(t, s.foreign, "/search?q=calls"), true, "Nothing mentions")
	says(t, "a dashboard of a customer", s.see(t, s.manager, "/staff/search?q=calls"), true, "Leads and calls", "Acme", "/preview")
	s.exec(t, `insert into scheduled_reports (id, customer_id, dashboard_name, due_at, range_from, range_to, range_preset, compare, status, report, file_key, file_bytes, sent_at, created_at, updated_at)
		values (gen_random_uuid(), $1, 'Weekly calls', now(), '2026-11-01', '2026-11-07', 'last_7_days', 'none', 'sent', '{}', 'x', 1, now(), now(), now())`, s.acme)
	says(t, "a report", s.see(t, s.viewer, "/search?q=weekly"), true, "Reports", "Weekly calls", "1 Nov to 7 Nov 2026")
	says(t, "another company's report", s.see(t, s.foreign, "/search?q=weekly"), true, "Nothing mentions")
	says(t, "nothing", s.see(t, s.viewer, "/search"), true, "Search tickets, projects and dashboards")
	says(t, "the agency", s.see(t, s.manager, "/staff/search?q=relaunch"), true, "Storefront relaunch", "Acme")
	says(t, "an agent of others", s.see(t, s.otherAgent, "/staff/search?q=gift"), true, "Nothing mentions")
}

func TestGreetings(t *testing.T) {
	t.Parallel()
	zone := time.FixedZone("there", 9*60*60)
	for hour, want := range map[int]string{0: "Good morning, Mara", 5: "Good afternoon, Mara", 9: "Good evening, Mara", 20: "Good morning, Mara"} {
		if got := greeting(web.Clock{Now: time.Date(2026, 11, 19, hour, 0, 0, 0, time.UTC), Zone: zone}, "Mara Lindqvist"); got != want {
			t.Errorf("at %d UTC: %s, want %s", hour, got, want)
		}
	}
}
