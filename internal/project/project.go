// Package project is quotes and what comes of them: once approved, a quote is a
// project, and its phases are the plan.
package project

import (
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	"clientportal/internal/actor"
	"clientportal/internal/audit"
	"clientportal/internal/db"
	"clientportal/internal/fault"
	"clientportal/internal/project/projectdb"
)

// Service is the actions on quotes and projects.
type Service struct{ db *db.DB }

// New makes the service on a database.
func New(database *db.DB) *Service { return &Service{db: database} }

// Quote is an offer to a customer, and the project that it becomes.
type Quote struct {
	ID          uuid.UUID
	CustomerID  uuid.UUID
	Number      string // Q-2026-031
	Name        string
	ProjectType *string
	Status      Status
	Version     int
	Total       *decimal.Decimal
	Currency    string
	StartDate   *time.Time // dates are days, at midnight in UTC
	DueDate     *time.Time
	SentAt      *time.Time
	DecidedAt   *time.Time
	DecidedBy   *uuid.UUID // the client's person
	Comment     *string    // theirs, with the decision
	CreatedAt   time.Time
	UpdatedAt   time.Time
}

// Status is how far a quote is.
type Status string

// The statuses of a quote, which from Approved on is a project.
const (
	Draft      Status = "draft"
	Sent       Status = "sent"
	Approved   Status = "approved"
	Rejected   Status = "rejected"
	InProgress Status = "in_progress"
	Completed  Status = "completed"
	Cancelled  Status = "cancelled"
)

func quoteOf(row projectdb.Quote) Quote {
	return Quote{
		ID: row.ID, CustomerID: row.CustomerID, Number: row.Number, Name: row.Name, ProjectType: row.ProjectType,
		Status: Status(row.Status), Version: int(row.Version), Total: row.Total, Currency: row.Currency,
		StartDate: row.StartDate, DueDate: row.DueDate, SentAt: row.SentAt, DecidedAt: row.DecidedAt,
		DecidedBy: row.DecidedByUserID, Comment: row.DecisionComment, CreatedAt: row.CreatedAt, UpdatedAt: row.UpdatedAt,
	}
}

// mayPlan is for those who make quotes and keep plans.
func mayPlan(who actor.Actor) error {
	if who.Is(actor.Staff, actor.Manager, actor.Admin) {
		return nil
	}
	return fault.Denied("It takes one of the agency's managers or admins to plan a project.")
}

// mayDecide is for those who accept a quote in the customer's name.
func mayDecide(who actor.Actor) error {
	if who.Is(actor.Client, actor.Approver, actor.Admin) {
		return nil
	}
	return fault.Denied("It takes an approver or an admin of the customer to decide on a quote.")
}

// missing makes no row the fault that it is to the caller.
func missing(err error, what string) error {
	if errors.Is(err, pgx.ErrNoRows) {
		return fault.Missing(what)
	}
	return err
}

func (q Quote) event(action string, payload any) audit.Event {
	return audit.Event{
		Action: action, CustomerID: q.CustomerID, Payload: payload,
		Subject: audit.Subject{Type: "quote", ID: q.ID},
	}
}
