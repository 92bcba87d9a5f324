// Package datasource connects customers' other systems (analytics, ads, shops, and
// any other by file or push) and keeps the numbers that they report.
//
// What a known system is lies behind upstream.Source. Here is what they have in
// common: connections with sealed credentials, runs that read windows of days and
// replace them whole, ranges for what can't be added up, and how each source is.
package datasource

import (
	"cmp"
	"context"
	"crypto/sha256"
	"fmt"
	"net/http"
	"time"

	"github.com/google/uuid"

	"clientportal/internal/actor"
	"clientportal/internal/audit"
	"clientportal/internal/datasource/upstream"
	"clientportal/internal/db"
	"clientportal/internal/fault"
	"clientportal/internal/live"
	"clientportal/internal/metric"
	"clientportal/internal/news"
	"clientportal/internal/secret"
)

// Deps is what data sources need of the portal.
type Deps struct {
	DB      *db.DB
	Secrets *secret.Box
	Systems []upstream.Source // those that can be connected
	Client  *http.Client      // guarded: upstream.NewClient
	Notify  Notifier
	BaseURL string // of every link, without a slash at its end

	// Hints are those of changes from now on, over every portal of the database, so that
	// work that has become needless ends at once; nil has it end within seconds.
	Hints func(since time.Time, wants func(live.Hint) bool) (hints <-chan live.Hint, cancel func())

	// QuickStep is how long a source may take before those that are quick no longer
	// wait for it; 0 for the usual.
	QuickStep time.Duration
}

// Notifier tells people of what happened.
type Notifier interface {
	Tell(ctx context.Context, tx *db.Tx, n news.Notice) (letters []news.Reader, err error)
}

// Service is the actions on data sources.
type Service struct {
	Deps
	registry *metric.Registry
	types    map[string]upstream.Source
}

// New makes the service. Its error is a fault of the connectors' declarations.
func New(deps Deps) (*Service, error) {
	s := &Service{Deps: deps, types: map[string]upstream.Source{}}
	s.QuickStep = cmp.Or(s.QuickStep, quickStep)
	var lists [][]metric.Metric
	for _, source := range deps.Systems {
		s.types[source.Type()] = source
		lists = append(lists, source.Metrics())
	}
	var err error
	if s.registry, err = metric.NewRegistry(lists...); err != nil {
		return nil, fmt.Errorf("data sources: %w", err)
	}
	return s, nil
}

// Metrics are the metrics of all systems that can be connected.
func (s *Service) Metrics() *metric.Registry { return s.registry }

// The types of sources that are no system: what is uploaded, and what is sent.
const (
	CSV  = "csv"
	Push = "push"
)

// Named is something with a name.
type Named struct {
	ID   uuid.UUID `json:"id"`
	Name string    `json:"name"`
}

// mayRead is for all of the agency's people, of the customers they serve.
func mayRead(who actor.Actor) error {
	if who.Is(actor.Staff) {
		return nil
	}
	return fault.Denied("This is for the agency's people.")
}

// mayManage is for those who connect sources and decide what is read.
func mayManage(who actor.Actor) error {
	if who.Is(actor.Staff, actor.Manager, actor.Admin) {
		return nil
	}
	return fault.Denied("It takes one of the agency's managers or admins to change data sources.")
}

// manager is who acts, if they may.
func manager(ctx context.Context) (actor.Actor, error) {
	who, _ := actor.From(ctx)
	return who, mayManage(who)
}

// about is an event of a source. Its payload never has a credential or a setting.
func about(action string, customer, source uuid.UUID, payload any) audit.Event {
	return audit.Event{
		Action: "data_source." + action, CustomerID: customer, Payload: payload,
		Subject: audit.Subject{Type: "data_source", ID: source},
	}
}

// inner is an event of the portal's own work on a source, which is the agency's to
// know: a company reads its own events.
func inner(action string, source uuid.UUID, payload any) audit.Event {
	return about(action, uuid.Nil, source, payload)
}

// topic is what the pages of a source follow.
func topic(source uuid.UUID) string { return "source:" + source.String() }

// announce tells open pages that a source has changed.
func announce(tx *db.Tx, customer, source uuid.UUID) {
	tx.Announce(live.Hint{CustomerID: customer, Topic: topic(source)})
}

func newID() uuid.UUID { return uuid.Must(uuid.NewV7()) }

// hashOf is how a token that was given out is kept.
func hashOf(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}
