package e2e

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"clientportal/internal/app/apptest"
)

// built is the folder of what these tests build.
var built string

func TestMain(m *testing.M) {
	var err error
	if built, err = os.MkdirTemp("", "portal-built-"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	os.RemoveAll(built)
	os.Exit(code)
}

// binary is the portal's program, built once.
var binary = sync.OnceValues(func() (string, error) {
	path := filepath.Join(built, "portal")
	if output, err := exec.Command("go", "build", "-o", path, "clientportal/cmd/portal").CombinedOutput(); err != nil {
		return "", fmt.Errorf("build the portal: %w: %s", err, output)
	}
	return path, nil
})

// command is the portal's program with its data in dir.
func command(t *testing.T, dir string, environment []string, arguments ...string) *exec.Cmd {
	t.Helper()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command(path, arguments...)
	for _, variable := range os.Environ() {
		if !strings.HasPrefix(variable, "PORTAL_") {
			c.Env = append(c.Env, variable)
		}
	}
	c.Env = append(append(c.Env, "PORTAL_DATA_DIR="+dir, "PORTAL_ADDR=127.0.0.1:0"), environment...)
	return c
}

// invoke runs a command of the portal to its end and gives all that it says.
func invoke(t *testing.T, dir string, environment []string, arguments ...string) (output string, err error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	c := command(t, dir, environment, arguments...)
	var said bytes.Buffer
	c.Stdout, c.Stderr = &said, &said
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	stop := context.AfterFunc(ctx, func() { _ = c.Process.Signal(syscall.SIGQUIT) })
	defer stop()
	err = c.Wait()
	return said.String(), err
}

// process is a running portal.
type process struct {
	*apptest.Portal
	t       *testing.T
	command *exec.Cmd
	ended   chan error
	said    lines
}

// lines is what a process says, as it comes.
type lines struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *lines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// serve starts a portal and waits until it answers.
func serve(t *testing.T, dir string, environment ...string) *process {
	t.Helper()
	p := &process{t: t, command: command(t, dir, environment, "serve"), ended: make(chan error, 1)}
	p.command.Stderr = &p.said
	output, err := p.command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.command.Start(); err != nil {
		t.Fatal(err)
	}
	address := make(chan string, 1)
	read := make(chan struct{})
	go func() {
		defer close(read)
		for line := bufio.NewScanner(io.TeeReader(output, &p.said)); line.Scan(); {
			if url, ok := strings.CutPrefix(line.Text(), "listening on "); ok {
				address <- url
			}
		}
	}()
	go func() {
		<-read
		p.ended <- p.command.Wait()
	}()
	t.Cleanup(func() {
		p.kill()
		if t.Failed() {
			t.Logf("the portal said:\n%s", last(p.said.String(), 4000))
		}
	})
	select {
	case url := <-address:
		p.Portal = &apptest.Portal{URL: url, Dir: dir}
	case err := <-p.ended:
		p.ended <- err
		t.Fatalf("the portal ended: %v\n%s", err, p.said.String())
	case <-time.After(time.Minute):
		t.Fatalf("the portal does not start\n%s", p.said.String())
	}
	return p
}

// kill ends the portal as a power cut would, and waits until it is gone.
func (p *process) kill() {
	_ = p.command.Process.Kill() // it may have ended already
	select {
	case err := <-p.ended:
		p.ended <- err
	case <-time.After(10 * time.Second):
		p.t.Error("a killed portal does not end")
	}
}

// stop asks the portal to end and gives the time that it took.
func (p *process) stop() time.Duration {
	p.t.Helper()
	began := time.Now()
	if err := p.command.Process.Signal(syscall.SIGTERM); err != nil {
		p.t.Fatal(err)
	}
	select {
	case err := <-p.ended:
		if err != nil {
			p.t.Errorf("the portal ended with %v", err)
		}
		p.ended <- err
	case <-time.After(time.Minute):
		p.t.Fatal("the portal does not stop")
	}
	return time.Since(began)
}

// database connects to the private PostgreSQL in a data folder past all of its rules.
func database(t *testing.T, dir string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), "user=postgres dbname=portal port=5432 host="+filepath.Join(dir, "postgres"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(context.Background()) })
	return conn
}

// dataFolder is a data folder whose path is short enough for a socket in it.
func dataFolder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "portal-e2e-")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o755); err != nil { // the server is not run as root
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

func last(text string, n int) string { return text[max(0, len(text)-n):] }
