package project

import (
	"context"
	"strings"
	"time"

	"github.com/google/uuid"

	"clientportal/internal/db"
	"clientportal/internal/markdown"
	"clientportal/internal/maybe"
	"clientportal/internal/news"
)

// Notifier tells people what concerns them.
type Notifier interface {
	// Tell keeps the notice for its readers, and answers with those to whom a
	// letter is to be written at once.
	Tell(ctx context.Context, tx *db.Tx, n news.Notice) ([]news.Reader, error)
	// Seen marks as read what the actor was told of a subject whose page they open.
	Seen(ctx context.Context, of news.Subject)
	// Ending is the end of a letter about such events.
	Ending(customer uuid.UUID, to news.Reader, kind news.Kind) (news.Ending, error)
}

// kind is the kind of event that readers choose about.
func (e event) kind() news.Kind {
	switch e {
	case quoteSent, quoteDecided:
		return news.QuoteNews
	case phaseWaits, delivered, signedOff:
		return news.ProjectWaits
	}
	return news.ProjectNews
}

// notice is the story in a notification's words.
func (s *story) notice(n notice, who string, at time.Time, readers []news.Reader) news.Notice {
	q := s.quote
	told := news.Notice{
		CustomerID: q.Customer.ID, Kind: n.Event.kind(), EventID: n.ID, Subject: news.Subject{Type: "quote", ID: q.ID},
		At: at, Who: who, About: q.Name, Note: q.Number, Path: "/projects/" + q.ID.String(),
		Readers: readers, OwnLetters: true,
	}
	switch n.Event {
	case quoteSent, quoteDecided:
		told.Text, told.About, told.Note, told.Path = "sent you quote", q.Number, q.Name, "/quotes/"+q.ID.String()
		if n.Event == quoteDecided {
			told.Text = "rejected quote"
			if q.Decision != nil && q.Decision.Approved {
				told.Text = "approved quote"
			}
		}
	case projectStarted:
		told.Text = "began"
	case projectCompleted:
		told.Text = "completed"
	case phaseWaits:
		told.Text, told.Note = "waits for you on", strings.TrimSuffix(s.phase.Name+": "+maybe.Value(s.phase.WaitingOn), ": ")
	case updatePosted:
		told.Text, told.Note = "posted an update on", markdown.Opening(s.update.Body, news.NoteLength)
	case delivered:
		told.Text, told.About, told.Note = "delivered", s.deliverable.Name, q.Name
	case signedOff:
		told.Text, told.About, told.Note = "accepted", s.deliverable.Name, q.Name
		if s.deliverable.Status == string(ChangesRequested) {
			told.Text = "asked for changes to"
		}
	}
	return told
}
