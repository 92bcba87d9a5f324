package notify_test

import (
	"fmt"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"clientportal/internal/actor"
	"clientportal/internal/clock"
	"clientportal/internal/db"
	"clientportal/internal/fault"
	"clientportal/internal/news"
	"clientportal/internal/notify"
)

// Two portals look for what is due at the same time, again and again: whatever is
// due goes out in one mail.
func TestGroupedMailsGoOutOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	twin, err := db.Open(t.Context(), w.URL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(twin.Close)
	second := w.portal(t, twin)
	w.choose(t, w.mara, notify.Grouped)
	w.choose(t, w.sam, notify.Grouped)
	for i := range 3 {
		w.tell(t, t.Context(), w.answer(fmt.Sprintf("DG-%d", i+1), w.mara, w.sam))
	}
	wants(t, "reading all so far", w.MarkRead(by(t, w.mara), nil), "")
	w.tell(t, t.Context(), w.answer("DG-8", w.mara))
	w.tell(t, t.Context(), w.answer("DG-9", w.mara))
	now := actor.As(t.Context(), "test")
	wants(t, "too early", w.MailDue(now), "")
	if mails := w.mails(t); len(mails) != 0 {
		t.Fatalf("%d mails before five minutes have passed", len(mails))
	}
	later := clock.At(now, time.Now().Add(5*time.Minute+time.Second))
	var portals sync.WaitGroup
	for range 4 {
		for _, portal := range []*notify.Service{w.Service, second} {
			portals.Go(func() {
				if err := portal.MailDue(later); err != nil {
					t.Error(err)
				}
			})
		}
	}
	portals.Wait()
	all := w.mails(t)
	got := map[string]string{}
	for _, m := range all {
		got[m.to] += m.subject + m.body
	}
	if len(all) != 2 {
		t.Errorf("%d mails, want one to each", len(all))
	}
	if text := got[w.mara.Email]; !strings.Contains(text, "2 things have happened") || strings.Contains(text, "DG-1") || !strings.Contains(text, "DG-8") {
		t.Errorf("what she has not read yet: %s", text)
	}
	if text := got[w.sam.Email]; !strings.Contains(text, "3 things have happened") || !strings.Contains(text, "https://portal.example/staff/tickets/1") {
		t.Errorf("what Sam is told: %s", text)
	}
}

func TestDailyMail(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.choose(t, w.mara, notify.Daily)
	w.choose(t, w.tom, notify.Daily)
	evening := time.Date(2026, 3, 28, 20, 0, 0, 0, time.UTC) // clocks go forward that night
	for i := range 3 {
		w.tell(t, clock.At(t.Context(), evening), w.answer(fmt.Sprintf("DG-%d", i), w.mara, w.tom))
	}
	at := func(hour, minute int) {
		t.Helper()
		now := clock.At(actor.As(t.Context(), "test"), time.Date(2026, 3, 29, hour, minute, 0, 0, time.UTC))
		wants(t, "a look at what is due", w.MailDue(now), "")
	}
	at(5, 59) // 7:59 in Berlin
	if mails := w.mails(t); len(mails) != 0 {
		t.Fatalf("%d mails before the hour", len(mails))
	}
	w.exec(t, `update client_portal_users set is_active = false where id = $1`, w.tom.ID)
	at(6, 0)
	at(6, 1)
	mails := w.mails(t)
	if len(mails) != 1 || mails[0].to != w.mara.Email || mails[0].subject != "3 things have happened" {
		t.Errorf("the day's mails: %v", mails)
	}
}

// flip changes the last character of a token.
func flip(token string) string {
	last := len(token) - 1
	if token[last] == 'A' {
		return token[:last] + "B"
	}
	return token[:last] + "A"
}

func TestUnsubscribing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.tell(t, t.Context(), w.answer("DG-1", w.mara))
	mails := w.mails(t)
	if len(mails) != 1 {
		t.Fatalf("%d mails", len(mails))
	}
	if got := mails[0].header.Get("List-Unsubscribe-Post"); got != "List-Unsubscribe=One-Click" {
		t.Errorf("List-Unsubscribe-Post: %q", got)
	}
	for _, header := range []string{"Auto-Submitted", "X-Auto-Response-Suppress"} {
		if mails[0].header.Get(header) == "" {
			t.Errorf("no %s: an auto-reply would answer", header)
		}
	}
	link, err := url.Parse(strings.Trim(mails[0].header.Get("List-Unsubscribe"), "<>"))
	if err != nil || !strings.HasPrefix(link.String(), "https://portal.example/unsubscribe?token=") {
		t.Fatalf("List-Unsubscribe: %v, %v", link, err)
	}
	token := link.Query().Get("token")
	for name, forged := range map[string]string{"shorter": token[:len(token)-1], "longer": token + "A", "another": flip(token)} {
		wants(t, "a forged link, "+name, w.Unsubscribe(t.Context(), forged), fault.NotFound)
	}
	w.choose(t, w.mara, notify.Grouped)
	w.tell(t, t.Context(), w.answer("DG-2", w.mara)) // waits for a mail
	wants(t, "one click", w.Unsubscribe(t.Context(), token), "")
	own, err := w.Settings(by(t, w.mara))
	if err != nil || own.Mail[news.TicketComment] != notify.None || own.Mail[news.TicketStatus] != notify.AtOnce {
		t.Errorf("after it: %v, %v", own, err)
	}
	wants(t, "what was due", w.MailDue(clock.At(actor.As(t.Context(), "test"), time.Now().Add(time.Hour))), "")
	if mails := w.mails(t); len(mails) != 1 {
		t.Errorf("%d mails, want no second", len(mails))
	}
	events := w.count(t, actor.As(t.Context(), "test"), `select count(*) from audit_events where action = 'notification.unsubscribe' and actor_id = $1 and customer_id = $2`, w.mara.ID, w.dapper)
	if events != 1 {
		t.Errorf("%d events, want 1", events)
	}
}
