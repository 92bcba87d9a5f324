//go:build !linux

package private

import (
	"fmt"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

// processes lists the server processes that carry the cluster's mark: the postmaster among
// its arguments, its children in their titles.
func processes(mark string) ([]int, error) {
	table, err := exec.Command("ps", "-axo", "pid=,ucomm=,command=").Output()
	if err != nil {
		return nil, fmt.Errorf("list processes: %w", err)
	}
	var pids []int
	for line := range strings.Lines(string(table)) {
		fields := strings.Fields(line)
		if len(fields) < 3 || fields[1] != "postgres" || !strings.Contains(line, mark) {
			continue
		}
		if pid, err := strconv.Atoi(fields[0]); err == nil {
			pids = append(pids, pid)
		}
	}
	return pids, nil
}

// mayServe tells whether a process could be a server that works in folder.
func mayServe(pid int, _ string) bool {
	servers, err := processes("")
	return err != nil || slices.Contains(servers, pid)
}

// dieWithParent does nothing: only Linux can. The next start ends what is left instead.
func dieWithParent(*syscall.SysProcAttr, syscall.Signal) {}
