package private

import (
	"cmp"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// oldestMajor is the first version of PostgreSQL that the portal works with.
const oldestMajor = 15

// Binaries is one installation of PostgreSQL's server programs.
type Binaries struct {
	Dir   string
	Major int
}

func (b Binaries) program(name string) string { return filepath.Join(b.Dir, name) }

// Distributions keep the server out of PATH, a folder for each version.
var serverFolders = []string{
	"/usr/lib/postgresql/*/bin",                          // Debian, Ubuntu
	"/usr/pgsql-*/bin",                                   // RHEL and others, from postgresql.org
	"/usr/lib/postgresql*/bin",                           // SUSE
	"/usr/libexec/postgresql*",                           // Alpine
	"/opt/homebrew/opt/postgresql*/bin",                  // Homebrew on Apple silicon
	"/usr/local/opt/postgresql*/bin",                     // Homebrew on Intel
	"/Applications/Postgres.app/Contents/Versions/*/bin", // Postgres.app
	"/usr/local/pgsql/bin",                               // built from source
}

// Installed lists the PostgreSQL servers on this machine, the newest first.
func Installed() []Binaries {
	folders := filepath.SplitList(os.Getenv("PATH"))
	for _, pattern := range serverFolders {
		matches, _ := filepath.Glob(pattern) // fails on a malformed pattern only
		folders = append(folders, matches...)
	}
	return serversIn(folders)
}

func serversIn(folders []string) []Binaries {
	var found []Binaries
	seen := map[string]bool{}
	for _, folder := range folders {
		if !filepath.IsAbs(folder) { // whatever lies in the current folder is nobody's installation
			continue
		}
		// A link in PATH leads to the folder where the server's other programs are.
		postgres, err := filepath.EvalSymlinks(filepath.Join(folder, "postgres"))
		if err != nil || seen[postgres] {
			continue
		}
		seen[postgres] = true
		if server, ok := serverAt(postgres); ok {
			found = append(found, server)
		}
	}
	slices.SortStableFunc(found, func(a, b Binaries) int { return cmp.Compare(b.Major, a.Major) })
	return found
}

var versionLine = regexp.MustCompile(`^postgres \(PostgreSQL\) (\d+)`)

func serverAt(postgres string) (Binaries, bool) {
	server := Binaries{Dir: filepath.Dir(postgres)}
	if _, err := exec.LookPath(server.program("initdb")); err != nil {
		return Binaries{}, false
	}
	line, err := exec.Command(postgres, "--version").Output()
	if err != nil {
		return Binaries{}, false
	}
	version := versionLine.FindSubmatch(line)
	if version == nil {
		return Binaries{}, false
	}
	server.Major, _ = strconv.Atoi(string(version[1]))
	return server, true
}

// newest chooses the server for a new cluster.
func newest(installed []Binaries) (Binaries, error) {
	if len(installed) == 0 || installed[0].Major < oldestMajor {
		return Binaries{}, &NotInstalledError{Installed: installed}
	}
	return installed[0], nil
}

// matching chooses the server for a cluster that exists: only its own version can read it.
func matching(installed []Binaries, folder string, major int) (Binaries, error) {
	for _, server := range installed {
		if server.Major == major {
			return server, nil
		}
	}
	return Binaries{}, &WrongVersionError{Folder: folder, Needs: major, Installed: installed}
}

// NotInstalledError says that there is no PostgreSQL server the portal can use, and what to do.
type NotInstalledError struct {
	Installed []Binaries // those that are too old
}

func (e *NotInstalledError) Error() string {
	return fmt.Sprintf(`PostgreSQL's server programs, version %d or newer, are not on this machine (found: %s). Install them:
    Debian, Ubuntu:  apt install postgresql
    Fedora, RHEL:    dnf install postgresql-server
    macOS:           brew install postgresql
or set PORTAL_DATABASE_URL to the address of a PostgreSQL server`, oldestMajor, list(e.Installed))
}

// WrongVersionError says that the cluster needs a version of PostgreSQL that is not installed.
type WrongVersionError struct {
	Folder    string
	Needs     int
	Installed []Binaries
}

func (e *WrongVersionError) Error() string {
	return fmt.Sprintf(`the database in %[1]s needs PostgreSQL %[2]d, which is not on this machine (found: %[3]s).
Install it beside what is there (Debian, Ubuntu: apt install postgresql-%[2]d; Fedora, RHEL: dnf install postgresql%[2]d-server; macOS: brew install postgresql@%[2]d),
or move the data to a newer version with pg_upgrade or pg_dump,
or set PORTAL_DATABASE_URL to the address of a PostgreSQL server`, e.Folder, e.Needs, list(e.Installed))
}

func list(installed []Binaries) string {
	if len(installed) == 0 {
		return "none"
	}
	words := make([]string, len(installed))
	for i, server := range installed {
		words[i] = fmt.Sprintf("%d in %s", server.Major, server.Dir)
	}
	return strings.Join(words, ", ")
}
