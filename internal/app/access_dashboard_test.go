package app_test

import "net/http"

// dashboard is a dashboard of Acme's, of a preset.
func (s *scene) dashboard(string) string {
	return s.create("staff admin", "/api/staff/dashboards", map[string]any{"customer_id": s.Acme.ID, "client_type": "b2b", "business_model": "lead_gen"})
}

// dashboardTemplate is a template that was made of one.
func (s *scene) dashboardTemplate(string) string {
	return s.create("staff admin", "/api/staff/dashboard-templates", map[string]any{"dashboard_id": s.dashboard(""), "name": s.newEmail()})
}

// export is one that its owner has asked for, once it is ready.
func (s *scene) export(name string) string {
	s.t.Helper()
	owner, api := s.owner(name)
	if owner == "Bolt's manager" { // who can't ask for one
		owner = "manager"
	}
	dashboards := "dashboards/"
	if !s.person(owner).Staff {
		dashboards = "analytics/dashboards/"
	}
	var made struct{ ID string }
	s.caller(owner).JSON(http.MethodPost, api+dashboards+s.reported()+"/exports", map[string]any{"format": "csv"}).Must(s.t, http.StatusAccepted).Decode(s.t, &made)
	s.Settle(s.t)
	return made.ID
}
