package datasource_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"clientportal/internal/datasource"
)

// As many sources hang as one portal has places to read: those that are quick have
// their turn all the same, and go on to have it.
func TestSourcesThatHangDelayNoOther(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(d *datasource.Deps) { d.QuickStep = 2 * time.Second })
	hung := make(chan struct{})
	defer close(hung)
	w.sim.with(func() {
		w.sim.delay = func(in request) {
			if strings.HasPrefix(in.Site, "hangs") {
				<-hung
			}
		}
	})
	w.work(w.portal)
	for i := range 8 {
		w.connect(fmt.Sprint("hangs ", i))
	}
	w.soon("all places are taken", func() bool {
		var n int
		w.sim.with(func() {
			for site, calls := range w.sim.atOnce {
				if strings.HasPrefix(site, "hangs") {
					n += min(calls, 1)
				}
			}
		})
		return n == 8
	})
	source := w.connect("quick")
	w.settled(source.ID)
	if got, want := w.total(source.ID, "counter.visits", day(-390), day(0)), w.simTotal("quick", day(-390), day(0)); got != itoa(want) {
		t.Errorf("%s, the system says %d", got, want)
	}
	if n := w.count(`select count(*) from analytics_data_sources where slow and source_name like 'hangs%'`); n != 8 {
		t.Errorf("%d of 8 are known to be slow", n)
	}
	if n := w.count(`select count(*) from analytics_data_sources where failures > 0 or failure_kind <> ''`); n != 0 {
		t.Errorf("%d have failed, though they only take long", n)
	}
}

// A source that is slow is read all the same, and is quick again once it was.
func TestASlowSourceIsReadAndIsQuickAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(d *datasource.Deps) { d.QuickStep = 400 * time.Millisecond })
	slow := true
	w.sim.with(func() {
		w.sim.delay = func(request) {
			w.sim.mu.Lock()
			wait := slow
			w.sim.mu.Unlock()
			if wait {
				time.Sleep(time.Second)
			}
		}
	})
	w.work(w.portal)
	source := w.connect("shop")
	w.soon("it is known to be slow", func() bool {
		return w.count(`select count(*) from analytics_data_sources where id = $1 and slow`, source.ID) == 1
	})
	w.soon("it is read", func() bool { return w.read(source.ID).LastSyncAt != nil })
	w.sim.with(func() { slow = false })
	w.settled(source.ID)
	if got, want := w.total(source.ID, "counter.visits", day(-390), day(0)), w.simTotal("shop", day(-390), day(0)); got != itoa(want) {
		t.Errorf("%s, the system says %d", got, want)
	}
	if n := w.count(`select count(*) from analytics_data_sources where id = $1 and slow`, source.ID); n != 0 {
		t.Error("it is still held to be slow")
	}
}
