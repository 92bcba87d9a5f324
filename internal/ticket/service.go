package ticket

import (
	"context"
	"sync/atomic"

	"github.com/google/uuid"
	"gocloud.dev/blob"

	"clientportal/internal/actor"
	"clientportal/internal/audit"
	"clientportal/internal/db"
	"clientportal/internal/fault"
	"clientportal/internal/mail"
	"clientportal/internal/secret"
	"clientportal/internal/upload"
)

// Deps is what the tickets need of the portal.
type Deps struct {
	DB      *db.DB
	Files   *blob.Bucket // where attachments are kept
	Mail    mail.Sender
	Notify  Notifier
	Secrets *secret.Box
	BaseURL string // of every link in a mail, without a slash at its end

	Letterhead func(context.Context) (mail.Letter, error) // the agency's part of every mail

	// ReplyAddress is the address of replies by mail, to which each gets a mark of its
	// own: reply@portal.example.com. "": none are taken.
	ReplyAddress string
}

// Service is the client's side of the tickets. What it stores is shared with the
// Desk.
type Service struct{ *core }

// core is what both sides work with.
type core struct {
	Deps
	termsCache    atomic.Pointer[cachedTerms]
	replyKeyCache atomic.Pointer[[]byte]
	looks         audit.Looks // at the tickets' pages
}

// New makes the tickets.
func New(deps Deps) *Service { return &Service{&core{Deps: deps}} }

// Desk is the agency's side of the same tickets.
func (s *Service) Desk() *Desk { return &Desk{s.core} }

// store is where the attachments are kept.
func (c *core) store() upload.Store { return upload.Store{Bucket: c.Files, Folder: "tickets/"} }

// Uploads gathers the files of the named field.
func (c *core) Uploads(field string) *upload.Files { return c.store().Files(field) }

// asClient is the client who reads.
func asClient(ctx context.Context) (actor.Actor, error) {
	who, _ := actor.From(ctx)
	if !who.Is(actor.Client) {
		return who, fault.Denied("This is for a customer's people.")
	}
	return who, nil
}

// asAuthor is the client who writes, themselves.
func asAuthor(ctx context.Context) (actor.Actor, error) {
	who, err := asClient(ctx)
	switch {
	case err != nil:
		return who, err
	case who.Viewing():
		return who, fault.Denied("You are viewing as %s, to read only.", who.Name)
	case !who.May(actor.Client, actor.Member, actor.Approver, actor.Admin):
		return who, fault.Denied("Your role, viewer, may read tickets, but not write. A company admin can change it.")
	}
	return who, err
}

// asStaff is the employee who works; row-level security says on which tickets.
func asStaff(ctx context.Context) (actor.Actor, error) {
	who, _ := actor.From(ctx)
	if !who.Is(actor.Staff) {
		return who, fault.Denied("This is for the agency's people.")
	}
	return who, nil
}

func newID() uuid.UUID { return uuid.Must(uuid.NewV7()) }
