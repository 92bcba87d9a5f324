package mail_test

import (
	"io"
	"net/mail"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/a-h/templ"

	portal "clientportal/internal/mail"
)

func TestOutboxKeepsAWholeMail(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "outbox")
	sender := portal.Outbox{Folder: folder, From: portal.From{Email: "portal@agency.example", Name: func() string { return "Northlight" }}}
	err := sender.Send(t.Context(), portal.Message{
		ToName: "Mara \r\nBcc: all@example.com", ToEmail: "mara@dapper.example",
		Subject: "[DG-213] Größe\r\nX-Evil: 1", Text: "Hello Mara 🙂", HTML: templ.Raw("<p>Hello</p>"),
		MessageID: "ticket-1.comment-2@portal.example", InReplyTo: "ticket-1@portal.example",
		References: []string{"ticket-1@portal.example", "ticket-1.comment-1@portal.example"},
	})
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(folder, "*.eml"))
	if err != nil || len(files) != 1 {
		t.Fatalf("outbox holds %v, %v", files, err)
	}
	f, err := os.Open(files[0])
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	m, err := mail.ReadMessage(f)
	if err != nil {
		t.Fatal(err)
	}
	for header, want := range map[string]string{
		"Message-ID": "<ticket-1.comment-2@portal.example>", "In-Reply-To": "<ticket-1@portal.example>",
		"References": "<ticket-1@portal.example> <ticket-1.comment-1@portal.example>",
		"X-Evil":     "", "Bcc": "", "Auto-Submitted": "auto-generated",
	} {
		if got := m.Header.Get(header); got != want {
			t.Errorf("%s: %q, want %q", header, got, want)
		}
	}
	if to, err := m.Header.AddressList("To"); err != nil || len(to) != 1 || to[0].Address != "mara@dapper.example" {
		t.Errorf("to %v, %v", to, err)
	}
	body, err := io.ReadAll(m.Body)
	if err != nil || !strings.Contains(string(body), "<p>Hello</p>") || !strings.Contains(string(body), "Hello Mara") {
		t.Errorf("body %s, %v", body, err)
	}
}

func TestNewSMTPRefusesWhatIsNoAddress(t *testing.T) {
	t.Parallel()
	if _, err := portal.NewSMTP("smtp://host:port", portal.From{}); err == nil {
		t.Error("a port in letters was taken")
	}
}
