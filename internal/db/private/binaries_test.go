package private

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestServersAreFound(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	fake(t, filepath.Join(root, "15/bin"), "postgres (PostgreSQL) 15.13 (Debian 15.13-0+deb12u1)")
	fake(t, filepath.Join(root, "17/bin"), "postgres (PostgreSQL) 17.2")
	fake(t, filepath.Join(root, "9/bin"), "postgres (PostgreSQL) 9.6.24")
	fake(t, filepath.Join(root, "other/bin"), "postgres, a pigeon post")
	fake(t, filepath.Join(root, "incomplete/bin"), "postgres (PostgreSQL) 16.1")
	for _, err := range []error{
		os.Remove(filepath.Join(root, "incomplete/bin/initdb")),
		os.Mkdir(filepath.Join(root, "path"), 0o755),
		os.Symlink("../17/bin/postgres", filepath.Join(root, "path/postgres")),
		os.Mkdir(filepath.Join(root, "clients"), 0o755),
		os.WriteFile(filepath.Join(root, "clients/psql"), nil, 0o755),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}

	var folders []string
	for _, name := range []string{"path", "clients", "nowhere", "9/bin", "15/bin", "17/bin", "incomplete/bin", "other/bin"} {
		folders = append(folders, filepath.Join(root, name))
	}
	want := []Binaries{
		{Dir: filepath.Join(root, "17/bin"), Major: 17},
		{Dir: filepath.Join(root, "15/bin"), Major: 15},
		{Dir: filepath.Join(root, "9/bin"), Major: 9},
	}
	if got := serversIn(folders); !slices.Equal(got, want) {
		t.Errorf("found %v, want %v", got, want)
	}
}

func TestNoServerSaysWhatToInstall(t *testing.T) {
	t.Parallel()
	for name, installed := range map[string][]Binaries{
		"none":    {},
		"too old": {{Dir: "/usr/lib/postgresql/13/bin", Major: 13}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := Start(t.Context(), t.TempDir(), quiet, with(installed))
			var missing *NotInstalledError
			if !errors.As(err, &missing) {
				t.Fatalf("Start: %v, want NotInstalledError", err)
			}
			for _, part := range []string{"15 or newer", "apt install postgresql", "PORTAL_DATABASE_URL", list(installed)} {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("%q does not say %q", err, part)
				}
			}
		})
	}
}

func TestAClusterNeedsItsOwnVersion(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	c := start(t, dir, Fast())
	stop(t, c)

	newer := Binaries{Dir: "/usr/lib/postgresql/99/bin", Major: 99}
	again := start(t, dir, Fast(), with([]Binaries{newer, c.binaries}))
	if again.binaries != c.binaries {
		t.Errorf("runs with %v, want %v", again.binaries, c.binaries)
	}
	stop(t, again)

	_, err := Start(t.Context(), dir, quiet, with([]Binaries{newer}))
	var wrong *WrongVersionError
	if !errors.As(err, &wrong) || wrong.Needs != c.binaries.Major {
		t.Fatalf("Start: %v, want WrongVersionError for %d", err, c.binaries.Major)
	}
	for _, part := range []string{fmt.Sprintf("needs PostgreSQL %d", c.binaries.Major), "99 in /usr/lib", "PORTAL_DATABASE_URL"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%q does not say %q", err, part)
		}
	}
}

// with has a cluster know these servers only.
func with(installed []Binaries) Option { return func(o *options) { o.installed = installed } }

// fake writes programs that know their version and nothing else.
func fake(t *testing.T, dir, version string) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"postgres", "initdb"} {
		script := fmt.Sprintf("#!/bin/sh\necho '%s'\n", version)
		if err := os.WriteFile(filepath.Join(dir, name), []byte(script), 0o755); err != nil {
			t.Fatal(err)
		}
	}
}
