package web

import (
	"strings"
	"time"

	"github.com/a-h/templ"
)

// Message is what one person wrote in a conversation. Body is sanitised HTML.
type Message struct {
	ID       string // of the element, so that links can lead to it
	Author   string
	Company  string
	Agency   bool // one of the agency's people
	Internal bool // for staff only
	At       time.Time
	Body     templ.Component
	Files    []File
}

// label names the message to screen readers.
func (m Message) label(c Clock) string {
	label := m.Author + ", " + c.Moment(m.At)
	if m.Internal {
		label += ", internal note"
	}
	return label
}

// Happening is a line about what was done: who, the words, and the state that
// came of it.
type Happening struct {
	Who   string
	Text  string // "took the ticket and set it to"
	State State  // its Words end the sentence when set
	At    time.Time
}

// moment is when it happened, in the midst of a sentence.
func (h Happening) moment(c Clock) string {
	moment := c.Moment(h.At)
	return strings.ToLower(moment[:1]) + moment[1:]
}

// Composer is the form under a conversation. The text field is body, the files
// are files; Kinds, Then and SubmitNote are for staff.
type Composer struct {
	Form   Form
	Action string
	Label  string // of the text: "Your reply"
	Hint   string // "Reply to Sam"

	Author string // whose initials stand beside it; "" for none
	Agency bool

	Kinds []Option // field kind: reply to the client, or a note, which is internal
	Then  []Option // field status: what the ticket is after sending a reply

	Limits  FileLimits // none leaves attaching out
	Preview Preview
	Submit  []Action // the last one is Primary

	SubmitNote *Action // in place of Submit while the kind is a note
	Hidden     []Hidden
}

// Preview shows Markdown as it will look. With script, URL answers the posted
// body with HTML. Without, the form itself is posted with preview=1, and the page
// comes back with Body in it.
type Preview struct {
	URL  string
	Body templ.Component
}

// rows are fewer beside a queue, where the conversation needs the room.
func (c Composer) rows() string {
	if len(c.Kinds) > 0 {
		return "3"
	}
	return "4"
}

func (c Composer) fileHint() string {
	hint := "Markdown works."
	if c.Limits.Count > 0 {
		hint += " Up to " + Plural(c.Limits.Count, "file") + ", " + Bytes(c.Limits.Bytes) + " each."
	}
	return hint
}
