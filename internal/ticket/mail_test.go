package ticket_test

import (
	"context"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"clientportal/internal/ticket"
)

// letter is a mail as it went out.
type letter struct {
	to, subject, id, reply string
	all                    string // the subject and both bodies
	html                   string
}

// deliver works off the queue, which goes on working until the test ends.
func (w *world) deliver(t *testing.T) {
	t.Helper()
	if !w.working {
		w.working = true
		if err := w.queue.Start(context.WithoutCancel(t.Context())); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = w.queue.Stop(context.Background()) })
	}
	soon(t, "the queue to be worked off", func() bool {
		var left int
		w.scan(t, `select count(*) from river_job where state not in ('completed', 'discarded', 'cancelled')`, nil, &left)
		return left == 0
	})
}

// mails are those in the outbox.
func (w *world) mails(t *testing.T) (letters []letter) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(w.outbox, "*.eml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		letters = append(letters, readLetter(t, name))
	}
	return letters
}

func readLetter(t *testing.T, name string) letter {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	m, err := mail.ReadMessage(f)
	if err != nil {
		t.Fatal(err)
	}
	to, err := m.Header.AddressList("To")
	if err != nil || len(to) != 1 {
		t.Fatalf("%s goes to %v, %v", name, to, err)
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	if err != nil {
		t.Fatal(err)
	}
	_, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	var html string
	all := subject + "\n"
	parts := multipart.NewReader(m.Body, params["boundary"])
	for part, err := parts.NextRawPart(); err == nil; part, err = parts.NextRawPart() {
		b, err := io.ReadAll(quotedprintable.NewReader(part))
		if err != nil {
			t.Fatal(err)
		}
		all += string(b)
		if strings.HasPrefix(part.Header.Get("Content-Type"), "text/html") {
			html = string(b)
		}
	}
	return letter{to: to[0].Address, subject: subject, id: m.Header.Get("Message-ID"), reply: m.Header.Get("References"), all: all, html: html}
}

func TestMailsGoToWhomItConcerns(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	raised := w.raise(t, "Who hears of it")
	root := "ticket-" + raised.ID.String() + "@portal.example"
	step := func(what, subject string, do func(), want ...string) {
		t.Helper()
		known := len(w.mails(t))
		do()
		w.deliver(t)
		var got []string
		for _, m := range w.mails(t)[known:] {
			got = append(got, m.to)
			if m.subject != subject || m.id != "<"+root+">" && m.reply != "<"+root+">" {
				t.Errorf("%s: %q, id %s, references %s", what, m.subject, m.id, m.reply)
			}
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%s: mails to %q, want %q", what, got, want)
		}
	}
	subject := "[DG-1] Who hears of it"
	member, approver, agent, manager := by(t, w.member), by(t, w.approver), by(t, w.agent), by(t, w.manager)
	must := func(_ any, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	step("a new ticket", subject, func() {}, w.agent.Email, w.manager.Email)
	step("taking it", subject, func() {
		must(w.desk.Update(agent, raised.ID, ticket.DeskEdit{AssignedTo: &w.agent.Email}, ""))
	})
	step("handing it over", subject, func() {
		must(w.desk.Update(agent, raised.ID, ticket.DeskEdit{AssignedTo: &w.manager.Email}, ""))
	}, w.manager.Email)
	step("an internal note", subject, func() {
		must(w.desk.AddComment(agent, raised.ID, ticket.NewDeskComment{Body: "Between us", Internal: true}))
	}, w.manager.Email)
	step("an answer that asks", subject, func() {
		must(w.desk.AddComment(manager, raised.ID, ticket.NewDeskComment{Body: "Which one?", Status: ptr(ticket.WaitingForClient)}))
	}, w.member.Email)
	step("a colleague's reply", subject, func() {
		must(w.tickets.AddComment(approver, raised.ID, ticket.NewComment{Body: "This one"}))
	}, w.member.Email, w.manager.Email)
	step("a status", subject, func() {
		must(w.desk.Update(manager, raised.ID, ticket.DeskEdit{Status: ptr(ticket.Resolved), Resolution: ptr("Done as asked")}, ""))
	}, w.member.Email, w.approver.Email)
	w.exec(t, `update customer_members set is_active = false where user_id = $1`, w.approver.ID)
	w.exec(t, `update employees set is_active = false where id = $1`, w.manager.ID)
	step("when some have left", subject, func() {
		must(w.tickets.Update(member, raised.ID, ticket.Edit{Status: ptr(ticket.Open)}, ""))
	}, w.agent.Email)
	w.exec(t, `delete from customer_employees`)
	step("when nobody serves the customer", subject, func() {
		must(w.tickets.AddComment(member, raised.ID, ticket.NewComment{Body: "Hello?"}))
	}, w.chief.Email)
	w.exec(t, `delete from ticket_followers`)
	step("an edit of words", "[DG-1] Other words", func() {
		must(w.tickets.Update(member, raised.ID, ticket.Edit{Title: ptr("Other words")}, ""))
	})
}

func TestAMailSaysWhatItIsAbout(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	raised := w.raise(t, "Größe <script>alert(1)</script>")
	must := func(_ any, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(w.desk.Update(by(t, w.agent), raised.ID, ticket.DeskEdit{AssignedTo: &w.agent.Email}, ""))
	answer := "One question:\n\n- IE 3628719WH\n- IE 9741205DH\n\n<img src=x onerror=alert(2)>"
	must(w.desk.AddComment(by(t, w.agent), raised.ID, ticket.NewDeskComment{Body: answer, Status: ptr(ticket.WaitingForClient)}))
	w.deliver(t)
	var toClient, toStaff letter
	for _, m := range w.mails(t) {
		switch m.to {
		case w.member.Email:
			toClient = m
		case w.agent.Email:
			toStaff = m
		}
	}
	for _, want := range []string{
		"DG-1, Dapper Goods", "Sam Okafor", "• IE 3628719WH", "https://portal.example/tickets/" + raised.ID.String(), "waits for you", "you opened DG-1",
	} {
		if !strings.Contains(toClient.all, want) {
			t.Errorf("the client's mail lacks %q:\n%s", want, toClient.all)
		}
	}
	for _, never := range []string{"<script>alert(1)", "<img src=x", "/staff/"} {
		if strings.Contains(toClient.html, never) {
			t.Errorf("the client's mail has %q", never)
		}
	}
	for _, want := range []string{"Mara Lindqvist", "It happens always.", "https://portal.example/staff/tickets/" + raised.ID.String()} {
		if !strings.Contains(toStaff.all, want) {
			t.Errorf("the employee's mail lacks %q:\n%s", want, toStaff.all)
		}
	}
}
