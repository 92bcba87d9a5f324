package inbound

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"strings"

	"github.com/emersion/go-message"
	_ "github.com/emersion/go-message/charset" // all that mails are written in
	"github.com/emersion/go-message/mail"
)

// Message is a mail whose header is read. Read reads the rest, once.
type Message struct {
	ID     string // "" where it has none
	From   string // the one address that wrote it
	To     string // of the envelope
	Remote string // address of the server that sent it

	header mail.Header
	parts  *mail.Reader
	whole  io.Reader
}

// Limits of one mail.
const (
	maxParts = 100
	maxText  = 1 << 20 // bytes, of each text
)

func open(whole io.Reader) (*Message, error) {
	parts, err := mail.CreateReader(whole)
	if err != nil && !message.IsUnknownCharset(err) {
		return nil, err
	}
	m := &Message{header: parts.Header, parts: parts, whole: whole}
	m.ID, _ = m.header.MessageID()
	from, err := m.header.AddressList("From")
	if err != nil || len(from) != 1 {
		return nil, errors.New("inbound: not one sender")
	}
	m.From = from[0].Address
	return m, nil
}

// automatic says why a program must have sent the mail, or "". A program is never
// answered, or two of them would go on for ever.
func (m *Message) automatic(sender string) string {
	if sender == "" {
		return "no return path"
	}
	if v := m.header.Get("Auto-Submitted"); v != "" && !strings.EqualFold(strings.TrimSpace(v), "no") {
		return "Auto-Submitted"
	}
	switch strings.ToLower(strings.TrimSpace(m.header.Get("Precedence"))) {
	case "bulk", "junk", "list", "auto_reply":
		return "Precedence"
	}
	for _, name := range []string{"X-Auto-Response-Suppress", "X-Autoreply", "X-Autorespond", "List-Id", "List-Unsubscribe"} {
		if m.header.Has(name) {
			return name
		}
	}
	local, _, _ := strings.Cut(strings.ToLower(m.From), "@")
	if local == "mailer-daemon" || local == "postmaster" {
		return "From"
	}
	return ""
}

// addressee is the one of the mail's addresses that is accepted, or "": of the envelope,
// as far as the server has kept it, before those that the sender has written.
func (m *Message) addressee(accepts func(string) bool) string {
	for _, name := range []string{"Delivered-To", "X-Original-To", "Envelope-To"} {
		for _, value := range m.header.Values(name) {
			if address := strings.Trim(strings.TrimSpace(value), "<>"); accepts(address) {
				return address
			}
		}
	}
	for _, name := range []string{"To", "Cc"} {
		list, _ := m.header.AddressList(name)
		for _, address := range list {
			if accepts(address.Address) {
				return address.Address
			}
		}
	}
	return ""
}

// returnPath is the sender of the envelope as the server has kept it, or who wrote the
// mail where it has not; "" is none.
func (m *Message) returnPath() string {
	if !m.header.Has("Return-Path") {
		return m.From
	}
	return strings.Trim(strings.TrimSpace(m.header.Get("Return-Path")), "<>")
}

// Read gives the files to attach, one after the other, and answers with what the
// sender has written: without the mail that it answers.
func (m *Message) Read(attach func(name string, content io.Reader) error) (string, error) {
	var plain, html strings.Builder
	for range maxParts {
		part, err := m.parts.NextPart()
		if errors.Is(err, io.EOF) {
			if _, err := io.Copy(io.Discard, m.whole); err != nil { // it counts towards the size
				return "", err
			}
			return written(plain.String(), html.String()), nil
		}
		if err != nil && !message.IsUnknownCharset(err) {
			return "", err
		}
		if err := m.take(part, &plain, &html, attach); err != nil {
			return "", err
		}
	}
	return "", fmt.Errorf("inbound: more than %d parts", maxParts)
}

func (m *Message) take(part *mail.Part, plain, html *strings.Builder, attach func(string, io.Reader) error) error {
	kind, params, err := mime.ParseMediaType(part.Header.Get("Content-Type"))
	if err != nil {
		kind = "text/plain"
	}
	name := fileName(part.Header, params)
	_, inline := part.Header.(*mail.InlineHeader)
	switch {
	case kind == "application/pgp-signature", kind == "application/pkcs7-signature", kind == "application/x-pkcs7-signature":
		return nil // of the mail, and of no use without it
	case inline && kind == "text/plain" && name == "":
		return gather(plain, part.Body)
	case inline && kind == "text/html" && name == "":
		return gather(html, part.Body)
	case inline && kind == "text/calendar":
		return nil
	}
	if name == "" {
		name = "attachment"
		if endings, err := mime.ExtensionsByType(kind); err == nil && len(endings) > 0 {
			name += endings[len(endings)-1]
		}
	}
	return attach(name, part.Body)
}

func gather(text *strings.Builder, body io.Reader) error {
	if text.Len() > 0 {
		text.WriteString("\n\n")
	}
	_, err := io.Copy(text, io.LimitReader(body, maxText))
	return err
}

func fileName(h mail.PartHeader, params map[string]string) string {
	name := params["name"]
	if a, ok := h.(*mail.AttachmentHeader); ok {
		if given, err := a.Filename(); err == nil && given != "" {
			name = given
		}
	} else if _, disposition, err := mime.ParseMediaType(h.Get("Content-Disposition")); err == nil && disposition["filename"] != "" {
		name = disposition["filename"]
	}
	if decoded, err := new(mime.WordDecoder).DecodeHeader(name); err == nil {
		return decoded
	}
	return name
}
