package ticket_test

import (
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"clientportal/internal/clock"
	"clientportal/internal/fault"
	"clientportal/internal/ticket"
)

func TestCreateNumbersTicketsOfACompanyInOrder(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const tickets = 20
	numbers := make(chan string, tickets)
	var all sync.WaitGroup
	for range tickets {
		all.Go(func() {
			created, err := w.tickets.Create(by(t, w.member), ticket.NewTicket{Title: "At once", Description: "Twenty of us"})
			if err != nil {
				t.Error(err)
			}
			numbers <- created.Number
		})
	}
	all.Wait()
	close(numbers)
	seen := map[string]bool{}
	for number := range numbers {
		seen[number] = true
	}
	for i := range tickets {
		if number := "DG-" + strconv.Itoa(i+1); !seen[number] {
			t.Errorf("nobody got %s", number)
		}
	}
	theirs, err := w.tickets.Create(by(t, w.stranger), ticket.NewTicket{Title: "Theirs", Description: "Their first"})
	if err != nil || theirs.Number != "FL-1" {
		t.Errorf("another company's first ticket: %s, %v", theirs.Number, err)
	}
}

func TestCreateAnswersWhatIsReadLater(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	created, err := w.tickets.Create(by(t, w.member), ticket.NewTicket{
		Title: "  Invoice e-mails show\nthe wrong VAT number ", Description: "Since October.", Category: "Billing", QuoteID: &w.project,
	})
	if err != nil {
		t.Fatal(err)
	}
	if created.Title != "Invoice e-mails show the wrong VAT number" || created.Priority != ticket.Medium || created.Status != ticket.Open {
		t.Errorf("created %+v", created.Summary)
	}
	read, err := w.tickets.Ticket(by(t, w.viewer), created.ID)
	if err != nil {
		t.Fatal(err)
	}
	if read.ETag() != created.ETag() || read.Number != created.Number || *read.Category != "Billing" || read.CreatedBy.Name != "Mara Lindqvist" ||
		*read.QuoteName != "Storefront relaunch" || !read.FollowedBy(w.member.ID) || read.FollowedBy(w.viewer.ID) {
		t.Errorf("read %+v", read)
	}
	if got := w.recorded(t, created.ID, "ticket.create"); len(got) != 1 || *got[0].Customer != w.dapper || !strings.Contains(got[0].Payload, `"Billing"`) {
		t.Errorf("events %+v", got)
	}
	if got := w.recorded(t, created.ID, "ticket.view"); len(got) != 1 || got[0].Actor != "Vic Iyer" {
		t.Errorf("views %+v", got)
	}
}

func TestAClientsAnswerMovesTheTicket(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, c := range []struct {
		from, want ticket.Status
		code       fault.Code
	}{
		{ticket.Open, ticket.Open, ""},
		{ticket.InProgress, ticket.InProgress, ""},
		{ticket.WaitingForClient, ticket.InProgress, ""},
		{ticket.Resolved, ticket.Open, ""},
		{ticket.Closed, ticket.Closed, fault.Conflict},
	} {
		raised := w.raise(t, "From "+string(c.from))
		if c.from != ticket.Open {
			w.set(t, raised.ID, c.from)
		}
		_, err := w.tickets.AddComment(by(t, w.approver), raised.ID, ticket.NewComment{Body: "Here you are"})
		wants(t, "answer when "+string(c.from), err, c.code)
		read, err := w.tickets.Ticket(by(t, w.member), raised.ID)
		if err != nil {
			t.Fatal(err)
		}
		if read.Status != c.want || read.ResolvedAt != nil {
			t.Errorf("an answer to %s made it %s, resolved at %v", c.from, read.Status, read.ResolvedAt)
		}
		comments, followed := 1, true
		if c.code != "" {
			comments, followed = 0, false
		}
		if int(read.CommentCount) != comments || len(read.Comments) != comments || read.FollowedBy(w.approver.ID) != followed {
			t.Errorf("from %s: %d counted, %d comments, followed %t", c.from, read.CommentCount, len(read.Comments), read.FollowedBy(w.approver.ID))
		}
		if got := w.recorded(t, raised.ID, "comment.create"); len(got) != comments {
			t.Errorf("from %s: events %+v", c.from, got)
		}
	}
}

