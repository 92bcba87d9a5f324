package ticket_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/mail"
	"net/smtp"
	"net/textproto"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/uuid"

	"clientportal/internal/actor"
	"clientportal/internal/inbound"
	"clientportal/internal/ticket"
)

// listen takes mails as the portal does, and answers with its address.
func (w *world) listen(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- inbound.Serve(ctx, listener, "portal.example", false, w.tickets) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return listener.Addr().String()
}

// post sends a mail over SMTP and gives the code of the answer, 250 if it was taken.
func post(t *testing.T, server, sender, to, text string) (code int, words string) {
	t.Helper()
	c, err := smtp.Dial(server)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	err = c.Mail(sender)
	if err == nil {
		err = c.Rcpt(to)
	}
	if err == nil {
		w, e := c.Data()
		if err = e; err == nil {
			_, _ = w.Write([]byte(strings.ReplaceAll(text, "\n", "\r\n")))
			err = w.Close()
		}
	}
	var refused *textproto.Error
	switch {
	case err == nil:
		return 250, ""
	case errors.As(err, &refused):
		return refused.Code, refused.Msg
	}
	t.Fatal(err)
	return 0, ""
}

// replyTo is where the mail to somebody about the ticket wants to be answered.
func (w *world) replyTo(t *testing.T, email, saying string) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(w.outbox, "*.eml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		if l := readLetter(t, name); l.to != email || !strings.Contains(l.all, saying) {
			continue
		}
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		m, err := mail.ReadMessage(f)
		if err != nil {
			t.Fatal(err)
		}
		return strings.Trim(m.Header.Get("Reply-To"), "<>")
	}
	t.Fatalf("no mail to %s says %q", email, saying)
	return ""
}

