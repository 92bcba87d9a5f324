package app

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"clientportal/internal/config"
	"clientportal/internal/demo"
)

// Demo runs the portal with the demo agency, for this machine only.
func Demo(ctx context.Context, c config.Config, version string, out io.Writer) error {
	host, _, err := net.SplitHostPort(c.Addr)
	if err != nil {
		return fmt.Errorf("PORTAL_ADDR: %w", err)
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return fmt.Errorf("PORTAL_ADDR: the demo's passwords are no secret, so it serves 127.0.0.1 only, not %q", host)
	}
	simulators, err := demo.StartSimulators(ctx)
	if err != nil {
		return err
	}
	if len(c.Upstreams.Configured()) == 0 {
		c.Upstreams = simulators.At
	}
	return withPortal(ctx, c, version, out, func(ctx context.Context, a *App) error {
		password, err := demoPassword(a.config)
		if err != nil {
			return err
		}
		if err := a.MakeDemo(ctx, password, simulators); err != nil {
			return err
		}
		say(out, "\nThe demo agency. Everybody's password is %s\n\n"+
			"  client  %[2]s/login        member@acme-industrial.example (owner@, approver@, viewer@ too)\n"+
			"  staff   %[2]s/staff/login  agent@agency.example (manager@, admin@ too)\n", password, a.config.BaseURL)
		return nil
	})
}

// MakeDemo makes the demo agency, unless it is there, and lets each of its people
// sign in with the password. With simulators, its customers' systems are connected:
// the numbers of its dashboards come in the background.
func (a *App) MakeDemo(ctx context.Context, password string, simulators *demo.Simulators) error {
	quiet := a.db.Quiet()
	f, err := a.makeFeatures(quiet)
	if err != nil {
		return err
	}
	err = demo.Make(ctx, demo.Features{
		DB: quiet, Auth: f.auth, Customers: f.customer, Projects: f.project, Tickets: f.ticket, Notify: f.notify, Hours: f.hours,
		Sources: f.sources, Simulators: simulators,
	}, password, time.Now(), slog.Default())
	if err != nil {
		return err
	}
	return demo.Measure(ctx, demo.Measuring{DB: a.db, Dashboards: a.analytics, Reports: a.reports})
}

// demoPassword is the configured one, or one made once and kept in the data folder.
func demoPassword(c config.Config) (string, error) {
	if c.DemoPassword != "" {
		return c.DemoPassword, nil
	}
	file := filepath.Join(c.DataDir, "demo-password")
	kept, err := os.ReadFile(file)
	if err == nil {
		return strings.TrimSpace(string(kept)), nil
	}
	if !errors.Is(err, os.ErrNotExist) {
		return "", err
	}
	made := strings.ToLower(rand.Text()[:12])
	return made, cmp.Or(os.MkdirAll(c.DataDir, 0o700), os.WriteFile(file, []byte(made+"\n"), 0o600))
}
