package datasource_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

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

func TestAFailedWindowLeavesTheOldNumbers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.work(w.portal)
	source := w.connect("shop")
	w.settled(source.ID)
	before := w.rowVersions(source.ID)
	for kind, want := range map[string]struct {
		state datasource.State
		words string
	}{
		"fix":         {datasource.NeedsAttention, "not shared"},
		"reauthorise": {datasource.NeedsAuthorisation, "no longer valid"},
	} {
		w.sim.with(func() { w.sim.fail = func(string, string, string) string { return kind } })
		w.sync(source.ID)
		now := w.read(source.ID)
		if now.Status != want.state || !strings.Contains(now.Message, want.words) || len(now.SyncErrors) != 1 {
			t.Errorf("%s: %s, %q, %v", kind, now.Status, now.Message, now.SyncErrors)
		}
		if w.rowVersions(source.ID) != before {
			t.Errorf("%s: the old numbers are gone", kind)
		}
		if run := w.runs(source.ID)[0]; run.Status != "failed" || run.ErrorKind != kind || run.Error == "" {
			t.Errorf("%s: the run says %+v", kind, run)
		}
	}
	w.soon("the agency is told", func() bool {
		return w.count(`select count(*) from notifications where kind = 'data_source' and employee_id = $1`, w.manager.ID) == 1
	})
	if n := w.count(`select count(*) from notifications where kind = 'data_source' and employee_id <> $1`, w.manager.ID); n != 0 {
		t.Errorf("%d people were told whom it does not concern", n)
	}
	w.sim.with(func() { w.sim.fail = func(string, string, string) string { return "" } })
	w.sync(source.ID)
	if now := w.read(source.ID); now.Status != datasource.UpToDate || len(now.SyncErrors) != 0 {
		t.Errorf("once it is put right: %s %v", now.Status, now.SyncErrors)
	}
}

func TestItWaitsAsLongAsTheSystemSays(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.work(w.portal)
	w.sim.with(func() { w.sim.fail = func(string, string, string) string { return "retry" } })
	source := w.connect("shop")
	w.soon("it waits", func() bool { return w.read(source.ID).Status == datasource.Waiting })
	now := w.read(source.ID)
	if now.NextSyncAt == nil || time.Until(*now.NextSyncAt) < 110*time.Minute {
		t.Errorf("the next try is at %v, the system said two hours", now.NextSyncAt)
	}
	calls := len(w.runs(source.ID))
	w.look()
	if _, err := w.sources.SyncNow(w.by(w.manager), source.ID); err != nil {
		t.Fatal(err)
	}
	time.Sleep(300 * time.Millisecond)
	if n := len(w.runs(source.ID)); n != calls {
		t.Errorf("it was tried again before: %d runs, before %d", n, calls)
	}
	w.exec(`update analytics_data_sources set retry_at = now() - interval '1 second' where id = $1`, source.ID)
	w.sim.with(func() { w.sim.fail = func(string, string, string) string { return "" } })
	w.look()
	w.settled(source.ID)
	if got, want := w.total(source.ID, "counter.visits", day(-390), day(0)), w.simTotal("shop", day(-390), day(0)); got != itoa(want) {
		t.Errorf("after the wait: %s, the system says %d", got, want)
	}
}

func TestTooMuchAtOnceIsReadInHalves(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.sim.with(func() {
		w.sim.fail = func(_, from, until string) string {
			first, _ := time.Parse(time.DateOnly, from)
			last, _ := time.Parse(time.DateOnly, until)
			if last.Sub(first) > 8*24*time.Hour {
				return "smaller"
			}
			return ""
		}
	})
	w.work(w.portal)
	source := w.connect("shop")
	w.settled(source.ID)
	if got, want := w.total(source.ID, "counter.visits", day(-390), day(0)), w.simTotal("shop", day(-390), day(0)); got != itoa(want) {
		t.Errorf("%s, the system says %d", got, want)
	}
}

func TestWhatCannotBeHadIsUnavailableAndNotZero(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.work(w.portal)
	w.sim.with(func() { w.sim.fail = func(string, string, string) string { return "degrade" } })
	source := w.connect("shop")
	w.settled(source.ID)
	now := w.read(source.ID)
	if now.Status != datasource.UpToDate || len(now.Unavailable) == 0 || now.Unavailable[0] != "counter.stock" {
		t.Errorf("%s, unavailable %v", now.Status, now.Unavailable)
	}
	if got, want := w.total(source.ID, "counter.visits", day(-3), day(0)), w.simTotal("shop", day(-3), day(0)); got != itoa(want) {
		t.Errorf("the other numbers: %s, the system says %d", got, want)
	}
	if s, err := w.sources.Series(w.by(w.agent), source.ID, datasource.Query{Metric: "counter.stock", From: day(-3), To: day(0), By: "total"}); err != nil || !s.Flags.Unavailable {
		t.Errorf("the metric that can't be had: %+v, %v", s, err)
	}
}

func TestABackfillIsResumedWhereAPortalDied(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	stop := w.work(w.portal)
	hung := make(chan struct{})
	defer close(hung)
	w.sim.with(func() {
		n := 0
		w.sim.delay = func(in request) {
			w.sim.mu.Lock()
			if in.What == "read" {
				n++
			}
			hang := n == 6
			w.sim.mu.Unlock()
			if hang {
				<-hung
			}
		}
	})
	source := w.connect("shop")
	w.soon("some windows are read", func() bool {
		return w.count(`select count(*) from sync_runs where source_id = $1 and kind = 'backfill' and done_until is not null`, source.ID) == 1
	})
	w.soon("a window hangs", func() bool {
		var n int
		w.sim.with(func() { n = w.sim.atOnce["shop"] })
		return n == 1
	})
	// A portal that is killed says nothing more: its lease runs out, its job is left.
	w.exec(`update analytics_data_sources set lease = gen_random_uuid(), leased_until = now() - interval '1 second' where id = $1`, source.ID)
	stop()
	done := w.count(`select until_day - done_until from sync_runs where source_id = $1 and kind = 'backfill'`, source.ID)
	if done == 0 {
		t.Fatal("the backfill was through before the portal died")
	}
	w.sim.with(func() { w.sim.delay = func(request) {} })
	heir := w.second()
	w.work(heir)
	w.look()
	w.settled(source.ID)
	if got, want := w.total(source.ID, "counter.visits", day(-390), day(0)), w.simTotal("shop", day(-390), day(0)); got != itoa(want) {
		t.Errorf("%s, the system says %d", got, want)
	}
	w.sim.with(func() {
		if n := w.sim.asked["shop "+day(-390)]; n != 1 {
			t.Errorf("the first days were read %d times: the backfill began anew", n)
		}
	})
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

func TestABrokenSourceDelaysNoOther(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	hung := make(chan struct{})
	defer close(hung)
	w.sim.with(func() {
		w.sim.delay = func(in request) {
			if strings.HasPrefix(in.Site, "slow") {
				<-hung
			}
		}
		w.sim.fail = func(site, _, _ string) string {
			if site == "broken" {
				return "panic"
			}
			return ""
		}
	})
	w.work(w.portal)
	for _, name := range []string{"slow 1", "slow 2", "slow 3", "broken"} {
		w.connect(name)
	}
	source := w.connect("shop")
	w.settled(source.ID)
	if now := w.read(source.ID); now.Status != datasource.UpToDate {
		t.Errorf("beside sources that hang it is %s", now.Status)
	}
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
