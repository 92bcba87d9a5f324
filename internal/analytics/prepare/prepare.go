// Package prepare is exports of dashboards that take a while: a job reads the numbers
// and writes the file, whoever asked sees how far it is, is told when it is ready, and
// has it for some days. Nobody else has it.
package prepare

import (
	"context"
	"time"

	"github.com/google/uuid"

	"clientportal/internal/actor"
	"clientportal/internal/analytics"
	"clientportal/internal/analytics/widget"
	"clientportal/internal/audit"
	"clientportal/internal/db"
	"clientportal/internal/fault"
	"clientportal/internal/live"
	"clientportal/internal/news"
	"clientportal/internal/upload"
)

// Deps is what exports need of the portal.
type Deps struct {
	DB         *db.DB
	Dashboards *analytics.Service
	Files      upload.Store
	Notify     Notifier
}

// Notifier tells people what concerns them.
type Notifier interface {
	Tell(ctx context.Context, tx *db.Tx, n news.Notice) ([]news.Reader, error)
	// Seen marks as read what the actor was told of a subject whose page they open.
	Seen(ctx context.Context, of news.Subject)
}

// Service is the actions on exports.
type Service struct{ Deps }

// New makes the service.
func New(deps Deps) *Service { return &Service{deps} }

// keptFor is how long a file can be had.
const keptFor = 5 * 24 * time.Hour

// atOnce is how many exports one person may have in the making.
const atOnce = 5

// The states of an export, in their order.
const (
	Waiting = "waiting"
	Reading = "reading" // its numbers; people who are not counted yet are waited for
	Writing = "writing"
	Ready   = "ready"
	Failed  = "failed"
)

// Export is a file that somebody asked for.
type Export struct {
	ID         uuid.UUID         `json:"id"`
	Customer   analytics.Named   `json:"customer"`
	Dashboard  analytics.Named   `json:"dashboard"`
	Format     string            `json:"format" example:"xlsx"`
	From       widget.Day        `json:"from"`
	To         widget.Day        `json:"to"`
	Compare    widget.Comparison `json:"compare" enum:"none,previous_period,previous_year"`
	Status     string            `json:"status" enum:"waiting,reading,writing,ready,failed"`
	FileName   string            `json:"file_name" doc:"Empty until it is ready"`
	Bytes      *int64            `json:"file_bytes"`
	AskedAt    time.Time         `json:"asked_at"`
	FinishedAt *time.Time        `json:"finished_at"`
	ExpiresAt  time.Time         `json:"expires_at" doc:"Until then the file can be had"`

	key, contentType string
	preset           widget.Preset
	user, employee   *uuid.UUID
}

// owner is who asks, as an export names them.
func owner(who actor.Actor) (user, employee *uuid.UUID, err error) {
	switch {
	case who.Is(actor.Client):
		return &who.ID, nil, nil
	case who.Is(actor.Staff):
		return nil, &who.ID, nil
	}
	return nil, nil, fault.Denied("This is for people who are signed in.")
}

// about is an event of an export.
func about(action string, customer, id uuid.UUID, payload map[string]any) audit.Event {
	return audit.Event{Action: action, CustomerID: customer, Payload: payload, Subject: audit.Subject{Type: "export", ID: id}}
}

// announce tells the asker's page how far it is. To others the topic tells nothing.
func announce(tx *db.Tx, customer, id uuid.UUID, staff bool) {
	tx.Announce(live.Hint{CustomerID: customer, Topic: "export:" + id.String(), Internal: staff})
}

func newID() uuid.UUID { return uuid.Must(uuid.NewV7()) }
