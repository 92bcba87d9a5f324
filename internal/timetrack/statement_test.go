package timetrack_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"clientportal/internal/fault"
	"clientportal/internal/timetrack"
)

func TestAStatementCanBeMadeAgain(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	r := h.retainer(t, "2026-02-01", func(in *timetrack.RetainerInput) { in.RolloverCapMinutes = ptr(60) })
	keep, gone := h.log(t, "2026-02-10", 60), h.log(t, "2026-02-11", 30)
	if _, err := h.ApproveEntry(h.approver, keep.ID, keep.ETag); err != nil {
		t.Fatal(err)
	}
	then := today.Add(11 * time.Hour)
	make := func(of *uuid.UUID, on string) string {
		t.Helper()
		st, err := h.Statement(at(h.viewer, today.Add(100*time.Hour)), timetrack.StatementQuery{RetainerID: of, On: day(on), AsOf: then})
		if err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal(st)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	month, period := make(nil, "2026-02-10"), make(&r.ID, "2026-02-10")
	for _, words := range []string{`"used_hours":"1.00"`, `"pending_hours":"0.50"`, `"onward_hours":"1.00"`, `"kind":"expiry"`} {
		if !strings.Contains(month, words) || !strings.Contains(period, words) {
			t.Errorf("%s is not in %s", words, period)
		}
	}
	later := at(h.manager, today.Add(13*time.Hour))
	if _, err := h.UpdateEntry(later, keep.ID, timetrack.EntryChange{Minutes: ptr(600)}, ""); err != nil {
		t.Fatal(err)
	}
	if err := h.DeleteEntry(later, gone.ID, ""); err != nil {
		t.Fatal(err)
	}
	if _, err := h.ClosePeriod(later, r.ID, day("2026-02-01")); err != nil {
		t.Fatal(err)
	}
	if _, err := h.UpdateRetainer(later, r.ID, timetrack.RetainerChange{EffectiveFrom: ptr(day("2026-03-01")), MinutesPerPeriod: ptr(5)}, ""); err != nil {
		t.Fatal(err)
	}
	if got := make(nil, "2026-02-10"); got != month {
		t.Errorf("the month was\n%s\nand is\n%s", month, got)
	}
	if got := make(&r.ID, "2026-02-10"); got != period {
		t.Errorf("the period was\n%s\nand is\n%s", period, got)
	}
	if _, err := h.Statement(h.foreign, timetrack.StatementQuery{RetainerID: &r.ID, On: today}); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("another company: %v", err)
	}
	if _, err := h.Statement(h.owner, timetrack.StatementQuery{On: today, AsOf: today.Add(48 * time.Hour)}); !faultOf(err, "query.as_of") {
		t.Errorf("of tomorrow: %v", err)
	}
	known := then
	list, err := h.RetainerSummary(later, timetrack.SummaryQuery{Known: &known})
	if err != nil || list[0].PendingHours != 0 || list[0].RolledOverHours.String() != "1.00" || list[0].IncludedHours.String() != "10.00" {
		t.Errorf("the summary of then is %+v, %v", list, err)
	}
}
