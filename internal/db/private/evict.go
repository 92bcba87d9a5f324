package private

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"time"
)

// markOf names the cluster after its folder's identity on this machine. It brackets the
// numbers, so that no mark is part of another.
func markOf(folder string) (string, error) {
	info, err := os.Stat(folder)
	if err != nil {
		return "", err
	}
	stat := info.Sys().(*syscall.Stat_t)
	return fmt.Sprintf("portal[%x:%x]", stat.Dev, stat.Ino), nil
}

// evict ends every process of this cluster that is still there: the server of a portal that
// was killed, or the children of a server that was. A process id in a file proves nothing, as
// the system gives it anew; the mark does.
func (c *Cluster) evict(ctx context.Context) error {
	pids, err := processes(c.mark)
	if err != nil {
		return err
	}
	if len(pids) == 0 {
		return c.forget()
	}
	if postmaster := c.recordedPostmaster(); slices.Contains(pids, postmaster) {
		c.log.Warn("ending a PostgreSQL server that still runs", "pid", postmaster, "folder", c.folder)
		_ = syscall.Kill(postmaster, syscall.SIGINT) // whether it worked shows in a moment
		c.awaitGone(ctx, fastShutdown)
	}
	for _, signal := range []syscall.Signal{syscall.SIGQUIT, syscall.SIGKILL} {
		for _, pid := range c.remaining() {
			_ = syscall.Kill(pid, signal)
		}
		if c.awaitGone(context.WithoutCancel(ctx), 5*time.Second) {
			return c.forget()
		}
	}
	return fmt.Errorf("processes of the PostgreSQL server in %s do not end: %v", c.folder, c.remaining())
}

// forget removes what a killed server left of its process id: PostgreSQL refuses to start when
// the system has given the number to another process of the same user. Should a person have
// started a server on this folder by hand, its files stay, and PostgreSQL is right to refuse.
func (c *Cluster) forget() error {
	postmaster := c.recordedPostmaster()
	if postmaster == 0 || mayServe(postmaster, c.folder) {
		return nil
	}
	for _, file := range []string{postmasterFile, socketFile + ".lock"} {
		if err := os.Remove(filepath.Join(c.folder, file)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("remove what a killed PostgreSQL left: %w", err)
		}
	}
	return nil
}

const postmasterFile = "postmaster.pid"

// recordedPostmaster is the process id that the last server left or keeps in its folder; 0 is none.
func (c *Cluster) recordedPostmaster() int {
	content, err := os.ReadFile(filepath.Join(c.folder, postmasterFile))
	if err != nil {
		return 0
	}
	line, _, _ := bytes.Cut(content, []byte("\n"))
	pid, _ := strconv.Atoi(string(line))
	return pid
}

func (c *Cluster) remaining() []int {
	pids, _ := processes(c.mark)
	return pids
}

func (c *Cluster) awaitGone(ctx context.Context, limit time.Duration) bool {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	for len(c.remaining()) > 0 {
		select {
		case <-ctx.Done():
			return false
		case <-time.After(pollEvery):
		}
	}
	return true
}
