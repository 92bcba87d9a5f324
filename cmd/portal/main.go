// Command portal is the client portal: see README.md.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
	_ "time/tzdata" // zones also where the machine has none

	"clientportal/internal/app"
	"clientportal/internal/config"
)

const usage = `The client portal.

  portal serve                 run the portal
  portal demo                  run it on loopback, with the demo agency
  portal migrate               bring the database's schema up to date
  portal staff create --email ADDRESS --name "FIRST LAST" --role admin|manager|agent
  portal secrets rotate [--reseal]
  portal audit verify [--since FILE]
  portal audit export DIR
  portal version

It is configured by environment variables: see docs/configuration.md.
`

func main() {
	slog.SetDefault(slog.New(slog.NewTextHandler(os.Stderr, nil)))
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	switch {
	case errors.Is(err, errUsage):
		fmt.Fprint(os.Stderr, usage)
		os.Exit(2)
	case err != nil:
		fmt.Fprintln(os.Stderr, "portal:", err)
		os.Exit(1)
	}
}

var errUsage = errors.New("not a command")

func run(ctx context.Context, args []string, out io.Writer) error {
	command := ""
	if len(args) > 0 {
		command, args = args[0], args[1:]
	}
	if (command == "staff" || command == "audit" || command == "secrets") && len(args) > 0 {
		command, args = command+" "+args[0], args[1:]
	}
	flags := flag.NewFlagSet("portal "+command, flag.ContinueOnError)
	var (
		staff  app.NewStaff
		since  string
		reseal bool
	)
	switch command {
	case "staff create":
		flags.StringVar(&staff.Email, "email", "", "e-mail address")
		flags.StringVar(&staff.Name, "name", "", "first and last name")
		flags.StringVar(&staff.Role, "role", "", "admin, manager or agent")
	case "secrets rotate":
		flags.BoolVar(&reseal, "reseal", false, "add no key, only seal again what another key sealed")
	case "audit verify":
		flags.StringVar(&since, "since", "", "file of an older checkpoint")
	}
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		return nil
	} else if err != nil {
		return errUsage
	}
	wanted := 0
	if command == "audit export" {
		wanted = 1
	}
	if flags.NArg() != wanted {
		return errUsage
	}
	switch command {
	case "version":
		fmt.Fprintln(out, version())
		return nil
	case "help", "-h", "--help":
		fmt.Fprint(out, usage)
		return nil
	}

	c, err := config.Load()
	if err != nil {
		return err
	}
	switch command {
	case "serve":
		return app.Serve(ctx, c, version(), out)
	case "demo":
		return app.Demo(ctx, c, version(), out)
	case "migrate":
		return app.Migrate(ctx, c)
	case "staff create":
		return app.CreateStaff(ctx, c, staff, out)
	case "secrets rotate":
		return app.RotateSecrets(ctx, c, reseal, out)
	case "audit verify":
		return app.VerifyAudit(ctx, c, since, out)
	case "audit export":
		return app.ExportAudit(ctx, c, flags.Arg(0), out)
	}
	return errUsage
}

// version is the module's, or the commit that a build from the tree was made of.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	if info.Main.Version != "" && info.Main.Version != "(devel)" {
		return info.Main.Version
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			return s.Value[:min(12, len(s.Value))]
		}
	}
	return "development"
}
