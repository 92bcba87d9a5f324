// Package mail composes and sends the portal's mails: over SMTP, or as files in an
// outbox folder where none is configured.
package mail

import (
	"context"

	"github.com/a-h/templ"
)

// Message is a mail to one person.
type Message struct {
	ToName  string
	ToEmail string
	Subject string
	Text    string          // the whole mail without its layout, for readers without HTML
	HTML    templ.Component // the whole mail, as of Layout

	// MessageID, InReplyTo and References thread a conversation, without angle
	// brackets: "ticket-….comment-…@host". MessageID may be empty.
	MessageID  string
	InReplyTo  string
	References []string

	ReplyTo     string // where an answer goes; "": to the sender of all mails
	Unsubscribe string // address that ends such mails by POST (RFC 8058); "": they can't be ended

	Attachments []Attachment
}

// Attachment is a file that goes with a mail.
type Attachment struct {
	Name        string
	ContentType string
	Content     []byte
}

// Sender sends one message, or says why not yet.
type Sender interface {
	Send(ctx context.Context, m Message) error
}
