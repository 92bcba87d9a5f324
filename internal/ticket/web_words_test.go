package ticket

import (
	"net/url"
	"testing"
	"time"

	"clientportal/internal/maybe"
	"clientportal/internal/web"
)

func TestHappenings(t *testing.T) {
	t.Parallel()
	const sam = "Sam Okafor"
	change := func(field, from, to string) Change {
		return Change{ChangedBy: sam, Field: field, OldValue: maybe.Of(from), NewValue: maybe.Of(to)}
	}
	for _, c := range []struct {
		want    string
		changes []Change
	}{
		{"took the ticket", []Change{change("assigned_to", "", sam)}},
		{"gave the ticket to Priya Raman", []Change{change("assigned_to", sam, "Priya Raman")}},
		{"took Priya Raman off the ticket", []Change{change("assigned_to", "Priya Raman", "")}},
		{"set the ticket to|In progress", []Change{change("status", "open", "in_progress")}},
		{"set the ticket to|Waiting for you", []Change{change("status", "open", "waiting_for_client")}},
		{"set the ticket to|Open", []Change{change("status", "in_progress", "open")}},
		{"closed the ticket", []Change{change("status", "open", "closed")}},
		{"reopened the ticket", []Change{change("status", "closed", "open")}},
		{"set the priority of the ticket to urgent", []Change{change("priority", "low", "urgent")}},
		{"took the ticket and set it to|In progress", []Change{change("status", "open", "in_progress"), change("assigned_to", "", sam)}},
		{"took the ticket, set the priority of it to low and closed it", []Change{
			change("assigned_to", "", sam), change("status", "open", "closed"), change("priority", "high", "low"),
		}},
	} {
		h := happening(c.changes, false)
		got := h.Text
		if h.State.Words != "" {
			got += "|" + h.State.Words
		}
		if got != c.want || h.Who != sam {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}

func TestWordsOfTime(t *testing.T) {
	t.Parallel()
	calendar := OfficeHours(time.UTC) // 8.5 hours a day
	for work, want := range map[time.Duration]string{
		40 * time.Minute: "40 min", time.Hour: "1 h", 4 * time.Hour: "4 h", 8 * time.Hour: "a working day",
		16 * time.Hour: "2 working days", 24 * time.Hour: "3 working days",
	} {
		if got := calendar.words(work); got != want {
			t.Errorf("%s is %q, want %q", work, got, want)
		}
	}
	terms := Terms{Calendar: calendar}
	now := time.Date(2026, 11, 18, 10, 0, 0, 0, time.UTC) // a Wednesday
	at := func(d time.Duration) *time.Time { due := now.Add(d); return &due }
	for _, c := range []struct {
		sla  SLA
		want web.State
	}{
		{SLA{}, web.State{}},
		{SLA{Paused: true}, web.State{Words: "Paused"}},
		{SLA{AnswerDueAt: at(84 * time.Minute)}, web.State{Tone: web.Waiting, Words: "1:24 left"}},
		{SLA{AnswerDueAt: at(130 * time.Minute)}, web.State{Words: "2:10 left"}},
		{SLA{AnswerDueAt: at(48 * time.Hour)}, web.State{Words: "2 d left"}},
		{SLA{AnswerDueAt: at(-38 * time.Minute)}, web.State{Tone: web.Late, Words: "0:38 over"}},
		{SLA{AnswerDueAt: at(-24 * time.Hour)}, web.State{Tone: web.Late, Words: "1 d over"}},
		{SLA{AnswerDueAt: at(-28 * 24 * time.Hour)}, web.State{Tone: web.Late, Words: "20 d over"}},
		{SLA{AnswerDueAt: at(-36 * 24 * time.Hour)}, web.State{Tone: web.Late, Words: "5 weeks over"}},
	} {
		if got := terms.dueWords(c.sla, now); got != c.want {
			t.Errorf("%+v: got %+v, want %+v", c.sla, got, c.want)
		}
	}
}

func TestAddressesSayAgainWhatTheySaid(t *testing.T) {
	t.Parallel()
	for _, query := range []string{
		"", "view=all", "view=waiting", "q=shoes&view=open", "category=E-mail&priority=high&quote_id=00000000-0000-0000-0000-000000000000",
		"cursor=abc&start=26&view=all", "before=abc&start=26",
	} {
		values, _ := url.ParseQuery(query)
		if got := readListAddress(values).href(); got != joined("/tickets", query) {
			t.Errorf("list: %q became %q", query, got)
		}
	}
	for _, query := range []string{
		"", "view=mine", "q=shoes&view=open", "sort=-priority&status=open", "assigned_to=me&cursor=abc&customer_id=00000000-0000-0000-0000-000000000000&priority=low&view=all",
		"status=resolved&view=all",
	} {
		values, _ := url.ParseQuery(query)
		if got := readQueueAddress(values).href(); got != joined("/staff/tickets", query) {
			t.Errorf("queue: %q became %q", query, got)
		}
	}
}

func joined(path, query string) string {
	if query == "" {
		return path
	}
	return path + "?" + query
}
