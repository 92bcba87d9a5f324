package ticket

import (
	"time"

	"github.com/google/uuid"

	"clientportal/internal/api"
)

// Desk is the agency's side of the tickets.
type Desk struct{ *core }

// SLA says when the agency's answer is due, and when the first one came.
type SLA struct {
	AnswerDueAt        *time.Time `json:"answer_due_at" doc:"null while paused, and once resolved or closed"`
	Paused             bool       `json:"paused" doc:"The client is asked: the clock stands still"`
	FirstResponseDueAt *time.Time `json:"first_response_due_at"`
	FirstRespondedAt   *time.Time `json:"first_responded_at"`
}

// Overdue reports whether the answer should have come before now.
func (s SLA) Overdue(now time.Time) bool { return s.AnswerDueAt != nil && s.AnswerDueAt.Before(now) }

// DeskSummary is a ticket in the agency's queue.
type DeskSummary struct {
	ID           uuid.UUID  `json:"id"`
	Number       string     `json:"number" example:"DG-213"`
	Customer     Named      `json:"customer"`
	Title        string     `json:"title"`
	Status       Status     `json:"status" enum:"open,in_progress,waiting_for_client,resolved,closed"`
	Priority     Priority   `json:"priority" enum:"low,medium,high,urgent"`
	Category     *string    `json:"category"`
	QuoteID      *uuid.UUID `json:"quote_id"`
	CreatedBy    Named      `json:"created_by"`
	AssignedTo   *uuid.UUID `json:"assigned_to" doc:"The employee's id"`
	Assignee     *Named     `json:"assignee"`
	CommentCount int32      `json:"comment_count" doc:"Those that the client sees"`
	SLA          SLA        `json:"sla"`
	CreatedAt    time.Time  `json:"created_at"`
	UpdatedAt    time.Time  `json:"updated_at" doc:"The last change that the client sees"`
}

// DeskTicket is one ticket with all that the agency knows of it.
type DeskTicket struct {
	DeskSummary
	Description   string           `json:"description" doc:"Markdown"`
	InternalNotes *string          `json:"internal_notes" doc:"Markdown; never shown to the client"`
	Resolution    *string          `json:"resolution" doc:"Markdown"`
	ResolvedAt    *time.Time       `json:"resolved_at"`
	ResolvedBy    *string          `json:"resolved_by"`
	Comments      []DeskComment    `json:"comments"`
	Attachments   []DeskAttachment `json:"attachments" doc:"All of them, those of the comments too"`
	Changes       []Change         `json:"changes"`

	QuoteName *string `json:"-"`
	Followers []Named `json:"-"`
	Version   int32   `json:"-"`
}

// ETag is the entity tag of the ticket as the agency sees it: it changes with
// what is internal, too.
func (t DeskTicket) ETag() string { return api.ETag(t.Version) }

// OwnFiles are the attachments that belong to no comment.
func (t DeskTicket) OwnFiles() []DeskAttachment {
	own := []DeskAttachment{}
	for _, a := range t.Attachments {
		if a.CommentID == nil {
			own = append(own, a)
		}
	}
	return own
}

// DeskComment is one message of the conversation, or an internal one beside it.
type DeskComment struct {
	Comment
	Internal bool `json:"internal" doc:"Never shown to the client"`
}

// DeskAttachment is a file of a ticket, which may be internal.
type DeskAttachment struct {
	Attachment
	Internal bool `json:"internal"`
}

// DeskCounts are the sizes of the queue's views.
type DeskCounts struct {
	Open       int64 `json:"open"`
	Mine       int64 `json:"mine"`
	Unassigned int64 `json:"unassigned"`
	Overdue    int64 `json:"overdue"`
}
