package trail

import (
	"time"

	"github.com/google/uuid"

	"clientportal/internal/audit"
)

// Entry is an event as its reader sees it.
type Entry struct {
	ID         uuid.UUID     `json:"id"`
	OccurredAt time.Time     `json:"occurred_at"`
	Summary    string        `json:"summary" example:"Mara Lindqvist opened ticket DG-213, Checkout is slow" doc:"What happened, in words"`
	Action     string        `json:"action" example:"ticket.create"`
	Outcome    audit.Outcome `json:"outcome" enum:"success,failure,denied"`
	Actor      Actor         `json:"actor"`
	CustomerID *uuid.UUID    `json:"customer_id" doc:"null: the agency's own"`
	Customer   *string       `json:"customer" doc:"The customer's name"`
	Subject    *Subject      `json:"subject" doc:"What was acted upon"`
	Address    *string       `json:"address" doc:"Where the request came from; of the agency's people for the agency only"`
	RequestID  *string       `json:"request_id"`
	Payload    any           `json:"payload" doc:"What changed, before and after"`
	Erased     bool          `json:"payload_erased" doc:"There was a payload; its person has been erased"`

	deed string // the summary without its actor
	told any    // the payload with names in place of ids
}

// Actor is who acted.
type Actor struct {
	Kind       string     `json:"kind" enum:"client,staff,program,system,anonymous"`
	ID         *uuid.UUID `json:"id" doc:"Of the agency's people for the agency only"`
	Name       string     `json:"name"`
	Agency     bool       `json:"agency" doc:"One of the agency's people or programs, or the portal itself"`
	OnBehalfOf *Person    `json:"on_behalf_of" doc:"Whose view the agency's person had"`
}

// Person is somebody whom an event names.
type Person struct {
	ID   uuid.UUID `json:"id"`
	Name string    `json:"name"`
}

// Subject is what was acted upon.
type Subject struct {
	Type string     `json:"type" example:"ticket"`
	ID   *uuid.UUID `json:"id"`
	Name string     `json:"name" example:"DG-213, Checkout is slow" doc:"Empty where it has none, or none that the reader may know"`
}

func (e Entry) cursor() audit.Cursor { return audit.Cursor{OccurredAt: e.OccurredAt, ID: e.ID} }

// who is the actor as a sentence begins.
func (a Actor) who() string {
	switch {
	case a.Kind == "system":
		return "The portal"
	case a.Name == "" || a.Kind == "anonymous" && a.Name == "anonymous":
		return "Somebody"
	case a.Kind == "program":
		return "A program of " + a.Name
	case a.OnBehalfOf != nil:
		return a.Name + ", viewing as " + a.OnBehalfOf.Name + ","
	}
	return a.Name
}
