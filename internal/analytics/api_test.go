package analytics_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"clientportal/internal/actor"
	"clientportal/internal/analytics"
	"clientportal/internal/api"
	"clientportal/internal/route/routetest"
)

// program calls the JSON API of dashboards.
type program struct {
	*testing.T
	http.Handler
}

func (w *world) program(t *testing.T) program {
	table := routetest.NewTable()
	a := api.New(table, w.DB, "test")
	w.API(a)
	w.StaffAPI(a)
	return program{t, table}
}

func (p program) call(who context.Context, method, path, body string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequestWithContext(who, method, path, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	answer := httptest.NewRecorder()
	p.ServeHTTP(answer, r)
	return answer
}

// told checks the status of an answer, and where it puts the blame.
func (p program) told(what string, answer *httptest.ResponseRecorder, status int, locations ...string) {
	p.Helper()
	if answer.Code != status {
		p.Errorf("%s: %d %s, want %d", what, answer.Code, answer.Body, status)
	}
	for _, location := range locations {
		if !strings.Contains(answer.Body.String(), fmt.Sprintf("%q", location)) {
			p.Errorf("%s: %s does not blame %s", what, answer.Body, location)
		}
	}
}

func TestDashboardsByJSON(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Formats = map[string]analytics.Format{"csv": {Label: "CSV", ContentType: "text/csv; charset=utf-8", Extension: "csv", Render: func(_ context.Context, out io.Writer, r analytics.Report) error {
		_, err := io.WriteString(out, r.Dashboard.Name)
		return err
	}}}
	p := w.program(t)
	const staff, client = "/api/staff/dashboards", "/api/client-portal/analytics/dashboards"
	made := p.call(w.manager, "POST", staff, fmt.Sprintf(`{"customer_id":%q,"client_type":"b2c","business_model":"online_sales"}`, w.acme))
	p.told("of the preset", made, 201)
	var d struct {
		ID     string
		Name   string `json:"dashboard_name"`
		Config struct {
			Version int
			Widgets []struct{ Kind string }
		}
	}
	if err := json.Unmarshal(made.Body.Bytes(), &d); err != nil || d.Name != "Online shop" || len(d.Config.Widgets) < 12 || made.Header().Get("Location") != staff+"/"+d.ID {
		t.Fatalf("%+v, %v", d, err)
	}
	tag := made.Header().Get("ETag")
	p.told("an unknown field", p.call(w.manager, "PUT", staff+"/"+d.ID, `{"colour":"red"}`), 422, "body.colour")
	p.told("a bad widget", p.call(w.manager, "PUT", staff+"/"+d.ID, `{"config":{"version":1,"widgets":[{"id":"a","kind":"bar","width":6,"measures":[{"metric":"ga4.happiness"}]}]}}`), 422,
		"body.config.widgets[0].dimension", "body.config.widgets[0].measures[0].metric")
	p.told("a version of the future", p.call(w.manager, "PUT", staff+"/"+d.ID, `{"config":{"version":2,"widgets":[]}}`), 422, "body.config.version")
	p.told("5 MB", p.call(w.manager, "PUT", staff+"/"+d.ID, `{"dashboard_name":"`+strings.Repeat("x", 5<<20)+`"}`), 413)
	p.told("renamed", p.call(w.manager, "PUT", staff+"/"+d.ID, `{"dashboard_name":"Shop"}`, "If-Match", tag), 200)
	p.told("changed meanwhile", p.call(w.manager, "PUT", staff+"/"+d.ID, `{"dashboard_name":"Shop"}`, "If-Match", tag), 412)

	read := p.call(w.viewer, "GET", client+"/"+d.ID, "")
	p.told("read", read, 200)
	p.told("the same again", p.call(w.viewer, "GET", client+"/"+d.ID, "", "If-None-Match", read.Header().Get("ETag")), 304)
	p.told("an unknown parameter", p.call(w.viewer, "GET", client+"/"+d.ID+"/reports?day=1", ""), 422, "query.day")
	p.told("no such day", p.call(w.viewer, "GET", client+"/"+d.ID+"/reports?from=2026-02-30&to=2026-03-01", ""), 422, "query.from")
	p.told("100 years", p.call(w.viewer, "GET", client+"/"+d.ID+"/reports?from=1926-01-01&to=2026-03-01", ""), 422, "query.from")
	p.told("no such format", p.call(w.viewer, "GET", client+"/"+d.ID+"/reports?format=doc", ""), 422, "query.format")
	report := p.call(w.viewer, "GET", client+"/"+d.ID+"/reports?from=2026-10-01&to=2026-10-31&compare=previous_year", "")
	p.told("the numbers", report, 200)
	for _, words := range []string{`"range":{"from":"2026-10-01","to":"2026-10-31"`, `"comparison":{"from":"2025-10-01","to":"2025-10-31"`, `"freshness":[]`, `"state":"not_connected"`} {
		if !strings.Contains(report.Body.String(), words) {
			t.Errorf("the numbers lack %s: %s", words, report.Body)
		}
	}
	for what, file := range map[string]*httptest.ResponseRecorder{
		"by the parameter": p.call(w.viewer, "GET", client+"/"+d.ID+"/reports?format=csv&from=2026-10-01&to=2026-10-31", ""),
		"by Accept":        p.call(w.viewer, "GET", client+"/"+d.ID+"/reports?from=2026-10-01&to=2026-10-31", "", "Accept", "text/csv"),
	} {
		if file.Code != 200 || file.Body.String() != "Shop" || !strings.Contains(file.Header().Get("Content-Disposition"), `filename="acme-shop-2026-10-01-to-2026-10-31.csv"`) {
			t.Errorf("a file %s: %d %s %s", what, file.Code, file.Body, file.Header())
		}
	}
	p.told("a copy", p.call(w.manager, "POST", staff+"/"+d.ID+"/copy", fmt.Sprintf(`{"customer_id":%q}`, w.acme)), 201)
	who, _ := actor.From(w.member)
	p.told("kept from a member", p.call(w.manager, "PUT", staff+"/"+d.ID+"/readers", fmt.Sprintf(`{"denied":[%q]}`, who.ID)), 200)
	p.told("the member reads", p.call(w.member, "GET", client+"/"+d.ID, ""), 404)
	p.told("removed", p.call(w.manager, "DELETE", staff+"/"+d.ID, ""), 204)
	p.told("and gone", p.call(w.viewer, "GET", client+"/"+d.ID+"/reports", ""), 404)
}
