// Package news says what people are told of: the kinds of events, and the notice
// that a feature makes of one. internal/notify keeps and sends them.
package news

import (
	"fmt"
	"time"

	"github.com/google/uuid"

	"clientportal/internal/actor"
)

// Kind is a kind of event, for which each person chooses whether a mail tells of it.
type Kind string

// The kinds of events.
const (
	TicketCreated  Kind = "ticket_created"
	TicketComment  Kind = "ticket_comment"
	TicketNote     Kind = "ticket_note" // internal to the agency
	TicketStatus   Kind = "ticket_status"
	TicketAssigned Kind = "ticket_assigned"
	QuoteNews      Kind = "quote"
	ProjectNews    Kind = "project_news"
	ProjectWaits   Kind = "project_waits" // for the reader, or no longer
	ReportSent     Kind = "report"
	ReportHeld     Kind = "report_held" // its sources are behind
	ExportMade     Kind = "export"
	SourceNews     Kind = "data_source"
	HoursNews      Kind = "hours"
	RetainerNews   Kind = "retainer"
)

// Topic is a kind as its readers choose about it.
type Topic struct {
	Kind    Kind
	Label   string
	Hint    string
	Readers []actor.Kind // whom such events can concern
}

var (
	both       = []actor.Kind{actor.Client, actor.Staff}
	staffOnly  = []actor.Kind{actor.Staff}
	clientOnly = []actor.Kind{actor.Client}
)

// topics are all kinds, in the order in which they are shown.
var topics = []Topic{
	{TicketCreated, "New tickets", "A client raises a ticket that nobody has yet.", staffOnly},
	{TicketComment, "Answers", "Somebody writes on a ticket that you follow or work on.", both},
	{TicketNote, "Internal notes", "A colleague writes a note on a ticket that is with you.", staffOnly},
	{TicketStatus, "Status of tickets", "A ticket is resolved, closed or opened again, or waits for an answer.", both},
	{TicketAssigned, "Tickets handed to you", "A colleague makes a ticket yours.", staffOnly},
	{QuoteNews, "Quotes", "A quote is sent, approved or rejected.", both},
	{ProjectNews, "News of projects", "A project begins or is completed, or there is an update on it.", clientOnly},
	{ProjectWaits, "Phases and deliverables", "A phase waits for the client, or a deliverable for a decision, or the decision is there.", both},
	{ReportSent, "Reports", "A report on your numbers goes out to you.", clientOnly},
	{ReportHeld, "Held reports", "A report does not go out by itself, because its sources are behind.", staffOnly},
	{ExportMade, "Exports", "A large export that you asked for is ready.", both},
	{SourceNews, "Data sources", "A source has to be authorised again, its connection is about to end, or its numbers grow old.", staffOnly},
	{HoursNews, "Hours", "Hours are rejected, answered about, or about to be approved by themselves.", both},
	{RetainerNews, "Retainers", fmt.Sprintf("A retainer is used up to %d%% or %d%%, or work beyond it waits for approval.", RetainerPercents[1], RetainerPercents[0]), both},
}

// RetainerPercents are how much of a period's minutes is worked when people are told,
// the most first. The table retainer_alerts takes no others: another one needs a
// migration of its check.
var RetainerPercents = [...]int{100, 80}

// Topics are the kinds that concern people of this kind.
func Topics(of actor.Kind) []Topic {
	var own []Topic
	for _, t := range topics {
		for _, reader := range t.Readers {
			if reader == of {
				own = append(own, t)
			}
		}
	}
	return own
}

// Reader is a person whom an event concerns: somebody of the customer's, or an
// employee.
type Reader struct {
	ID    uuid.UUID `json:"id"`
	Staff bool      `json:"staff"`
}

// NoteLength is how much of a message stands in a notice, in characters.
const NoteLength = 140

// Notice tells some readers of one event: "Who Text About", and a line below.
type Notice struct {
	CustomerID uuid.UUID
	Kind       Kind
	EventID    uuid.UUID // what happened: nobody is told of it twice
	Subject    Subject
	At         time.Time

	Who, Text, About, Note string
	Path                   string // of the page that it leads to; staff have it below /staff

	Readers []Reader

	// OwnLetters says that the feature itself writes to those who want a mail at once.
	OwnLetters bool
}

// Subject is the thing that the event happened to.
type Subject struct {
	Type string
	ID   uuid.UUID
}

// Ending is the part of a mail that lets its reader have no more of them.
type Ending struct {
	SettingsURL string // where they choose, once signed in
	Unsubscribe string // ends the mails of one kind by POST, without signing in
}
