package timetrack_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"

	"clientportal/internal/actor"
	"clientportal/internal/fault"
	"clientportal/internal/timetrack"
)

// life is an agency whose retainer is lived at random.
type life struct {
	house
	*rand.Rand
	now      time.Time
	retainer timetrack.Retainer
	entries  []timetrack.Entry
	said     map[time.Time]string // what the summary was at that moment
}

// TestRandomHistories lives histories through the actions themselves, and holds the
// stored ledger to what must be right of every one. HISTORY_SEED lives one again.
func TestRandomHistories(t *testing.T) {
	t.Parallel()
	for range 4 {
		seed := rand.Uint64()
		if given, err := strconv.ParseUint(os.Getenv("HISTORY_SEED"), 10, 64); err == nil {
			seed = given
		}
		t.Run(strconv.FormatUint(seed, 10), func(t *testing.T) {
			t.Parallel()
			l := &life{house: newHouse(t), Rand: rand.New(rand.NewPCG(seed, 1)), now: today.Add(10 * time.Hour), said: map[time.Time]string{}}
			l.retainer = l.house.retainer(t, []string{"2026-01-31", "2026-02-15", "2025-12-01"}[l.IntN(3)], func(in *timetrack.RetainerInput) {
				in.PendingConsumes, in.RejectedConsumes = l.IntN(2) == 0, l.IntN(4) == 0
				in.RolloverCapMinutes, in.RolloverExpiresAfterPeriods = ptr(l.IntN(900)), ptr(l.IntN(4))
				in.Deficit, in.OverageRate = []string{timetrack.Carry, timetrack.Bill}[l.IntN(2)], amount("95.50")
				in.Period, in.ClosesAfterDays = []string{timetrack.Month, timetrack.Quarter}[l.IntN(2)], ptr(l.IntN(30))
				if l.IntN(2) == 0 {
					in.EndsOn = ptr(day("2026-04-10"))
				}
			})
			for range 80 {
				l.step(t)
			}
			l.soundLedger(t)
			l.sums(t)
			t.Logf("%d rows, %d adjustments, %d closed periods", l.count(t, `select count(*) from retainer_ledger`),
				l.count(t, `select count(*) from retainer_ledger where kind = 'adjustment'`), l.count(t, `select count(*) from retainer_periods where closed_at is not null`))
			for then, want := range l.said {
				if got := l.say(t, then); got != want {
					t.Errorf("of %s it was said\n%s\nand now\n%s", then, want, got)
				}
			}
		})
	}
}

func (l *life) as(who context.Context) context.Context { return at(who, l.now) }

// day is one of the last hundred days on which the retainer ran.
func (l *life) day() timetrack.Day {
	d := timetrack.Day{Time: l.now.Truncate(24*time.Hour).AddDate(0, 0, -l.IntN(100))}
	if d.Before(l.retainer.StartsOn.Time) {
		return l.retainer.StartsOn
	}
	return d
}

func (l *life) step(t *testing.T) {
	t.Helper()
	l.now = l.now.Add(time.Duration(1+l.IntN(90)) * time.Minute)
	if l.IntN(3) == 0 {
		l.now = l.now.AddDate(0, 0, l.IntN(12))
	}
	var err error
	i := 0
	if len(l.entries) > 0 {
		i = l.IntN(len(l.entries))
	}
	switch what := l.IntN(12); {
	case what < 4 || len(l.entries) == 0:
		var e timetrack.Entry
		if e, err = l.LogEntry(l.as(l.manager), timetrack.EntryInput{
			CustomerID: l.acme, TaskDescription: "Work", Minutes: ptr(1 + l.IntN(400)), DateWorked: l.day(), IsRetainer: l.IntN(8) > 0,
		}); err == nil {
			l.entries = append(l.entries, e)
		}
	case what < 6:
		change := timetrack.EntryChange{Minutes: ptr(1 + l.IntN(400)), IsRetainer: ptr(l.IntN(6) > 0)}
		if l.IntN(2) == 0 {
			change.DateWorked = ptr(l.day())
		}
		_, err = l.UpdateEntry(l.as(l.manager), l.entries[i].ID, change, "")
	case what == 6:
		err = l.DeleteEntry(l.as(l.manager), l.entries[i].ID, "")
		l.entries = append(l.entries[:i], l.entries[i+1:]...)
	case what < 9:
		_, err = l.ApproveEntry(l.as(l.approver), l.entries[i].ID, l.tag(t, i))
	case what == 9:
		_, err = l.RejectEntry(l.as(l.approver), l.entries[i].ID, "No.", l.tag(t, i))
	case what == 10:
		err = l.RollPeriods(l.as(actor.As(t.Context(), "jobs")))
	default:
		_, err = l.UpdateRetainer(l.as(l.manager), l.retainer.ID, timetrack.RetainerChange{
			EffectiveFrom: ptr(timetrack.Day{Time: l.now.Truncate(24*time.Hour).AddDate(0, 0, l.IntN(40))}), MinutesPerPeriod: ptr(1 + l.IntN(900)),
		}, "")
	}
	if code := fault.CodeOf(err); err != nil && code != fault.Conflict && code != fault.Invalid {
		t.Fatal(err)
	}
	if l.IntN(4) == 0 {
		l.said[l.now] = l.say(t, l.now)
		l.same(t)
	}
}

