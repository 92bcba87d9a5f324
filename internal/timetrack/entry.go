package timetrack

import (
	"time"

	"github.com/google/uuid"

	"clientportal/internal/api"
	"clientportal/internal/exact"
)

// Approval is what the client says to an entry.
type Approval string

// What the client says to an entry.
const (
	Pending  Approval = "pending"
	Approved Approval = "approved"
	Rejected Approval = "rejected"
)

// Entry is some time that was worked.
type Entry struct {
	ID              uuid.UUID  `json:"id"`
	Customer        Named      `json:"customer"`
	CustomerID      uuid.UUID  `json:"customer_id"`
	QuoteID         *uuid.UUID `json:"quote_id"`
	QuoteName       *string    `json:"quote_name" doc:"Of the project"`
	ProjectID       *string    `json:"project_id" doc:"The project's number"`
	TicketID        *uuid.UUID `json:"ticket_id"`
	TicketNumber    *string    `json:"ticket_number"`
	EmployeeID      *uuid.UUID `json:"employee_id"`
	EmployeeName    *string    `json:"employee_name" doc:"Who worked"`
	EmployeeEmail   *string    `json:"employee_email"`
	TaskDescription string     `json:"task_description"`
	Minutes         int        `json:"minutes" doc:"Exact"`
	Hours           Hours      `json:"hours" doc:"The minutes as hours, rounded; sums are of the minutes"`
	DateWorked      Day        `json:"date_worked"`
	Billable        bool       `json:"billable"`
	HourlyRate      *Amount    `json:"hourly_rate"`
	Currency        string     `json:"currency" doc:"Of the rate, ISO 4217"`
	Category        *string    `json:"category"`

	IsRetainer             bool       `json:"is_retainer"`
	RetainerID             *uuid.UUID `json:"retainer_id" doc:"The retainer whose ledger it is in"`
	RetainerPeriodStart    *Day       `json:"retainer_period_start"`
	RetainerPeriodEnd      *Day       `json:"retainer_period_end" doc:"The day after the last one"`
	Internal               bool       `json:"internal" doc:"The agency's own affair: no client sees or pays it"`
	Approval               Approval   `json:"approval" enum:"pending,approved,rejected"`
	ApprovedByClient       bool       `json:"approved_by_client"`
	ApprovedByClientUserID *uuid.UUID `json:"approved_by_client_user_id" doc:"Null where it was approved by itself, as the terms say"`
	ApprovedAt             *time.Time `json:"approved_at"`
	RejectedByUserID       *uuid.UUID `json:"rejected_by_user_id"`
	RejectedAt             *time.Time `json:"rejected_at"`
	RejectionReason        *string    `json:"rejection_reason"`
	DecidedByName          *string    `json:"decided_by_name" doc:"Who approved or rejected it"`
	Revision               int        `json:"revision" doc:"Counts every change"`
	ETag                   string     `json:"etag" doc:"What If-Match is to say to decide on this revision"`
	CreatedAt              time.Time  `json:"created_at"`
	UpdatedAt              time.Time  `json:"updated_at"`
}

// Tag is the entity tag of the entry as it is.
func (e Entry) Tag() string { return api.ETag(e.Revision) }

// Source says where an imported entry came from: the same one comes in once.
type Source struct {
	Name       string // toggl, harvest, clockify
	ExternalID string
}

// EntryInput is time to be logged: Minutes or Hours, exactly one.
type EntryInput struct {
	CustomerID      uuid.UUID     `json:"customer_id" format:"uuid"`
	QuoteID         *uuid.UUID    `json:"quote_id,omitempty" format:"uuid" doc:"The project"`
	TicketID        *uuid.UUID    `json:"ticket_id,omitempty" format:"uuid"`
	EmployeeID      *uuid.UUID    `json:"employee_id,omitempty" format:"uuid" doc:"Who worked; you, when not given"`
	TaskDescription string        `json:"task_description" maxLength:"4000"`
	Minutes         *int          `json:"minutes,omitempty" doc:"Up to 1440; or else hours"`
	Hours           *exact.Number `json:"hours,omitempty" doc:"Up to 24, with at most two places; or else minutes. Kept as the nearest minute: 1.01 is 61 minutes, which is 1.02"`
	DateWorked      Day           `json:"date_worked"`
	Billable        *bool         `json:"billable,omitempty" doc:"True when not given"`
	HourlyRate      *Amount       `json:"hourly_rate,omitempty"`
	Currency        string        `json:"currency,omitempty" maxLength:"10" doc:"ISO 4217; the customer's when not given"`
	Category        string        `json:"category,omitempty" maxLength:"400"`
	IsRetainer      bool          `json:"is_retainer,omitempty" doc:"Taken from the retainer that runs on that day: the project's own, or else that of all projects"`
	Internal        bool          `json:"internal,omitempty" doc:"The agency's own affair: no client sees or pays it"`

	Source *Source `json:"-"` // of an import
}

// EntryChange changes what is not nil; "" takes away the project, ticket, rate or category.
type EntryChange struct {
	QuoteID         *string       `json:"quote_id,omitempty" maxLength:"40" doc:"\"\" for none"`
	TicketID        *string       `json:"ticket_id,omitempty" maxLength:"40" doc:"\"\" for none"`
	EmployeeID      *uuid.UUID    `json:"employee_id,omitempty" format:"uuid"`
	TaskDescription *string       `json:"task_description,omitempty" maxLength:"4000"`
	Minutes         *int          `json:"minutes,omitempty" doc:"Up to 1440; or else hours"`
	Hours           *exact.Number `json:"hours,omitempty" doc:"Up to 24, with at most two places, kept as the nearest minute; or else minutes"`
	DateWorked      *Day          `json:"date_worked,omitempty"`
	Billable        *bool         `json:"billable,omitempty"`
	HourlyRate      *AmountOrNone `json:"hourly_rate,omitempty" doc:"\"\" for none"`
	Currency        *string       `json:"currency,omitempty" maxLength:"10"`
	Category        *string       `json:"category,omitempty" maxLength:"400"`
	IsRetainer      *bool         `json:"is_retainer,omitempty"`
	Internal        *bool         `json:"internal,omitempty"`
}

// Filter picks entries; the zero Filter is all that the reader sees.
type Filter struct {
	CustomerID *uuid.UUID // for the agency's people
	EmployeeID *uuid.UUID // likewise
	From, To   *Day       // days worked, both included
	QuoteID    *uuid.UUID
	TicketID   *uuid.UUID
	RetainerID *uuid.UUID
	Billable   *bool
	IsRetainer *bool
	Category   string
	Approvals  []Approval
	Query      string // in the description
}

// Totals are over all entries of a filter.
type Totals struct {
	Hours         Hours `json:"hours"`
	BillableHours Hours `json:"billable_hours"`
	PendingHours  Hours `json:"pending_hours"`
	ApprovedHours Hours `json:"approved_hours"`
	RejectedHours Hours `json:"rejected_hours"`
	Count         int   `json:"count" doc:"Of entries"`
	PendingCount  int   `json:"pending_count"`
}

// EntryPage is a part of a list of entries, with the totals of all of it.
type EntryPage struct {
	api.Page[Entry]
	Totals Totals `json:"totals" doc:"Over the whole filter, not the page"`
}
