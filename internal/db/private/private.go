// Package private is the database the portal brings itself: a PostgreSQL cluster in the data
// folder, served on a Unix socket to this machine only, and run for as long as the portal runs.
//
// The data folder then holds
//
//	portal.lock    held by the one portal that uses the folder
//	postgres/      the cluster, and the socket in it
//	postgres.log   what the server says
package private

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"
)

const (
	// fastShutdown is how long the server may take to write everything down and end.
	fastShutdown = 20 * time.Second
	pollEvery    = 20 * time.Millisecond
)

// Cluster is the private PostgreSQL of one data folder.
type Cluster struct {
	dataDir string
	folder  string // the cluster itself, inside dataDir
	mark    string // cluster_name: tells this cluster's processes from all others
	log     *slog.Logger
	options options

	binaries Binaries
	account  account
	lock     *os.File
	socket   socket
	server   *server // owned by supervise until supervised is closed

	stopSupervising context.CancelFunc
	supervised      chan struct{}
	stop            sync.Once
	stopErr         error
}

type options struct {
	fast      bool
	installed []Binaries
}

// Option changes how a cluster is run.
type Option func(*options)

// Fast gives up durability for speed, as suits data that ends with a test.
func Fast() Option { return func(o *options) { o.fast = true } }

// Start opens the cluster in dataDir, making it the first time, and runs it until Stop.
func Start(ctx context.Context, dataDir string, log *slog.Logger, opts ...Option) (*Cluster, error) {
	c, err := at(dataDir)
	if err != nil {
		return nil, err
	}
	c.log = log
	for _, opt := range opts {
		opt(&c.options)
	}
	if err := os.MkdirAll(c.dataDir, 0o700); err != nil {
		return nil, fmt.Errorf("make the data folder: %w", err)
	}
	if c.lock, err = lock(c.dataDir); err != nil {
		return nil, err
	}
	if err := c.start(ctx); err != nil {
		c.release()
		return nil, err
	}
	return c, nil
}

// Attach uses the cluster that another portal is running in dataDir; Stop leaves it running.
func Attach(ctx context.Context, dataDir string) (*Cluster, error) {
	c, err := at(dataDir)
	if err != nil {
		return nil, err
	}
	if c.socket, err = socketIn(c.folder); err != nil {
		return nil, err
	}
	if err := c.ping(ctx); err != nil {
		c.release()
		return nil, fmt.Errorf("no private PostgreSQL answers in %s: %w", c.folder, err)
	}
	return c, nil
}

func at(dataDir string) (*Cluster, error) {
	dataDir, err := filepath.Abs(dataDir)
	if err != nil {
		return nil, fmt.Errorf("the data folder: %w", err)
	}
	return &Cluster{dataDir: dataDir, folder: filepath.Join(dataDir, "postgres")}, nil
}

func (c *Cluster) start(ctx context.Context) error {
	if err := c.open(ctx); err != nil {
		return err
	}
	var err error
	if c.socket, err = socketIn(c.folder); err != nil {
		return err
	}
	began := time.Now()
	if err := c.raise(ctx); err != nil {
		return c.abandon(err)
	}
	if err := c.ensureRoles(ctx); err != nil {
		return c.abandon(err)
	}
	c.log.Info("private PostgreSQL is running", "version", c.binaries.Major, "folder", c.folder,
		"pid", c.server.pid(), "took", time.Since(began).Round(time.Millisecond))

	supervising, cancel := context.WithCancel(context.WithoutCancel(ctx))
	c.stopSupervising, c.supervised = cancel, make(chan struct{})
	go c.supervise(supervising)
	return nil
}

// raise ends what is left of a former server and starts one. A child that a killed
// server forked a moment ago does not carry the cluster's name yet, so that it is not
// found; it ends by itself, and until then the server refuses to start.
func (c *Cluster) raise(ctx context.Context) error {
	const tries = 5
	for try := 1; ; try++ {
		if err := c.evict(ctx); err != nil {
			return err
		}
		var err error
		if c.server, err = c.launch(); err != nil {
			return err
		}
		err = c.awaitReady(ctx)
		if err == nil || try == tries || !strings.Contains(err.Error(), "pre-existing shared memory block") {
			return err
		}
		c.log.Warn("a process of the former server is still there; trying again", "folder", c.folder)
		time.Sleep(time.Second)
	}
}

// abandon ends a server that did not come up, and returns why it is abandoned.
func (c *Cluster) abandon(why error) error {
	if c.server == nil {
		return why
	}
	if err := c.end(context.Background()); err != nil {
		return fmt.Errorf("%w; and stopping it again: %w", why, err)
	}
	return why
}

// Stop ends the server cleanly and frees the data folder. When ctx ends first, the server is
// told to end at once, and recovers at its next start.
func (c *Cluster) Stop(ctx context.Context) error {
	c.stop.Do(func() {
		if c.supervised != nil {
			c.stopSupervising()
			<-c.supervised
			c.stopErr = c.end(ctx)
		}
		c.release()
	})
	return c.stopErr
}

// end asks the server to shut down, waits for it, and leaves no process of the cluster behind.
func (c *Cluster) end(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, fastShutdown)
	defer cancel()
	c.server.signal(syscall.SIGINT)
	select {
	case <-c.server.exited:
	case <-ctx.Done():
	}
	if err := c.evict(ctx); err != nil {
		return err
	}
	<-c.server.exited
	return nil
}

func (c *Cluster) release() {
	c.socket.remove()
	if c.lock != nil {
		c.lock.Close()
	}
}
