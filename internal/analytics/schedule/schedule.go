// Package schedule is reports that go out by themselves: a dashboard's numbers of a
// week or month, written to some of a customer's people with the document attached.
//
// A report is one row of scheduled_reports, and its moment is unique in its schedule:
// however many portals run, and however often they stop, it is made once. It waits
// until its numbers are read; when its sources are behind it is held until somebody
// of the agency releases or drops it; once sent it is frozen.
package schedule

import (
	"context"
	"encoding/json"
	"time"

	"github.com/google/uuid"
	"gocloud.dev/blob"

	"clientportal/internal/actor"
	"clientportal/internal/analytics"
	"clientportal/internal/analytics/export"
	"clientportal/internal/analytics/schedule/scheduledb"
	"clientportal/internal/analytics/widget"
	"clientportal/internal/api"
	"clientportal/internal/audit"
	"clientportal/internal/db"
	"clientportal/internal/fault"
	"clientportal/internal/mail"
	"clientportal/internal/news"
)

// Deps is what scheduled reports need of the portal.
type Deps struct {
	DB         *db.DB
	Dashboards *analytics.Service
	Files      *blob.Bucket
	Mail       mail.Sender
	Notify     Notifier
	Letterhead func(context.Context) (mail.Letter, error) // the agency's part of mails
	Paper      export.Paper                               // and of documents
	BaseURL    string                                     // of every link in a mail, without a slash at its end
}

// Notifier tells people what concerns them.
type Notifier interface {
	// Tell keeps the notice for its readers, and answers with those to whom a
	// letter is to be written at once.
	Tell(ctx context.Context, tx *db.Tx, n news.Notice) ([]news.Reader, error)
	// Ending is the end of a letter about such events.
	Ending(customer uuid.UUID, to news.Reader, kind news.Kind) (news.Ending, error)
}

// Service is the actions on scheduled reports.
type Service struct{ Deps }

// New makes the service.
func New(deps Deps) *Service { return &Service{deps} }

// Schedule is when a dashboard's numbers go out, and to whom.
type Schedule struct {
	ID        uuid.UUID       `json:"id"`
	Customer  analytics.Named `json:"customer"`
	Dashboard analytics.Named `json:"dashboard"`
	Rhythm
	Compare    widget.Comparison `json:"compare" enum:"none,previous_period,previous_year"`
	IsActive   bool              `json:"is_active"`
	Zone       string            `json:"timezone" doc:"The customer's, in which the hour is meant"`
	NextDueAt  time.Time         `json:"next_due_at"`
	Recipients []Recipient       `json:"recipients"`
	CreatedAt  time.Time         `json:"created_at"`
	UpdatedAt  time.Time         `json:"updated_at"`

	key string // of the customer's name, by which lists are
}

// Recipient is somebody of the customer's whom a schedule writes to.
type Recipient struct {
	ID   uuid.UUID `json:"user_id"`
	Name string    `json:"name"`
}

// Tag is the schedule's entity tag.
func (s Schedule) Tag() string { return api.ETag(s.UpdatedAt) }

// mayPlan is for those who set what goes out.
func mayPlan(who actor.Actor) error {
	if who.Is(actor.Staff, actor.Manager, actor.Admin) {
		return nil
	}
	return fault.Denied("It takes one of the agency's managers or admins to send reports.")
}

func mayRead(who actor.Actor) error {
	if who.Is(actor.Staff) {
		return nil
	}
	return fault.Denied("This is for the agency's people.")
}

// about is an event of a schedule or a report.
func about(action, kind string, customer, id uuid.UUID, payload map[string]any) audit.Event {
	return audit.Event{Action: action, CustomerID: customer, Payload: payload, Subject: audit.Subject{Type: kind, ID: id}}
}

func newID() uuid.UUID { return uuid.Must(uuid.NewV7()) }

func scheduleOf(row scheduledb.SchedulesRow) (Schedule, error) {
	r := row.ReportSchedule
	s := Schedule{
		ID: r.ID, Customer: analytics.Named{ID: r.CustomerID, Name: row.CustomerName}, Dashboard: analytics.Named{ID: r.DashboardID, Name: row.DashboardName},
		Rhythm: rhythmOf(r), Compare: widget.Comparison(r.Compare), IsActive: r.IsActive, Zone: row.Timezone,
		NextDueAt: r.NextDueAt, Recipients: []Recipient{}, CreatedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt, key: row.CustomerKey,
	}
	for _, raw := range row.Recipients {
		var to Recipient
		if err := json.Unmarshal(raw, &to); err != nil {
			return s, err
		}
		s.Recipients = append(s.Recipients, to)
	}
	return s, nil
}
