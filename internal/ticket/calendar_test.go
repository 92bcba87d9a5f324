package ticket_test

import (
	"testing"
	"time"

	"clientportal/internal/ticket"
)

func TestCalendarCountsWorkingTime(t *testing.T) {
	t.Parallel()
	zone := func(name string) *time.Location {
		z, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		return z
	}
	for _, c := range []struct {
		name, zone, start string
		work              time.Duration
		want              string
	}{
		{"within a day", "Europe/London", "2026-07-22 10:00", time.Hour, "2026-07-22 11:00"},
		{"before opening", "Europe/London", "2026-07-22 06:30", time.Hour, "2026-07-22 10:00"},
		{"after closing", "Europe/London", "2026-07-22 19:00", time.Hour, "2026-07-23 10:00"},
		{"at closing", "Europe/London", "2026-07-22 17:30", time.Minute, "2026-07-23 09:01"},
		{"until closing", "Europe/London", "2026-07-22 16:30", time.Hour, "2026-07-22 17:30"},
		{"overnight", "Europe/London", "2026-07-22 17:00", time.Hour, "2026-07-23 09:30"},
		{"over the weekend", "Europe/London", "2026-07-24 17:00", time.Hour, "2026-07-27 09:30"},
		{"from a Saturday", "Europe/London", "2026-07-25 12:00", 30 * time.Minute, "2026-07-27 09:30"},
		{"many days", "Europe/London", "2026-07-22 09:00", 5*8*time.Hour + 150*time.Minute, "2026-07-28 17:30"},
		{"clocks go forward at the weekend", "Europe/London", "2026-03-27 17:00", time.Hour, "2026-03-30 09:30"},
		{"clocks go back at the weekend", "Europe/London", "2026-10-23 17:00", time.Hour, "2026-10-26 09:30"},
		{"clocks go forward at midnight", "Africa/Cairo", "2026-04-23 17:00", time.Hour, "2026-04-24 09:30"},
		{"half-hour zone", "Asia/Kolkata", "2026-07-22 17:15", time.Hour, "2026-07-23 09:45"},
	} {
		z := zone(c.zone)
		start, err := time.ParseInLocation("2006-01-02 15:04", c.start, z)
		if err != nil {
			t.Fatal(err)
		}
		calendar := ticket.OfficeHours(z)
		end := calendar.After(start, c.work)
		if got := end.In(z).Format("2006-01-02 15:04"); got != c.want {
			t.Errorf("%s: %v after %s is %s, want %s", c.name, c.work, c.start, got, c.want)
		}
		if got := calendar.Between(start, end); got != c.work {
			t.Errorf("%s: between there are %v, want %v", c.name, got, c.work)
		}
	}
}

func TestCalendarHasNothingBetweenTheSameMoment(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 7, 22, 10, 0, 0, 0, time.UTC)
	calendar := ticket.OfficeHours(time.UTC)
	if got := calendar.Between(now, now); got != 0 {
		t.Errorf("got %v", got)
	}
	if got := calendar.Between(now, now.Add(-48*time.Hour)); got != 0 {
		t.Errorf("backwards: got %v", got)
	}
}
