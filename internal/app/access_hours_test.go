package app_test

import (
	"strings"
	"time"
)

// day is a day that nothing else has: a retainer of it overlaps with no other.
func (s *scene) day() string {
	s.made++
	return time.Date(2001, 1, 1+s.made, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
}

// entry is a time entry of Acme's that the manager has logged.
func (s *scene) entry(string) string {
	return s.create("manager", "/api/staff/time-tracking", map[string]any{
		"customer_id": s.Acme.ID, "task_description": "Fresh", "minutes": 20, "date_worked": "2026-01-05",
	})
}

// fillRetainer puts the id of a fresh retainer of Acme's and its only period in the
// place of those in {}.
func (s *scene) fillRetainer(path string) string {
	if !strings.Contains(path, "retainers/{id}") {
		return path
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
		id := s.retainer("2026-01-01", "")
		s.asked = s.create("manager", "/api/staff/overage-blocks", map[string]any{"retainer_id": id, "minutes": 60})
	}
	return s.asked
}
