package datasource_test

import (
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"clientportal/internal/api"
	"clientportal/internal/datasource"
)

// total is the sum of a metric from a day to another, as the API has it.
func (w *world) total(id uuid.UUID, metric, from, to string) string {
	w.t.Helper()
	w.monthsFollow(id)
	s, err := w.sources.Series(w.by(w.agent), id, datasource.Query{Metric: metric, From: from, To: to, By: "total"})
	if err != nil {
		w.t.Fatalf("%s: %v", metric, err)
	}
	if len(s.Items) != 1 {
		return ""
	}
	return s.Items[0].Value
}

// day is so many days from today, as the source counts days.
func day(n int) string {
	berlin, _ := time.LoadLocation("Europe/Berlin")
	return time.Now().In(berlin).AddDate(0, 0, n).Format(time.DateOnly)
}

// simTotal is what the simulator itself counts.
func (w *world) simTotal(site, from, to string) (sum int) {
	first, _ := time.Parse(time.DateOnly, from)
	last, _ := time.Parse(time.DateOnly, to)
	w.sim.with(func() {
		for d := first; !d.After(last); d = d.AddDate(0, 0, 1) {
			for _, channel := range []string{"Direct", "Search"} {
				sum += w.sim.visits(site, d, channel)
			}
		}
	})
	return sum
}

func TestConnectingBringsThirteenMonthsExactly(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.work(w.portal)
	source := w.connect("shop")
	if source.Status != datasource.Syncing {
		t.Errorf("right after connecting it is %s", source.Status)
	}
	w.settled(source.ID)
	from := day(-390)
	for _, metric := range []string{"counter.visits"} {
		if got, want := w.total(source.ID, metric, from, day(0)), w.simTotal("shop", from, day(0)); got != itoa(want) {
			t.Errorf("%s: %s, the system says %d", metric, got, want)
		}
	}
	source = w.read(source.ID)
	if source.CompleteFrom == nil || source.CompleteTo == nil || source.CompleteFrom.Format(time.DateOnly) > from || source.CompleteTo.Format(time.DateOnly) != day(0) {
		t.Errorf("it is complete from %v to %v", source.CompleteFrom, source.CompleteTo)
	}
	if source.Status != datasource.UpToDate || source.LastSyncAt == nil || source.RowsKept == 0 || source.Timezone != "Europe/Berlin" || source.Currency != "EUR" {
		t.Errorf("afterwards: %s %+v rows %d zone %s currency %s", source.Status, source.LastSyncAt, source.RowsKept, source.Timezone, source.Currency)
	}
	if kept := w.count(`select count(*) from metric_facts where source_id = $1`, source.ID); kept != int(source.RowsKept) {
		t.Errorf("the source says that it keeps %d rows, and there are %d", source.RowsKept, kept)
	}
	for _, run := range w.runs(source.ID) {
		if run.Status != "succeeded" {
			t.Errorf("%s %s: %s", run.Kind, run.Status, run.Error)
		}
		if run.Kind == "backfill" && (run.DaysTotal < 390 || run.DaysDone != run.DaysTotal) {
			t.Errorf("the backfill says %d of %d days", run.DaysDone, run.DaysTotal)
		}
	}

	// Reading it again writes nothing.
	before := w.rowVersions(source.ID)
	w.sync(source.ID)
	if after := w.rowVersions(source.ID); after != before {
		t.Error("reading the same numbers again has written them again")
	}

	// What the system changes in its last days changes here, and what vanishes there
	// vanishes here; days before those stay.
	w.sim.with(func() {
		old := w.sim.visits
		w.sim.visits = func(site string, d time.Time, channel string) int {
			switch {
			case d.Format(time.DateOnly) == day(-2) && channel == "Search":
				return 0
			case d.Format(time.DateOnly) == day(-1):
				return 5000
			}
			return old(site, d, channel)
		}
	})
	w.sync(source.ID)
	if got, want := w.total(source.ID, "counter.visits", from, day(0)), w.simTotal("shop", from, day(0)); got != itoa(want) {
		t.Errorf("after a restatement: %s, the system says %d", got, want)
	}
	if n := w.count(`select count(*) from metric_facts where source_id = $1 and day = $2 and dimensions ->> 'channel' = 'Search'`, source.ID, day(-2)); n != 0 {
		t.Error("what vanished upstream is still here")
	}
}

