package ticket

import (
	"slices"

	"clientportal/internal/fault"
)

// Status is where a ticket stands.
type Status string

// The states of a ticket.
const (
	Open             Status = "open"
	InProgress       Status = "in_progress"
	WaitingForClient Status = "waiting_for_client"
	Resolved         Status = "resolved"
	Closed           Status = "closed"
)

// Statuses are all states; Unfinished are those that still want something of
// somebody.
var (
	Statuses   = []Status{Open, InProgress, WaitingForClient, Resolved, Closed}
	Unfinished = []Status{Open, InProgress, WaitingForClient}
)

// Finished reports whether nobody needs to do anything.
func (s Status) Finished() bool { return s == Resolved || s == Closed }

// moves says which states a side may set a ticket to, from each state.
type moves map[Status][]Status

// A client may close a ticket and reopen a resolved one; the rest follows from
// what they write (see AddComment).
var clientMoves = moves{
	Open:             {Closed},
	InProgress:       {Closed},
	WaitingForClient: {Closed},
	Resolved:         {Open, Closed},
}

// The agency may do all but edit what is closed: that is reopened first.
var staffMoves = moves{
	Open:             {InProgress, WaitingForClient, Resolved, Closed},
	InProgress:       {Open, WaitingForClient, Resolved, Closed},
	WaitingForClient: {Open, InProgress, Resolved, Closed},
	Resolved:         {Open, InProgress, WaitingForClient, Closed},
	Closed:           {Open, InProgress},
}

// check refuses a move that is not in the table. Staying is always allowed.
func (m moves) check(from, to Status) error {
	if from == to || slices.Contains(m[from], to) {
		return nil
	}
	return fault.New(fault.Conflict, "A ticket that is %s can't be set to %s.", words(from), words(to))
}

// ClientMoves are the states that a client may set a ticket to.
func ClientMoves(from Status) []Status { return clientMoves[from] }

// StaffMoves are the states that the agency may set a ticket to.
func StaffMoves(from Status) []Status { return staffMoves[from] }

// errClosed is what a client is told who writes to a closed ticket.
func errClosed() error {
	return fault.New(fault.Conflict, "This ticket is closed. Raise a new one, and mention this one's number.")
}

func words(s Status) string {
	switch s {
	case InProgress:
		return "in progress"
	case WaitingForClient:
		return "waiting for the client"
	}
	return string(s)
}
