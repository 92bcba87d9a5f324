package timetrack_test

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/google/uuid"

	"clientportal/internal/api"
	"clientportal/internal/exact"
	"clientportal/internal/fault"
	"clientportal/internal/maybe"
	"clientportal/internal/timetrack"

	"github.com/shopspring/decimal"
)

func hours(text string) *exact.Number {
	return &exact.Number{Decimal: decimal.RequireFromString(text)}
}

func TestThreeTimesTwentyMinutesAreAnHour(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for range 3 {
		if e := h.log(t, "2026-03-02", 20); e.Hours.String() != "0.33" || e.Currency != "EUR" {
			t.Errorf("logged %s h in %s", e.Hours, e.Currency)
		}
	}
	e, err := h.LogEntry(h.agent, timetrack.EntryInput{
		CustomerID: h.acme, QuoteID: &h.project, TaskDescription: "Layout", Hours: hours("1.25"), DateWorked: today, Billable: ptr(false), HourlyRate: amount("95.50"),
	})
	if err != nil || e.Minutes != 75 || maybe.Value(e.QuoteName) != "Relaunch" || maybe.Value(e.ProjectID) != "Q-1" || e.HourlyRate.String() != "95.50" {
		t.Fatalf("logged %+v, %v", e, err)
	}
	var change timetrack.EntryChange
	if err := json.Unmarshal([]byte(`{"hourly_rate": ""}`), &change); err != nil {
		t.Fatal(err)
	}
	if e, err = h.UpdateEntry(h.agent, e.ID, change, ""); err != nil || e.HourlyRate != nil {
		t.Errorf("the rate that was taken away is %v, %v", e.HourlyRate, err)
	}
	page, err := h.Entries(h.viewer, timetrack.Filter{}, api.PageQuery{Limit: 1})
	if err != nil || len(page.Items) != 1 || page.Items[0].ID != e.ID || page.NextCursor == nil {
		t.Fatalf("first page %+v, %v", page, err)
	}
	if got := page.Totals; got.Hours.String() != "2.25" || got.BillableHours.String() != "1.00" || got.PendingHours.String() != "2.25" || got.Count != 4 {
		t.Errorf("totals %+v", got)
	}
	rest, err := h.Entries(h.viewer, timetrack.Filter{}, api.PageQuery{Cursor: *page.NextCursor})
	if err != nil || len(rest.Items) != 3 || rest.NextCursor != nil || rest.Totals != page.Totals {
		t.Errorf("second page %+v, %v", rest, err)
	}
}

func TestWhatCanNotBeLogged(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for field, change := range map[string]func(*timetrack.EntryInput){
		"minutes":          func(in *timetrack.EntryInput) { in.Minutes = ptr(0) },
		"minutes ":         func(in *timetrack.EntryInput) { in.Minutes = ptr(-5) },
		"minutes  ":        func(in *timetrack.EntryInput) { in.Hours = hours("1") },
		"minutes   ":       func(in *timetrack.EntryInput) { in.Minutes = nil },
		"hours":            func(in *timetrack.EntryInput) { in.Minutes, in.Hours = nil, hours("25") },
		"hours ":           func(in *timetrack.EntryInput) { in.Minutes, in.Hours = nil, hours("0.125") },
		"date_worked":      func(in *timetrack.EntryInput) { in.DateWorked = day("2027-01-01") },
		"hourly_rate":      func(in *timetrack.EntryInput) { in.HourlyRate = amount("95.123456") },
		"hourly_rate ":     func(in *timetrack.EntryInput) { in.HourlyRate = amount("-1") },
		"currency":         func(in *timetrack.EntryInput) { in.Currency = "QQQ" },
		"task_description": func(in *timetrack.EntryInput) { in.TaskDescription = " " },
		"is_retainer":      func(in *timetrack.EntryInput) { in.IsRetainer, in.Internal = true, true },
	} {
		in := timetrack.EntryInput{CustomerID: h.acme, TaskDescription: "Work", Minutes: ptr(60), DateWorked: today}
		change(&in)
		name := field
		for name[len(name)-1] == ' ' {
			name = name[:len(name)-1]
		}
		if _, err := h.LogEntry(h.agent, in); !faultOf(err, name) {
			t.Errorf("%s: %v", field, err)
		}
	}
	sound := timetrack.EntryInput{CustomerID: h.acme, TaskDescription: "Work", Minutes: ptr(60), DateWorked: today}
	foreign, others, another := sound, sound, sound
	foreign.CustomerID, others.QuoteID = h.boltline, ptr(uuid.New())
	another.EmployeeID = ptr(uuid.New())
	for name, c := range map[string]struct {
		who  context.Context
		in   timetrack.EntryInput
		want fault.Code
	}{
		"a client logs":            {h.owner, sound, fault.Forbidden},
		"another's customer":       {h.agent, foreign, fault.NotFound},
		"a project not there":      {h.agent, others, fault.NotFound},
		"an agent for a colleague": {h.agent, another, fault.Forbidden},
	} {
		if _, err := h.LogEntry(c.who, c.in); fault.CodeOf(err) != c.want {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
}

func TestARetainerTakesItsHours(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	waiting := h.log(t, "2026-02-10", 90) // before there is a retainer
	r := h.retainer(t, "2026-02-01", func(in *timetrack.RetainerInput) { in.PendingConsumes, in.RolloverCapMinutes = true, ptr(300) })
	h.log(t, "2026-03-02", 60)
	if s := h.summary(t, "2026-02-28"); s.UsedHours.String() != "1.50" || s.RemainingHours.String() != "8.50" || s.PeriodEnd != day("2026-03-01") {
		t.Errorf("in February %+v", s)
	}
	s := h.summary(t, "2026-03-09")
	if s.IncludedHours.String() != "10.00" || s.RolledOverHours.String() != "5.00" || s.UsedHours.String() != "1.00" || s.RemainingHours.String() != "14.00" {
		t.Errorf("in March %+v", s)
	}
	changed, err := h.UpdateEntry(h.manager, waiting.ID, timetrack.EntryChange{Hours: hours("2")}, `"2"`)
	if err != nil || changed.Revision != 3 || changed.RetainerID == nil || *changed.RetainerID != r.ID || *changed.RetainerPeriodStart != day("2026-02-01") {
		t.Errorf("changed %+v, %v", changed, err)
	}
	if err := h.DeleteEntry(h.manager, waiting.ID, `"1"`); fault.CodeOf(err) != fault.Stale {
		t.Errorf("deleted what was not seen: %v", err)
	}
	if s := h.summary(t, "2026-02-28"); s.UsedHours.String() != "2.00" {
		t.Errorf("then %+v", s)
	}
	if err := h.DeleteEntry(h.manager, waiting.ID, `"3"`); err != nil {
		t.Fatal(err)
	}
	if s := h.summary(t, "2026-02-28"); s.UsedHours.String() != "0.00" {
		t.Errorf("in the end %+v", s)
	}
	if _, err := h.CreateRetainer(h.manager, timetrack.RetainerInput{CustomerID: h.acme, Name: "More", MinutesPerPeriod: 1, Period: timetrack.Month, StartsOn: today, Deficit: timetrack.Bill}); fault.CodeOf(err) != fault.Conflict {
		t.Errorf("two at once: %v", err)
	}
}
