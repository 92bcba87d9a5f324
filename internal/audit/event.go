// Package audit keeps the portal's audit trail, so that nobody can change it unseen, not even with
// all rights over the database.
//
// Queue appends events in the transaction of the change that they tell of. A Sealer gives them
// their places in a Merkle tree (RFC 6962, by tlog) and signs its size and root with a key outside
// the database. Verify recomputes all of it, and Export writes it for public tools (C2SP's
// tlog-tiles). What changed stands in a payload that Erase can remove: the tree holds its hash.
package audit

import (
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
)

// Outcome says how the action ended.
type Outcome string

// The outcomes of an action.
const (
	Success Outcome = "success"
	Failure Outcome = "failure"
	Denied  Outcome = "denied"
)

// Event is one action in the portal: who did what to what, when and from where.
type Event struct {
	ID         uuid.UUID // made by Queue when nil
	CustomerID uuid.UUID // nil: an event of the agency itself
	OccurredAt time.Time // now, when zero; kept in UTC and microseconds
	Action     string    // "ticket.create", "auth.login", …
	Outcome    Outcome
	Actor      Actor
	Subject    Subject
	Address    string // remote address
	RequestID  string
	Payload    any // what changed, before and after, as JSON; never a secret
}

// Actor is who acted, as known at the time of the action.
type Actor struct {
	Kind       string // client, staff, program, system or anonymous
	ID         uuid.UUID
	Name       string
	OnBehalfOf uuid.UUID // view as client: the person whose view it is
}

// Subject is the thing that was acted upon.
type Subject struct {
	Type string
	ID   uuid.UUID
}

// Sizes in bytes that keep a leaf far below the 64 KiB that an entry of tlog-tiles can hold.
const (
	maxWord = 100 // action, kind and type
	maxText = 500 // names, addresses and request ids come from outside
)

// normalized returns the event as it will be stored, or an error for an event that says too little.
func (e Event) normalized() (Event, error) {
	switch e.Outcome {
	case Success, Failure, Denied:
	default:
		return Event{}, fmt.Errorf("audit: outcome %q of action %q", e.Outcome, e.Action)
	}
	if e.Action == "" {
		return Event{}, errors.New("audit: an event without an action")
	}
	if e.ID == uuid.Nil {
		id, err := uuid.NewV7()
		if err != nil {
			return Event{}, fmt.Errorf("audit: event id: %w", err)
		}
		e.ID = id
	}
	if e.OccurredAt.IsZero() {
		e.OccurredAt = time.Now()
	}
	e.OccurredAt = e.OccurredAt.UTC().Truncate(time.Microsecond)
	e.Action = storable(e.Action, maxWord)
	e.Actor.Kind = storable(e.Actor.Kind, maxWord)
	e.Actor.Name = storable(e.Actor.Name, maxText)
	e.Subject.Type = storable(e.Subject.Type, maxWord)
	e.Address = storable(e.Address, maxText)
	e.RequestID = storable(e.RequestID, maxText)
	return e, nil
}
