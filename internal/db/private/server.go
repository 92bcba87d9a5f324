package private

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"syscall"
	"time"
)

// readyWithin is how long a server may take to answer: a moment, but for the recovery after
// a crash of one that was writing hard.
const readyWithin = 3 * time.Minute

// server is one run of the postmaster.
type server struct {
	cmd    *exec.Cmd
	began  int64 // where in the log this run begins
	exited chan struct{}
}

// launch starts the server; it serves when awaitReady says so.
func (c *Cluster) launch() (*server, error) {
	cmd, err := c.account.command(c.binaries.program("postgres"), c.folder, c.settings()...)
	if err != nil {
		return nil, err
	}
	defer closeExtraFiles(cmd)
	output, began, err := openLog(c.dataDir)
	if err != nil {
		return nil, fmt.Errorf("open PostgreSQL's log: %w", err)
	}
	defer output.Close()
	cmd.Stdout, cmd.Stderr = output, output
	dieWithParent(cmd.SysProcAttr, syscall.SIGINT)

	s := &server{cmd: cmd, began: began, exited: make(chan struct{})}
	started := make(chan error)
	go s.run(started)
	if err := <-started; err != nil {
		return nil, fmt.Errorf("run PostgreSQL as %s: %w", userName(c.account.uid), err)
	}
	return s, nil
}

func (s *server) run(started chan<- error) {
	// The kernel counts the thread that starts a child as its parent, so this one must stay
	// until the child has ended.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	err := s.cmd.Start()
	started <- err
	if err != nil {
		return
	}
	_ = s.cmd.Wait() // how it ended is in ProcessState
	close(s.exited)
}

func (s *server) pid() int { return s.cmd.Process.Pid }

func (s *server) signal(signal os.Signal) {
	_ = s.cmd.Process.Signal(signal) // fails only when the process has ended, which is as well
}

// awaitReady waits until the server answers a query, or has ended.
func (c *Cluster) awaitReady(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, readyWithin)
	defer cancel()
	for wait := pollEvery; ; wait = min(2*wait, time.Second/2) {
		err := c.ping(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-c.server.exited:
			return fmt.Errorf("the private PostgreSQL in %s ended as it began (%s):\n%s",
				c.folder, c.server.cmd.ProcessState, lastWords(c.dataDir, c.server.began))
		case <-ctx.Done():
			return fmt.Errorf("the private PostgreSQL in %s does not answer: %w:\n%s",
				c.folder, err, lastWords(c.dataDir, c.server.began))
		case <-time.After(wait):
		}
	}
}

// supervise starts the server anew whenever it ends, until ctx does. The pools that use it
// heal by themselves.
func (c *Cluster) supervise(ctx context.Context) {
	defer close(c.supervised)
	const shortest, longest = 100 * time.Millisecond, 10 * time.Second
	for pause := shortest; ; pause = min(2*pause, longest) {
		watched := time.Now()
		select {
		case <-ctx.Done():
			return
		case <-c.server.exited:
		}
		if time.Since(watched) > time.Minute {
			pause = shortest
		}
		c.log.Error("private PostgreSQL is down; starting it again", "after", pause,
			"how", c.server.cmd.ProcessState.String(), "log", lastWords(c.dataDir, c.server.began))
		select {
		case <-ctx.Done():
			return
		case <-time.After(pause):
		}
		if err := c.relaunch(ctx); err != nil { // the ended server stays, so the loop comes back
			c.log.Error("cannot start private PostgreSQL", "error", err)
		}
	}
}

func (c *Cluster) relaunch(ctx context.Context) error {
	if err := c.evict(ctx); err != nil {
		return err
	}
	again, err := c.launch()
	if err != nil {
		return err
	}
	c.server = again
	return nil
}
