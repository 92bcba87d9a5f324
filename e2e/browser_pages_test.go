package e2e

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"clientportal/internal/actor"
	"clientportal/internal/app/apptest"
)

// noPages are routes that show no page: what is here must stay so. Some show one to
// who is on the way to something; those are inspected where somebody is, as noted.
var noPages = []string{
	"GET /staff/{$}",       // leads to where work begins
	"GET /problems/{code}", // leads to the documentation
	"GET /healthz", "GET /readyz", "GET /robots.txt", "GET /brand.css", "GET /brand.svg", "GET /static/{file}",
	"GET /activity/export", "GET /staff/audit/export", // downloads
	"GET /staff/retainers/{id}/statement",                                  // a download
	"GET /staff/hour-imports/{id}", "GET /staff/hour-imports/{id}/refused", // nothing is imported in the demo
	"GET /notifications/bell", "GET /staff/notifications/bell", // a part of every page
	"GET /brand/{logo}", "GET /unsubscribe", // the demo has no logo, and its mails are not sent
	"GET /staff/customer-imports/{id}", "GET /staff/customer-imports/{id}/refused", // nothing is imported in the demo

	// Systems are not connected here, and nothing is uploaded.
	"GET /hours/blocks/{id}/decline", // inspected where hours wait for consent: testClientPages
	"GET /data-sources/connect", "GET /data-sources/connect/go", "GET /data-sources/authorised",
	"GET /staff/data-sources/authorised", "GET /staff/data-sources/{id}/accounts", "GET /staff/data-sources/{id}/authorise",
	"GET /staff/data-sources/{id}/uploads/{uploadId}",

	// Of other companies' sign-in pages there are none in the demo.
	"GET /login/{provider}", "GET /staff/login/{provider}", "GET /login/{provider}/callback", "GET /staff/login/{provider}/callback",

	// Where somebody sets up a second factor, or has one: testSecondFactor.
	"GET /account/security/app", "GET /staff/account/security/app",
	"GET /login/code", "GET /account/security/codes", "GET /account/security/off",
	"GET /staff/login/code", "GET /staff/account/security/codes", "GET /staff/account/security/off",

	// Where an admin resets somebody's second factor, which nobody of the demo has.
	"GET /people/{userId}/second-factor", "GET /staff/customers/{id}/people/{userId}/second-factor", "GET /staff/employees/{id}/second-factor",
}

// more are addresses worth a look besides one of each route.
var more = map[actor.Kind][]string{
	"":           {"/no-such-page"},
	actor.Client: {"/tickets?view=all", "/tickets?q=nothing+says+this", "/tickets?view=resolved&q=form", "/hours?status=rejected", "/hours?on=2020-01-01", "/analytics?range=last_365_days", "/analytics?from=2026-11-02&to=2026-11-01", "/activity?from=2026-11-02&to=2026-11-01", "/tickets/no-such-ticket"},
	actor.Staff:  {"/staff/tickets?view=all&sort=changed", "/staff/tickets?q=nothing+says+this", "/staff/hours?q=nothing+says+this", "/staff/hours?view=rejected", "/staff/audit?outcome=failure", "/staff/tickets/no-such-ticket"},
}

// testPublicPages inspects what everybody sees.
func testPublicPages(t *testing.T, s *stage) {
	newTour(t, s, "", s.Nobody(t)).visitAll(more[""])
}

// testClientPages inspects what a customer's people see.
func testClientPages(t *testing.T, s *stage) {
	const email = "owner@acme-industrial.example"
	tour := newTour(t, s, actor.Client, s.Client(t, email))
	tour.caller.JSON(http.MethodPost, "/api/client-portal/auth/tokens", anyToken).Must(t, http.StatusCreated)
	tour.signIn("/login", email)
	const dashboards = "/api/client-portal/analytics/dashboards"
	pages := append(tour.widgets(dashboards, "/analytics/%s/%s"), more[actor.Client]...)
	tour.visitAll(append(pages, tour.export(dashboards, "/analytics/exports/")))

	const asked = "owner@fleetly.example" // whose retainer waits for consent
	consent := newTour(t, s, actor.Client, s.Client(t, asked))
	consent.signIn("/login", asked)
	consent.see("/hours")
	consent.see(consent.reached["GET /hours/blocks/{id}/decline"])
}

// widgets are the pages of a dashboard's widgets: without numbers, nothing leads there.
func (v *tour) widgets(dashboards, page string) (pages []string) {
	v.t.Helper()
	var list struct{ Items []struct{ ID string } }
	v.caller.Get(dashboards).Must(v.t, http.StatusOK).Decode(v.t, &list)
	var dashboard struct {
		Config struct{ Widgets []struct{ ID string } }
	}
	v.caller.Get(dashboards+"/"+list.Items[0].ID).Must(v.t, http.StatusOK).Decode(v.t, &dashboard)
	for _, w := range dashboard.Config.Widgets {
		pages = append(pages, fmt.Sprintf(page, list.Items[0].ID, w.ID))
	}
	return pages
}

