package app_test

// dashboard is a dashboard of Acme's, of a preset.
func (s *scene) dashboard(string) string {
	return s.create("staff admin", "/api/staff/dashboards", map[string]any{"customer_id": s.Acme.ID, "client_type": "b2b", "business_model": "lead_gen"})
}

// dashboardTemplate is a template that was made of one.
func (s *scene) dashboardTemplate(string) string {
	return s.create("staff admin", "/api/staff/dashboard-templates", map[string]any{"dashboard_id": s.dashboard(""), "name": s.newEmail()})
}
