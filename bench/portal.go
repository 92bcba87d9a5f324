package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/prometheus/procfs"
)

// portal is a portal that runs as a process of its own, as in production.
type portal struct {
	cmd     *exec.Cmd
	address string
	started time.Duration // until it listened
	peak    uint64        // the most memory that it held, in bytes, known once it is stopped
}

// build builds the portal as it is in the tree.
func (b *bench) build(ctx context.Context) error {
	b.program = filepath.Join(b.data, "portal")
	out, err := exec.CommandContext(ctx, "go", "build", "-trimpath", "-o", b.program, "clientportal/cmd/portal").CombinedOutput()
	if err != nil {
		return fmt.Errorf("go build: %w\n%s", err, out)
	}
	return nil
}

// start runs the portal on a database, or with "" on a private one in its folder.
func (b *bench) start(ctx context.Context, folder string, d database) (*portal, error) {
	logs, err := os.OpenFile(filepath.Join(b.data, "portal.log"), os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, err
	}
	defer logs.Close()
	p := &portal{cmd: exec.CommandContext(ctx, b.program, "serve")}
	p.cmd.Env = append(os.Environ(), "PORTAL_ADDR=127.0.0.1:0", "PORTAL_DATA_DIR="+folder,
		"PORTAL_DATABASE_URL="+d.work, "PORTAL_DATABASE_OWNER_URL="+d.owner)
	p.cmd.Stderr = logs
	p.cmd.Cancel = func() error { return p.cmd.Process.Signal(syscall.SIGTERM) }
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	began := time.Now()
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	p.started = time.Since(began)
	_, address, ok := strings.Cut(strings.TrimSpace(line), "listening on http://")
	if err != nil || !ok {
		_ = p.stop()
		return nil, fmt.Errorf("the portal did not start (%q); see %s", line, logs.Name())
	}
	p.address = address
	go func() { _, _ = io.Copy(io.Discard, out) }()
	return p, nil
}

// stop ends the portal as systemd would.
func (p *portal) stop() error {
	if proc, err := procfs.NewProc(p.cmd.Process.Pid); err == nil {
		if status, err := proc.NewStatus(); err == nil {
			p.peak = status.VmHWM
		}
	}
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	return p.cmd.Wait()
}

// cpu is how much processor time the portal has used.
func (p *portal) cpu() time.Duration {
	proc, err := procfs.NewProc(p.cmd.Process.Pid)
	if err != nil {
		return 0
	}
	stat, err := proc.Stat()
	if err != nil {
		return 0
	}
	return time.Duration(stat.CPUTime() * float64(time.Second))
}

// measureStart says how long a portal takes to listen: the very first time, when it
// makes its own database, and then with it there.
func (b *bench) measureStart(ctx context.Context, out io.Writer) error {
	folder, err := os.MkdirTemp(b.data, "start-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	for _, when := range []string{"the very first time (target 8 s)", "with its database there (target 1 s)"} {
		p, err := b.start(ctx, folder, database{})
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "start, %s: %.2f s\n", when, p.started.Seconds())
		if err := p.stop(); err != nil {
			return err
		}
	}
	return nil
}
