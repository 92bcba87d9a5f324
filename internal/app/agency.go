package app

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"clientportal/internal/actor"
	"clientportal/internal/db"
	"clientportal/internal/web"
)

// agencyAge is how long a portal shows the agency as it read it last.
const agencyAge = 10 * time.Second

// agency is what every page and mail says of the agency.
type agency struct {
	Name, Accent, Support, Legal string
	Zone                         *time.Location
}

// agencies remembers the agency for a moment, since every page shows it.
type agencies struct {
	db *db.DB

	mu   sync.Mutex
	last agency
	read time.Time
}

func (s *agencies) current(ctx context.Context) agency {
	s.mu.Lock()
	defer s.mu.Unlock()
	if time.Since(s.read) < agencyAge {
		return s.last
	}
	ctx = actor.As(context.WithoutCancel(ctx), "agency")
	var now agency
	var zone string
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		return tx.QueryRow(ctx, `select name, accent, coalesce(support_email, ''), legal_line, timezone from agency`).
			Scan(&now.Name, &now.Accent, &now.Support, &now.Legal, &zone)
	})
	if err == nil {
		now.Zone, err = time.LoadLocation(zone)
	}
	if err != nil {
		slog.WarnContext(ctx, "the agency's settings could not be read", "error", err)
		return s.last // better the last known than none
	}
	s.last, s.read = now, time.Now()
	return now
}

func (a agency) brand() web.Brand {
	return web.Brand{Name: a.Name, Home: "/", Accent: a.Accent, Support: a.Support, Legal: a.Legal}
}
