package datasource_test

import (
	"mime"
	"net/mail"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"clientportal/internal/actor"
	"clientportal/internal/datasource"
)

type watchJob struct{}

func (watchJob) Kind() string { return "data_source_watch" }

// watch has it looked for what to warn of, as the clock does, and waits until all that
// follows is done.
func (w *world) watch() {
	w.t.Helper()
	if _, err := w.queue.Insert(w.t.Context(), watchJob{}, nil); err != nil {
		w.t.Fatal(err)
	}
	w.idle()
}

// idle waits until no job is left.
func (w *world) idle() {
	w.t.Helper()
	w.soon("the jobs are done", func() bool {
		return w.count(`select count(*) from river_job where state in ('available', 'running', 'pending', 'scheduled', 'retryable')`) == 0
	})
}

// mails are the subjects of what somebody was mailed.
func (w *world) mails(to actor.Actor) (subjects []string) {
	w.t.Helper()
	for _, m := range w.letters() {
		if strings.Contains(m.Get("To"), to.ID.String()) {
			subject, err := new(mime.WordDecoder).DecodeHeader(m.Get("Subject"))
			if err != nil {
				w.t.Fatal(err)
			}
			subjects = append(subjects, subject)
		}
	}
	return subjects
}

func (w *world) letters() (all []mail.Header) {
	w.t.Helper()
	files, err := filepath.Glob(filepath.Join(w.mail, "*.eml"))
	if err != nil {
		w.t.Fatal(err)
	}
	for _, name := range files {
		f, err := os.Open(name)
		if err != nil {
			w.t.Fatal(err)
		}
		m, err := mail.ReadMessage(f)
		f.Close()
		if err != nil {
			w.t.Fatal(err)
		}
		all = append(all, m.Header)
	}
	return all
}

// mailed expects so many mails to the manager, who serves the customer, the last with
// these words in its subject, and none to anybody else.
func (w *world) mailed(what string, n int, words string) {
	w.t.Helper()
	got := w.mails(w.manager)
	if len(got) != n || n > 0 && !slices.ContainsFunc(got, func(s string) bool { return strings.Contains(s, words) }) {
		w.t.Errorf("%s: the manager got %q, not %d with %q", what, got, n, words)
	}
	if all := w.letters(); len(all) != n {
		w.t.Errorf("%s: %d mails went out, %d of them to the manager", what, len(all), len(got))
	}
}

func TestStaffHearOfASourceToAuthoriseOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.work(w.portal)
	source := w.connect("shop")
	w.settled(source.ID)
	w.watch()
	w.mailed("while all is well", 0, "")
	w.sim.with(func() { w.sim.fail = func(string, string, string) string { return "reauthorise" } })
	for range 3 {
		w.sync(source.ID)
		w.watch()
	}
	w.mailed("three tries that were refused", 1, "can no longer be read: shop")
	w.sim.with(func() { w.sim.fail = func(string, string, string) string { return "" } })
	w.sync(source.ID)
	w.sim.with(func() { w.sim.fail = func(string, string, string) string { return "reauthorise" } })
	w.sync(source.ID)
	w.watch()
	w.mailed("refused again on the same day", 1, "can no longer be read: shop")
	w.dayLater(source.ID)
	w.watch()
	w.watch()
	w.mailed("still refused a day later", 2, "can no longer be read: shop")
	w.reconnect(source.ID)
	w.settled(source.ID)
	w.watch()
	w.mailed("refused with new credentials", 3, "can no longer be read: shop")
}

// dayLater makes what the agency was told of a source a day older.
func (w *world) dayLater(id uuid.UUID) {
	w.t.Helper()
	w.exec(`update analytics_data_sources set told = (
		select coalesce(jsonb_object_agg(key, value || jsonb_build_object('at', (value ->> 'at')::timestamptz - interval '24 hours')), '{}') from jsonb_each(told)) where id = $1`, id)
}

// reconnect has somebody enter credentials anew.
func (w *world) reconnect(id uuid.UUID) {
	w.t.Helper()
	if _, err := w.sources.Update(w.by(w.manager), id, datasource.Change{Credentials: []byte(`{"token": "` + canary + `-new"}`)}, ""); err != nil {
		w.t.Fatal(err)
	}
}

// A source that is well and fails in turns is told of once, not each time.
func TestStaffHearOnceOfASourceThatFlaps(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.work(w.portal)
	source := w.connect("shop")
	w.settled(source.ID)
	for range 4 {
		for _, how := range []string{"reauthorise", ""} {
			w.sim.with(func() { w.sim.fail = func(string, string, string) string { return how } })
			w.sync(source.ID)
			w.watch()
		}
	}
	w.mailed("after it failed four times", 1, "can no longer be read: shop")
	w.dayLater(source.ID)
	w.watch()
	w.mailed("a day later, while it is well", 1, "can no longer be read: shop")
}