func (l *life) tag(t *testing.T, i int) string {
	t.Helper()
	d, err := l.Entry(l.as(l.viewer), l.entries[i].ID)
	if err != nil {
		t.Fatal(err)
	}
	return d.ETag
}

// say is the summary and the statement as they were at a moment.
func (l *life) say(t *testing.T, then time.Time) string {
	t.Helper()
	list, err := l.RetainerSummary(l.as(l.viewer), timetrack.SummaryQuery{Known: &then})
	if err != nil {
		t.Fatal(err)
	}
	on := timetrack.Day{Time: then.Truncate(24 * time.Hour)}
	if l.retainer.EndsOn != nil && on.After(l.retainer.EndsOn.Time) {
		on = *l.retainer.EndsOn
	}
	st, err := l.Statement(l.as(l.viewer), timetrack.StatementQuery{RetainerID: &l.retainer.ID, On: on, AsOf: then})
	if err != nil {
		t.Fatal(err)
	}
	return words(t, []any{list, st})
}

// same holds what is said now, of rows that are added up by day, to what is said of this
// moment, of all of them.
func (l *life) same(t *testing.T) {
	t.Helper()
	now, err := l.RetainerSummary(l.as(l.viewer), timetrack.SummaryQuery{})
	if err != nil {
		t.Fatal(err)
	}
	moment, err := l.RetainerSummary(l.as(l.viewer), timetrack.SummaryQuery{Known: &l.now})
	if err != nil {
		t.Fatal(err)
	}
	if a, b := words(t, now), words(t, moment); a != b {
		t.Errorf("now it is said\n%s\nand of this moment\n%s", a, b)
	}
}

func words(t *testing.T, of any) string {
	t.Helper()
	text, err := json.Marshal(of)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// sums holds what the periods' list and their statements say of each period to the sums
// of the stored ledger.
func (l *life) sums(t *testing.T) {
	t.Helper()
	periods, err := l.Periods(l.as(l.viewer), l.retainer.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range periods {
		if p.ClosedAt == nil {
			continue
		}
		st, err := l.Statement(l.as(l.viewer), timetrack.StatementQuery{RetainerID: &l.retainer.ID, On: p.PeriodStart})
		if err != nil || len(st.Retainers) != 1 {
			t.Fatalf("statement of %s: %+v, %v", p.PeriodStart, st, err)
		}
		got, want := st.Retainers[0].Period.Figures, p.Figures
		if fmt.Sprint(got.BilledAmount) != fmt.Sprint(want.BilledAmount) {
			t.Errorf("the statement of %s bills %v, the list %v", p.PeriodStart, got.BilledAmount, want.BilledAmount)
		}
		if got.BilledAmount = want.BilledAmount; got != want {
			t.Errorf("the statement of %s says %+v, the list %+v", p.PeriodStart, got, want)
		}
		for kind, hours := range map[string]timetrack.Hours{"grant": want.IncludedHours, "use": -want.UsedHours, "adjustment": want.AdjustedHours, "overage": want.BoughtHours, "expiry": -want.ExpiredHours} {
			if sum := l.count(t, `select coalesce(sum(minutes), 0) from retainer_ledger where period = $1 and kind = $2`, p.Number, kind); sum != int(hours) {
				t.Errorf("%s of %s is %d minutes, the list says %d", kind, p.PeriodStart, sum, hours)
			}
		}
	}
}