// export is the page of an export that the reader has asked for.
func (v *tour) export(dashboards, page string) string {
	v.t.Helper()
	var list struct{ Items []struct{ ID string } }
	v.caller.Get(dashboards).Must(v.t, http.StatusOK).Decode(v.t, &list)
	var made struct{ ID string }
	v.caller.JSON(http.MethodPost, dashboards+"/"+list.Items[0].ID+"/exports", map[string]string{"format": "pdf"}).Must(v.t, http.StatusAccepted).Decode(v.t, &made)
	return page + made.ID
}

// testStaffPages inspects what the agency's people see.
func testStaffPages(t *testing.T, s *stage) {
	const email = "admin@agency.example"
	tour := newTour(t, s, actor.Staff, s.Staff(t, email))
	tour.caller.JSON(http.MethodPost, "/api/staff/auth/tokens", anyToken).Must(t, http.StatusCreated)
	source := tour.addSource()
	tour.signIn("/staff/login", email)
	const dashboards = "/api/staff/dashboards"
	previewed := tour.widgets(dashboards, "/staff/dashboards/%s/preview/%s")[0] // the client's tour sees the others
	tour.visitAll(append(slices.Clone(more[actor.Staff]), source, previewed, tour.export(dashboards, "/staff/exports/")))
}

// addSource adds a data source of the first customer, and is where to look at it.
func (v *tour) addSource() string {
	v.t.Helper()
	var customers struct{ Items []struct{ ID string } }
	v.caller.Get("/api/staff/customers").Must(v.t, http.StatusOK).Decode(v.t, &customers)
	var source struct{ ID string }
	v.caller.JSON(http.MethodPost, "/api/staff/data-sources", map[string]any{
		"customer_id": customers.Items[0].ID, "source_type": "csv", "source_name": "Trade fairs",
	}).Must(v.t, http.StatusCreated).Decode(v.t, &source)
	return "/staff/data-sources/" + source.ID
}

// anyToken is there so that there is one to revoke.
var anyToken = map[string]any{"name": "Reporting", "scopes": []string{"account:read"}}

// tour is a visit to all pages of one kind of reader.
type tour struct {
	*window
	caller  *apptest.Caller   // the same reader, to ask what a route answers
	mux     *http.ServeMux    // knows which route an address belongs to
	routes  []string          // still to be visited
	reached map[string]string // by route, the address at which it was seen
}

func newTour(t *testing.T, s *stage, kind actor.Kind, caller *apptest.Caller) *tour {
	t.Helper()
	v := &tour{window: s.window(t), caller: caller, mux: http.NewServeMux(), reached: map[string]string{}}
	for _, e := range s.Routes() {
		v.mux.Handle(e.Pattern, http.NotFoundHandler())
		path, isGet := strings.CutPrefix(e.Pattern, "GET ")
		isAPI := strings.HasPrefix(path, "/api/") && path != "/api/docs"
		if !isGet || isAPI || e.Access.Kind() != kind {
			continue
		}
		v.routes = append(v.routes, e.Pattern)
		if bare := strings.TrimSuffix(path, "{$}"); !strings.Contains(bare, "{") {
			v.reached[e.Pattern] = bare
		}
	}
	return v
}

// visitAll visits every route, and more addresses. Where a route has an id, a link on
// a page that was visited before says which.
func (v *tour) visitAll(more []string) {
	for _, address := range more {
		v.see(address)
	}
	for found := true; found; {
		found = false
		for _, route := range slices.Clone(v.routes) {
			if address, ok := v.reached[route]; ok {
				v.routes = slices.DeleteFunc(v.routes, func(r string) bool { return r == route })
				v.visit(route, address)
				found = true
			}
		}
	}
	for _, route := range v.routes {
		if !slices.Contains(noPages, route) {
			v.t.Errorf("no page leads to %s: say in more where the demo has a link to it", route)
		}
	}
}

func (v *tour) visit(route, address string) {
	v.t.Helper()
	answer := v.caller.Get(address)
	isPage := (answer.Status == http.StatusOK || answer.Status == http.StatusUnprocessableEntity) &&
		bytes.HasPrefix(bytes.ToLower(answer.Body), []byte("<!doctype html>")) && answer.Header.Get("Content-Disposition") == ""
	switch listed := slices.Contains(noPages, route); {
	case isPage && listed:
		v.t.Errorf("%s shows a page at %s: take it off noPages", route, address)
	case isPage:
		v.see(address)
	case !listed:
		v.t.Errorf("%s shows no page at %s: %d %s", route, address, answer.Status, answer.Header.Get("Location"))
	}
}

// see inspects a page, and notes where its links lead.
func (v *tour) see(address string) {
	v.t.Helper()
	v.open(address)
	v.inspect()
	links, err := evaluate[[]string](v.window, `[...document.links].filter((l) => l.origin === location.origin).map((l) => l.pathname + l.search)`)
	if err != nil {
		v.fail("%v", err)
	}
	for _, link := range append(links, address) {
		_, route := v.mux.Handler(httptest.NewRequest(http.MethodGet, link, nil))
		if _, known := v.reached[route]; !known {
			v.reached[route] = link
		}
	}
}
