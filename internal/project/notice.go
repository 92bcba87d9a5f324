package project

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
	"clientportal/internal/fault"
	"clientportal/internal/live"
	"clientportal/internal/news"
	"clientportal/internal/project/projectdb"
)

// event is what happened to a quote or a project.
type event string

const (
	quoteSent        event = "quote_sent"    // for the first time, or changed
	quoteDecided     event = "quote_decided" // approved or rejected
	projectStarted   event = "project_started"
	projectCompleted event = "project_completed"
	phaseWaits       event = "phase_waits" // for the client
	updatePosted     event = "update_posted"
	delivered        event = "delivered"
	signedOff        event = "signed_off" // or sent back for changes
)

// concerns are the roles at the customer whom an event concerns; what the customer
// did concerns the agency.
var concerns = map[event][]string{
	quoteSent:        {string(actor.Approver), string(actor.Admin)},
	delivered:        {string(actor.Approver), string(actor.Admin)},
	projectStarted:   {string(actor.Member), string(actor.Approver), string(actor.Admin)},
	projectCompleted: {string(actor.Member), string(actor.Approver), string(actor.Admin)},
	phaseWaits:       {string(actor.Member), string(actor.Approver), string(actor.Admin)},
	updatePosted:     {string(actor.Member), string(actor.Approver), string(actor.Admin)},
}

// notice is the job that finds out whom an event concerns and tells them in the
// portal, and gives each who wants a mail its job: so that a retry writes to nobody
// twice.
type notice struct {
	ID      uuid.UUID `json:"id"`
	QuoteID uuid.UUID `json:"quote_id"`
	Event   event     `json:"event"`
	ItemID  uuid.UUID `json:"item_id"`  // the phase, update or deliverable
	ActorID uuid.UUID `json:"actor_id"` // who knows already
}

// Kind implements river.JobArgs.
func (notice) Kind() string { return "project_notice" }

// notify tells the people whom an event concerns.
func notify(ctx context.Context, tx *db.Tx, n notice) {
	if time.Since(clock.Now(ctx)) > time.Hour {
		return // a past that is lived through again is no news
	}
	n.ID, n.ActorID = newID(), tx.Actor().ID
	tx.Enqueue(n, nil)
}

// announce tells open pages of a change, clients' pages only of what they see.
func announce(tx *db.Tx, customer, quote uuid.UUID, internal bool) {
	for _, topic := range []string{"quote:", "project:"} {
		tx.Announce(live.Hint{CustomerID: customer, Topic: topic + quote.String(), Internal: internal})
	}
}

// touch moves a quote with what belongs to it, so that lists and tags follow.
func touch(ctx context.Context, tx *db.Tx, q *projectdb.Queries, owner projectdb.Quote) error {
	announce(tx, owner.CustomerID, owner.ID, owner.Status == string(Draft))
	return q.TouchQuote(ctx, projectdb.TouchQuoteParams{ID: owner.ID, Status: owner.Status, Now: clock.Now(ctx)})
}

type noticeWorker struct {
	river.WorkerDefaults[notice]
	*Service
}

// Work tells everybody whom the notice concerns, and enqueues the letters to those
// who want a mail at once.
func (w *noticeWorker) Work(ctx context.Context, job *river.Job[notice]) error {
	n := job.Args
	st, err := w.story(ctx, n, reader{})
	if errors.Is(err, pgx.ErrNoRows) || fault.CodeOf(err) == fault.NotFound {
		return nil
	}
	if err == nil {
		err = w.DB.Write(ctx, func(tx *db.Tx) error { return w.tell(ctx, tx, n, st) })
	}
	if err != nil {
		return fmt.Errorf("tell whom a project concerns: %w", err)
	}
	return nil
}

func (s *Service) tell(ctx context.Context, tx *db.Tx, n notice, st story) error {
	readers, err := readersOf(ctx, tx, n)
	if err != nil {
		return err
	}
	if len(readers) == 0 {
		return db.ErrUnchanged
	}
	who, err := projectdb.New(tx).PersonName(ctx, n.ActorID)
	if err != nil {
		return err
	}
	letters, err := s.Notify.Tell(ctx, tx, st.notice(n, who, clock.Now(ctx), readers))
	for _, to := range letters {
		tx.Enqueue(letterTo{Notice: n, ReaderID: to.ID, Staff: to.Staff}, &river.InsertOpts{UniqueOpts: river.UniqueOpts{ByArgs: true}})
	}
	tx.Record(audit.Event{Action: "quote.notify", Subject: audit.Subject{Type: "quote", ID: n.QuoteID}, Payload: map[string]any{"event": n.Event, "readers": readers}})
	return err
}

// readersOf are all whom the notice concerns, but for who caused it.
func readersOf(ctx context.Context, tx *db.Tx, n notice) (readers []news.Reader, err error) {
	var ids []uuid.UUID
	q := projectdb.New(tx)
	roles, customers := concerns[n.Event]
	if customers {
		ids, err = q.CustomerReaders(ctx, projectdb.CustomerReadersParams{QuoteID: n.QuoteID, Roles: roles})
	} else {
		ids, err = q.AgencyReaders(ctx, n.QuoteID)
	}
	for _, id := range ids {
		if id != n.ActorID {
			readers = append(readers, news.Reader{ID: id, Staff: !customers})
		}
	}
	return readers, err
}

// AddWorkers registers what quotes and projects do later.
func (s *Service) AddWorkers(workers *river.Workers) {
	river.AddWorker(workers, &noticeWorker{Service: s})
	river.AddWorker(workers, &letterWorker{Service: s})
	river.AddWorker(workers, &sweepWorker{Service: s})
}