// rowVersions tells whether any row of the store was written since.
func (w *world) rowVersions(id uuid.UUID) (all string) {
	w.t.Helper()
	w.scan(`select coalesce(md5(string_agg(tableoid::text || ctid::text || xmin::text, ',' order by tableoid, ctid)), '') from metric_facts where source_id = $1`, []any{id}, &all)
	return all
}

func (w *world) sync(id uuid.UUID) {
	w.t.Helper()
	if _, err := w.sources.SyncNow(w.by(w.manager), id); err != nil {
		w.t.Fatal(err)
	}
	w.settled(id)
}

func TestOneAtATimeOverTwoPortals(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	other := w.second()
	w.work(w.portal)
	w.work(other)
	w.sim.with(func() { w.sim.delay = func(request) { time.Sleep(5 * time.Millisecond) } })
	source := w.connect("shop")
	for range 20 {
		for _, p := range []*portal{w.portal, other} {
			if _, err := p.sources.SyncNow(w.by(w.manager), source.ID); err != nil {
				t.Fatal(err)
			}
		}
		w.look()
	}
	w.settled(source.ID)
	w.sim.with(func() {
		if w.sim.most != 1 {
			t.Errorf("%d calls at once for one source", w.sim.most)
		}
	})
}

func TestALedgerReadsOnlyWhatChanged(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.work(w.portal)
	d := w.draft("books")
	d.SourceType = "ledger"
	source, err := w.sources.Create(w.by(w.manager), d)
	if err != nil {
		t.Fatal(err)
	}
	w.settled(source.ID)
	w.sim.with(func() {
		w.sim.asked = map[string]int{}
		w.sim.change = []string{day(-100), day(-99), day(-40)}
	})
	w.sync(source.ID)
	w.sim.with(func() {
		for _, d := range []string{day(-100), day(-99), day(-40), day(0)} {
			if w.sim.asked["books "+d] != 1 {
				t.Errorf("%s was read %d times", d, w.sim.asked["books "+d])
			}
		}
		if len(w.sim.asked) != 4 {
			t.Errorf("read: %v", w.sim.asked)
		}
	})
}

func TestPeopleOfARangeAreAskedAndNeverAdded(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.work(w.portal)
	source := w.connect("shop")
	w.settled(source.ID)
	w.sync(source.ID)
	if n := w.count(`select count(distinct (range_from, range_until)) from metric_ranges where source_id = $1`, source.ID); n < 20 {
		t.Errorf("%d ranges are kept", n)
	}
	if got := w.total(source.ID, "counter.people", day(-29), day(0)); got != "7" {
		t.Errorf("30 days have %s people", got)
	}
	w.sim.with(func() { w.sim.people = 9 })
	if got := w.total(source.ID, "counter.people", day(-17), day(-3)); got != "9" { // not kept: asked at once
		t.Errorf("another range has %q people", got)
	}
	w.sim.with(func() { w.sim.fail = func(string, string, string) string { return "soon" } })
	s, err := w.sources.Series(w.by(w.agent), source.ID, datasource.Query{Metric: "counter.people", From: day(-16), To: day(-3), By: "total"})
	if err != nil || len(s.Items) != 0 || !s.Flags.Pending {
		t.Errorf("while the system does not answer: %+v, %v", s, err)
	}
	w.sim.with(func() { w.sim.fail = func(string, string, string) string { return "" } })
	w.soon("it is asked later", func() bool {
		return w.count(`select count(*) from sync_runs where source_id = $1 and kind = 'ranges' and from_day = $2`, source.ID, day(-16)) > 0
	})
}

