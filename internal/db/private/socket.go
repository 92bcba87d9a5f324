package private

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
)

const (
	port       = "5432" // names the socket's file; nothing listens on the network
	socketFile = ".s.PGSQL." + port
	socketPath = 103 // bytes that every system's socket address can hold
)

// socket is where clients find the server: the folder that holds its socket, under a name
// short enough for a socket's address.
type socket struct {
	folder string
	link   string // the private folder made to shorten a deep path; empty when there was no need
}

// socketIn finds a name for the cluster's folder. A deep one is linked to from the system's
// folder for temporary files, in a folder that this user alone can enter.
func socketIn(cluster string) (socket, error) {
	if len(filepath.Join(cluster, socketFile)) <= socketPath {
		return socket{folder: cluster}, nil
	}
	private, err := os.MkdirTemp("", "portal-")
	if err != nil {
		return socket{}, fmt.Errorf("make a short path to the database: %w", err)
	}
	s := socket{folder: filepath.Join(private, "db"), link: private}
	if len(filepath.Join(s.folder, socketFile)) > socketPath {
		s.remove()
		return socket{}, fmt.Errorf("both the data folder (%s) and TMPDIR (%s) lie too deep for a socket; set PORTAL_DATA_DIR to a shorter path",
			cluster, os.TempDir())
	}
	if err := os.Symlink(cluster, s.folder); err != nil {
		s.remove()
		return socket{}, fmt.Errorf("make a short path to the database: %w", err)
	}
	return s, nil
}

func (s socket) remove() {
	if s.link != "" {
		os.RemoveAll(s.link) // the link goes, not what it leads to
	}
}

// url is the address of a database for a role. It names the port, as PGPORT would otherwise.
func (s socket) url(role, database string) string {
	address := url.URL{
		Scheme:   "postgres",
		User:     url.User(role),
		Path:     "/" + database,
		RawQuery: url.Values{"host": {s.folder}, "port": {port}}.Encode(),
	}
	return address.String()
}