func TestAClientClosesAndReopens(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, from := range ticket.Statuses {
		for _, to := range ticket.Statuses {
			raised := w.raise(t, "From "+string(from)+" to "+string(to))
			if from != ticket.Open {
				w.set(t, raised.ID, from)
			}
			want := fault.Conflict
			switch {
			case from == to && from != ticket.Closed, to == ticket.Closed && from != ticket.Closed, from == ticket.Resolved && to == ticket.Open:
				want = ""
			}
			_, err := w.tickets.Update(by(t, w.member), raised.ID, ticket.Edit{Status: &to}, "")
			wants(t, raised.Title, err, want)
		}
	}
}

func TestTheDeskMovesATicket(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for from, allowed := range map[ticket.Status][]ticket.Status{
		ticket.Open:             {ticket.InProgress, ticket.WaitingForClient, ticket.Resolved, ticket.Closed},
		ticket.InProgress:       {ticket.Open, ticket.WaitingForClient, ticket.Resolved, ticket.Closed},
		ticket.WaitingForClient: {ticket.Open, ticket.InProgress, ticket.Resolved, ticket.Closed},
		ticket.Resolved:         {ticket.Open, ticket.InProgress, ticket.WaitingForClient, ticket.Closed},
		ticket.Closed:           {ticket.Open, ticket.InProgress},
	} {
		may := map[ticket.Status]bool{from: true}
		for _, to := range allowed {
			may[to] = true
		}
		for _, to := range ticket.Statuses {
			raised := w.raise(t, "From "+string(from)+" to "+string(to))
			if from != ticket.Open {
				w.set(t, raised.ID, from)
			}
			moved, err := w.desk.Update(by(t, w.agent), raised.ID, ticket.DeskEdit{Status: &to}, "")
			want := fault.Conflict
			if may[to] {
				want = ""
			}
			wants(t, raised.Title, err, want)
			if err == nil && (moved.ResolvedAt != nil) != (to == ticket.Resolved || from == ticket.Resolved && to == ticket.Closed) {
				t.Errorf("%s: resolved at %v", raised.Title, moved.ResolvedAt)
			}
		}
	}
}

func TestUpdateHonoursTheTagThatWasSeen(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	raised := w.raise(t, "Seen by two")
	first, err := w.tickets.Update(by(t, w.member), raised.ID, ticket.Edit{Priority: ptr(ticket.Urgent)}, raised.ETag())
	if err != nil || first.Priority != ticket.Urgent || first.ETag() == raised.ETag() {
		t.Fatalf("got %+v, %v", first.Summary, err)
	}
	_, err = w.tickets.Update(by(t, w.admin), raised.ID, ticket.Edit{Title: ptr("Overwritten")}, raised.ETag())
	wants(t, "a stale tag", err, fault.Stale)
	_, err = w.desk.Update(by(t, w.agent), raised.ID, ticket.DeskEdit{Priority: ptr(ticket.Low)}, `"1"`)
	wants(t, "a stale tag at the desk", err, fault.Stale)
	same, err := w.tickets.Update(by(t, w.admin), raised.ID, ticket.Edit{Priority: ptr(ticket.Urgent)}, first.ETag())
	if err != nil || same.ETag() != first.ETag() || same.Title != "Seen by two" {
		t.Errorf("changing nothing: %+v, %v", same.Summary, err)
	}
	if got := w.recorded(t, raised.ID, "ticket.update"); len(got) != 1 || !strings.Contains(got[0].Payload, "urgent") {
		t.Errorf("events %+v", got)
	}
	if len(same.Changes) != 1 || same.Changes[0].Field != "priority" || *same.Changes[0].OldValue != "high" {
		t.Errorf("changes %+v", same.Changes)
	}
}

func TestAssign(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	raised := w.raise(t, "Whose is it")
	for name, to := range map[string]string{"nobody known": "nobody@agency.example", "who does not serve": w.otherAgent.Email, "no id of ours": uuid.NewString()} {
		_, err := w.desk.Update(by(t, w.agent), raised.ID, ticket.DeskEdit{AssignedTo: &to}, "")
		wantsField(t, name, err, "assigned_to")
	}
	w.exec(t, `update employees set is_active = false where id = $1`, w.manager.ID)
	_, err := w.desk.Update(by(t, w.agent), raised.ID, ticket.DeskEdit{AssignedTo: ptr(w.manager.ID.String())}, "")
	wantsField(t, "somebody who has left", err, "assigned_to")

	for _, to := range []string{w.agent.ID.String(), strings.ToUpper(w.chief.Email)} {
		if _, err := w.desk.Update(by(t, w.agent), raised.ID, ticket.DeskEdit{AssignedTo: &to}, ""); err != nil {
			t.Errorf("assign to %s: %v", to, err)
		}
	}
	got, err := w.desk.Ticket(by(t, w.agent), raised.ID)
	if err != nil || got.Assignee == nil || got.Assignee.Name != "Jonas Weil" || *got.AssignedTo != w.chief.ID {
		t.Fatalf("assigned to %+v, %v", got.Assignee, err)
	}
	if seen, err := w.tickets.Ticket(by(t, w.member), raised.ID); err != nil || *seen.AssignedTo != "Jonas Weil" || len(seen.Changes) != 2 {
		t.Errorf("the client sees %v, %v, %v", seen.AssignedTo, seen.Changes, err)
	}
	if got, err = w.desk.Update(by(t, w.agent), raised.ID, ticket.DeskEdit{AssignedTo: ptr("")}, got.ETag()); err != nil || got.Assignee != nil || got.AssignedTo != nil {
		t.Errorf("unassigned: %+v, %v", got.Assignee, err)
	}
}

