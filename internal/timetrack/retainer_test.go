package timetrack_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"clientportal/internal/actor"
	"clientportal/internal/exact"
	"clientportal/internal/fault"
	"clientportal/internal/timetrack"
)

func TestTermsChangeFromADay(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	r := h.retainer(t, "2026-02-15")
	e := h.log(t, "2026-02-20", 60)
	change := timetrack.RetainerChange{EffectiveFrom: ptr(day("2026-03-01")), MinutesPerPeriod: ptr(900), Deficit: ptr(timetrack.Bill), OverageRate: &timetrack.AmountOrNone{Amount: amount("95.50")}}
	if _, err := h.UpdateRetainer(h.agent, r.ID, change, ""); fault.CodeOf(err) != fault.Forbidden {
		t.Errorf("an agent: %v", err)
	}
	if _, err := h.UpdateRetainer(h.manager, r.ID, change, `"7"`); fault.CodeOf(err) != fault.Stale {
		t.Errorf("what was not seen: %v", err)
	}
	after, err := h.UpdateRetainer(h.manager, r.ID, change, r.Tag())
	if err != nil || len(after.Terms) != 2 || after.MinutesPerPeriod != 900 || after.Terms[0].MinutesPerPeriod != 600 || after.Terms[1].AgreedBy != "An manager" {
		t.Fatalf("after %+v, %v", after, err)
	}
	for on, want := range map[string]string{"2026-03-09": "10.00", "2026-03-20": "15.00"} {
		if s := h.summary(t, on); s.IncludedHours.String() != want {
			t.Errorf("on %s %s are included, want %s", on, s.IncludedHours, want)
		}
	}
	if _, err := h.UpdateRetainer(h.manager, r.ID, timetrack.RetainerChange{EffectiveFrom: ptr(day("2026-02-15")), PendingConsumes: ptr(true)}, ""); err != nil {
		t.Fatal(err)
	}
	if s := h.summary(t, "2026-03-09"); s.UsedHours.String() != "1.00" || s.PendingHours != 0 {
		t.Errorf("pending hours count: %+v", s)
	}
	if done, err := h.ApproveEntry(h.approver, e.ID, e.ETag); err != nil || done.Approval != timetrack.Approved {
		t.Errorf("approved %+v, %v", done, err)
	}
	for field, in := range map[string]timetrack.RetainerChange{
		"effective_from":       {MinutesPerPeriod: ptr(1)},
		"effective_from ":      {EffectiveFrom: ptr(day("2026-01-01")), MinutesPerPeriod: ptr(1)},
		"effective_from  ":     {EffectiveFrom: ptr(day("2026-02-15")), Period: ptr(timetrack.Quarter)},
		"effective_from   ":    {EffectiveFrom: ptr(day("2026-02-15"))},
		"rollover_cap_minutes": {EffectiveFrom: ptr(day("2026-05-01")), RolloverCapMinutes: ptr(1 << 30)},
		"ends_on":              {EndsOn: exact.SayDay(ptr(day("2026-03-10")))},
		"ends_on ":             {EndsOn: exact.SayDay(&timetrack.Day{})},
		"name":                 {Name: ptr(" ")},
	} {
		if _, err := h.UpdateRetainer(h.manager, r.ID, in, ""); !faultOf(err, strings.TrimSpace(field)) {
			t.Errorf("%s: %v", field, err)
		}
	}
}

