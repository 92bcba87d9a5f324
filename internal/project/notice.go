package project

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"clientportal/internal/actor"
	"clientportal/internal/clock"
	"clientportal/internal/db"
	"clientportal/internal/live"
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

// notice is the job that finds out whom an event concerns, and gives each of them
// a mail's job of their own: so that a retry writes to nobody twice.
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

// Work enqueues the mails.
func (w *noticeWorker) Work(ctx context.Context, job *river.Job[notice]) error {
	mails, err := w.mails(ctx, job.Args)
	if err != nil || len(mails) == 0 {
		return err
	}
	_, err = river.ClientFromContext[pgx.Tx](ctx).InsertMany(ctx, mails)
	return err
}

// mails are the jobs of all whom the notice concerns, but for who caused it.
func (s *Service) mails(ctx context.Context, n notice) ([]river.InsertManyParams, error) {
	var readers []uuid.UUID
	roles, customers := concerns[n.Event]
	err := s.DB.Read(ctx, func(tx *db.Tx) (err error) {
		q := projectdb.New(tx)
		if customers {
			readers, err = q.CustomerReaders(ctx, projectdb.CustomerReadersParams{QuoteID: n.QuoteID, Roles: roles})
		} else {
			readers, err = q.AgencyReaders(ctx, n.QuoteID)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("find whom a project concerns: %w", err)
	}
	var jobs []river.InsertManyParams
	for _, id := range readers {
		if id != n.ActorID {
			jobs = append(jobs, river.InsertManyParams{
				Args:       letterTo{Notice: n, ReaderID: id, Staff: !customers},
				InsertOpts: &river.InsertOpts{UniqueOpts: river.UniqueOpts{ByArgs: true}},
			})
		}
	}
	return jobs, nil
}

// AddWorkers registers what quotes and projects do later.
func (s *Service) AddWorkers(workers *river.Workers) {
	river.AddWorker(workers, &noticeWorker{Service: s})
	river.AddWorker(workers, &letterWorker{Service: s})
}
