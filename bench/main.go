// Command bench measures the portal on data as large as a big agency has, beside
// the limit that its database sets: pgbench with the same statements on the same
// cluster. docs/performance.md says how to read what it prints.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"syscall"
	"time"

	"clientportal/internal/db/private"
)

func main() {
	log.SetFlags(log.Ltime)
	slog.SetLogLoggerLevel(slog.LevelWarn)
	b := bench{}
	var data, scale, only string
	var fresh bool
	flag.StringVar(&data, "data", "data/bench", "folder of the database and of all that the bench leaves")
	flag.StringVar(&scale, "scale", "full", "size of the data: full (1,000,000 tickets) or small (10,000)")
	flag.BoolVar(&fresh, "fresh", false, "make the data anew")
	flag.StringVar(&only, "only", "", "measure only the figures whose names match this expression")
	flag.IntVar(&b.connections, "connections", 16, "connections that ask at once")
	flag.DurationVar(&b.duration, "time", 10*time.Second, "how long each figure is measured")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := b.run(ctx, data, scale, only, fresh); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// bench is one run.
type bench struct {
	connections int
	duration    time.Duration

	data    string // folder
	cluster *private.Cluster
	program string // the portal
}

func (b *bench) run(ctx context.Context, data, scale, only string, fresh bool) (err error) {
	wanted, err := regexp.Compile(only)
	if err != nil {
		return err
	}
	size, ok := sizes[scale]
	if !ok {
		return fmt.Errorf("there is no scale %q", scale)
	}
	if b.data, err = filepath.Abs(data); err != nil {
		return err
	}
	if b.cluster, err = private.Start(ctx, b.data, slog.Default()); err != nil {
		return err
	}
	defer func() {
		if stopErr := b.cluster.Stop(context.WithoutCancel(ctx)); err == nil {
			err = stopErr
		}
	}()
	if err := b.build(ctx); err != nil {
		return err
	}
	main, err := b.database(ctx, size, fresh)
	if err != nil {
		return err
	}
	small := main
	if scale != "small" {
		if small, err = b.database(ctx, sizes["small"], fresh); err != nil {
			return err
		}
	}
	var rows []row
	for _, f := range figures {
		if !wanted.MatchString(f.name) {
			continue
		}
		d := main
		if f.small {
			d = small
		}
		r, err := b.measure(ctx, d, f)
		if err != nil {
			return fmt.Errorf("%s: %w", f.name, err)
		}
		rows = append(rows, r)
	}
	printTable(os.Stdout, rows)
	if wanted.MatchString("store numbers") {
		if err := b.measureStore(ctx, small, os.Stdout); err != nil {
			return fmt.Errorf("store numbers: %w", err)
		}
	}
	if only != "" {
		return nil
	}
	return b.measureStart(ctx, os.Stdout)
}
