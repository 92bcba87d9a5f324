package timetrack_test

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"clientportal/internal/actor"
	"clientportal/internal/db"
	"clientportal/internal/exact"
	"clientportal/internal/fault"
	"clientportal/internal/timetrack"
)

func consuming(in *timetrack.RetainerInput) { in.PendingConsumes = true }

func TestAPeriodIsClosedOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	r := h.retainer(t, "2026-01-31", consuming, func(in *timetrack.RetainerInput) { in.RolloverCapMinutes = ptr(120) })
	h.log(t, "2026-02-01", 90)
	if _, err := h.ClosePeriod(h.manager, r.ID, day("2026-02-28")); fault.CodeOf(err) != fault.Conflict {
		t.Errorf("closed before its end: %v", err)
	}
	if _, err := h.ClosePeriod(h.manager, r.ID, day("2026-02-01")); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("closed what is no period: %v", err)
	}
	if _, err := h.ClosePeriod(h.agent, r.ID, day("2026-01-31")); fault.CodeOf(err) != fault.Forbidden {
		t.Errorf("an agent closed it: %v", err)
	}
	if _, err := h.ClosePeriod(h.owner, r.ID, day("2026-01-31")); fault.CodeOf(err) != fault.Forbidden {
		t.Errorf("a client closed it: %v", err)
	}
	var wg sync.WaitGroup
	codes := make([]fault.Code, 6)
	for i := range codes {
		wg.Go(func() {
			if i%2 == 0 {
				codes[i] = fault.CodeOf(h.RollPeriods(at(actor.As(t.Context(), "jobs"), today.AddDate(0, 0, 30))))
				return
			}
			_, err := h.ClosePeriod(h.manager, r.ID, day("2026-01-31"))
			codes[i] = fault.CodeOf(err)
		})
	}
	wg.Wait()
	periods, err := h.Periods(h.viewer, r.ID)
	first := periods[len(periods)-1]
	if err != nil || first.ClosedAt == nil || first.OnwardHours.String() != "2.00" || first.ExpiredHours.String() != "6.50" {
		t.Fatalf("codes %q, the first period %+v, %v", codes, first, err)
	}
	closings := 0
	for _, action := range h.events(t, r.ID) {
		if action == "retainer.close_period" {
			closings++
		}
	}
	if closings > 1 && closings != h.count(t, `select count(*) from retainer_periods where closed_at is not null`) {
		t.Errorf("%d events of closing", closings)
	}
	if n := h.count(t, `select count(*) from retainer_ledger where kind = 'expiry' and period = 0`); n != 1 {
		t.Errorf("what is left expired %d times", n)
	}
	h.soundLedger(t)
}

// count is a number that the portal itself reads.
func (h house) count(t *testing.T, sql string, args ...any) (n int) {
	t.Helper()
	ctx := actor.As(t.Context(), "test")
	if err := h.Read(ctx, func(tx *db.Tx) error { return tx.QueryRow(ctx, sql, args...).Scan(&n) }); err != nil {
		t.Fatal(err)
	}
	return n
}

// soundLedger holds the stored ledgers to what must be right: closed periods sum to
// nothing, entries that count are taken once, rows are numbered without a gap.
func (h house) soundLedger(t *testing.T) {
	t.Helper()
	for what, sql := range map[string]string{
		"closed periods that do not sum to nothing": `select count(*) from (
			select from retainer_periods p join retainer_ledger l on l.retainer_id = p.retainer_id and l.period = p.number
			where p.closed_at is not null group by p.retainer_id, p.number having sum(l.minutes) <> 0) x`,
		"gaps in the numbers": `select count(*) from (select from retainer_ledger group by retainer_id having max(number) <> count(*)) x`,
		"rollover that is not in balance": `select count(*) from (
			select from retainer_ledger where kind = 'rollover' group by retainer_id having sum(minutes) <> 0) x`,
		"rows that were recorded before the row before": `select count(*) from (
			select recorded_at < lag(recorded_at) over (partition by retainer_id order by number) as back from retainer_ledger) x where back`,
		"entries that are not taken as they count": `select count(*) from time_tracking e
			join lateral (select * from retainer_terms t where t.retainer_id = e.retainer_id order by t.effective_from desc, number desc limit 1) t on true
			left join lateral (select sum(l.minutes) as taken from retainer_ledger l where l.entry_id = e.id) l on true
			where coalesce(-l.taken, 0) <> case when e.deleted_at is not null then 0
			  when e.approval = 'approved' or e.approval = 'pending' and t.pending_consumes or e.approval = 'rejected' and t.rejected_consumes then e.minutes else 0 end`,
	} {
		if n := h.count(t, sql); n != 0 {
			t.Errorf("%d %s", n, what)
		}
	}
}

func TestAClosedPeriodIsLocked(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	r := h.retainer(t, "2026-02-01", consuming)
	e := h.log(t, "2026-02-10", 60)
	if _, err := h.ClosePeriod(h.manager, r.ID, day("2026-02-01")); err != nil {
		t.Fatal(err)
	}
	if _, err := h.ClosePeriod(h.manager, r.ID, day("2026-02-01")); fault.CodeOf(err) != fault.Conflict {
		t.Errorf("twice: %v", err)
	}
	february := h.summary(t, "2026-02-28")
	late := h.log(t, "2026-02-20", 30)
	if late.RetainerPeriodStart.String() != "2026-02-01" {
		t.Errorf("the late entry is of the period from %s", late.RetainerPeriodStart)
	}
	if _, err := h.UpdateEntry(h.manager, e.ID, timetrack.EntryChange{Minutes: ptr(90)}, ""); err != nil {
		t.Fatal(err)
	}
	if s := h.summary(t, "2026-03-09"); s.AdjustedHours.String() != "-1.00" || s.UsedHours != 0 || s.RemainingHours.String() != "9.00" {
		t.Errorf("March %+v", s)
	}
	if err := h.DeleteEntry(h.manager, e.ID, ""); err != nil {
		t.Fatal(err)
	}
	if s := h.summary(t, "2026-03-09"); s.AdjustedHours.String() != "0.50" || s.RemainingHours.String() != "10.50" {
		t.Errorf("March then %+v", s)
	}
	if again := h.summary(t, "2026-02-28"); again.Figures != february.Figures {
		t.Errorf("February was %+v and is %+v", february.Figures, again.Figures)
	}
	h.soundLedger(t)
}

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
