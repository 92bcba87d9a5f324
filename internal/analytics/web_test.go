package analytics_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"clientportal/internal/actor"
	"clientportal/internal/analytics"
	"clientportal/internal/analytics/widget"
	"clientportal/internal/fault"
	"clientportal/internal/route"
	"clientportal/internal/route/routetest"
	"clientportal/internal/web"
)

// site serves the pages of dashboards.
func (w *world) site() *route.Table {
	table := routetest.NewTable()
	pages := web.NewPages(table, func(http.ResponseWriter, *http.Request) web.Page {
		return web.Page{Clock: web.Clock{Now: today.Time}}
	}, web.Flashes{})
	w.Pages(pages)
	w.StaffPages(pages)
	return table
}

func visit(site http.Handler, ctx context.Context, path string) *httptest.ResponseRecorder {
	answer := httptest.NewRecorder()
	site.ServeHTTP(answer, httptest.NewRequestWithContext(ctx, http.MethodGet, path, nil))
	return answer
}

func send(site http.Handler, ctx context.Context, path string, form url.Values) *httptest.ResponseRecorder {
	r := httptest.NewRequestWithContext(ctx, http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer := httptest.NewRecorder()
	site.ServeHTTP(answer, r)
	return answer
}

func shows(t *testing.T, what string, answer *httptest.ResponseRecorder, status int, words ...string) {
	t.Helper()
	if answer.Code != status {
		t.Errorf("%s: %d, want %d", what, answer.Code, status)
	}
	for _, word := range words {
		if !strings.Contains(answer.Body.String(), word) {
			t.Errorf("%s: the page lacks %q", what, word)
		}
	}
}

func TestThePageShowsWhatTheNumbersAre(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	site := w.site()
	shows(t, "without a dashboard", visit(site, w.viewer, "/analytics"), 200, "No dashboard yet")

	ga := w.source(t, "ga4", "", today.Plus(-1))
	w.facts(t,
		fact{source: ga, day: day("2026-11-02"), report: "daily", metric: "ga4.sessions", value: "1000"},
		fact{source: ga, day: day("2026-11-03"), report: "daily", metric: "ga4.sessions", value: "234", flags: 1},
		fact{source: ga, day: day("2026-10-02"), report: "daily", metric: "ga4.sessions", value: "617"},
		fact{source: ga, day: day("2026-11-03"), report: "channel", metric: "ga4.sessions", dimension: "channel=<b>Direct</b>", value: "1234"},
	)
	bar := one("bar", "ga4.sessions")
	bar.Dimension = "channel"
	words := widget.Widget{Kind: "text", Text: "Some **words** <script>alert(1)</script>"}
	d := w.build(t, one("number", "ga4.sessions"), one("line", "ga4.sessions"), bar, words, one("number", "shopify.orders"))
	page := visit(site, w.viewer, "/analytics?range=this_month")
	shows(t, "the page", page, 200, ">1,234</a>", "+100.0%", "617 before", "<strong>words</strong>", "Connect Shopify to see this.",
		"&lt;b&gt;Direct&lt;/b&gt;", "provisional", "complete to 2 Nov", "charts.", "data-chart=")
	if strings.Contains(page.Body.String(), "<script>alert") || strings.Contains(page.Body.String(), "<b>Direct") {
		t.Error("what came from elsewhere is markup")
	}
	path := "/analytics/" + d.ID.String()
	shows(t, "no such days", visit(site, w.viewer, path+"?from=2026-11-10&to=2026-11-01"), 422, "The range ends on 2026-11-01", "Show these days")
	shows(t, "no such comparison", visit(site, w.viewer, path+"?compare=moon"), 422)
	shows(t, "behind a figure", visit(site, w.viewer, path+"/w1?range=this_month"), 200, "By channel", "1,000", "&lt;b&gt;Direct")
	shows(t, "no such widget", visit(site, w.viewer, path+"/w9"), 404)
	shows(t, "of another company", visit(site, w.foreign, path), 404)
	preview := "/staff/dashboards/" + d.ID.String() + "/preview"
	shows(t, "the agency's preview", visit(site, w.agent, preview+"?range=this_month"), 200, "1,234", preview+"/w1?range=this_month")
	shows(t, "behind a figure of it", visit(site, w.agent, preview+"/w1?range=this_month"), 200, "By channel", "1,000", `href="`+preview+`?range=this_month"`)
	shows(t, "no such days behind it", visit(site, w.agent, preview+"/w1?from=2026-11-10&to=2026-11-01"), 422, "The range ends on 2026-11-01")
}

func TestADashboardIsBuiltByForms(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	site := w.site()
	list := "/staff/customers/" + w.acme.String() + "/dashboards"
	shows(t, "the list", visit(site, w.manager, list), 200, "No dashboard yet", "B2B lead generation")
	made := send(site, w.manager, list, url.Values{"begin": {"empty"}, "dashboard_name": {"Ours"}})
	builder := made.Header().Get("Location")
	if made.Code != http.StatusSeeOther {
		t.Fatalf("made: %d", made.Code)
	}
	id := uuid.MustParse(builder[strings.LastIndex(builder, "/")+1:])
	read := func() analytics.Dashboard {
		d, err := w.Dashboard(w.manager, id)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	order := func() (ids []string) {
		for _, v := range read().Config.Widgets {
			ids = append(ids, v.ID)
		}
		return ids
	}
	shows(t, "the kinds", visit(site, w.manager, builder+"/widgets/new"), 200, "Reconciliation", "Donut")
	shows(t, "a form", visit(site, w.manager, builder+"/widgets/new?kind=funnel"), 200, "Metric 2", "ga4.sessions")
	form := url.Values{"etag": {read().Tag()}, "kind": {"funnel"}, "width": {"6"}, "title": {"Way"}, "measures[0].metric": {"ga4.sessions"}}
	shows(t, "half a funnel", send(site, w.manager, builder+"/widgets", form), 422, "Funnel takes at least 2 metrics.", `value="Way"`)
	form.Set("measures[1].metric", "ga4.event_count")
	form.Set("measures[1].filter.dimension", "event")
	shows(t, "a filter without a value", send(site, w.manager, builder+"/widgets", form), 422, "Fill in the value.")
	form.Set("measures[1].filter.value", "generate_lead")
	if answer := send(site, w.manager, builder+"/widgets", form); answer.Code != http.StatusSeeOther {
		t.Fatalf("added: %d %s", answer.Code, answer.Body)
	}
	for _, text := range []string{"One", "Two"} {
		send(site, w.manager, builder+"/widgets", url.Values{"etag": {read().Tag()}, "kind": {"text"}, "width": {"12"}, "text": {text}})
	}
	if got := order(); !slices.Equal(got, []string{"w1", "w2", "w3"}) {
		t.Fatalf("widgets %v", got)
	}
	shows(t, "the builder", visit(site, w.manager, builder), 200, "Funnel: ga4.sessions, ga4.event_count of generate_lead", `data-widget="w2"`)
	stale := read().Tag()
	send(site, w.manager, builder+"/arrange", url.Values{"etag": {read().Tag()}, "do": {"up w3"}})
	send(site, w.manager, builder+"/arrange", url.Values{"etag": {read().Tag()}, "do": {"narrower w3"}})
	if got := order(); !slices.Equal(got, []string{"w1", "w3", "w2"}) || read().Config.Widgets[1].Width != 11 {
		t.Errorf("after moving: %v, %d wide", got, read().Config.Widgets[1].Width)
	}
	shows(t, "changed meanwhile", send(site, w.manager, builder+"/arrange", url.Values{"etag": {stale}, "do": {"remove w1"}}), 412, "Somebody changed this dashboard")
	send(site, w.manager, builder+"/arrange", url.Values{"etag": {read().Tag()}, "order": {"w2,w1,w3"}})
	if got := order(); !slices.Equal(got, []string{"w2", "w1", "w3"}) {
		t.Errorf("after dragging: %v", got)
	}
	shows(t, "an order of others", send(site, w.manager, builder+"/arrange", url.Values{"etag": {read().Tag()}, "order": {"w2,w1"}}), 422)
	send(site, w.manager, builder+"/arrange", url.Values{"etag": {read().Tag()}, "do": {"remove w2"}})
	if got := order(); !slices.Equal(got, []string{"w1", "w3"}) {
		t.Errorf("after removing: %v", got)
	}
	who, _ := actor.From(w.member)
	saved := send(site, w.manager, builder, url.Values{"etag": {read().Tag()}, "dashboard_name": {"Theirs"}, "is_active": {"on"}, "asked": {who.ID.String()}, "readers": {"*"}})
	if _, err := w.Dashboard(w.member, id); saved.Code != http.StatusSeeOther || read().Name != "Theirs" || fault.CodeOf(err) != fault.NotFound {
		t.Errorf("settings: %d, %s, the member reads: %v", saved.Code, read().Name, err)
	}
	shows(t, "without a name", send(site, w.manager, builder, url.Values{"dashboard_name": {" "}, "asked": {who.ID.String()}, "readers": {"*"}}), 422, "Fill in the name.")
	shows(t, "a copy for nobody", send(site, w.manager, builder+"/copy", url.Values{"customer_id": {"x"}}), 422, "Choose whose the copy is.")
	shows(t, "an agent builds", visit(site, w.agent, builder), 403)
	if answer := send(site, w.manager, builder+"/remove", nil); answer.Header().Get("Location") != list {
		t.Errorf("removed: %d %s", answer.Code, answer.Header().Get("Location"))
	}
}

func TestHighlightsLeaveNoHole(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if r, err := w.Highlights(w.viewer); err != nil || len(r.Widgets) > 0 {
		t.Errorf("without a dashboard: %v, %v", r.Widgets, err)
	}
	w.build(t, one("number", "ga4.sessions"), one("number", "ga4.key_events"), one("number", "shopify.orders"))
	if r, err := w.Highlights(w.viewer); err != nil || len(r.Widgets) > 0 {
		t.Errorf("without numbers: %v, %v", r.Widgets, err)
	}
	ga := w.source(t, "ga4", "", today.Plus(-1))
	w.facts(t, fact{source: ga, day: day("2026-11-10"), report: "daily", metric: "ga4.sessions", value: "5"},
		fact{source: ga, day: day("2026-11-10"), report: "daily", metric: "ga4.key_events", value: "2"})
	if r, err := w.Highlights(w.viewer); err != nil || len(r.Widgets) != 2 {
		t.Errorf("with two numbers: %v, %v", r.Widgets, err)
	}
}
