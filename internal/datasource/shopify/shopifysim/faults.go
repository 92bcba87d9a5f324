package shopifysim

import (
	"net/http"
	"slices"

	"clientportal/internal/datasource/upstream/faulty"
)

// Fault is a way to fail.
type Fault string

// The ways to fail, each at the next call that can fail so.
const (
	Throttled       Fault = "throttled"         // with status 200
	TooManyRequests Fault = "too-many-requests" // with status 429
	Unauthorized    Fault = "unauthorized"      // 401, its errors a text
	PaymentRequired Fault = "payment-required"  // 402
	Locked          Fault = "locked"            // 423
	ServerError     Fault = "server-error"      // 500
	Garbage         Fault = "garbage"           // a page of HTML
	BrokenOff       Fault = "broken-off"        // half an answer
	Hang            Fault = "hang"              // no answer until the caller gives up
	Slow            Fault = "slow"              // a right answer, a few bytes at a time
	Endless         Fault = "endless"           // an answer without end
	PartialData     Fault = "partial-data"      // data beside an error of Shopify's own
	MaxCost         Fault = "max-cost"          // too expensive, for any query
	RepeatedCursor  Fault = "repeated-cursor"   // a next page that is the same again
	NotANumber      Fault = "not-a-number"      // amounts that are none
	BulkBusy        Fault = "bulk-busy"         // another operation is at work
	BulkFailed      Fault = "bulk-failed"
	BulkTruncated   Fault = "bulk-truncated" // the file lacks its end
	BulkCutLine     Fault = "bulk-cut-line"  // the file ends within a line
	LostToken       Fault = "lost-token"     // tokens are made, their answer is lost
	TokenDown       Fault = "token-down"     // 503 at the token address
)

// Fail lets the next calls fail, so many times.
func (s *Store) Fail(f Fault, times int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults[f] += times
}

// fails reports whether this call is to fail so. The caller holds the lock.
func (s *Store) fails(f Fault) bool {
	if s.faults[f] == 0 {
		return false
	}
	s.faults[f]--
	return true
}

// stall keeps a caller waiting, before anything is looked at and without holding up
// others. It reports whether the call has ended with that.
func (s *Store) stall(w http.ResponseWriter, r *http.Request) bool {
	s.mu.Lock()
	hang, endless := s.fails(Hang), s.fails(Endless)
	s.mu.Unlock()
	switch {
	case hang:
		faulty.Hang(r)
	case endless:
		faulty.Endless(w, r, `{"data":"`)
	}
	return hang || endless
}

// Deny withholds fields, as Shopify does from an app that it has not approved for
// protected customer data: "customer", "shippingAddress", "customers". No field ends it.
func (s *Store) Deny(fields ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.denied = map[string]bool{}
	for _, f := range fields {
		s.denied[f] = true
	}
}

// Grant sets the app's scopes.
func (s *Store) Grant(scopes ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.Scopes = scopes
}

// FallForward answers with another version of the API than is asked for.
func (s *Store) FallForward(version string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.version = version
}

// Asked are the latest queries, in their order.
func (s *Store) Asked() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.asked)
}

// asksKept is how many queries are remembered; a demo runs for long.
const asksKept = 2000

func (s *Store) remember(query string) {
	s.asked = append(s.asked, query)
	if len(s.asked) > 2*asksKept {
		s.asked = slices.Clone(s.asked[asksKept:])
	}
}
