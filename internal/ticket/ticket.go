// Package ticket is the portal's help desk. Clients raise tickets and talk about
// them with the agency (Service); the agency's people work on them (Desk).
//
// A ticket has one id and two rows: client_tickets holds what both sides see,
// tickets the agency's number, assignee and clocks. What is internal (notes,
// internal comments and files) never moves what a client can read.
package ticket

import (
	"time"

	"github.com/google/uuid"

	"clientportal/internal/api"
)

// Priority says how much a ticket matters; it decides how soon an answer is due.
type Priority string

// The priorities, from least to most.
const (
	Low    Priority = "low"
	Medium Priority = "medium"
	High   Priority = "high"
	Urgent Priority = "urgent"
)

// Priorities are all priorities, from least to most.
var Priorities = []Priority{Low, Medium, High, Urgent}

// Categories are what a page offers; any other words will do, too.
var Categories = []string{"Billing", "Checkout", "Content", "Data", "Design", "E-mail", "Hosting", "Shop", "Other"}

// Limits of a ticket's texts, in characters.
const (
	MaxTitle    = 200
	MaxBody     = 20_000 // of a description, a comment, a note or a resolution
	MaxCategory = 60
)

// Named is a person, a customer or a project, as far as a ticket names them.
type Named struct {
	ID   uuid.UUID `json:"id"`
	Name string    `json:"name"`
}

// Summary is a ticket in a client's list.
type Summary struct {
	ID           uuid.UUID  `json:"id"`
	Number       string     `json:"number" example:"DG-213"`
	Title        string     `json:"title"`
	Status       Status     `json:"status" enum:"open,in_progress,waiting_for_client,resolved,closed"`
	Priority     Priority   `json:"priority" enum:"low,medium,high,urgent"`
	Category     *string    `json:"category"`
	QuoteID      *uuid.UUID `json:"quote_id"`
	CreatedBy    Named      `json:"created_by"`
	AssignedTo   *string    `json:"assigned_to" doc:"The name of who is on it"`
	CommentCount int32      `json:"comment_count"`
	CreatedAt    time.Time  `json:"created_at"`
	UpdatedAt    time.Time  `json:"updated_at"`
}

// Ticket is one ticket with all that a client may read of it.
type Ticket struct {
	Summary
	Description string       `json:"description" doc:"Markdown"`
	Resolution  *string      `json:"resolution" doc:"Markdown"`
	ResolvedAt  *time.Time   `json:"resolved_at"`
	Comments    []Comment    `json:"comments"`
	Attachments []Attachment `json:"attachments" doc:"All of them, those of the comments too"`
	Changes     []Change     `json:"changes"`

	QuoteName        *string    `json:"-"`
	CustomerName     string     `json:"-"`
	FirstRespondedAt *time.Time `json:"-"`
	Followers        []Named    `json:"-"`
}

// ETag is the entity tag of the ticket as its client sees it.
func (t Ticket) ETag() string { return api.ETag(t.UpdatedAt) }

// FollowedBy reports whether this person gets a mail when something happens.
func (t Ticket) FollowedBy(user uuid.UUID) bool {
	for _, p := range t.Followers {
		if p.ID == user {
			return true
		}
	}
	return false
}

// OwnFiles are the attachments that came with the ticket itself.
func (t Ticket) OwnFiles() []Attachment { return filesOf(t.Attachments, nil) }

// Author is who wrote a comment.
type Author struct {
	Name string `json:"name"`
	Kind string `json:"kind" enum:"client,staff"`
}

// Comment is one message of the conversation.
type Comment struct {
	ID          uuid.UUID    `json:"id"`
	Body        string       `json:"body" doc:"Markdown"`
	Author      Author       `json:"author"`
	CreatedAt   time.Time    `json:"created_at"`
	Attachments []Attachment `json:"attachments"`
}

// Attachment is a file of a ticket, or of one of its comments.
type Attachment struct {
	ID          uuid.UUID  `json:"id"`
	CommentID   *uuid.UUID `json:"comment_id"`
	FileName    string     `json:"file_name"`
	ContentType string     `json:"content_type"`
	SizeBytes   int64      `json:"size_bytes"`
	CreatedAt   time.Time  `json:"created_at"`
}

// Change is what happened to a ticket between its comments.
type Change struct {
	ChangedBy string    `json:"changed_by"`
	Field     string    `json:"field" enum:"status,priority,assigned_to"`
	OldValue  *string   `json:"old_value"`
	NewValue  *string   `json:"new_value"`
	CreatedAt time.Time `json:"created_at"`
}

// filesOf picks the files of one comment, or with nil those of the ticket itself.
func filesOf(all []Attachment, comment *uuid.UUID) []Attachment {
	own := []Attachment{}
	for _, a := range all {
		if comment == nil && a.CommentID == nil || comment != nil && a.CommentID != nil && *comment == *a.CommentID {
			own = append(own, a)
		}
	}
	return own
}
