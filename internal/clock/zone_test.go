package clock_test

import (
	"testing"
	"time"

	"clientportal/internal/clock"
)

func TestZone(t *testing.T) {
	noon := time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)
	for range 2 { // from its file, then from memory
		zone, err := clock.Zone("Asia/Tokyo")
		if err != nil {
			t.Fatal(err)
		}
		if hour := noon.In(zone).Hour(); hour != 21 {
			t.Errorf("at noon in UTC it is %d in Tokyo, want 21", hour)
		}
		if _, err := clock.Zone("Atlantis/Capital"); err == nil {
			t.Error("found a zone that is not there")
		}
	}
}
