package private

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// open finds the cluster, or makes it, and the programs and the account to run it with.
func (c *Cluster) open(ctx context.Context) error {
	if c.options.installed == nil {
		c.options.installed = Installed()
	}
	c.sweep()
	_, err := os.Stat(filepath.Join(c.folder, "PG_VERSION"))
	if errors.Is(err, fs.ErrNotExist) {
		err = c.create(ctx)
	} else {
		err = c.reopen()
	}
	if err != nil {
		return err
	}
	c.mark, err = markOf(c.folder)
	return err
}

// reopen finds what can run the cluster that is there.
func (c *Cluster) reopen() (err error) {
	if c.account, err = accountOf(c.folder); err != nil {
		return err
	}
	major, err := c.version()
	if err != nil {
		return err
	}
	c.binaries, err = matching(c.options.installed, c.folder, major)
	return err
}

func (c *Cluster) version() (int, error) {
	text, err := os.ReadFile(filepath.Join(c.folder, "PG_VERSION"))
	if err != nil {
		return 0, err
	}
	major, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		return 0, fmt.Errorf("%s/PG_VERSION is not a version that the portal knows: %q", c.folder, text)
	}
	return major, nil
}

// create makes the cluster beside its place and moves it there when it is whole, so that a
// portal killed meanwhile leaves nothing half.
func (c *Cluster) create(ctx context.Context) (err error) {
	if c.binaries, err = newest(c.options.installed); err != nil {
		return err
	}
	if c.account, err = newAccount(); err != nil {
		return err
	}
	began := time.Now()
	// Never the same name twice: an initdb that outlives its portal writes to no one's folder.
	unfinished, err := os.MkdirTemp(c.dataDir, unfinishedPrefix)
	if err != nil {
		return err
	}
	defer os.RemoveAll(unfinished)
	if c.account.borrowed {
		if err := os.Chown(unfinished, c.account.uid, c.account.gid); err != nil {
			return fmt.Errorf("give the database's folder to %s: %w", userName(c.account.uid), err)
		}
	}
	if err := c.initdb(ctx, unfinished); err != nil {
		return err
	}
	if err := os.Rename(unfinished, c.folder); err != nil {
		return fmt.Errorf("%s is there, but is no PostgreSQL cluster; move it away or choose another PORTAL_DATA_DIR: %w", c.folder, err)
	}
	c.log.Info("made a private PostgreSQL", "version", c.binaries.Major, "folder", c.folder,
		"user", userName(c.account.uid), "took", time.Since(began).Round(time.Millisecond))
	return syncFolder(c.dataDir)
}

func (c *Cluster) initdb(ctx context.Context, folder string) error {
	args := []string{"--username=" + superuser, "--encoding=UTF8", "--data-checksums",
		"--auth-local=trust", "--auth-host=reject"}
	args = append(args, localeArgs()...)
	if c.options.fast {
		args = append(args, "--no-sync")
	}
	cmd, err := c.account.command(c.binaries.program("initdb"), folder, args...)
	if err != nil {
		return err
	}
	defer closeExtraFiles(cmd)
	var output bytes.Buffer
	cmd.Stdout, cmd.Stderr = &output, &output
	cmd.WaitDelay = 5 * time.Second // for the output, should a child of initdb outlive it

	// See launch for the thread.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	dieWithParent(cmd.SysProcAttr, syscall.SIGKILL)
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("run initdb as %s: %w", userName(c.account.uid), err)
	}
	defer context.AfterFunc(ctx, func() { cmd.Process.Kill() })()
	if err := cmd.Wait(); err != nil {
		return fmt.Errorf("initdb, as %s: %w\n%s", userName(c.account.uid), errors.Join(err, ctx.Err()), output.String())
	}
	return nil
}

// localeArgs name the locale whose order never changes with the system's libraries, so that
// an upgrade of the system spoils no index, and which still knows the case of every letter.
func localeArgs() []string {
	if runtime.GOOS == "darwin" { // which calls it so
		return []string{"--locale=C", "--lc-ctype=UTF-8"}
	}
	return []string{"--locale=C.UTF-8"}
}

const unfinishedPrefix = "postgres.unfinished-"

// sweep removes what a portal left that was killed while it made its cluster.
func (c *Cluster) sweep() {
	entries, err := os.ReadDir(c.dataDir)
	if err != nil {
		return // what follows says so better
	}
	for _, entry := range entries {
		if !strings.HasPrefix(entry.Name(), unfinishedPrefix) {
			continue
		}
		leftover := filepath.Join(c.dataDir, entry.Name())
		if err := os.RemoveAll(leftover); err != nil {
			c.log.Warn("cannot remove an unfinished database", "folder", leftover, "error", err)
		}
	}
}

func syncFolder(path string) error {
	folder, err := os.Open(path)
	if err != nil {
		return err
	}
	defer folder.Close()
	return folder.Sync()
}