// Where the end is taken away, the retainer goes on, with the hours that waited for it.
func TestTheEndIsTakenAway(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	r := h.retainer(t, "2026-02-01", consuming, func(in *timetrack.RetainerInput) { in.EndsOn = ptr(day("2026-02-28")) })
	waits := h.log(t, "2026-03-02", 60)
	if waits.RetainerID != nil {
		t.Fatalf("after the end it is taken from %s", waits.RetainerID)
	}
	same, err := h.UpdateRetainer(h.manager, r.ID, timetrack.RetainerChange{Name: ptr("Other")}, "")
	if err != nil || same.EndsOn == nil {
		t.Fatalf("another name ends it on %v, %v", same.EndsOn, err)
	}
	endless, err := h.UpdateRetainer(h.manager, r.ID, timetrack.RetainerChange{EndsOn: exact.SayDay(nil)}, same.Tag())
	if err != nil || endless.EndsOn != nil {
		t.Fatalf("it ends on %v, %v", endless.EndsOn, err)
	}
	if d, err := h.Entry(h.manager, waits.ID); err != nil || d.RetainerID == nil || *d.RetainerID != r.ID {
		t.Errorf("what waited is of %v, %v", d.RetainerID, err)
	}
	if s := h.summary(t, "2026-03-09"); s.UsedHours.String() != "1.00" || s.IncludedHours.String() != "10.00" {
		t.Errorf("March %+v", s.Figures)
	}
	if got := h.events(t, r.ID); !slices.Equal(got, []string{"retainer.create", "retainer.update", "retainer.update"}) {
		t.Errorf("events %q", got)
	}
	if _, err := h.UpdateRetainer(h.manager, r.ID, timetrack.RetainerChange{EndsOn: exact.SayDay(ptr(day("2026-03-31")))}, ""); err != nil {
		t.Fatal(err)
	}
	h.retainer(t, "2026-04-01")
	_, err = h.UpdateRetainer(h.manager, r.ID, timetrack.RetainerChange{EndsOn: exact.SayDay(nil)}, "")
	if fault.CodeOf(err) != fault.Conflict || !faultOf(err, "ends_on") || !strings.Contains(err.Error(), "1 April 2026") {
		t.Errorf("into the next one: %v", err)
	}
	for from, field := range map[string]string{"2026-03-15": "starts_on", "2026-01-01": "ends_on", "2026-06-01": "starts_on"} {
		in := timetrack.RetainerInput{
			CustomerID: h.acme, Name: "Care", StartsOn: day(from), MinutesPerPeriod: 600, Period: timetrack.Month, Deficit: timetrack.Carry,
		}
		if _, err := h.CreateRetainer(h.manager, in); fault.CodeOf(err) != fault.Conflict || !faultOf(err, field) {
			t.Errorf("one from %s on: %v", from, err)
		}
	}
	h.soundLedger(t)
}

func TestWhichRetainerTakesIt(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	pool := h.retainer(t, "2026-02-01")
	own := h.retainer(t, "2026-03-01", func(in *timetrack.RetainerInput) { in.QuoteID = &h.project })
	for on, want := range map[string]uuid.UUID{"2026-02-20": pool.ID, "2026-03-02": own.ID} {
		e, err := h.LogEntry(h.agent, timetrack.EntryInput{
			CustomerID: h.acme, QuoteID: &h.project, TaskDescription: "Work", Minutes: ptr(60), DateWorked: day(on), IsRetainer: true,
		})
		if err != nil || *e.RetainerID != want {
			t.Errorf("on %s it is of %v, %v", on, e.RetainerID, err)
		}
		moved, err := h.UpdateEntry(h.agent, e.ID, timetrack.EntryChange{QuoteID: ptr("")}, "")
		if err != nil || *moved.RetainerID != pool.ID {
			t.Errorf("without the project it is of %v, %v", moved.RetainerID, err)
		}
	}
	if e := h.log(t, "2026-01-10", 60); e.RetainerID != nil || !e.IsRetainer {
		t.Errorf("before there was one it is of %v", e.RetainerID)
	}
	bad := timetrack.RetainerInput{CustomerID: h.acme, Name: "X", MinutesPerPeriod: 0, Period: "week", StartsOn: day("2027-01-01"), EndsOn: ptr(day("2026-01-01")), Deficit: "forget", ConsentBlockMinutes: ptr(60)}
	_, err := h.CreateRetainer(h.manager, bad)
	for _, field := range []string{"minutes_per_period", "period", "ends_on", "deficit", "overage_rate"} {
		if !faultOf(err, field) {
			t.Errorf("nothing is said about %s: %v", field, err)
		}
	}
	bad = timetrack.RetainerInput{CustomerID: h.boltline, Name: "X", MinutesPerPeriod: 60, Period: timetrack.Month, StartsOn: today, Deficit: timetrack.Bill}
	if _, err := h.CreateRetainer(h.manager, bad); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("for another's customer: %v", err)
	}
	if list, err := h.Retainers(h.foreign, nil); err != nil || len(list) != 0 {
		t.Errorf("another company sees %+v, %v", list, err)
	}
}

