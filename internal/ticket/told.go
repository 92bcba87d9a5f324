package ticket

import (
	"context"

	"github.com/google/uuid"

	"clientportal/internal/db"
	"clientportal/internal/markdown"
	"clientportal/internal/news"
	"clientportal/internal/ticket/ticketdb"
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
	case created:
		return news.TicketCreated
	case commented:
		return news.TicketComment
	case noted:
		return news.TicketNote
	case moved:
		return news.TicketStatus
	}
	return news.TicketAssigned
}

// deedWords tell a change of status after the name of who made it.
var deedWords = map[Status]string{
	Open:             "opened again",
	InProgress:       "works on",
	WaitingForClient: "waits for an answer on",
	Resolved:         "resolved",
	Closed:           "closed",
}

// told is the notice in words. No row: what it tells of is not there any more.
func (n notice) told(ctx context.Context, tx *db.Tx, readers []news.Reader) (news.Notice, error) {
	facts, err := ticketdb.New(tx).NoticeFacts(ctx, ticketdb.NoticeFactsParams{TicketID: n.TicketID, ItemID: n.ItemID})
	if err != nil {
		return news.Notice{}, err
	}
	told := news.Notice{
		CustomerID: facts.CustomerID, Kind: n.Event.kind(), EventID: n.ItemID,
		Subject: news.Subject{Type: "ticket", ID: n.TicketID}, At: facts.HappenedAt,
		Who: facts.Who, About: facts.Number, Note: facts.Title,
		Path: "/tickets/" + n.TicketID.String(), Readers: readers, OwnLetters: true,
	}
	switch n.Event {
	case created:
		told.EventID, told.Text = n.TicketID, "raised"
	case commented:
		told.Text, told.Note = "answered", markdown.Opening(facts.Body, news.NoteLength)
		if Status(facts.Status) == WaitingForClient && n.ByStaff {
			told.Text = "asked about"
		}
	case noted:
		told.Text, told.Note = "wrote an internal note on", markdown.Opening(facts.Body, news.NoteLength)
	case moved:
		told.Text = deedWords[Status(facts.Became)]
	case assigned:
		told.Text = "handed you"
	}
	return told, nil
}
