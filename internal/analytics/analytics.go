// Package analytics is the dashboards: what each shows, who sees it, and the numbers
// of a range of days, read at once for all of its widgets.
//
// Numbers are what sources reported (metric_facts by day, metric_ranges for what
// can't be added up). How they may be put together is each metric's own; see
// internal/metric. The kinds of widgets are in the folder below.
package analytics

import (
	"context"
	"encoding/json"
	"io"
	"time"

	"github.com/google/uuid"

	"clientportal/internal/actor"
	"clientportal/internal/analytics/widget"
	"clientportal/internal/audit"
	"clientportal/internal/db"
	"clientportal/internal/fault"
	"clientportal/internal/metric"
)

// Deps is what dashboards need of the portal.
type Deps struct {
	DB      *db.DB
	Metrics *metric.Registry
	// SourceLabels are the kinds of sources as people call them: "ga4" is "Google Analytics 4".
	SourceLabels map[string]string
	// Attribution is by which rule a kind of source credits ads or channels, in words.
	Attribution   func(sourceType string, windows json.RawMessage) string
	Ranges        Ranges            // nil: nobody can be asked, and people of new ranges stay pending
	Formats       map[string]Format // files that a report can be had as, beside JSON: "csv"
	WidgetFormats map[string]Format // the same of a single widget: "png"
}

// Ranges asks sources for what can't be added up over days.
type Ranges interface {
	// AskRange has a source asked for the days from up to, and without, until. It
	// records an event; where that range has been asked for already, it returns
	// db.ErrUnchanged.
	AskRange(ctx context.Context, tx *db.Tx, source uuid.UUID, from, until time.Time) error
}

// Format writes a report as a file.
type Format struct {
	Label       string // for the menu: "Spreadsheet (XLSX)"
	ContentType string
	Extension   string // without a dot
	Render      func(ctx context.Context, w io.Writer, r Report) error
}

// Service is the actions on dashboards.
type Service struct{ Deps }

// New makes the service.
func New(deps Deps) *Service { return &Service{deps} }

// Summary is a dashboard in a list.
type Summary struct {
	ID            uuid.UUID `json:"id"`
	Customer      Named     `json:"customer"`
	Name          string    `json:"dashboard_name"`
	ClientType    string    `json:"client_type" enum:"b2b,b2c"`
	BusinessModel string    `json:"business_model" enum:"lead_gen,online_sales"`
	WebsiteType   *string   `json:"website_type" enum:"brochure,transactional"`
	IsActive      bool      `json:"is_active"`
	WidgetCount   int       `json:"widget_count"`
	CreatedAt     time.Time `json:"created_at"`
	UpdatedAt     time.Time `json:"updated_at"`
}

// Dashboard is a dashboard with its grid of widgets.
type Dashboard struct {
	Summary
	Config widget.Config `json:"config"`
}

// Named is something with a name.
type Named struct {
	ID   uuid.UUID `json:"id"`
	Name string    `json:"name"`
}

// Report is what a dashboard shows for a range.
type Report struct {
	Dashboard   Named           `json:"dashboard"`
	Customer    Named           `json:"customer"`
	Range       Period          `json:"range"`
	Comparison  *Period         `json:"comparison" doc:"The range that is compared with"`
	Zone        string          `json:"timezone" doc:"In which the range was chosen; each source has days of its own zone"`
	GeneratedAt time.Time       `json:"generated_at"`
	Widgets     []widget.Result `json:"widgets"`
	Freshness   []Freshness     `json:"freshness"`
}

// Period is a range of days, the last one included.
type Period struct {
	From  widget.Day `json:"from"`
	To    widget.Day `json:"to"`
	Label string     `json:"label" doc:"Last 30 days; 30 days before"`
}

// Freshness is how a source of a report stands.
type Freshness struct {
	widget.Origin
	State      SourceState `json:"state" enum:"fresh,stale,failing,disconnected,never"`
	ReportedTo *widget.Day `json:"reported_to" doc:"The last day that was reported"`
	Coming     *Period     `json:"still_to_come,omitempty" doc:"Days of the range that are still to be read for the first time"`
	Note       string      `json:"note" doc:"In words for a client"`
	Read       *Progress   `json:"-"` // while days are still to come
}

// Progress is how many days of a first reading are there.
type Progress struct{ Done, Total int }

// SourceState is how a source stands.
type SourceState string

// The states of sources.
const (
	Fresh        SourceState = "fresh"
	Stale        SourceState = "stale"        // nothing came for longer than it should take
	Failing      SourceState = "failing"      // the last sync failed; the numbers are older ones
	Disconnected SourceState = "disconnected" // the numbers are what came until then
	NeverSynced  SourceState = "never"
)

// mayBuild is for those who make dashboards.
func mayBuild(who actor.Actor) error {
	if who.Is(actor.Staff, actor.Manager, actor.Admin) {
		return nil
	}
	return fault.Denied("It takes one of the agency's managers or admins to build a dashboard.")
}

// about is an event of a dashboard.
func about(action string, customer, id uuid.UUID, payload any) audit.Event {
	return audit.Event{
		Action: action, CustomerID: customer, Payload: payload,
		Subject: audit.Subject{Type: "dashboard", ID: id},
	}
}

func newID() uuid.UUID { return uuid.Must(uuid.NewV7()) }
