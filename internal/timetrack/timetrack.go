// Package timetrack is the hours that the agency works and the retainers that they
// are taken from.
//
// Hours are minutes. A retainer is a ledger of minutes (package ledger) that both
// sides can replay; an approval binds to the revision of an entry that was seen.
package timetrack

import (
	"context"
	"time"

	"github.com/google/uuid"

	"clientportal/internal/actor"
	"clientportal/internal/audit"
	"clientportal/internal/clock"
	"clientportal/internal/db"
	"clientportal/internal/exact"
	"clientportal/internal/fault"
	"clientportal/internal/pdf"
)

// Deps is what hours need of the portal.
type Deps struct {
	DB     *db.DB
	Notify Notifier
	Paper  func(context.Context) (pdf.Letterhead, error)
}

// Service is the actions on hours and retainers.
type Service struct{ Deps }

// New makes the service.
func New(deps Deps) *Service { return &Service{deps} }

// Day is a day of the calendar, written YYYY-MM-DD.
type Day = exact.Day

// Amount is an amount of money, written with two places.
type Amount = exact.Amount

// AmountOrNone is what an amount is to be, if any.
type AmountOrNone = exact.AmountOrNone

// DayOrNone is what a day is to be, if anything is said of it.
type DayOrNone = exact.DayOrNone

// Named is a thing that stands somewhere else, by its name.
type Named struct {
	ID   uuid.UUID `json:"id"`
	Name string    `json:"name"`
}

// mayLog is for the agency's people, who log hours for the customers they serve.
func mayLog(who actor.Actor) error {
	if who.Is(actor.Staff) {
		return nil
	}
	return fault.Denied("This is for the agency's people.")
}

// mayLogOf is for those who log the hours of this employee: their own, or for a
// manager or admin anybody's.
func mayLogOf(who actor.Actor, employee *uuid.UUID) error {
	if !who.Is(actor.Staff) {
		return mayLog(who)
	}
	if who.Is(actor.Staff, actor.Manager, actor.Admin) || employee != nil && *employee == who.ID {
		return nil
	}
	return fault.Denied("You log your own hours. A manager or an admin can log them for others.")
}

// mayAgree is for those who agree a retainer with a customer.
func mayAgree(who actor.Actor) error {
	if who.Is(actor.Staff, actor.Manager, actor.Admin) {
		return nil
	}
	return fault.Denied("It takes one of the agency's managers or admins to keep retainers.")
}

// mayDecide is for those who approve hours in the customer's name.
func mayDecide(who actor.Actor) error {
	if who.Is(actor.Client, actor.Approver, actor.Admin) || who.Is(actor.System) {
		return nil // the portal: as the terms say
	}
	return fault.Denied("It takes an approver or an admin of the customer to decide on this.")
}

func about(kind, action string, customer, id uuid.UUID, payload any) audit.Event {
	return audit.Event{Action: action, CustomerID: customer, Payload: payload, Subject: audit.Subject{Type: kind, ID: id}}
}

func newID() uuid.UUID { return uuid.Must(uuid.NewV7()) }

func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// dayIn is the day that it is at a moment, in a zone; in UTC where there is no such
// zone.
func dayIn(zone string, at time.Time) Day {
	if location, err := clock.Zone(zone); err == nil {
		at = at.In(location)
	}
	return exact.DayOf(at)
}
