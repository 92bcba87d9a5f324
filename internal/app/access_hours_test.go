package app_test

import (
	"fmt"
	"net/http"
	"path"
	"strings"
	"time"

	"clientportal/internal/app/apptest"
)

// day is a day that nothing else has: a retainer of it overlaps with no other.
func (s *scene) day() string {
	s.made++
	s.period = time.Date(2001, 1, 1+s.made, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
	return s.period
}

// entry is a time entry of Acme's that the manager has logged.
func (s *scene) entry(string) string {
	return s.create("manager", "/api/staff/time-tracking", map[string]any{
		"customer_id": s.Acme.ID, "task_description": "Fresh", "minutes": 20, "date_worked": "2026-01-05",
	})
}

// timeImport is a report of hours that the agent has uploaded.
func (s *scene) timeImport(string) string {
	s.made++
	report := fmt.Sprintf("User,Email,Client,Description,Billable,Start date,Start time,Duration\nN,%s,Acme,Fresh %d,Yes,2026-01-05,09:00:00,00:20:00\n", s.Acme.Agent.Email, s.made)
	sent := s.caller("agent").Upload("/staff/hours/import", "file", nil, apptest.File{Name: "toggl.csv", Content: []byte(report)}).Must(s.t, http.StatusSeeOther)
	return path.Base(sent.Header.Get("Location"))
}

// fillHours puts a fresh entry, and the period of the retainer in the address, in the
// place of what stands for them.
func (s *scene) fillHours(body string) string {
	if strings.Contains(body, "<entry>") {
		body = strings.ReplaceAll(body, "<entry>", s.entry(""))
	}
	return strings.ReplaceAll(body, "<period>", s.period)
}

// fillRetainer puts the id of a fresh retainer of Acme's and its only period in the
// place of those in {}.
func (s *scene) fillRetainer(path string) string {
	if !strings.Contains(path, "retainers/{id}") {
		return path
	}
	if strings.HasSuffix(path, "/statement") { // of today's period
		return strings.Replace(path, "retainers/{id}", "retainers/"+s.runningRetainer(), 1)
	}
	day := s.day()
	id := s.retainer(day, day)
	return strings.NewReplacer("retainers/{id}", "retainers/"+id, "{start}", day).Replace(path)
}

func (s *scene) retainer(starts, ends string) string {
	in := map[string]any{
		"customer_id": s.Acme.ID, "name": "Care", "minutes_per_period": 600, "period": "month", "starts_on": starts, "deficit": "bill", "overage_rate": "95.00",
	}
	if ends != "" {
		in["ends_on"] = ends
	}
	return s.create("manager", "/api/staff/retainers", in)
}

// block is a block of hours beyond a retainer of Acme's that waits for the client.
func (s *scene) block(string) string {
	if s.asked == "" {
		s.asked = s.create("manager", "/api/staff/overage-blocks", map[string]any{"retainer_id": s.runningRetainer(), "minutes": 60})
	}
	return s.asked
}

func (s *scene) runningRetainer() string {
	if s.running == "" {
		s.running = s.retainer("2026-01-01", "")
	}
	return s.running
}