// The newest days of the months before come first. While they are read, the source says
// from which day its numbers are whole, to the agency and to the client.
func TestABackfillSaysFromWhenNumbersAreWhole(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	hung := make(chan struct{})
	release := sync.OnceFunc(func() { close(hung) })
	defer release()
	w.sim.with(func() {
		w.sim.delay = func(in request) {
			if in.What == "read" && in.From < day(-100) && in.Until > day(-100) {
				<-hung
			}
		}
	})
	w.work(w.portal)
	source := w.connect("shop")
	w.soon("the backfill hangs", func() bool {
		return w.count(`select count(*) from sync_runs where source_id = $1 and kind = 'backfill' and done_from < current_date - 60 and status = 'running'`, source.ID) == 1
	})
	w.soon("the next window hangs", func() (hangs bool) {
		w.sim.with(func() { hangs = w.sim.atOnce["shop"] == 1 })
		return hangs
	})
	backfill := w.runs(source.ID)[slices.IndexFunc(w.runs(source.ID), func(r datasource.Run) bool { return r.Kind == "backfill" })]
	from := backfill.DoneFrom.Format(time.DateOnly)
	if from > day(-60) || from <= day(-100) || backfill.DoneTo.Format(time.DateOnly) != day(0) || backfill.DaysDone != w.count(`select current_date + 1 - $1::date`, from) {
		t.Errorf("in the middle of it, days %v to %v are read, %d", backfill.DoneFrom, backfill.DoneTo, backfill.DaysDone)
	}
	if now := w.read(source.ID); now.CompleteFrom == nil || now.CompleteFrom.Format(time.DateOnly) != from || now.CompleteTo.Format(time.DateOnly) != day(0) {
		t.Errorf("in the middle of it: complete from %v to %v, want from %s", now.CompleteFrom, now.CompleteTo, from)
	}
	if first := w.count(`select current_date - min(day) from metric_facts where source_id = $1`, source.ID); day(-first) != from {
		t.Errorf("numbers are there from %s on, and are said to be from %s", day(-first), from)
	}
	list, err := w.sources.ClientSources(w.by(w.viewer), api.PageQuery{Limit: 5})
	if err != nil || len(list.Items) != 1 || list.Items[0].CompleteFrom == nil || list.Items[0].CompleteFrom.Format(time.DateOnly) != from {
		t.Errorf("the client reads %+v, %v", list.Items, err)
	}
	release()
	w.settled(source.ID)
	if now := w.read(source.ID); now.CompleteFrom == nil || now.CompleteFrom.Format(time.DateOnly) > day(-390) {
		t.Errorf("after it: complete from %v", now.CompleteFrom)
	}
	// Days that don't join what is whole make nothing of it whole.
	if _, err := w.sources.Backfill(w.by(w.manager), source.ID, day(-600), day(-590)); err != nil {
		t.Fatal(err)
	}
	w.settled(source.ID)
	if now := w.read(source.ID); now.CompleteFrom.Format(time.DateOnly) < day(-500) {
		t.Errorf("after a backfill with a gap: complete from %v", now.CompleteFrom)
	}
}

// What grows for longer than the last days is read again in the first sync of a week.
func TestOnceAWeekMoreIsReadAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.work(w.portal)
	d := w.draft("panel")
	d.SourceType = "panel"
	source, err := w.sources.Create(w.by(w.manager), d)
	if err != nil {
		t.Fatal(err)
	}
	w.settled(source.ID)
	for _, step := range []struct {
		what string
		last string // when it was read last
		days int
	}{{"later in a week", "now()", 5}, {"the first of a week", "now() - interval '7 days'", 22}, {"again in that week", "last_sync_at", 5}} {
		w.exec(`update analytics_data_sources set last_sync_at = `+step.last+` where id = $1`, source.ID)
		w.sim.with(func() { w.sim.asked = map[string]int{} })
		w.sync(source.ID)
		w.sim.with(func() {
			if len(w.sim.asked) != step.days || w.sim.asked["panel "+day(1-step.days)] != 1 {
				t.Errorf("%s: %d days were read, not %d", step.what, len(w.sim.asked), step.days)
			}
		})
	}
}

// The time that is left follows from what the windows took that are done, and is not
// guessed before a tenth of the days is read.
func TestABackfillSaysHowLongItTakesYet(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	source := w.connect("shop") // nobody works on it
	left := func(done string, workedMS int) *int64 {
		t.Helper()
		w.exec(`update sync_runs set status = 'running', from_day = '2026-01-01', until_day = '2026-04-11', done_from = $2, done_until = '2026-04-11', worked_ms = $3
			where source_id = $1 and kind = 'backfill'`, source.ID, done, workedMS)
		for _, r := range w.runs(source.ID) {
			if r.Kind == "backfill" {
				return r.SecondsLeft
			}
		}
		t.Fatal("there is no backfill")
		return nil
	}
	if s := left("2026-04-02", 60_000); s != nil {
		t.Errorf("after 9 of 100 days: %d seconds", *s)
	}
	if s := left("2026-03-22", 60_000); s == nil || *s != 240 {
		t.Errorf("after 20 of 100 days in a minute: %v", s)
	}
	if s := left("2026-01-01", 300_000); s == nil || *s != 0 {
		t.Errorf("after all days: %v", s)
	}
}
