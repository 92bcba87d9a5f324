// Package trail shows the audit trail to its readers: a company its own events,
// the agency those of the customers whom the reader serves, or all.
//
// What a company reads leaves out what is the agency's own: ids of employees,
// addresses that they came from, quotes that were not sent yet. An export is an
// event of the trail itself, and so is an employee's look at one customer's trail;
// a company that reads its own leaves none.
package trail

import (
	"context"

	"github.com/google/uuid"

	"clientportal/internal/actor"
	"clientportal/internal/api"
	"clientportal/internal/audit"
	"clientportal/internal/db"
	"clientportal/internal/fault"
	"clientportal/internal/trail/traildb"
)

// Service is the reading of the trail.
type Service struct{ db *db.DB }

// New makes the service on a database.
func New(database *db.DB) *Service { return &Service{db: database} }

// Who may read: of a company, those who work in it; of the agency, those who
// answer for its customers.
var (
	clientReaders = []actor.Role{actor.Member, actor.Approver, actor.Admin}
	staffReaders  = []actor.Role{actor.Manager, actor.Admin}
)

func mayRead(who actor.Actor) error {
	if who.Is(actor.Client, clientReaders...) || who.Is(actor.Staff, staffReaders...) {
		return nil
	}
	return fault.Denied("Your role, %s, may not read the audit trail.", who.Role)
}

// Events is a page of the events that the actor may read, newest first.
func (s *Service) Events(ctx context.Context, f audit.Filter, cursor string, limit int) (page api.Page[Entry], err error) {
	var after audit.Cursor
	if err := api.DecodeCursor(cursor, &after); err != nil {
		return page, err
	}
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		if err := admit(ctx, tx, &f); err != nil {
			return err
		}
		if tx.Actor().Kind == actor.Staff && f.CustomerID != uuid.Nil {
			tx.Record(event("audit.view", f))
		}
		entries, err := visible(ctx, tx, f, after, limit+1)
		page = api.PageOf(entries, limit, func(e Entry) any { return e.cursor() })
		return err
	})
	return page, err
}

// admit narrows the filter to what the actor may read. A customer whom they do not
// serve is not there.
func admit(ctx context.Context, tx *db.Tx, f *audit.Filter) error {
	who := tx.Actor()
	if err := mayRead(who); err != nil {
		return err
	}
	if who.Kind == actor.Client {
		f.CustomerID = who.CustomerID()
		return nil
	}
	if f.CustomerID == uuid.Nil {
		return nil
	}
	exists, err := traildb.New(tx).CustomerExists(ctx, f.CustomerID)
	if err == nil && !exists {
		err = fault.Missing("customer")
	}
	return err
}

// visible gives the next n events that the actor may see, or all that are left.
func visible(ctx context.Context, tx *db.Tx, f audit.Filter, after audit.Cursor, n int) (entries []Entry, err error) {
	for len(entries) < n {
		batch, err := audit.List(ctx, tx, f, after, n)
		if err != nil {
			return nil, err
		}
		r := reader{client: tx.Actor().Kind == actor.Client}
		if err := r.learn(ctx, tx, batch); err != nil {
			return nil, err
		}
		for _, e := range batch {
			if !r.hides(e) {
				entries = append(entries, r.entry(e))
			}
		}
		if len(batch) < n {
			return entries, nil
		}
		after = batch[n-1].Cursor()
	}
	return entries[:n], nil
}

// event is the trail's own event: somebody looked at, or took with them, what the
// filter lets through.
func event(action string, f audit.Filter) audit.Event {
	e := audit.Event{Action: action, CustomerID: f.CustomerID}
	if d := described(f); len(d) > 0 {
		e.Payload = d
	}
	if f.CustomerID != uuid.Nil {
		e.Subject = audit.Subject{Type: "customer", ID: f.CustomerID}
	}
	return e
}
