package analytics_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"clientportal/internal/actor"
	"clientportal/internal/analytics"
	"clientportal/internal/fault"
)

func TestACompanysAdminSaysWhoSeesADashboard(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	site := w.site()
	d := w.build(t, one("number", "ga4.sessions"))
	page, readers := "/analytics/"+d.ID.String(), "/analytics/readers/"+d.ID.String()
	shows(t, "to the admin", visit(site, w.owner, page), 200, "Who sees it", `href="/analytics/reports"`)
	if strings.Contains(visit(site, w.viewer, page).Body.String(), "Who sees it") {
		t.Error("a viewer is offered to say who sees it")
	}
	shows(t, "the form", visit(site, w.owner, readers), 200, "Who sees it", "admin, sees every dashboard")
	shows(t, "a member's", visit(site, w.member, readers), 403)
	shows(t, "of another company", visit(site, w.foreign, readers), 404)
	viewer, _ := actor.From(w.viewer)
	owner, _ := actor.From(w.owner)
	member, _ := actor.From(w.member)
	shows(t, "an admin kept away", send(site, w.owner, readers, url.Values{"asked": {owner.ID.String()}}), 422, "An admin of the customer sees every dashboard.")
	if answer := send(site, w.owner, readers, url.Values{"asked": {viewer.ID.String(), member.ID.String()}, "reader": {member.ID.String()}}); answer.Code != http.StatusSeeOther || answer.Header().Get("Location") != page {
		t.Errorf("saved: %d %s", answer.Code, answer.Header())
	}
	_, err := w.Dashboard(w.viewer, d.ID)
	refused(t, "the viewer reads", err, fault.NotFound)
	_, err = w.Dashboard(w.member, d.ID)
	if err != nil {
		t.Errorf("the member reads: %v", err)
	}
	again := visit(site, w.owner, readers)
	shows(t, "the form again", again, 200, `value="`+member.ID.String()+`" checked`, `name="reader" value="`+viewer.ID.String()+`"`)
	if strings.Contains(again.Body.String(), `value="`+viewer.ID.String()+`" checked`) {
		t.Error("whoever does not see it is ticked")
	}
}

func TestOfMoreThanAYearAnExportIsAskedFor(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Formats = map[string]analytics.Format{"csv": {Label: "Table (CSV)"}}
	site := w.site()
	d := w.build(t, one("number", "ga4.sessions"))
	page := "/analytics/" + d.ID.String()
	shows(t, "of a year", visit(site, w.viewer, page+"?range=last_365_days"), 200, "/reports?compare=previous_period&amp;format=csv")
	years := visit(site, w.viewer, page+"?from=2024-01-01&to=2026-10-31")
	shows(t, "of years", years, 200, `action="/analytics/exports"`, `value="`+d.ID.String()+`"`, `value="2024-01-01"`, "made in the background")
	if strings.Contains(years.Body.String(), "format=csv") {
		t.Error("of years, the file can be had at once too")
	}
	shows(t, "of years, for the agency", visit(site, w.manager, "/staff/dashboards/"+d.ID.String()+"/preview?from=2024-01-01&to=2026-10-31"), 200, `action="/staff/exports"`)
}
