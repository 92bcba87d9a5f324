package e2e

import "testing"

// mostFirst is what a first visit may weigh, in bytes as they are sent.
const mostFirst = 100_000

// testWeight signs somebody in who was never here, and weighs all that comes.
func testWeight(t *testing.T, s *stage) {
	w := s.window(t)
	w.signIn("/login", "viewer@elm-studio.example")
	w.sees("Open")
	if weight := w.received(); weight == 0 || weight > mostFirst {
		t.Errorf("a first visit weighs %.1f kB; %d kB is the limit", weight/1000, mostFirst/1000)
	}
}
