// Package demo makes the demo agency: six customers, their people, projects and
// a year of tickets. It lives that year through the features' own actions, each
// at its time and in the name of the person who did it, so that the demo is as
// true as the portal is: same checks, same audit trail.
//
// It is made once, with a fixed seed. A start that was interrupted is taken up
// where it ended.
package demo

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/google/uuid"
	"golang.org/x/sync/errgroup"

	"clientportal/internal/actor"
	"clientportal/internal/audit"
	"clientportal/internal/auth"
	"clientportal/internal/customer"
	"clientportal/internal/datasource"
	"clientportal/internal/db"
	"clientportal/internal/notify"
	"clientportal/internal/project"
	"clientportal/internal/ticket"
	"clientportal/internal/timetrack"
)

// Features are what the demo is made with. They work on a quiet database, so
// that nobody gets a year of mails at once.
type Features struct {
	DB        *db.DB
	Auth      *auth.Service
	Customers *customer.Service
	Projects  *project.Service
	Tickets   *ticket.Service
	Notify    *notify.Service
	Hours     *timetrack.Service
	Sources   *datasource.Service

	Simulators *Simulators // of the systems that numbers come from; nil: none are connected
}

// ErrOccupied says that the database has people or customers who are not the demo's.
var ErrOccupied = errors.New("this database holds another agency's work; the demo needs one of its own")

// Make makes the demo agency as of now, unless it is there, and lets each of its
// people sign in with the password.
func Make(ctx context.Context, f Features, password string, now time.Time, log *slog.Logger) error {
	ctx = actor.As(ctx, "demo")
	unlock, err := lock(ctx, f.DB)
	if err != nil {
		return err
	}
	defer unlock()
	m := maker{Features: f, now: now.UTC().Truncate(time.Second), log: log}
	if m.home, err = time.LoadLocation(agencyZone); err != nil {
		return err
	}
	if m.found, err = look(ctx, f.DB); err != nil {
		return fmt.Errorf("look for the demo agency: %w", err)
	}
	if m.found.strangers {
		return ErrOccupied
	}
	if err := m.admit(ctx, password); err != nil || m.found.ready {
		return err
	}
	return m.make(ctx)
}

// maker makes the demo agency, or what is missing of it.
type maker struct {
	Features
	now   time.Time
	log   *slog.Logger
	home  *time.Location // the agency's zone
	hash  string         // of everybody's password
	found found
	staff map[string]actor.Actor // by the names that stories give them
}

func (m *maker) make(ctx context.Context) error {
	started := time.Now()
	m.log.InfoContext(ctx, "making the demo agency; this happens once")
	if err := m.hire(ctx); err != nil {
		return fmt.Errorf("hire the demo agency's people: %w", err)
	}
	accounts := make([]*account, len(companies))
	for i := range companies {
		var err error
		if accounts[i], err = m.takeOn(ctx, &companies[i]); err != nil {
			return fmt.Errorf("take on %s: %w", companies[i].name, err)
		}
	}
	if err := m.offer(ctx, accounts); err != nil {
		return fmt.Errorf("write the demo's quotes: %w", err)
	}
	g, together := errgroup.WithContext(ctx)
	for _, a := range accounts {
		g.Go(func() error {
			if err := m.liveThrough(together, a); err != nil {
				return fmt.Errorf("live through a year with %s: %w", a.name, err)
			}
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	for _, a := range accounts {
		if err := m.connect(ctx, a); err != nil {
			return err
		}
	}
	if err := m.tellNews(ctx, accounts); err != nil {
		return fmt.Errorf("tell the demo's news: %w", err)
	}
	if err := m.open(ctx); err != nil {
		return fmt.Errorf("open the demo agency: %w", err)
	}
	m.log.InfoContext(ctx, "the demo agency is ready", "took", time.Since(started).Round(time.Millisecond))
	return nil
}

// liveThrough is the customer's year: the work on their projects, then their
// tickets, then the hours of both.
func (m *maker) liveThrough(ctx context.Context, a *account) error {
	for _, w := range a.works {
		if err := m.work(ctx, a, w); err != nil {
			return fmt.Errorf("%s: %w", w.plan.name, err)
		}
	}
	if err := m.converse(ctx, a); err != nil {
		return err
	}
	return m.keepHours(ctx, a)
}

// readyID is the id of the event that says that the demo is whole.
var readyID = uuid.NewSHA1(uuid.NameSpaceURL, []byte("clientportal:demo.ready"))

// open names the agency and marks the demo as whole.
func (m *maker) open(ctx context.Context) error {
	return m.DB.Write(ctx, func(tx *db.Tx) error {
		tx.Record(audit.Event{ID: readyID, Action: "demo.ready"})
		_, err := tx.Exec(ctx, `update agency set name = $1, accent = $2, support_email = $3, legal_line = $4, timezone = $5, updated_at = $6`,
			agencyName, agencyAccent, agencySupport, agencyLegal, agencyZone, m.now)
		return err
	})
}
