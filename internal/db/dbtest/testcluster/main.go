// Command testcluster runs a program with one PostgreSQL cluster for all the test
// programs under it: testcluster go test ./...
package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"os/signal"
	"syscall"

	"clientportal/internal/db/dbtest"
	"clientportal/internal/db/private"
)

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: testcluster PROGRAM [ARGUMENT…]")
		os.Exit(2)
	}
	code, err := run(os.Args[1], os.Args[2:])
	if err != nil {
		fmt.Fprintln(os.Stderr, "testcluster:", err)
		os.Exit(1)
	}
	os.Exit(code)
}

// run gives the exit status of the program.
func run(program string, arguments []string) (code int, err error) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	dir, err := os.MkdirTemp("", "portal-test-")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir)
	cluster, err := private.Start(ctx, dir, slog.New(slog.DiscardHandler), private.Fast())
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, cluster.Stop(context.Background())) }()

	command := exec.CommandContext(ctx, program, arguments...)
	command.Stdin, command.Stdout, command.Stderr = os.Stdin, os.Stdout, os.Stderr
	command.Env = append(os.Environ(), dbtest.ClusterVariable+"="+dir)
	if err := command.Run(); err != nil && command.ProcessState == nil {
		return 0, err
	}
	return command.ProcessState.ExitCode(), nil
}
