package notify_test

import (
	"strings"
	"testing"

	"github.com/google/uuid"

	"clientportal/internal/actor"
	"clientportal/internal/api"
	"clientportal/internal/fault"
	"clientportal/internal/news"
	"clientportal/internal/notify"
)

func (w *world) list(t *testing.T, who actor.Actor, unread bool, cursor string, limit int) api.Page[notify.Notification] {
	t.Helper()
	page, err := w.Notifications(by(t, who), unread, cursor, limit)
	if err != nil {
		t.Fatal(err)
	}
	return page
}

func TestEachIsToldOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	n := w.answer("DG-1", w.mara, w.tom, w.sam)
	w.exec(t, `update customer_members set is_active = false where user_id = $1`, w.tom.ID)
	w.tell(t, t.Context(), n)
	w.tell(t, t.Context(), n) // a job that is tried again
	for _, who := range []actor.Actor{w.mara, w.sam} {
		items := w.list(t, who, false, "", 25).Items
		if len(items) != 1 {
			t.Fatalf("%s is told %d times, want once", who.Name, len(items))
		}
		want := "/tickets/1"
		if who.Kind == actor.Staff {
			want = "/staff/tickets/1"
		}
		if got := items[0]; got.Who != "Priya Raman" || got.About != "DG-1" || got.Path != want || got.ReadAt != nil {
			t.Errorf("%s is told %+v", who.Name, got)
		}
	}
	if items := w.list(t, w.tom, false, "", 25).Items; len(items) != 0 {
		t.Errorf("somebody who has left is told %v", items)
	}
	if mails := w.mails(t); len(mails) != 2 {
		t.Errorf("%d mails, want one for each", len(mails))
	}
}

func TestNobodyReadsWhatOthersAreTold(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	secretNote := w.answer("DG-2", w.sam)
	secretNote.Kind = news.TicketNote
	w.tell(t, t.Context(), secretNote)
	w.tell(t, t.Context(), w.answer("DG-3", w.tom))
	if n := w.count(t, by(t, w.mara), `select count(*) from notifications where about = 'DG-2'`); n != 0 {
		t.Error("the database lets a client read what employees are told")
	}
	inFleetly := w.mara
	inFleetly.CustomerIDs = []uuid.UUID{w.fleetly}
	w.tell(t, t.Context(), w.answer("DG-4", w.mara))
	if items := w.list(t, inFleetly, false, "", 25).Items; len(items) != 0 {
		t.Errorf("in another company she reads %v", items)
	}
	items := w.list(t, w.mara, false, "", 25).Items
	if len(items) != 1 || items[0].About != "DG-4" {
		t.Errorf("she reads %v", items)
	}
	_, err := w.Notifications(actor.As(t.Context(), "test"), false, "", 25)
	wants(t, "the portal itself", err, fault.Forbidden)
}

func TestReading(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, about := range []string{"DG-1", "DG-2", "DG-3"} {
		w.tell(t, t.Context(), w.answer(about, w.mara, w.tom))
	}
	first := w.list(t, w.mara, false, "", 2)
	if len(first.Items) != 2 || first.NextCursor == nil || first.Items[0].About != "DG-3" {
		t.Fatalf("the first page is %+v", first)
	}
	second := w.list(t, w.mara, false, *first.NextCursor, 2)
	if len(second.Items) != 1 || second.NextCursor != nil || second.Items[0].About != "DG-1" {
		t.Fatalf("the second page is %+v", second)
	}
	wants(t, "a colleague's", w.MarkRead(by(t, w.tom), []uuid.UUID{first.Items[0].ID}), "")
	if left := w.list(t, w.mara, true, "", 25).Items; len(left) != 3 {
		t.Errorf("a colleague has read hers: %d left", len(left))
	}
	wants(t, "one", w.MarkRead(by(t, w.mara), []uuid.UUID{first.Items[0].ID}), "")
	if left := w.list(t, w.mara, true, "", 25).Items; len(left) != 2 {
		t.Errorf("%d are left, want 2", len(left))
	}
	wants(t, "all", w.MarkRead(by(t, w.mara), nil), "")
	wants(t, "all again", w.MarkRead(by(t, w.mara), nil), "")
	if left := w.list(t, w.mara, true, "", 25).Items; len(left) != 0 {
		t.Errorf("%d are left", len(left))
	}
	events := w.count(t, actor.As(t.Context(), "test"), `select count(*) from audit_events where action = 'notification.read' and actor_id = $1 and customer_id = $2`, w.mara.ID, w.dapper)
	if events != 2 {
		t.Errorf("%d events of her reading, want 2", events)
	}
}

func TestSettings(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	own, err := w.Settings(by(t, w.mara))
	if err != nil || own.Mail[news.TicketComment] != notify.AtOnce || own.DigestHour != 8 {
		t.Fatalf("from the start: %v, %v", own, err)
	}
	if _, there := own.Mail[news.TicketNote]; there {
		t.Error("a client is asked about internal notes")
	}
	for what, bad := range map[string]notify.Settings{
		"a kind for the staff": {Mail: map[news.Kind]notify.Mailing{news.TicketNote: notify.None}},
		"no way of mailing":    {Mail: map[news.Kind]notify.Mailing{news.TicketComment: "hourly"}},
		"an hour too late":     {DigestHour: 24},
	} {
		wants(t, what, w.ChangeSettings(by(t, w.mara), bad), fault.Invalid)
	}
	w.choose(t, w.mara, notify.None)
	w.choose(t, w.sam, notify.None)
	w.tell(t, t.Context(), w.answer("DG-1", w.mara, w.sam, w.tom))
	for _, m := range w.mails(t) {
		if !strings.EqualFold(m.to, w.tom.Email) {
			t.Errorf("a mail to %s, who wants none", m.to)
		}
	}
	inFleetly := w.mara
	inFleetly.CustomerIDs = []uuid.UUID{w.fleetly}
	if own, _ := w.Settings(by(t, inFleetly)); own.Mail[news.TicketComment] != notify.AtOnce {
		t.Error("what she chose in one company holds in another")
	}
	if n := w.count(t, actor.As(t.Context(), "test"), `select count(*) from audit_events where action = 'notification.settings'`); n != 2 {
		t.Errorf("%d events, want 2", n)
	}
}

func TestLettersOfTheFeature(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.choose(t, w.tom, notify.None)
	n := w.answer("DG-1", w.mara, w.tom)
	n.OwnLetters = true
	letters := w.tell(t, t.Context(), n)
	if len(letters) != 1 || letters[0].ID != w.mara.ID {
		t.Errorf("the feature is to write to %v", letters)
	}
	if mails := w.mails(t); len(mails) != 0 {
		t.Errorf("and %d mails went out beside", len(mails))
	}
}