// A source that was never read is late from the time that it should have been read.
func TestStaffHearOfASourceThatWasNeverRead(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.sim.with(func() { w.sim.fail = func(string, string, string) string { return "retry" } })
	w.work(w.portal)
	source := w.connect("shop")
	w.soon("it has failed", func() bool {
		return w.count(`select failures from analytics_data_sources where id = $1`, source.ID) > 0
	})
	since := func(old string) {
		w.exec(`update analytics_data_sources set connected_at = now() - $2::interval, sync_frequency = 'daily', next_sync_at = now() + interval '5 hours' where id = $1`, source.ID, old)
	}
	since("35 hours")
	w.watch()
	w.mailed("while it may still come", 0, "")
	since("37 hours")
	w.watch()
	w.watch()
	w.mailed("never read", 1, "has not been read yet, and should have been: shop")
	w.exec(`update analytics_data_sources set retry_at = null where id = $1`, source.ID)
	w.exec(`update sync_runs set status = 'cancelled' where source_id = $1`, source.ID)
	if now := w.read(source.ID); now.Status != datasource.Stale {
		t.Errorf("it is %s: %s", now.Status, now.Message)
	}
	w.exec(`update analytics_data_sources set told = '{}', next_sync_at = null where id = $1`, source.ID)
	w.watch()
	w.mailed("one of which nobody has said what is read", 1, "")
}

// Numbers that are brought to a source are due at no time.
func TestWhatIsBroughtIsNeverLate(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.work(w.portal)
	source, _ := w.pushed()
	w.exec(`update analytics_data_sources set last_sync_at = now() - interval '30 days' where id = $1`, source.ID)
	w.watch()
	w.mailed("a push source that was sent nothing for a month", 0, "")
	if now := w.read(source.ID); now.Status != datasource.UpToDate {
		t.Errorf("it is %s", now.Status)
	}
}

func TestStaffHearOfATokenBeforeItEndsOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.work(w.portal)
	source := w.connect("shop")
	w.settled(source.ID)
	ends := func(in time.Duration) {
		w.exec(`update analytics_data_sources set token_expires_at = $2, connection_type = 'oauth', connected_at = now() - interval '50 days' where id = $1`, source.ID, time.Now().Add(in))
	}
	ends(8 * 24 * time.Hour)
	w.watch()
	w.mailed("eight days before", 0, "")
	ends(6 * 24 * time.Hour)
	w.watch()
	w.watch()
	w.mailed("six days before", 1, "about to end: shop")
	w.sync(source.ID) // it can still be read, which changes nothing about its end
	w.watch()
	w.mailed("after a sync", 1, "about to end: shop")
	ends(5 * 24 * time.Hour)
	w.dayLater(source.ID)
	w.watch()
	w.mailed("another token that is about to end", 2, "about to end: shop")
}

func TestStaffHearOfNumbersThatGrowOldOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.work(w.portal)
	source := w.connect("shop")
	w.settled(source.ID)
	grown := func(old string) {
		w.exec(`update analytics_data_sources set last_sync_at = now() - $2::interval, sync_frequency = 'daily', next_sync_at = null where id = $1`, source.ID, old)
	}
	grown("35 hours")
	w.watch()
	w.mailed("as old as they may be", 0, "")
	grown("37 hours")
	if now := w.read(source.ID); now.Status != datasource.Stale {
		t.Errorf("it is %s", now.Status)
	}
	w.watch()
	w.watch()
	w.mailed("too old", 1, "older than they should be: shop")
	w.exec(`update analytics_data_sources set token_expires_at = now() + interval '3 days', connection_type = 'oauth', connected_at = now() - interval '50 days' where id = $1`, source.ID)
	w.watch()
	w.watch()
	w.mailed("and its token is about to end, too", 2, "about to end: shop")
	w.sync(source.ID)
	grown("40 hours")
	w.watch()
	w.mailed("too old again on the same day", 2, "")
	w.dayLater(source.ID)
	w.watch()
	w.mailed("too old again after it was read", 3, "older than they should be: shop")
}

// Where nobody serves a customer, no source breaks unheard.
func TestAdminsHearWhereNobodyServes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.work(w.portal)
	source := w.connect("shop")
	w.settled(source.ID)
	w.exec(`delete from customer_employees where customer_id = $1`, w.acme)
	w.exec(`update analytics_data_sources set last_sync_at = now() - interval '3 days', sync_frequency = 'daily', next_sync_at = null where id = $1`, source.ID)
	w.watch()
	if got := w.mails(w.chief); len(got) != 1 || len(w.letters()) != 1 {
		t.Errorf("the admin got %q, of %d mails", got, len(w.letters()))
	}
}
