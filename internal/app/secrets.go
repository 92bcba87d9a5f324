package app

import (
	"cmp"
	"context"
	"fmt"
	"io"

	"clientportal/internal/actor"
	"clientportal/internal/audit"
	"clientportal/internal/config"
	"clientportal/internal/db"
)

// RotateSecrets adds a new secret key and seals with it again all that was sealed
// with another. It can be stopped and started again; resealOnly adds no key.
func RotateSecrets(ctx context.Context, c config.Config, resealOnly bool, out io.Writer) (err error) {
	at, stop, err := reachDatabase(ctx, c)
	if err != nil {
		return err
	}
	defer func() { err = cmp.Or(err, stop(context.WithoutCancel(ctx))) }()
	if err := db.Migrate(ctx, at.owner, at.work); err != nil {
		return err
	}
	database, err := db.Open(ctx, at.work)
	if err != nil {
		return err
	}
	defer database.Close()
	a, err := New(ctx, c, "", database)
	if err != nil {
		return err
	}
	defer func() { err = cmp.Or(err, a.Close()) }()
	return a.rotateSecrets(actor.As(ctx, "portal secrets rotate"), resealOnly, out)
}

func (a *App) rotateSecrets(ctx context.Context, resealOnly bool, out io.Writer) error {
	if !resealOnly {
		if err := a.secrets.Rotate(); err != nil {
			return err
		}
		if err := a.db.Record(ctx, audit.Event{Action: "secret.rotate"}); err != nil {
			return err
		}
		say(out, "There is a new secret key. What was sealed with the old ones is sealed again:")
	}
	for _, part := range []struct {
		what   string
		reseal func(context.Context) (int, error)
	}{
		{"data sources' credentials", a.sources.Reseal},
		{"second factors", a.auth.Reseal},
		{"keys of reply addresses", a.ticket.Reseal},
	} {
		n, err := part.reseal(ctx)
		if err != nil {
			return fmt.Errorf("%s: %w; run it again with --reseal", part.what, err)
		}
		say(out, "  %d %s", n, part.what)
	}
	return nil
}
