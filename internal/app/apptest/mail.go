package apptest

import (
	"encoding/base64"
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
	Files  map[string][]byte // what is attached, by its name
	Source string            // as it was sent
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
	return m, m.read(message.Header.Get("Content-Type"), message.Body)
}

// read reads the parts of a mail, and those that parts are made of.
func (m *Mail) read(contentType string, body io.Reader) error {
	_, parameters, err := mime.ParseMediaType(contentType)
	if err != nil {
		return err
	}
	for parts := multipart.NewReader(body, parameters["boundary"]); ; {
		part, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			err = m.readPart(part)
		}
		if err != nil {
			return err
		}
	}
}

func (m *Mail) readPart(part *multipart.Part) error {
	kind := part.Header.Get("Content-Type")
	if strings.HasPrefix(kind, "multipart/") {
		return m.read(kind, part)
	}
	var body io.Reader = part
	switch part.Header.Get("Content-Transfer-Encoding") {
	case "quoted-printable":
		body = quotedprintable.NewReader(part)
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, part)
	}
	content, err := io.ReadAll(body)
	switch name := part.FileName(); {
	case name != "":
		if m.Files == nil {
			m.Files = map[string][]byte{}
		}
		m.Files[name] = content
	case strings.HasPrefix(kind, "text/html"):
		m.HTML = string(content)
	default:
		m.Text = string(content)
	}
	return err
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
