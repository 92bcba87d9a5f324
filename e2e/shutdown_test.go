package e2e

import (
	"bufio"
	"errors"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestShutdown(t *testing.T) {
	t.Parallel()
	dir := dataFolder(t)
	p := serve(t, dir)
	chief, client := p.people()
	client.Follow("/api/client-portal/events")
	chief.Follow("/api/staff/events")
	postmaster := postmasterIn(t, dir)

	if took := p.stop(); took > 15*time.Second {
		t.Errorf("the portal took %v to stop", took)
	}
	if err := syscall.Kill(postmaster, 0); !errors.Is(err, syscall.ESRCH) {
		t.Errorf("the postmaster %d is still there: %v", postmaster, err)
	}
	if _, err := os.Stat(filepath.Join(dir, "postgres", "postmaster.pid")); !os.IsNotExist(err) {
		t.Errorf("postmaster.pid is still there: %v", err)
	}
	serve(t, dir).Client(t, clientEmail)
}

func postmasterIn(t *testing.T, dir string) int {
	t.Helper()
	file, err := os.ReadFile(filepath.Join(dir, "postgres", "postmaster.pid"))
	if err != nil {
		t.Fatal(err)
	}
	first, _, _ := strings.Cut(string(file), "\n")
	pid, err := strconv.Atoi(first)
	if err != nil {
		t.Fatal(err)
	}
	return pid
}

func TestSecondPortalOnOneFolder(t *testing.T) {
	t.Parallel()
	dir := dataFolder(t)
	p := serve(t, dir)
	output, err := invoke(t, dir, nil, "serve")
	var refused *exec.ExitError
	if !errors.As(err, &refused) || refused.ExitCode() != 1 {
		t.Errorf("a second portal ended with %v", err)
	}
	for _, words := range []string{dir + " is in use", strconv.Itoa(p.command.Process.Pid), "PORTAL_DATA_DIR"} {
		if !strings.Contains(output, words) {
			t.Errorf("a second portal does not say %q:\n%s", words, output)
		}
	}
	p.Nobody(t).Get("/readyz").Must(t, http.StatusOK)
}

func TestHugeHeaders(t *testing.T) {
	t.Parallel()
	p := serve(t, dataFolder(t))
	for _, try := range []struct {
		name   string
		bytes  int
		status int
	}{
		{"Cookie", 30 << 10, http.StatusUnauthorized}, {"X-Filler", 30 << 10, http.StatusUnauthorized},
		{"Cookie", 200 << 10, http.StatusRequestHeaderFieldsTooLarge}, {"X-Filler", 10 << 20, http.StatusRequestHeaderFieldsTooLarge},
	} {
		conn, err := net.Dial("tcp", strings.TrimPrefix(p.URL, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		go func() { // the portal may hang up in the middle
			_, _ = conn.Write([]byte("GET /api/client-portal/auth/me HTTP/1.1\r\nHost: portal\r\n" + try.name + ": " + strings.Repeat("a", try.bytes) + "\r\n\r\n"))
		}()
		resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil || resp.StatusCode != try.status {
			t.Errorf("%d bytes of %s: %v %v, want %d", try.bytes, try.name, resp, err, try.status)
		}
	}
}
