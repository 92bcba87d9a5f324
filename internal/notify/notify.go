// Package notify tells people what concerns them: in the portal always, by mail as
// each has chosen. Features say what happened and whom it concerns (news.Notice);
// what follows from that is decided here.
package notify

import (
	"context"

	"github.com/google/uuid"

	"clientportal/internal/actor"
	"clientportal/internal/db"
	"clientportal/internal/fault"
	"clientportal/internal/live"
	"clientportal/internal/mail"
	"clientportal/internal/secret"
	"clientportal/internal/web"
)

// Deps is what the notifications need of the portal.
type Deps struct {
	DB         *db.DB
	Mail       mail.Sender
	Secrets    *secret.Box // for the links that end mails
	BaseURL    string      // of every link in a mail, without a slash at its end
	Letterhead func(context.Context) (mail.Letter, error)
	// AccountViews are the links between the pages of a person's settings, of which one
	// of ours is the current.
	AccountViews func(of actor.Kind, current string) []web.View
}

// Service keeps what people are told, and sends their mails.
type Service struct{ Deps }

// New makes the service.
func New(deps Deps) *Service { return &Service{deps} }

// topic is what a person's pages follow.
const topic = "notifications"

// hint tells one person's open pages that there is something new under the bell.
func hint(customer, reader uuid.UUID) live.Hint {
	return live.Hint{CustomerID: customer, Topic: topic, ReaderID: reader}
}

// person is who reads their own notifications.
func person(ctx context.Context) (actor.Actor, error) {
	who, _ := actor.From(ctx)
	if who.Kind != actor.Client && who.Kind != actor.Staff {
		return who, fault.Denied("This is for people.")
	}
	return who, nil
}

func newID() uuid.UUID { return uuid.Must(uuid.NewV7()) }

// pathOf is where people of this kind have a page that clients have at path.
func pathOf(kind actor.Kind, path string) string {
	if kind == actor.Staff {
		return "/staff" + path
	}
	return path
}
