package ticket

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"clientportal/internal/actor"
	"clientportal/internal/db"
	"clientportal/internal/fault"
	"clientportal/internal/mail"
	"clientportal/internal/maybe"
	"clientportal/internal/news"
	"clientportal/internal/ticket/ticketdb"
)

// letterTo is the job that writes to one person.
type letterTo struct {
	Notice   notice    `json:"notice"`
	ReaderID uuid.UUID `json:"reader_id"`
	Staff    bool      `json:"staff"` // the reader is an employee
}

// Kind implements river.JobArgs.
func (letterTo) Kind() string { return "ticket_mail" }

type letterWorker struct {
	river.WorkerDefaults[letterTo]
	*core
}

// Work sends the mail, unless the reader has left or may no longer read of it.
func (w *letterWorker) Work(ctx context.Context, job *river.Job[letterTo]) error {
	to, err := w.reader(ctx, job.Args)
	if err != nil || to == nil {
		return err
	}
	s, err := w.story(ctx, job.Args.Notice, *to)
	if err != nil || s == nil {
		return err
	}
	n := job.Args.Notice
	end, err := w.Notify.Ending(to.CustomerIDs[0], news.Reader{ID: to.ID, Staff: job.Args.Staff}, n.Event.kind())
	if err != nil {
		return err
	}
	answers, err := w.replyTo(ctx, reply{ticket: n.TicketID, staff: job.Args.Staff, internal: n.Event == noted}, to.ID)
	if err != nil {
		return err
	}
	letter := s.letter(w.BaseURL)
	letter.SettingsURL, letter.Answerable = end.SettingsURL, answers != ""
	m := mail.Message{
		ToName: to.Name, ToEmail: to.Email, Subject: "[" + s.number + "] " + s.title,
		Text: letter.Text(), HTML: mail.Layout(letter),
		MessageID: threadID(w.BaseURL, n.TicketID, n.Event, n.ItemID), ReplyTo: answers, Unsubscribe: end.Unsubscribe,
	}
	if root := threadID(w.BaseURL, n.TicketID, created, uuid.Nil); m.MessageID != root {
		m.InReplyTo, m.References = root, []string{root}
	}
	if err := w.Mail.Send(ctx, m); err != nil {
		return fmt.Errorf("mail about ticket %s: %w", n.TicketID, err)
	}
	return nil
}

// threadID names a mail, so that all of one ticket stand together.
func threadID(base string, ticket uuid.UUID, e event, item uuid.UUID) string {
	host := "localhost"
	if u, err := url.Parse(base); err == nil && u.Hostname() != "" {
		host = u.Hostname()
	}
	id := "ticket-" + ticket.String()
	switch e {
	case created:
	case commented, noted:
		id += ".comment-" + item.String()
	default:
		id += ".change-" + item.String()
	}
	return id + "@" + host
}

// reader is who gets a mail. The ticket is read with their own rights: what they
// may not see can't get into it.
type reader struct {
	actor.Actor
	zone  *time.Location
	close bool // the ticket was opened by the reader, or is with them
}

// reader finds who is to be written to, or nil when they are no longer there.
func (c *core) reader(ctx context.Context, to letterTo) (*reader, error) {
	var r reader
	err := c.DB.Read(ctx, func(tx *db.Tx) error {
		q := ticketdb.New(tx)
		if to.Staff {
			e, err := q.EmployeeToMail(ctx, ticketdb.EmployeeToMailParams{ReaderID: to.ReaderID, TicketID: to.Notice.TicketID})
			r = reader{actor.Actor{Kind: actor.Staff, ID: to.ReaderID, Name: e.Name, Email: e.Email, CustomerIDs: []uuid.UUID{e.CustomerID}},
				zoneOf(e.Timezone), e.HasIt}
			return err
		}
		u, err := q.FollowerToMail(ctx, ticketdb.FollowerToMailParams{ReaderID: to.ReaderID, TicketID: to.Notice.TicketID})
		r = reader{actor.Actor{Kind: actor.Client, ID: to.ReaderID, Name: u.Name, Email: u.Email, Role: actor.Viewer, CustomerIDs: []uuid.UUID{u.CustomerID}},
			zoneOf(u.Timezone), u.OpenedIt}
		return err
	})
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("find a mail's reader: %w", err)
	}
	return &r, nil
}

// story reads what the mail is about, or nil when the reader can't.
func (c *core) story(ctx context.Context, n notice, to reader) (*story, error) {
	ctx = actor.With(ctx, to.Actor)
	s := &story{event: n.Event, reader: to, id: n.TicketID}
	err := s.read(ctx, c)
	if err == nil {
		s.head, err = c.Letterhead(ctx)
	}
	if err == nil {
		err = c.DB.Read(ctx, func(tx *db.Tx) error { return s.readMore(ctx, tx, n) })
	}
	switch {
	case fault.CodeOf(err) == fault.NotFound, errors.Is(err, pgx.ErrNoRows):
		return nil, nil
	case err != nil:
		return nil, err
	}
	if n.Event != commented && n.Event != noted {
		return s, nil
	}
	for _, comment := range s.comments {
		if comment.ID == n.ItemID {
			s.comment = comment
			return s, nil
		}
	}
	return nil, nil
}

// read takes the facts from the reader's side of the ticket.
func (s *story) read(ctx context.Context, c *core) error {
	if s.reader.Kind == actor.Client {
		t, err := (&Service{c}).ticket(ctx, s.id, nil)
		s.number, s.title, s.customer, s.status, s.priority = t.Number, t.Title, t.CustomerName, t.Status, t.Priority
		s.description, s.resolution, s.openedBy, s.openedAt = t.Description, maybe.Value(t.Resolution), t.CreatedBy.Name, t.CreatedAt
		s.with, s.comments = maybe.Value(t.AssignedTo), t.Comments
		return err
	}
	t, err := (&Desk{c}).ticket(ctx, s.id, "")
	s.number, s.title, s.customer, s.status, s.priority = t.Number, t.Title, t.Customer.Name, t.Status, t.Priority
	s.description, s.resolution, s.openedBy, s.openedAt = t.Description, maybe.Value(t.Resolution), t.CreatedBy.Name, t.CreatedAt
	s.due = t.SLA.AnswerDueAt
	if t.Assignee != nil {
		s.with = t.Assignee.Name
	}
	for _, comment := range t.Comments {
		s.comments = append(s.comments, comment.Comment)
	}
	return err
}

// readMore takes the change that the mail is about.
func (s *story) readMore(ctx context.Context, tx *db.Tx, n notice) error {
	if n.Event != moved && n.Event != assigned {
		return nil
	}
	change, err := ticketdb.New(tx).MailedChange(ctx, ticketdb.MailedChangeParams{ID: n.ItemID, TicketID: n.TicketID})
	s.changedBy, s.became = change.ChangedBy, maybe.Value(change.NewValue)
	return err
}
