package app_test

import (
	"net/http"
	"strings"

	"github.com/google/uuid"
)

// reported is the dashboard of Acme's whose numbers go out, made once.
func (s *scene) reported() string {
	if s.board == "" {
		s.board = s.dashboard("")
	}
	return s.board
}

// fillReport puts the ids of a fresh schedule or report of Acme's in the place of {id}.
func (s *scene) fillReport(path string) string {
	s.t.Helper()
	before, after, schedules := strings.Cut(path, "/report-schedules/{id}")
	if schedules {
		id := s.create("staff admin", "/api/staff/report-schedules", map[string]any{
			"dashboard_id": s.reported(), "cadence": "weekly", "weekday": 1, "hour": 8, "recipients": []string{s.Acme.Member.ID.String()},
		})
		return before + "/report-schedules/" + id + after
	}
	before, after, reports := strings.Cut(path, "/reports/{id}")
	if !reports {
		return path
	}
	id := s.report
	if strings.HasSuffix(after, "/release") || strings.HasSuffix(after, "/drop") {
		id = s.heldReport()
	} else if id == "" {
		id = s.sentReport()
		s.report = id
	}
	return before + "/reports/" + id + after
}

// heldReport is a report of Acme's whose sources are behind.
func (s *scene) heldReport() string {
	s.t.Helper()
	id := uuid.NewString()
	conn := superuser(s.t, s.DB)
	defer conn.Close(s.t.Context())
	_, err := conn.Exec(s.t.Context(), `insert into scheduled_reports (id, customer_id, dashboard_id, dashboard_name, due_at, range_from, range_to,
			range_preset, compare, status, reasons, created_at, updated_at)
		values ($1, $2, $3, 'Leads', now(), current_date - 7, current_date - 1, 'last_7_days', 'none', 'held', '{behind}', now(), now())`, id, s.Acme.ID, s.reported())
	if err != nil {
		s.t.Fatal(err)
	}
	return id
}

// sentReport is a report that was held, and released.
func (s *scene) sentReport() string {
	s.t.Helper()
	id := s.heldReport()
	s.caller("staff admin").JSON(http.MethodPost, "/api/staff/reports/"+id+"/release", map[string]any{}).Must(s.t, http.StatusOK)
	s.Settle(s.t)
	return id
}
