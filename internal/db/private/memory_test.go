package private

import (
	"slices"
	"testing"
)

func TestMemorySettings(t *testing.T) {
	for bytes, want := range map[uint64][]string{
		0:        {"shared_buffers=64MB", "effective_cache_size=512MB"}, // unknown
		1 << 30:  {"shared_buffers=64MB", "effective_cache_size=512MB"},
		4 << 30:  {"shared_buffers=256MB", "effective_cache_size=2048MB"},
		64 << 30: {"shared_buffers=512MB", "effective_cache_size=32768MB"},
	} {
		if got := memorySettings(bytes); !slices.Equal(got, want) {
			t.Errorf("of %d bytes: %q, want %q", bytes, got, want)
		}
	}
}
