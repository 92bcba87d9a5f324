package project

import (
	"time"

	"clientportal/internal/actor"
	"clientportal/internal/mail"
	"clientportal/internal/markdown"
	"clientportal/internal/maybe"
	"clientportal/internal/project/projectdb"
)

// story is what a mail tells its reader.
type story struct {
	event       event
	reader      reader
	quote       Quote
	phase       Phase                      // of phaseWaits
	update      projectdb.ProjectUpdateRow // of updatePosted
	deliverable projectdb.DeliverableRow   // of delivered and signedOff
	head        mail.Letter                // the agency's part
}

// letter is the story in the mail's layout.
func (s *story) letter(base string) mail.Letter {
	l := s.head
	l.About, l.Reason = s.quote.Number+", "+s.quote.Customer.Name, s.reason()
	l.Button = mail.Button{Label: "Open the project", Href: base + s.place("projects")}
	name := s.quote.Name
	switch s.event {
	case quoteSent:
		l.Title = "Quote for you to decide on: " + name
		l.Paragraphs = s.offered()
		l.Button = mail.Button{Label: "Read the quote", Href: base + s.place("quotes")}
		l.Note = "Nothing is agreed until you approve it in the portal."
		l.Say(mail.QuoteSent, s.values(""))
	case quoteDecided:
		l.Title, l.Quote = s.decided()
		l.Button = mail.Button{Label: "Open the quote", Href: base + s.place("quotes")}
	case projectStarted:
		l.Title = "Work has begun: " + name
		l.Paragraphs = []string{"The project's page shows its phases and how far each of them is."}
	case projectCompleted:
		l.Title = "Completed: " + name
		l.Paragraphs = []string{"The project is completed. Its page stays, with all updates and deliverables."}
	case phaseWaits:
		l.Title = "Waiting for you: " + name
		l.Paragraphs = []string{"The phase " + s.phase.Name + " can't go on without you."}
		if what := maybe.Value(s.phase.WaitingOn); what != "" {
			l.Paragraphs = append(l.Paragraphs, "What is needed: "+what)
		}
	case updatePosted:
		l.Title = "News of " + name
		l.Quote = mail.Quote{Author: s.update.Author, From: s.head.Agency + ", " + s.moment(s.update.CreatedAt), Paragraphs: markdown.Paragraphs(s.update.Body)}
		l.Say(mail.ProjectUpdate, s.values(s.update.Author))
	case delivered:
		l.Title = "For you to sign off: " + s.deliverable.Name
		l.Paragraphs = append([]string{s.deliverable.DeliveredBy + " has delivered it for the project " + name + "."}, markdown.Paragraphs(s.deliverable.Note)...)
		l.Button.Label = "Look at it and decide"
		l.Say(mail.Deliverable, s.values(s.deliverable.DeliveredBy))
	case signedOff:
		l.Title, l.Quote = s.signed()
	}
	l.Preview = l.Opening()
	return l
}

// values are those of the placeholders in the agency's own words.
func (s *story) values(author string) map[string]string {
	return map[string]string{
		"name": s.reader.Name, "company": s.quote.Customer.Name, "author": author, "number": s.quote.Number, "title": s.quote.Name,
	}
}

func (s *story) place(what string) string {
	if s.reader.Kind == actor.Staff {
		return "/staff/" + what + "/" + s.quote.ID.String()
	}
	return "/" + what + "/" + s.quote.ID.String()
}

func (s *story) moment(t time.Time) string {
	return t.In(s.reader.zone).Format("2 January at 15:04")
}

// offered says what the quote comes to, and until when.
func (s *story) offered() []string {
	q := s.quote
	var lines []string
	if q.Version > 1 {
		lines = append(lines, "The quote has changed. What you read or decided before was an older version.")
	}
	if q.Total != nil {
		lines = append(lines, "It comes to "+q.Currency+" "+q.Total.String()+".")
	}
	if q.ValidUntil != nil {
		lines = append(lines, "It is valid until "+q.ValidUntil.Format("2 January 2006")+".")
	}
	return lines
}

func (s *story) decided() (title string, comment mail.Quote) {
	d := s.quote.Decision
	if d == nil {
		return s.quote.Name, comment
	}
	title = "Rejected: " + s.quote.Name
	if d.Approved {
		title = "Approved: " + s.quote.Name
	}
	return title, s.said(d.By.Name, d.Comment, d.DecidedAt)
}

func (s *story) signed() (title string, comment mail.Quote) {
	title = "Accepted: " + s.deliverable.Name
	if s.deliverable.Status == string(ChangesRequested) {
		title = "Changes asked for: " + s.deliverable.Name
	}
	at := s.deliverable.DeliveredAt
	if s.deliverable.DecidedAt != nil {
		at = *s.deliverable.DecidedAt
	}
	return title, s.said(maybe.Value(s.deliverable.DecidedByName), s.deliverable.Comment, at)
}

// said is the client's comment on a decision, or that there is none.
func (s *story) said(by string, comment *string, at time.Time) mail.Quote {
	words := markdown.Paragraphs(maybe.Value(comment))
	if len(words) == 0 {
		words = []string{"Without a comment."}
	}
	return mail.Quote{Author: by, From: s.quote.Customer.Name + ", " + s.moment(at), Paragraphs: words}
}

// reason says why the reader gets the mail.
func (s *story) reason() string {
	switch {
	case s.reader.Kind == actor.Staff:
		return "You get this because you look after " + s.quote.Customer.Name + "."
	case s.event == quoteSent, s.event == delivered:
		return "You get this because you may decide for " + s.quote.Customer.Name + "."
	}
	return "You get this because you work with us for " + s.quote.Customer.Name + "."
}
