package private

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// processes lists the server processes that carry the cluster's mark: the postmaster among
// its arguments, its children in their titles. Both are open to read even where a container
// forbids looking closer.
func processes(mark string) ([]int, error) {
	names, err := filepath.Glob("/proc/[0-9]*")
	if err != nil {
		return nil, fmt.Errorf("list processes: %w", err)
	}
	var pids []int
	for _, dir := range names {
		if !isPostgres(dir) {
			continue
		}
		line, err := os.ReadFile(dir + "/cmdline")
		if err != nil || !bytes.Contains(line, []byte(mark)) {
			continue
		}
		if pid, err := strconv.Atoi(filepath.Base(dir)); err == nil {
			pids = append(pids, pid)
		}
	}
	return pids, nil
}

// mayServe tells whether a process could be a server that works in folder.
func mayServe(pid int, folder string) bool {
	dir := "/proc/" + strconv.Itoa(pid)
	if !isPostgres(dir) {
		return false
	}
	works, err := os.Stat(dir + "/cwd")
	if err != nil {
		return true // a container may forbid looking
	}
	served, err := os.Stat(folder)
	return err != nil || os.SameFile(works, served)
}

func isPostgres(dir string) bool {
	program, err := os.ReadFile(dir + "/comm")
	return err == nil && strings.TrimSpace(string(program)) == "postgres"
}

// dieWithParent has the kernel send the child a signal when the thread that started it ends.
func dieWithParent(attr *syscall.SysProcAttr, signal syscall.Signal) { attr.Pdeathsig = signal }
