package mail

import (
	"bytes"
	"context"
	"fmt"
	"strings"

	gomail "github.com/wneessen/go-mail"
)

// From is the sender of all mails. Name is asked for each mail, since the agency
// may change it.
type From struct {
	Email string
	Name  func() string
}

// compose makes the MIME message: text and HTML, and nothing that a caller's words
// could add to its headers.
func compose(from From, m Message) (*gomail.Msg, error) {
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	if err := msg.FromFormat(oneLine(from.Name()), from.Email); err != nil {
		return nil, fmt.Errorf("mail from: %w", err)
	}
	if err := msg.AddToFormat(oneLine(m.ToName), m.ToEmail); err != nil {
		return nil, fmt.Errorf("mail to: %w", err)
	}
	msg.Subject(oneLine(m.Subject))
	msg.SetDate()
	if m.MessageID == "" {
		msg.SetMessageID()
	} else {
		msg.SetMessageIDWithValue(oneLine(m.MessageID))
	}
	if m.InReplyTo != "" {
		msg.SetGenHeader(gomail.HeaderInReplyTo, "<"+oneLine(m.InReplyTo)+">")
	}
	if len(m.References) > 0 {
		msg.SetGenHeader(gomail.HeaderReferences, "<"+oneLine(strings.Join(m.References, "> <"))+">")
	}
	if m.ReplyTo != "" {
		if err := msg.ReplyTo(oneLine(m.ReplyTo)); err != nil {
			return nil, fmt.Errorf("mail reply to: %w", err)
		}
	}
	if m.Unsubscribe != "" {
		msg.SetGenHeader(gomail.HeaderListUnsubscribe, "<"+oneLine(m.Unsubscribe)+">")
		msg.SetGenHeader(gomail.HeaderListUnsubscribePost, "List-Unsubscribe=One-Click")
	}
	// So that no auto-reply answers it; the second is Exchange's word for the same.
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	msg.SetGenHeader("X-Auto-Response-Suppress", "All")
	msg.SetBodyString(gomail.TypeTextPlain, m.Text)
	if m.HTML != nil {
		var html bytes.Buffer
		if err := m.HTML.Render(context.Background(), &html); err != nil {
			return nil, fmt.Errorf("mail body: %w", err)
		}
		msg.AddAlternativeString(gomail.TypeTextHTML, html.String())
	}
	for _, a := range m.Attachments {
		if err := msg.AttachReader(oneLine(a.Name), bytes.NewReader(a.Content), gomail.WithFileContentType(gomail.ContentType(a.ContentType))); err != nil {
			return nil, fmt.Errorf("mail attachment: %w", err)
		}
	}
	return msg, nil
}

// oneLine keeps a text inside its header.
func oneLine(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f }), " ")
}
