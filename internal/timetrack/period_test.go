package timetrack_test

import (
	"sync"
	"testing"

	"clientportal/internal/actor"
	"clientportal/internal/db"
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
