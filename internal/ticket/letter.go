package ticket

import (
	"time"

	"github.com/google/uuid"

	"clientportal/internal/actor"
	"clientportal/internal/mail"
	"clientportal/internal/markdown"
)

// story is what a mail tells its reader.
type story struct {
	event  event
	reader reader
	id     uuid.UUID

	number, title, customer string
	status                  Status
	priority                Priority
	description, resolution string
	openedBy, with          string
	openedAt                time.Time
	due                     *time.Time // for employees
	comments                []Comment
	head                    mail.Letter // the agency's part

	comment           Comment // of commented and noted
	changedBy, became string  // of moved and assigned
}

// letter is the story in the mail's layout.
func (s *story) letter(base string) mail.Letter {
	l := s.head
	l.About, l.Title, l.Reason, l.Note = s.number+", "+s.customer, s.title, s.reason(), s.note()
	l.Button = mail.Button{Href: base + "/tickets/" + s.id.String(), Label: "Open the ticket"}
	if s.toStaff() {
		l.Button.Href = base + "/staff/tickets/" + s.id.String()
	}
	switch s.event {
	case created:
		l.Quote = s.quote(s.openedBy, s.customer, s.openedAt, s.description)
	case commented, noted:
		l.Quote = s.quote(s.comment.Author.Name, s.side(), s.comment.CreatedAt, s.comment.Body)
		l.Button.Label = "Answer in the portal"
		if !s.toStaff() && s.comment.Author.Kind == "staff" {
			l.Say(mail.TicketAnswer, map[string]string{
				"name": s.reader.Name, "company": s.customer, "author": s.comment.Author.Name, "number": s.number, "title": s.title,
			})
		}
	case moved:
		l.Paragraphs = []string{s.changedBy + " set the ticket to " + s.state(Status(s.became)) + "."}
		if Status(s.became) == Resolved && s.resolution != "" {
			l.Paragraphs = append(l.Paragraphs, markdown.Paragraphs(s.resolution)...)
		}
	case assigned:
		l.Paragraphs = []string{s.changedBy + " handed you this ticket."}
		l.Quote = s.quote(s.openedBy, s.customer, s.openedAt, s.description)
	}
	l.Preview = l.Opening()
	return l
}

func (s *story) toStaff() bool { return s.reader.Kind == actor.Staff }

func (s *story) quote(author, from string, at time.Time, text string) mail.Quote {
	return mail.Quote{
		Author: author, From: from + ", " + s.moment(at), Paragraphs: markdown.Paragraphs(text),
	}
}

func (s *story) moment(t time.Time) string {
	return t.In(s.reader.zone).Format("2 January at 15:04")
}

// side is where a comment's author belongs.
func (s *story) side() string {
	switch {
	case s.event == noted:
		return "internal note"
	case s.comment.Author.Kind == "staff":
		return s.head.Agency
	}
	return s.customer
}

// note says what happens next.
func (s *story) note() string {
	who := "the agency"
	if s.with != "" {
		who = s.with
	}
	switch {
	case s.event == noted:
		return "This is internal: the client is not shown it."
	case s.toStaff() && s.due != nil:
		return "Priority " + string(s.priority) + ". The next answer is due on " + s.moment(*s.due) + "."
	case s.toStaff():
		return "The ticket is " + s.state(s.status) + "."
	case s.status == WaitingForClient:
		return "The ticket waits for you. It is with " + who + "; the clock for our answer stands still until you reply."
	case s.status == Resolved:
		return "If it is not solved yet, answer, and the ticket is open again."
	case s.status == Closed:
		return "A closed ticket takes no more answers. For anything else, raise a new one."
	}
	return "The ticket is with " + who + "."
}

func (s *story) state(status Status) string {
	if status == WaitingForClient && !s.toStaff() {
		return "waiting for you"
	}
	return words(status)
}

// reason says why the reader gets the mail.
func (s *story) reason() string {
	switch {
	case s.toStaff() && s.reader.close:
		return "You get this because " + s.number + " is with you."
	case s.toStaff():
		return "You get this because you serve " + s.customer + " and nobody has " + s.number + " yet."
	case s.reader.close:
		return "You get this because you opened " + s.number + "."
	}
	return "You get this because you follow " + s.number + "."
}