// replies is a conversation with a mail to each side: the client's and the
// employee's addresses for replies, and that of an internal note.
func replies(t *testing.T, w *world) (raised ticket.Ticket, toClient, toStaff, toNote string) {
	t.Helper()
	raised = w.raise(t, "By mail")
	if _, err := w.desk.Update(by(t, w.agent), raised.ID, ticket.DeskEdit{AssignedTo: &w.agent.Email}, ""); err != nil {
		t.Fatal(err)
	}
	if _, err := w.desk.AddComment(by(t, w.agent), raised.ID, ticket.NewDeskComment{Body: "Which one?", Status: ptr(ticket.WaitingForClient)}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.desk.AddComment(by(t, w.manager), raised.ID, ticket.NewDeskComment{Body: "Between us", Internal: true}); err != nil {
		t.Fatal(err)
	}
	w.deliver(t)
	return raised, w.replyTo(t, w.member.Email, "Which one?"), w.replyTo(t, w.agent.Email, "It happens always"), w.replyTo(t, w.agent.Email, "Between us")
}

func letterFrom(who actor.Actor, id, headers, body string) string {
	return fmt.Sprintf("From: %s <%s>\nMessage-ID: <%s@client.example>\nSubject: Re: By mail\n%s\n%s\n", who.Name, strings.ToUpper(who.Email), id, headers, body)
}

func TestAnswersByMail(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	server := w.listen(t)
	raised, toClient, toStaff, toNote := replies(t, w)
	answer := letterFrom(w.member, "1", `MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b
`, `--b
Content-Type: text/plain; charset=iso-8859-1
Content-Transfer-Encoding: quoted-printable

Die gr=F6=DFere.

On Thursday, Sam Okafor wrote:
> Which one?
--b
Content-Type: text/csv; name="sizes.csv"
Content-Disposition: attachment; filename="sizes.csv"

size,count
XL,3
--b--
`)
	for range 2 { // a server that did not hear our answer sends it again
		if code, words := post(t, server, w.member.Email, strings.ToUpper(toClient), answer); code != 250 {
			t.Fatalf("an answer: %d %s", code, words)
		}
	}
	if code, words := post(t, server, w.agent.Email, toStaff, letterFrom(w.agent, "2", "", "Thank you.")); code != 250 {
		t.Fatalf("the agent's answer: %d %s", code, words)
	}
	if code, words := post(t, server, w.agent.Email, toNote, letterFrom(w.agent, "3", "", "Not for clients.")); code != 250 {
		t.Fatalf("an answer to a note: %d %s", code, words)
	}
	got, err := w.tickets.Ticket(by(t, w.member), raised.ID)
	if err != nil {
		t.Fatal(err)
	}
	var said []string
	for _, c := range got.Comments {
		said = append(said, c.Author.Name+": "+c.Body)
	}
	want := "Sam Okafor: Which one?|Mara Lindqvist: Die größere.|Sam Okafor: Thank you."
	if strings.Join(said, "|") != want {
		t.Errorf("the conversation is %q, want %s", said, want)
	}
	if len(got.Attachments) != 1 || got.Attachments[0].FileName != "sizes.csv" {
		t.Errorf("attached are %v", got.Attachments)
	}
	if events := w.recorded(t, raised.ID, "comment.create"); len(events) != 5 {
		t.Errorf("%d events of comments, want 5", len(events))
	}
}

func TestMailsThatAreNotTaken(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	server := w.listen(t)
	raised, toClient, toStaff, _ := replies(t, w)
	local, domain, _ := strings.Cut(toClient, "@")
	last := local[:len(local)-1] + "a@" + domain
	if last == toClient {
		last = strings.Replace(toClient, "a@", "q@", 1)
	}
	refusedBefore := len(w.recorded(t, raised.ID, "reply.refuse"))
	for _, c := range []struct {
		what, to string
		from     actor.Actor
		code     int
		event    bool
	}{
		{"an address that is none", "reply+abc@portal.example", w.member, 550, false},
		{"the address without its mark", "reply@portal.example", w.member, 550, false},
		{"another domain", strings.Replace(toClient, "portal.example", "agency.example", 1), w.member, 550, false},
		{"a forged mark", last, w.member, 550, true},
		{"a colleague with the member's address", toClient, w.admin, 550, true},
		{"a stranger with the member's address", toClient, w.stranger, 550, true},
		{"the client with the employee's address", toStaff, w.member, 550, true},
		{"nobody we know", toClient, actor.Actor{Name: "No", Email: "nobody@nowhere.example"}, 550, true},
	} {
		before := len(w.recorded(t, raised.ID, "reply.refuse"))
		if code, words := post(t, server, c.from.Email, c.to, letterFrom(c.from, "x", "", "Let me in.")); code != c.code {
			t.Errorf("%s: %d %s, want %d", c.what, code, words, c.code)
		}
		if now := len(w.recorded(t, raised.ID, "reply.refuse")); c.event != (now > before) {
			t.Errorf("%s: %d events, before %d", c.what, now, before)
		}
	}
	if len(w.recorded(t, raised.ID, "reply.refuse")) == refusedBefore {
		t.Error("no refusal is in the trail")
	}
	large := letterFrom(w.member, "large", "", strings.Repeat(strings.Repeat("x", 998)+"\n", 30_100))
	if code, _ := post(t, server, w.member.Email, toClient, large); code != 552 {
		t.Errorf("30 MB: %d, want 552", code)
	}
	program := `MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b
`
	exe := "--b\nContent-Type: text/plain\n\nRun this.\n--b\nContent-Disposition: attachment; filename=run.exe\n\nMZ\n--b--\n"
	if code, words := post(t, server, w.member.Email, toClient, letterFrom(w.member, "exe", program, exe)); code != 550 || !strings.Contains(words, "run.exe") {
		t.Errorf("a program: %d %s", code, words)
	}
	w.exec(t, `update customer_members set is_active = false where user_id = $1`, w.member.ID)
	if code, _ := post(t, server, w.member.Email, toClient, letterFrom(w.member, "left", "", "Still here?")); code != 550 {
		t.Errorf("somebody who has left: %d, want 550", code)
	}
	w.exec(t, `update customer_members set is_active = true where user_id = $1`, w.member.ID)
	w.set(t, raised.ID, ticket.Closed)
	if code, words := post(t, server, w.member.Email, toClient, letterFrom(w.member, "closed", "", "And now?")); code != 550 || !strings.Contains(words, "closed") {
		t.Errorf("a closed ticket: %d %s", code, words)
	}
	if n := w.comments(t, raised.ID); n != 2 {
		t.Errorf("%d comments, want the 2 from before", n)
	}
}

// comments counts those of a ticket.
func (w *world) comments(t *testing.T, id uuid.UUID) (n int) {
	t.Helper()
	w.scan(t, `select count(*) from ticket_comments where client_ticket_id = $1`, []any{id}, &n)
	return n
}

// What programs send is taken, so that it does not come back, and dropped.
func TestProgramsAreNotAnswered(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	server := w.listen(t)
	raised, toClient, _, _ := replies(t, w)
	known := w.comments(t, raised.ID)
	for what, headers := range map[string]string{
		"an absence":     "Auto-Submitted: auto-replied\n",
		"Exchange":       "X-Auto-Response-Suppress: All\n",
		"a list":         "Precedence: bulk\n",
		"one of our own": "List-Unsubscribe: <https://portal.example/unsubscribe/x>\n",
	} {
		if code, _ := post(t, server, w.member.Email, toClient, letterFrom(w.member, what, headers, "I am away.")); code != 250 {
			t.Errorf("%s: %d, want 250", what, code)
		}
	}
	if code, _ := post(t, server, "", toClient, letterFrom(w.member, "bounce", "", "It did not arrive.")); code != 250 {
		t.Errorf("a bounce: %d, want 250", code)
	}
	if n := w.comments(t, raised.ID); n != known {
		t.Errorf("%d comments, want %d", n, known)
	}
	if code, _ := post(t, server, w.member.Email, toClient, letterFrom(w.member, "person", "Auto-Submitted: no\n", "I am here.")); code != 250 {
		t.Errorf("a person: %d", code)
	}
	if n := w.comments(t, raised.ID); n != known+1 {
		t.Errorf("%d comments, want %d", n, known+1)
	}
}
