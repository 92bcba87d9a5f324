package datasource_test

import (
	"strings"
	"testing"
	"time"

	"clientportal/internal/datasource"
)

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
		return w.count(`select count(*) from sync_runs where source_id = $1 and kind = 'backfill' and done_from is not null`, source.ID) == 1
	})
	w.soon("a window hangs", func() bool {
		var n int
		w.sim.with(func() { n = w.sim.atOnce["shop"] })
		return n == 1
	})
	// A portal that is killed says nothing more: its lease runs out, its job is left.
	w.exec(`update analytics_data_sources set lease = gen_random_uuid(), leased_until = now() - interval '1 second' where id = $1`, source.ID)
	stop()
	done := w.count(`select done_from - from_day from sync_runs where source_id = $1 and kind = 'backfill'`, source.ID)
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
		if n := w.sim.asked["shop "+day(-10)]; n != 1 {
			t.Errorf("the newest days were read %d times: the backfill began anew", n)
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
