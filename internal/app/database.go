package app

import (
	"context"
	"log/slog"

	"clientportal/internal/config"
	"clientportal/internal/db"
	"clientportal/internal/db/private"
)

// addresses are how the database is reached: as the role that works and as the
// one that owns the schema.
type addresses struct{ work, owner string }

// startDatabase starts the private PostgreSQL, unless the configuration names a
// server. stop ends it again.
func startDatabase(ctx context.Context, c config.Config) (at addresses, stop func(context.Context) error, err error) {
	if c.DatabaseURL != "" {
		at, err = configured(ctx, c)
		return at, func(context.Context) error { return nil }, err
	}
	cluster, err := private.Start(ctx, c.DataDir, slog.Default())
	if err != nil {
		return at, nil, err
	}
	return addresses{work: cluster.URL(), owner: cluster.OwnerURL()}, cluster.Stop, nil
}

// reachDatabase is startDatabase for a command beside a running portal: it uses
// the private PostgreSQL that another portal runs, and starts it otherwise.
func reachDatabase(ctx context.Context, c config.Config) (at addresses, stop func(context.Context) error, err error) {
	if c.DatabaseURL == "" {
		if cluster, err := private.Attach(ctx, c.DataDir); err == nil {
			return addresses{work: cluster.URL(), owner: cluster.OwnerURL()}, cluster.Stop, nil
		}
	}
	return startDatabase(ctx, c)
}

func configured(ctx context.Context, c config.Config) (addresses, error) {
	at := addresses{work: c.DatabaseURL, owner: c.OwnerURL}
	if at.owner == "" {
		at.owner = at.work
	}
	return at, db.Preflight(ctx, at.work, at.owner)
}
