package app

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"

	"clientportal/internal/actor"
	"clientportal/internal/config"
	"clientportal/internal/db"
	"clientportal/internal/inbound"
)

// Serve runs the portal until ctx ends.
func Serve(ctx context.Context, c config.Config, version string, out io.Writer) error {
	return withPortal(ctx, c, version, out, func(context.Context, *App) error { return nil })
}

// withPortal starts everything, lets prepare do its part, answers until ctx ends,
// and stops everything again in reverse.
func withPortal(ctx context.Context, c config.Config, version string, out io.Writer, prepare func(context.Context, *App) error) (err error) {
	listener, err := listen(ctx, &c)
	if err != nil {
		return err
	}
	defer listener.Close()
	at, stop, err := startDatabase(ctx, c)
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
	a, err := New(ctx, c, version, database)
	if err != nil {
		return err
	}
	defer func() { err = cmp.Or(err, a.Close()) }()
	if err := prepare(ctx, a); err != nil {
		return err
	}

	working, stopWorking := context.WithCancel(context.WithoutCancel(ctx))
	worked := make(chan error, 1)
	go func() { worked <- a.Run(working) }()
	defer func() { stopWorking(); err = cmp.Or(err, <-worked) }()
	if err := a.serveMetrics(ctx); err != nil {
		return err
	}
	if err := a.takeReplies(ctx, out); err != nil {
		return err
	}
	say(out, "listening on %s", "http://"+reachable(listener.Addr().(*net.TCPAddr)))
	return serve(ctx, listener, a.Handler(), a.hub.EndStreams)
}

// serveMetrics answers Prometheus at its own address, if there is one.
func (a *App) serveMetrics(ctx context.Context) error {
	if a.config.MetricsAddr == "" {
		return nil
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", a.config.MetricsAddr)
	if err != nil {
		return fmt.Errorf("PORTAL_METRICS_ADDR: %w", err)
	}
	server := &http.Server{Handler: a.metrics.handler(), ReadHeaderTimeout: 10 * time.Second}
	context.AfterFunc(ctx, func() { _ = server.Close() })
	go func() { _ = server.Serve(listener) }() // it ends with the portal
	return nil
}

// takeReplies lets answers to mails come in: at their own address, and from a mailbox,
// as far as there is either.
func (a *App) takeReplies(ctx context.Context, out io.Writer) error {
	if a.config.InboundIMAP != "" {
		mailbox, err := inbound.ParseMailbox(a.config.InboundIMAP)
		if err != nil {
			return fmt.Errorf("PORTAL_INBOUND_IMAP_URL: %w", err)
		}
		go mailbox.Watch(ctx, a.ticket)
		say(out, "taking mails from %s", mailbox)
	}
	if a.config.InboundAddr == "" {
		return nil
	}
	address, lmtp := a.config.Listener()
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return fmt.Errorf("PORTAL_INBOUND_ADDR: %w", err)
	}
	_, domain, _ := strings.Cut(a.config.ReplyAddress, "@")
	go func() {
		if err := inbound.Serve(ctx, listener, domain, lmtp, a.ticket); err != nil {
			slog.ErrorContext(ctx, "no more mails are taken", "error", err)
		}
	}()
	say(out, "taking mails on %s", listener.Addr())
	return nil
}

// Migrate brings the database's schema up to date.
func Migrate(ctx context.Context, c config.Config) (err error) {
	at, stop, err := reachDatabase(ctx, c)
	if err != nil {
		return err
	}
	defer func() { err = cmp.Or(err, stop(context.WithoutCancel(ctx))) }()
	return db.Migrate(ctx, at.owner, at.work)
}

// NewStaff is somebody to let in on the staff side.
type NewStaff struct{ Email, Name, Role string }

// CreateStaff adds an employee and says to out where they set their password.
func CreateStaff(ctx context.Context, c config.Config, who NewStaff, out io.Writer) (err error) {
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
	if c.BaseURL == "" {
		c.BaseURL = "http://" + strings.Replace(c.Addr, "0.0.0.0", "localhost", 1)
	}
	a, err := New(ctx, c, "", database)
	if err != nil {
		return err
	}
	defer func() { err = cmp.Or(err, a.Close()) }()
	link, err := a.auth.CreateStaff(actor.As(ctx, "portal staff create"), who.Email, who.Name, actor.Role(who.Role))
	if err != nil {
		return err
	}
	say(out, "%s may sign in at %s/staff/login once they have set a password here, within a day:\n%s", who.Email, c.BaseURL, link)
	return nil
}
