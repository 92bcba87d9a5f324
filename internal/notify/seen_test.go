package notify_test

import (
	"testing"
	"time"

	"github.com/google/uuid"

	"clientportal/internal/actor"
	"clientportal/internal/clock"
	"clientportal/internal/news"
)

func TestWhatIsOpenedIsRead(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	one, other := w.answer("DG-1", w.mara, w.tom, w.sam), w.answer("DG-2", w.mara)
	w.tell(t, t.Context(), one)
	w.tell(t, t.Context(), other)
	unread := func(who actor.Actor) int { return len(w.list(t, who, true, "", 25).Items) }

	viewed := w.mara
	viewed.ViewedBy = actor.Employee{ID: w.sam.ID, Name: w.sam.Name}
	w.Seen(by(t, viewed), one.Subject)
	program := w.mara
	program.TokenID = uuid.New()
	w.Seen(by(t, program), one.Subject)
	if n := unread(w.mara); n != 2 {
		t.Errorf("%d unread after others looked, want 2", n)
	}
	events := `select count(*) from audit_events where action = 'notification.read'`
	before := w.count(t, actor.As(t.Context(), "test"), events)
	w.Seen(by(t, w.mara), one.Subject)
	w.Seen(by(t, w.mara), one.Subject)
	w.Seen(by(t, w.mara), news.Subject{Type: "quote", ID: one.Subject.ID})
	if n := unread(w.mara); n != 1 {
		t.Errorf("%d unread, want the other one", n)
	}
	if n := unread(w.tom); n != 1 {
		t.Errorf("a colleague has %d unread, want 1", n)
	}
	w.Seen(by(t, w.sam), one.Subject)
	if n := unread(w.sam); n != 0 {
		t.Errorf("the employee has %d unread", n)
	}
	if n := w.count(t, actor.As(t.Context(), "test"), events) - before; n != 2 {
		t.Errorf("%d events, want 2", n)
	}
}

func TestOldNotificationsAreForgotten(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for i, days := range []int{1, 100, 400} {
		n := w.answer("DG-"+string(rune('1'+i)), w.mara, w.tom)
		n.At = time.Now().AddDate(0, 0, -days)
		w.tell(t, clock.At(t.Context(), n.At), n)
	}
	if err := w.MarkRead(by(t, w.tom), nil); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := w.Forget(actor.As(t.Context(), "test")); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(w.list(t, w.mara, false, "", 25).Items); n != 2 {
		t.Errorf("of the unread %d are left, want those of this year", n)
	}
	if n := len(w.list(t, w.tom, false, "", 25).Items); n != 1 {
		t.Errorf("of the read %d are left, want that of these months", n)
	}
}
