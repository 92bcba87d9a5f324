package ticket_test

import (
	"context"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"
	"github.com/emersion/go-smtp"

	"clientportal/internal/inbound"
)

// mailbox is an IMAP server with one mailbox.
type mailbox struct {
	user    *imapmemserver.User
	address string
}

func newMailbox(t *testing.T) mailbox {
	t.Helper()
	box := mailbox{user: imapmemserver.NewUser("portal", "secret word")}
	if err := box.user.Create("INBOX", nil); err != nil {
		t.Fatal(err)
	}
	memory := imapmemserver.New()
	memory.AddUser(box.user)
	server := imapserver.New(&imapserver.Options{
		NewSession: func(*imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
			return memory.NewSession(), nil, nil
		},
		InsecureAuth: true,
	})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { server.Close() })
	box.address = listener.Addr().String()
	return box
}

// put delivers a mail.
func (b mailbox) put(t *testing.T, text string) {
	t.Helper()
	literal := strings.ReplaceAll(text, "\n", "\r\n")
	if _, err := b.user.Append("INBOX", sizedReader{strings.NewReader(literal), int64(len(literal))}, &imap.AppendOptions{}); err != nil {
		t.Fatal(err)
	}
}

type sizedReader struct {
	*strings.Reader
	size int64
}

func (r sizedReader) Size() int64 { return r.size }

// flags are those of the mails, in the order in which they came.
func (b mailbox) flags(t *testing.T) (all []string) {
	t.Helper()
	c, err := imapclient.DialInsecure(b.address, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.Login("portal", "secret word").Wait(); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Select("INBOX", nil).Wait(); err != nil {
		t.Fatal(err)
	}
	var everything imap.SeqSet
	everything.AddRange(1, 0)
	mails, err := c.Fetch(everything, &imap.FetchOptions{Flags: true}).Collect()
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range mails {
		var marks []string
		for _, name := range []imap.Flag{imap.FlagSeen, imap.FlagFlagged} {
			for _, f := range m.Flags {
				if f == name {
					marks = append(marks, string(f))
				}
			}
		}
		all = append(all, strings.Join(marks, " "))
	}
	return all
}

func TestRepliesFromAMailbox(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	raised, toClient, _, _ := replies(t, w)
	box := newMailbox(t)
	watched, err := inbound.ParseMailbox("imap://portal:secret%20word@" + box.address + "/INBOX")
	if err != nil {
		t.Fatal(err)
	}
	look := func() {
		t.Helper()
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if err := watched.Look(ctx, w.tickets); err != nil {
			t.Fatal(err)
		}
	}
	mail := func(from, to, id, more, text string) string {
		return fmt.Sprintf("From: %s\nTo: %s\nSubject: Re: By mail\n%s%s\n%s\n", from, to, id, more, text)
	}
	box.put(t, mail(w.member.Email, "somebody@portal.example", "", "", "To nobody of ours"))
	box.put(t, "No header at all\x00\xff\n")
	box.put(t, mail("thief@evil.example", toClient, "Message-ID: <forged@evil.example>\n", "", "It is me, really"))
	box.put(t, mail(w.member.Email, toClient, "Message-ID: <away@dapper.example>\n", "Auto-Submitted: auto-replied\n", "I am away"))
	box.put(t, mail(w.member.Email, "other@portal.example", "Message-ID: <one@dapper.example>\n", "Return-Path: <>\nDelivered-To: "+toClient+"\n", "It bounced"))
	box.put(t, mail(w.member.Email, "Help <"+toClient+">", "Message-ID: <one@dapper.example>\n", "", "The second one."))
	box.put(t, mail(w.member.Email, toClient, "Message-ID: <one@dapper.example>\n", "", "The second one."))
	box.put(t, mail(w.member.Email, "other@portal.example", "", "Delivered-To: "+toClient+"\n", "Without an id."))
	box.put(t, mail(w.member.Email, toClient, "", "", strings.Repeat("A large one. ", inbound.MaxSize/12)))
	look()
	look()
	const plain, bad = `\Seen`, `\Seen \Flagged`
	want := []string{bad, bad, bad, plain, plain, plain, plain, plain, bad}
	if got := box.flags(t); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("marked %q, want %q", got, want)
	}
	read, err := w.tickets.Ticket(by(t, w.member), raised.ID)
	if err != nil {
		t.Fatal(err)
	}
	var said []string
	for _, c := range read.Comments[1:] {
		said = append(said, c.Body)
	}
	if fmt.Sprint(said) != "[The second one. Without an id.]" {
		t.Errorf("said %q", said)
	}
}