func TestTheClockOfAnAnswer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	monday := time.Date(2026, 7, 20, 9, 0, 0, 0, time.UTC) // 10:00 in London
	at := func(hours int) time.Time { return monday.Add(time.Duration(hours) * time.Hour) }
	desk := func(id uuid.UUID) ticket.SLA {
		got, err := w.desk.Ticket(by(t, w.agent), id)
		if err != nil {
			t.Fatal(err)
		}
		return got.SLA
	}
	due := func(what string, id uuid.UUID, want time.Time) {
		t.Helper()
		if sla := desk(id); sla.AnswerDueAt == nil || !sla.AnswerDueAt.Equal(want) || sla.Paused {
			t.Errorf("%s: due %v, paused %t, want %v", what, sla.AnswerDueAt, sla.Paused, want)
		}
	}
	raised, err := w.tickets.Create(clock.At(by(t, w.member), at(0)), ticket.NewTicket{Title: "On the clock", Description: "Tick", Priority: ticket.High})
	if err != nil {
		t.Fatal(err)
	}
	id := raised.ID
	due("high: four hours to the first answer", id, at(4))
	update := func(hours int, edit ticket.DeskEdit) {
		t.Helper()
		if _, err := w.desk.Update(clock.At(by(t, w.agent), at(hours)), id, edit, ""); err != nil {
			t.Fatal(err)
		}
	}
	ask := func(hours int) {
		t.Helper()
		if _, err := w.tickets.AddComment(clock.At(by(t, w.member), at(hours)), id, ticket.NewComment{Body: "And?"}); err != nil {
			t.Fatal(err)
		}
	}
	answer := func(hours int, internal bool, to *ticket.Status) {
		t.Helper()
		n := ticket.NewDeskComment{Body: "Well", Internal: internal, Status: to}
		if _, err := w.desk.AddComment(clock.At(by(t, w.agent), at(hours)), id, n); err != nil {
			t.Fatal(err)
		}
	}
	update(1, ticket.DeskEdit{Priority: ptr(ticket.Urgent)})
	due("urgent: one hour since it was raised", id, at(1))
	update(1, ticket.DeskEdit{Priority: ptr(ticket.High)})
	ask(2)
	due("asking again puts nothing off", id, at(4))
	answer(3, true, nil)
	if sla := desk(id); sla.FirstRespondedAt != nil {
		t.Error("an internal note counts as an answer")
	}
	answer(3, false, nil)
	if sla := desk(id); sla.FirstRespondedAt == nil || !sla.FirstRespondedAt.Equal(at(3)) || !sla.FirstResponseDueAt.Equal(at(4)) {
		t.Errorf("first answer: %+v", sla)
	}
	due("the next one a working day of eight hours later", id, at(24).Add(150*time.Minute))
	answer(4, false, ptr(ticket.WaitingForClient))
	if sla := desk(id); sla.AnswerDueAt != nil || !sla.Paused {
		t.Errorf("while the client is asked: %+v", sla)
	}
	ask(24)
	due("the clock starts when the client answers", id, at(48).Add(-30*time.Minute))
	update(25, ticket.DeskEdit{Priority: ptr(ticket.Urgent)})
	due("two hours since then, once urgent", id, at(26))
	update(25, ticket.DeskEdit{Status: ptr(ticket.Resolved)})
	if sla := desk(id); sla.AnswerDueAt != nil || sla.Paused {
		t.Errorf("resolved: %+v", sla)
	}
	ask(28)
	due("reopened by an answer", id, at(30))
}
