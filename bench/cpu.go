package main

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/procfs"
)

// work is processor time: of the portal, of its PostgreSQL, of this program, and of
// everything that runs on the machine. It is all zero where there is no /proc.
type work struct{ portal, postgres, bench, machine time.Duration }

func (w work) since(before work) work {
	return work{w.portal - before.portal, w.postgres - before.postgres, w.bench - before.bench, w.machine - before.machine}
}

// workSoFar looks at all processes.
func (b *bench) workSoFar(p *portal) (w work) {
	procs, err := procfs.AllProcs()
	if err != nil {
		return w
	}
	server := b.postmaster()
	for _, proc := range procs {
		stat, err := proc.Stat()
		if err != nil {
			continue // it has ended
		}
		took := seconds(stat.CPUTime())
		switch {
		case p != nil && stat.PID == p.cmd.Process.Pid:
			w.portal = took
		case stat.PPID == server:
			w.postgres += took
		case stat.PID == server: // those of its children that have ended
			w.postgres += seconds(float64(stat.CUTime+stat.CSTime) / ticks)
		case stat.PID == os.Getpid():
			w.bench = took
		}
	}
	fs, err := procfs.NewDefaultFS()
	if err != nil {
		return w
	}
	if stat, err := fs.Stat(); err == nil {
		t := stat.CPUTotal
		w.machine = seconds(t.User + t.Nice + t.System + t.IRQ + t.SoftIRQ)
	}
	return w
}

// postmaster is the process whose children serve the bench's database.
func (b *bench) postmaster() int {
	file, err := os.ReadFile(filepath.Join(b.data, "postgres", "postmaster.pid"))
	if err != nil {
		return -1
	}
	first, _, _ := strings.Cut(string(file), "\n")
	pid, err := strconv.Atoi(first)
	if err != nil {
		return -1
	}
	return pid
}

// ticks are in a second of /proc's times.
const ticks = 100

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }
