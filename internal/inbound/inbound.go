// Package inbound takes mails that people send to the portal: it speaks SMTP and LMTP,
// or looks into a mailbox, sees to it that programs are not answered, and reads what a
// person has written.
//
// It trusts the mail server in front of it to have checked where a mail comes from.
package inbound

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"time"

	"github.com/emersion/go-smtp"

	"clientportal/internal/fault"
)

// MaxSize is how large a mail may be, in bytes.
const MaxSize = 30_000_000

// patience is how long a mail may take from its first to its last byte.
const patience = 5 * time.Minute

// Receiver is whom the mails are for.
type Receiver interface {
	// Accepts reports whether this may be one of the receiver's addresses.
	Accepts(address string) bool
	// Receive takes a mail, or says with a fault why it never will. After any other
	// error the mail is sent again.
	Receive(ctx context.Context, m *Message) error
}

// Serve takes mails on the listener until ctx ends, by SMTP or by LMTP.
func Serve(ctx context.Context, listener net.Listener, domain string, lmtp bool, to Receiver) error {
	server := smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) {
		return &session{ctx: ctx, receiver: to, remote: hostOf(c.Conn().RemoteAddr())}, nil
	}))
	server.Domain, server.LMTP = domain, lmtp
	server.MaxMessageBytes = MaxSize
	server.MaxRecipients = 1 // each answer is about one address; servers send the others after it
	server.ReadTimeout, server.WriteTimeout = time.Minute, time.Minute
	server.ErrorLog = slog.NewLogLogger(slog.Default().Handler(), slog.LevelDebug)
	stop := context.AfterFunc(ctx, func() { _ = server.Close() })
	defer stop()
	if err := server.Serve(listener); ctx.Err() == nil {
		return err
	}
	return nil
}

// session is one connection.
type session struct {
	ctx      context.Context
	receiver Receiver
	remote   string

	sender, to string
}

// Reset forgets the mail that was begun.
func (s *session) Reset() { s.sender, s.to = "", "" }

// Logout ends the connection.
func (s *session) Logout() error { return nil }

// Mail begins a mail. One without a sender tells of another that did not arrive.
func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	s.sender = from
	return nil
}

// Rcpt says whom the mail is for.
func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	if !s.receiver.Accepts(to) {
		return refusal("There is no such address here.")
	}
	s.to = to
	return nil
}

// Data is the mail itself.
func (s *session) Data(r io.Reader) error {
	ctx, cancel := context.WithTimeout(s.ctx, patience)
	defer cancel()
	whole := &sized{r: r}
	m, err := open(whole)
	switch {
	case whole.tooLarge:
		return smtp.ErrDataTooLarge
	case err != nil:
		return refusal("This mail can't be read.")
	}
	m.To, m.Remote = s.to, s.remote
	if why := m.automatic(s.sender); why != "" {
		slog.InfoContext(ctx, "a mail by a program is dropped", "because", why, "address", s.remote)
		return nil // to refuse it would start the next round
	}
	err = s.receiver.Receive(ctx, m)
	if whole.tooLarge {
		return smtp.ErrDataTooLarge
	}
	return answer(ctx, err)
}

// answer is what the sender's mail server is told.
func answer(ctx context.Context, err error) error {
	e, isFault := errors.AsType[*fault.Error](err)
	switch {
	case err == nil:
		return nil
	case isFault && !temporary(e):
		words := e.Message
		for _, f := range e.Fields {
			words += " " + f.Message
		}
		return refusal(words)
	}
	slog.ErrorContext(ctx, "a mail could not be taken", "error", err)
	return &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 0}, Message: "Not now. Try again later."}
}

// temporary reports whether the same mail may be taken later.
func temporary(e *fault.Error) bool { return e.Code == fault.Unavailable || e.Code == fault.Throttled }

func refusal(words string) error {
	return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 7, 1}, Message: words}
}

// sized remembers that a mail was too large, whatever its reader makes of that.
type sized struct {
	r        io.Reader
	tooLarge bool
}

func (s *sized) Read(b []byte) (int, error) {
	n, err := s.r.Read(b)
	s.tooLarge = s.tooLarge || errors.Is(err, smtp.ErrDataTooLarge)
	return n, err
}

func hostOf(a net.Addr) string {
	host, _, err := net.SplitHostPort(a.String())
	if err != nil {
		return a.String()
	}
	return host
}
