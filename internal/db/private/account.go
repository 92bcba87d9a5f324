package private

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"runtime"
	"strconv"
	"syscall"
)

// account is the user that the server runs as: the portal's own, or another when the portal
// is root, which PostgreSQL refuses to be.
//
// Whoever this is, nobody else may enter the cluster's folder, mode 0700, and the socket lies
// in it. So only root and this user can connect, and both could change the files anyway: this
// is why pg_hba.conf may trust the socket, even when a system's PostgreSQL, or another program
// that runs as nobody, shares the user.
type account struct {
	uid, gid int
	borrowed bool
}

// newAccount chooses who shall own a new cluster.
func newAccount() (account, error) {
	if os.Geteuid() != 0 {
		return account{uid: os.Geteuid(), gid: os.Getegid()}, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		found, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, uidErr := strconv.Atoi(found.Uid)
		gid, gidErr := strconv.Atoi(found.Gid)
		if err := errors.Join(uidErr, gidErr); err != nil {
			return account{}, fmt.Errorf("the user %s: %w", name, err)
		}
		return account{uid: uid, gid: gid, borrowed: true}, nil
	}
	return account{}, errors.New("PostgreSQL refuses to run as root, and there is no user postgres or nobody to run it as; run the portal as an ordinary user")
}

// accountOf finds who owns a cluster that exists, and whether the portal can act for that user.
func accountOf(folder string) (account, error) {
	info, err := os.Stat(folder)
	if err != nil {
		return account{}, err
	}
	owner := info.Sys().(*syscall.Stat_t)
	a := account{uid: int(owner.Uid), gid: int(owner.Gid), borrowed: os.Geteuid() == 0}
	switch {
	case a.borrowed && a.uid == 0:
		return account{}, fmt.Errorf("the folder %s belongs to root, which PostgreSQL refuses to run as; give it to the user postgres: chown -R postgres %[1]s", folder)
	case !a.borrowed && a.uid != os.Geteuid():
		return account{}, fmt.Errorf("the folder %s belongs to %s, but the portal runs as %s; run it as the owner of the folder",
			folder, userName(a.uid), userName(os.Geteuid()))
	}
	return a, nil
}

func userName(uid int) string {
	if found, err := user.LookupId(strconv.Itoa(uid)); err == nil {
		return found.Username
	}
	return fmt.Sprintf("user %d", uid)
}

// command prepares a server program to work on folder as this account. The caller closes
// the command's ExtraFiles once it has started.
func (a account) command(program, folder string, args ...string) (*exec.Cmd, error) {
	cmd := exec.Command(program)
	cmd.Dir = "/"
	// Nothing of the portal's own environment: PGPORT and its kind would bend the server, and
	// secrets are not its business.
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C", "TZ=UTC"}
	// A group of its own, so that Ctrl-C reaches the portal alone, which then stops the server.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if a.borrowed {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: uint32(a.uid), Gid: uint32(a.gid)}
	}
	if a.borrowed && runtime.GOOS == "linux" {
		// The data folder may lie where only root can go, so the account is handed the open
		// folder in place of a path to it, and reaches nothing else there.
		handle, err := os.Open(folder)
		if err != nil {
			return nil, err
		}
		cmd.ExtraFiles = []*os.File{handle}
		folder = "/proc/self/fd/3"
	}
	cmd.Args = append([]string{program, "-D", folder}, args...)
	return cmd, nil
}

func closeExtraFiles(cmd *exec.Cmd) {
	for _, file := range cmd.ExtraFiles {
		file.Close()
	}
}