// A mail that can't be taken now stays, and holds up none of the others.
func TestAMailboxGoesOnAfterATrouble(t *testing.T) {
	t.Parallel()
	box := newMailbox(t)
	watched, err := inbound.ParseMailbox("imap://portal:secret%20word@" + box.address)
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"bad", "good"} {
		box.put(t, "From: mara@dapper.example\nTo: reply@portal.example\nMessage-ID: <"+id+"@x.example>\n\nHello\n")
	}
	var taken moody
	for range 2 {
		if err := watched.Look(t.Context(), &taken); err != nil {
			t.Fatal(err)
		}
	}
	if fmt.Sprint(taken.ids) != "[bad@x.example good@x.example bad@x.example]" {
		t.Errorf("given %q", taken.ids)
	}
	if got := box.flags(t); fmt.Sprint(got) != `[ \Seen]` {
		t.Errorf("marked %q", got)
	}
	taken.well = true
	if err := watched.Look(t.Context(), &taken); err != nil {
		t.Fatal(err)
	}
	if got := box.flags(t); fmt.Sprint(got) != `[\Seen \Seen]` {
		t.Errorf("marked %q", got)
	}
}

// moody takes no mail that is bad, until it is well.
type moody struct {
	ids  []string
	well bool
}

func (m *moody) Accepts(string) bool { return true }

func (m *moody) Receive(_ context.Context, mail *inbound.Message) error {
	m.ids = append(m.ids, mail.ID)
	if strings.HasPrefix(mail.ID, "bad") && !m.well {
		return context.DeadlineExceeded
	}
	return nil
}

func TestMailboxAddresses(t *testing.T) {
	t.Parallel()
	for given, ok := range map[string]bool{
		"imaps://portal:secret@imap.example.com/INBOX": true, "imaps://portal%40example.com:s%2Fx@imap.example.com:1993": true,
		"imap://portal:secret@127.0.0.1:1143/INBOX": true, "imap://portal:secret@imap.example.com/INBOX": false,
		"imaps://imap.example.com/INBOX": false, "imaps://portal@imap.example.com": false, "https://portal:secret@imap.example.com": false, "::": false,
	} {
		box, err := inbound.ParseMailbox(given)
		if (err == nil) != ok {
			t.Errorf("%s: %v", given, err)
		}
		if err != nil && strings.Contains(err.Error(), "secret") || err == nil && strings.Contains(box.String(), "secret") {
			t.Errorf("%s: the password is told", given)
		}
	}
}

func TestRepliesByLMTP(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	raised, toClient, _, _ := replies(t, w)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = inbound.Serve(t.Context(), listener, "portal.example", true, w.tickets) }()
	conn, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	c := smtp.NewClientLMTP(conn)
	defer c.Close()
	send := func(to, text string) error {
		if err := c.Mail(w.member.Email, nil); err != nil {
			return err
		}
		if err := c.Rcpt(to, nil); err != nil {
			return err
		}
		data, err := c.Data()
		if err != nil {
			return err
		}
		_, _ = fmt.Fprintf(data, "From: %s\r\nTo: %s\r\nSubject: Re\r\n\r\n%s\r\n", w.member.Email, to, text)
		return data.Close()
	}
	if err := send("somebody@portal.example", "Hello"); err == nil {
		t.Error("an address of nobody is taken")
	}
	if err := c.Reset(); err != nil {
		t.Fatal(err)
	}
	if err := send(toClient, "The second one."); err != nil {
		t.Fatal(err)
	}
	read, err := w.tickets.Ticket(by(t, w.member), raised.ID)
	if err != nil || read.Comments[len(read.Comments)-1].Body != "The second one." {
		t.Errorf("%+v, %v", read.Comments, err)
	}
}
