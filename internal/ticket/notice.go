package ticket

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"clientportal/internal/actor"
	"clientportal/internal/audit"
	"clientportal/internal/clock"
	"clientportal/internal/db"
	"clientportal/internal/live"
	"clientportal/internal/news"
	"clientportal/internal/ticket/ticketdb"
)

// event is what happened to a ticket.
type event string

const (
	created   event = "created"
	commented event = "commented"
	noted     event = "noted" // an internal comment
	moved     event = "moved" // to another status
	assigned  event = "assigned"
)

// notice is the job that finds out whom an event concerns and tells them in the
// portal, and gives each who wants a mail its job: so that a retry writes to nobody
// twice.
type notice struct {
	TicketID uuid.UUID `json:"ticket_id"`
	Event    event     `json:"event"`
	ItemID   uuid.UUID `json:"item_id"`  // the comment, or the change
	ActorID  uuid.UUID `json:"actor_id"` // who knows already
	ByStaff  bool      `json:"by_staff"`
}

// Kind implements river.JobArgs.
func (notice) Kind() string { return "ticket_notice" }

// announce tells open pages of a change, and with notices the people it concerns.
func announce(ctx context.Context, tx *db.Tx, at place, notices ...notice) {
	tx.Announce(live.Hint{CustomerID: at.customer, Topic: "ticket:" + at.ticket.String(), Internal: at.internal})
	if time.Since(clock.Now(ctx)) > time.Hour {
		return // a past that is lived through again is no news
	}
	who := tx.Actor()
	for _, n := range notices {
		n.TicketID, n.ActorID, n.ByStaff = at.ticket, who.ID, who.Kind == actor.Staff
		tx.Enqueue(n, nil)
	}
}

// news are the changes of a revision that concern somebody. A status that comes
// with a comment is told in the comment's mail.
func (r *revision) news(said bool) []notice {
	var news []notice
	for i, field := range r.history.fields {
		switch {
		case field == "status" && !said:
			news = append(news, notice{Event: moved, ItemID: r.history.ids[i]})
		case field == "assigned_to" && r.history.news[i] != "":
			news = append(news, notice{Event: assigned, ItemID: r.history.ids[i]})
		}
	}
	return news
}

type noticeWorker struct {
	river.WorkerDefaults[notice]
	*core
}

// Work tells everybody whom the notice concerns, and enqueues the letters to those
// who want a mail at once.
func (w *noticeWorker) Work(ctx context.Context, job *river.Job[notice]) error {
	err := w.DB.Write(ctx, func(tx *db.Tx) error {
		told, err := w.tell(ctx, tx, job.Args)
		if err == nil && !told {
			return db.ErrUnchanged
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("tell whom a ticket concerns: %w", err)
	}
	return nil
}

// tell reports whether there was anything to tell, and anybody.
func (c *core) tell(ctx context.Context, tx *db.Tx, n notice) (bool, error) {
	readers, err := readersOf(ctx, tx, n)
	if err != nil || len(readers) == 0 {
		return false, err
	}
	told, err := n.told(ctx, tx, readers)
	if errors.Is(err, pgx.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	letters, err := c.Notify.Tell(ctx, tx, told)
	for _, to := range letters {
		tx.Enqueue(letterTo{Notice: n, ReaderID: to.ID, Staff: to.Staff}, &river.InsertOpts{UniqueOpts: river.UniqueOpts{ByArgs: true}})
	}
	tx.Record(audit.Event{Action: "ticket.notify", Subject: subject(n.TicketID), Payload: map[string]any{"event": n.Event, "readers": readers}})
	return true, err
}

// TellPast tells everybody in the portal what happened to tickets from one time to
// another, as the rules are now: for a past that was lived without telling. It is
// for a quiet database, since those who want mails would get them.
func (s *Service) TellPast(ctx context.Context, since, until time.Time) error {
	err := s.DB.Write(ctx, func(tx *db.Tx) error {
		past, err := ticketdb.New(tx).PastEvents(ctx, ticketdb.PastEventsParams{Since: since, Until: until})
		anything := false
		for _, e := range past {
			n := notice{TicketID: e.TicketID, Event: event(e.Event), ItemID: e.ItemID, ActorID: e.ActorID, ByStaff: e.ByStaff}
			told, err := s.tell(ctx, tx, n)
			if err != nil {
				return err
			}
			anything = anything || told
		}
		if err == nil && !anything {
			return db.ErrUnchanged
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("tell what happened to tickets: %w", err)
	}
	return nil
}

// readersOf are all whom the notice concerns, but for who caused it.
func readersOf(ctx context.Context, tx *db.Tx, n notice) (readers []news.Reader, err error) {
	add := func(ids []uuid.UUID, staff bool) {
		for _, id := range ids {
			if id != n.ActorID {
				readers = append(readers, news.Reader{ID: id, Staff: staff})
			}
		}
	}
	q := ticketdb.New(tx)
	if n.Event == commented || n.Event == moved {
		followers, err := q.MailedFollowers(ctx, n.TicketID)
		if err != nil {
			return nil, err
		}
		add(followers, false)
	}
	// What a client says concerns everybody who could answer, as long as nobody has
	// the ticket; what a colleague does, only who has it.
	onlyAssignee := n.ByStaff || n.Event == assigned || n.Event == noted
	staff, err := q.MailedEmployees(ctx, ticketdb.MailedEmployeesParams{TicketID: n.TicketID, OnlyAssignee: onlyAssignee})
	add(staff, true)
	return readers, err
}

// AddWorkers registers what the tickets do later.
func (s *Service) AddWorkers(workers *river.Workers) {
	river.AddWorker(workers, &noticeWorker{core: s.core})
	river.AddWorker(workers, &letterWorker{core: s.core})
	river.AddWorker(workers, &sweepWorker{core: s.core})
}
