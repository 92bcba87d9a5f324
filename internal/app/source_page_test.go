package app_test

import (
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
