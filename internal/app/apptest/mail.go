package apptest

import (
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Mail is a mail that was sent.
type Mail struct {
	Header mail.Header
	To     string // the address alone
	Text   string // its plain text
	HTML   string
	Source string // as it was sent
}

// Mails are the mails sent so far, oldest first.
func (p *Portal) Mails(t testing.TB) []Mail {
	t.Helper()
	return Outbox(t, p.Dir)
}

// Outbox are the mails that a portal has left in its data folder, oldest first.
func Outbox(t testing.TB, dir string) []Mail {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "outbox", "*.eml"))
	if err != nil {
		t.Fatal(err)
	}
	mails := make([]Mail, len(files))
	for i, file := range files {
		source, err := os.ReadFile(file)
		if err == nil {
			mails[i], err = parse(string(source))
		}
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
	}
	return mails
}

func parse(source string) (Mail, error) {
	m := Mail{Source: source}
	message, err := mail.ReadMessage(strings.NewReader(source))
	if err != nil {
		return m, err
	}
	m.Header = message.Header
	to, err := mail.ParseAddress(message.Header.Get("To"))
	if err != nil {
		return m, err
	}
	m.To = to.Address
	_, parameters, err := mime.ParseMediaType(message.Header.Get("Content-Type"))
	if err != nil {
		return m, err
	}
	for parts := multipart.NewReader(message.Body, parameters["boundary"]); ; {
		part, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) {
			return m, nil
		}
		if err != nil {
			return m, err
		}
		var body io.Reader = part
		if part.Header.Get("Content-Transfer-Encoding") == "quoted-printable" {
			body = quotedprintable.NewReader(part)
		}
		text, err := io.ReadAll(body)
		if err != nil {
			return m, err
		}
		if strings.HasPrefix(part.Header.Get("Content-Type"), "text/html") {
			m.HTML = string(text)
		} else {
			m.Text = string(text)
		}
	}
}

// Token waits for the jobs and gives what the newest mail to the address has as
// this parameter of its link.
func (p *Portal) Token(t testing.TB, email, parameter string) string {
	t.Helper()
	p.Settle(t)
	return TokenOf(t, p.Mails(t), email, parameter)
}

// TokenOf is Token of mails that were read already.
func TokenOf(t testing.TB, mails []Mail, email, parameter string) string {
	t.Helper()
	link := regexp.MustCompile(`https?://\S+[?&]` + parameter + `=\S+`)
	for i := len(mails) - 1; i >= 0; i-- {
		if found := link.FindString(mails[i].Text); found != "" && strings.EqualFold(mails[i].To, email) {
			address, err := url.Parse(found)
			if err != nil {
				t.Fatal(err)
			}
			return address.Query().Get(parameter)
		}
	}
	t.Fatalf("no mail to %s has a link with %s", email, parameter)
	return ""
}
