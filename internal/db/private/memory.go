package private

import (
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/prometheus/procfs"
)

const (
	leastBuffers = 64 << 20 // bytes
	mostBuffers  = 512 << 20
)

// memorySettings give the server a sixteenth of the machine's memory for pages of its
// own. It shares the machine with the portal and with others, and what it does not hold
// itself the kernel does.
func memorySettings(bytes uint64) []string {
	buffers := min(max(bytes/16, leastBuffers), mostBuffers)
	return []string{
		fmt.Sprintf("shared_buffers=%dMB", buffers>>20),
		fmt.Sprintf("effective_cache_size=%dMB", max(bytes/2, 8*leastBuffers)>>20),
	}
}

// memory is how many bytes this process may use: the machine's, or what its control
// group is held to. It is 0 where neither is told.
func memory() uint64 {
	var bytes uint64
	if fs, err := procfs.NewDefaultFS(); err == nil {
		if info, err := fs.Meminfo(); err == nil && info.MemTotalBytes != nil {
			bytes = *info.MemTotalBytes
		}
	}
	if text, err := os.ReadFile("/sys/fs/cgroup/memory.max"); err == nil {
		if held, err := strconv.ParseUint(strings.TrimSpace(string(text)), 10, 64); err == nil {
			bytes = min(bytes, held)
		}
	}
	return bytes
}
