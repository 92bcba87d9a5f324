package app_test

import (
	"fmt"
	"html"
	"net/http"
	"strings"
	"testing"
)

// A source says which dashboards show it.
func TestASourceSaysWhatItIsUsedBy(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	staff := s.caller("manager")
	dashboard := func() (id string) {
		t.Helper()
		var made struct{ ID string }
		staff.JSON(http.MethodPost, "/api/staff/dashboards", map[string]any{"customer_id": s.Acme.ID, "client_type": "b2b", "business_model": "lead_gen"}).
			Must(t, http.StatusCreated).Decode(t, &made)
		return made.ID
	}
	page := func(draft map[string]any) string {
		t.Helper()
		draft["customer_id"], draft["source_name"] = s.Acme.ID, "Website"
		var made struct{ ID string }
		staff.JSON(http.MethodPost, sourcesAPI, draft).Must(t, http.StatusCreated).Decode(t, &made)
		return string(staff.Get("/staff/data-sources/"+made.ID).Must(t, http.StatusOK).Body)
	}
	first, second := dashboard(), dashboard()
	link := func(id string) string { return `href="/staff/dashboards/` + id + `/preview"` }
	if shared := page(map[string]any{"source_type": "ga4"}); !strings.Contains(shared, link(first)) || !strings.Contains(shared, link(second)) {
		t.Error("a source of all dashboards does not name them")
	}
	if own := page(map[string]any{"source_type": "ga4", "dashboard_config_id": first}); !strings.Contains(own, link(first)) || strings.Contains(own, link(second)) {
		t.Error("a source of one dashboard does not name that one alone")
	}
	if unused := page(map[string]any{"source_type": "csv"}); strings.Contains(unused, "Used by") {
		t.Error("a source that no widget shows is used by somebody")
	}
}

// The history of a source goes page by page, and each run stands on one of them.
func TestTheRunsOfASourceGoPageByPage(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	staff := s.caller("manager")
	var made struct{ ID string }
	staff.JSON(http.MethodPost, sourcesAPI, map[string]any{"customer_id": s.Acme.ID, "source_type": "push", "source_name": "CRM"}).Must(t, http.StatusCreated).Decode(t, &made)
	staff.JSON(http.MethodPut, sourcesAPI+"/"+made.ID+"/own-metrics", map[string]any{"metrics": []any{
		map[string]any{"name": "push.deals", "label": "Deals", "unit": "count", "aggregation": "sum"},
	}}).Must(t, http.StatusOK)
	var token struct{ Token string }
	staff.JSON(http.MethodPost, sourcesAPI+"/"+made.ID+"/push-token", nil).Must(t, http.StatusCreated).Decode(t, &token)
	path := "/staff/data-sources/" + made.ID + "/runs"
	if empty := string(staff.Get(path).Must(t, http.StatusOK).Body); !strings.Contains(empty, "No runs yet") {
		t.Error("a source without runs does not say so")
	}
	const batches = 120
	for i := range batches {
		s.Nobody(t).With("Authorization", "Bearer "+token.Token).JSON(http.MethodPost, "/api/push/batches", map[string]any{
			"batch": fmt.Sprint(i), "rows": []any{map[string]any{"day": "2026-01-01", "metric": "push.deals", "value": fmt.Sprint(1000 + i)}},
		}).Must(t, http.StatusOK)
	}
	if page := string(staff.Get("/staff/data-sources/"+made.ID).Must(t, http.StatusOK).Body); !strings.Contains(page, `href="`+path+`"`) {
		t.Error("the source's page does not lead to all runs")
	}
	rows, pages := 0, 0
	for next := path; next != ""; pages++ {
		page := string(staff.Get(next).Must(t, http.StatusOK).Body)
		rows += strings.Count(page, "Push, a program")
		next = ""
		if _, after, more := strings.Cut(page, `rel="next" href="`); more {
			link, _, _ := strings.Cut(after, `"`)
			next = html.UnescapeString(link)
		}
	}
	if rows != batches || pages != 3 {
		t.Errorf("%d runs on %d pages, want %d on 3", rows, pages, batches)
	}
	staff.Get(path+"?cursor=nonsense").Must(t, http.StatusUnprocessableEntity)
}