// After the end nothing is left hanging: what waited is approved, by somebody or by
// itself, and the last period is settled anew. As of before, it is told as before.
func TestHoursAreApprovedAfterTheEnd(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	r := h.retainer(t, "2026-02-01", func(in *timetrack.RetainerInput) {
		in.EndsOn, in.AutoApproveAfterDays, in.OverageRate, in.ClosesAfterDays = ptr(day("2026-02-28")), ptr(7), amount("90"), ptr(0)
	})
	byHand, byItself := h.log(t, "2026-02-10", 480), h.log(t, "2026-02-11", 150)
	jobs := func(days int) context.Context {
		return at(actor.As(t.Context(), "jobs"), today.Add(time.Duration(days*24+11)*time.Hour))
	}
	if err := h.RollPeriods(jobs(1)); err != nil {
		t.Fatal(err)
	}
	state := func(asOf time.Time) timetrack.Period {
		t.Helper()
		st, err := h.Statement(at(h.viewer, today.Add(1000*time.Hour)), timetrack.StatementQuery{RetainerID: &r.ID, On: day("2026-02-20"), AsOf: asOf})
		if err != nil || len(st.Retainers) != 1 {
			t.Fatalf("%+v, %v", st, err)
		}
		return st.Retainers[0].Period
	}
	closed := today.Add(36 * time.Hour)
	before := state(closed)
	if before.ClosedAt == nil || before.ExpiredHours.String() != "10.00" || before.PendingHours.String() != "10.50" {
		t.Fatalf("closed it is %+v", before)
	}
	if _, err := h.ApproveEntry(at(h.approver, today.Add(40*time.Hour)), byHand.ID, byHand.ETag); err != nil {
		t.Fatal(err)
	}
	if p := state(time.Time{}); p.AdjustedHours.String() != "-8.00" || p.ExpiredHours.String() != "2.00" || p.BilledAmount != nil {
		t.Errorf("approved by hand it is %+v", p)
	}
	for _, days := range []int{8, 11, 12} {
		if err := h.ApproveByItself(jobs(days)); err != nil {
			t.Fatal(err)
		}
	}
	if d, err := h.Entry(h.viewer, byItself.ID); err != nil || d.Approval != timetrack.Approved {
		t.Errorf("by itself it is %s, %v", d.Approval, err)
	}
	p := state(time.Time{})
	if p.AdjustedHours.String() != "-10.50" || p.ExpiredHours != 0 || p.BoughtHours.String() != "0.50" || p.BilledAmount.String() != "45.00" {
		t.Errorf("approved by itself it is %+v", p)
	}
	if again := state(closed); again.Figures != before.Figures || again.PendingHours != before.PendingHours {
		t.Errorf("as of the closing it was %+v, and is %+v", before, again)
	}
	if err := h.DeleteEntry(at(h.manager, today.Add(900*time.Hour)), byItself.ID, ""); err != nil {
		t.Fatal(err)
	}
	if p := state(time.Time{}); p.ExpiredHours.String() != "2.00" || p.BoughtHours != 0 || p.BilledAmount.String() != "0.00" {
		t.Errorf("taken back it is %+v", p)
	}
	h.soundLedger(t)
}
