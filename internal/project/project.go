// Package project is quotes and what comes of them: once approved, a quote is a
// project, and its phases are the plan.
//
// A decision binds to the version that was shown: a quote that changes after it
// was sent has a new version, and needs a new decision. Projects are read from
// the view of that name, which computes their progress from their phases.
package project

import (
	"context"
	"time"

	"github.com/google/uuid"
	"gocloud.dev/blob"

	"clientportal/internal/actor"
	"clientportal/internal/audit"
	"clientportal/internal/db"
	"clientportal/internal/fault"
	"clientportal/internal/mail"
	"clientportal/internal/pdf"
)

// Deps is what quotes and projects need of the portal.
type Deps struct {
	DB      *db.DB
	Mail    mail.Sender
	Files   *blob.Bucket // where what is attached is kept
	Notify  Notifier
	BaseURL string // of every link in a mail, without a slash at its end

	Letterhead func(context.Context) (mail.Letter, error)    // the agency's part of mails
	Paper      func(context.Context) (pdf.Letterhead, error) // and of documents
}

// Service is the actions on quotes and projects.
type Service struct {
	Deps
	looks audit.Looks // at the projects' pages
}

// New makes the service.
func New(deps Deps) *Service { return &Service{Deps: deps} }

// Summary is a project in a list.
type Summary struct {
	QuoteID         uuid.UUID `json:"quote_id"`
	Number          string    `json:"number" example:"Q-2026-031"`
	Customer        Named     `json:"customer"`
	Name            string    `json:"name"`
	ProjectType     *string   `json:"project_type"`
	Status          Status    `json:"status" enum:"approved,in_progress,completed,cancelled"`
	ProgressPercent int       `json:"progress_percent" doc:"Of the phases by their weight, rounded down"`
	PhaseCount      int       `json:"phase_count"`
	PhasesDone      int       `json:"phases_done"`
	CurrentPhase    *string   `json:"current_phase" doc:"The phase that is worked on, or else comes next"`
	WaitingOn       *string   `json:"waiting_on" doc:"What the agency needs from the client to go on"`
	Blocked         bool      `json:"blocked" doc:"A phase can't go on, for a reason on the agency's side"`
	Late            bool      `json:"late" doc:"A day by which something was to be done has passed"`
	StartDate       *Day      `json:"start_date"`
	DueDate         *Day      `json:"due_date"`
	Lead            *string   `json:"lead" doc:"Whom of the agency to ask"`
	Intro           string    `json:"intro" doc:"What the quote says about it, in Markdown"`
	UpdatedAt       time.Time `json:"updated_at"`
}

// Project is one project with all that both sides follow.
type Project struct {
	Summary
	Version      int           `json:"version" doc:"Of the quote"`
	Total        *Amount       `json:"total"`
	Currency     string        `json:"currency" doc:"ISO 4217"`
	ApprovedAt   *time.Time    `json:"approved_at"`
	Decision     *Decision     `json:"decision"`
	Phases       []Phase       `json:"phases"`
	Updates      []Update      `json:"updates" doc:"The last ones, newest first"`
	Deliverables []Deliverable `json:"deliverables"`
	OpenTickets  []Ticket      `json:"open_tickets" doc:"The last changed ones"`
	Hours        Hours         `json:"hours"`
}

// Ticket is a ticket about a project, as far as the project names it.
type Ticket struct {
	ID        uuid.UUID `json:"id"`
	Number    string    `json:"number"`
	Title     string    `json:"title"`
	Status    string    `json:"status"`
	UpdatedAt time.Time `json:"updated_at"`
}

// Hours are what was worked on a project.
type Hours struct {
	Total    Amount `json:"total"`
	Billable Amount `json:"billable"`
	Approved Amount `json:"approved" doc:"By the client"`
	Retainer Amount `json:"retainer" doc:"Taken from a retainer, or waiting to be"`
}

// mayPlan is for those who make quotes and keep plans.
func mayPlan(who actor.Actor) error {
	if who.Is(actor.Staff, actor.Manager, actor.Admin) {
		return nil
	}
	return fault.Denied("It takes one of the agency's managers or admins to plan a project.")
}

// mayWork is for those who do the work and tell of it.
func mayWork(who actor.Actor) error {
	if who.Is(actor.Staff) {
		return nil
	}
	return fault.Denied("This is for the agency's people.")
}

// mayDecide is for those who accept something in the customer's name.
func mayDecide(who actor.Actor) error {
	if who.May(actor.Client, actor.Approver, actor.Admin) {
		return nil
	}
	return fault.Denied("It takes an approver or an admin of the customer to decide on this.")
}

// about is an event of a quote, which is also the project that it becomes.
func about(action string, customer, quote uuid.UUID, payload any) audit.Event {
	return audit.Event{
		Action: action, CustomerID: customer, Payload: payload,
		Subject: audit.Subject{Type: "quote", ID: quote},
	}
}

func newID() uuid.UUID { return uuid.Must(uuid.NewV7()) }
