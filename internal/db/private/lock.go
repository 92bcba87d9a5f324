package private

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// InUseError says which portal holds the data folder.
type InUseError struct {
	Dir    string
	Holder string // empty when the holder has not yet written its name
}

func (e *InUseError) Error() string {
	holder := e.Holder
	if holder == "" {
		holder = "another portal"
	}
	return fmt.Sprintf("the data folder %s is in use by %s; stop that one first, or set PORTAL_DATA_DIR to another folder",
		e.Dir, holder)
}

// lock takes the data folder for this process. The kernel frees it when the process ends,
// however it ends.
func lock(dataDir string) (*os.File, error) {
	file, err := os.OpenFile(filepath.Join(dataDir, "portal.lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open the data folder's lock: %w", err)
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		defer file.Close()
		if !errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, fmt.Errorf("lock the data folder %s: %w", dataDir, err)
		}
		holder, _ := io.ReadAll(io.LimitReader(file, 1024))
		return nil, &InUseError{Dir: dataDir, Holder: string(holder)}
	}
	if err := sign(file); err != nil {
		file.Close()
		return nil, fmt.Errorf("write the data folder's lock: %w", err)
	}
	return file, nil
}

// sign writes who holds the lock, for the message to whoever comes second.
func sign(file *os.File) error {
	host, err := os.Hostname()
	if err != nil {
		host = "this machine"
	}
	if err := file.Truncate(0); err != nil {
		return err
	}
	_, err = fmt.Fprintf(file, "the portal with process id %d (started %s on %s)",
		os.Getpid(), time.Now().UTC().Format("2006-01-02 15:04:05 MST"), host)
	return err
}
