// Package faulty is how the simulators of other systems fail: when they are told to,
// so many times, and in the ways in which any server may.
package faulty

import (
	"io"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Fault is one failure to come, of a kind that the simulator knows: so many of the
// calls that it is about fail.
type Fault[K ~string] struct {
	Kind   K
	On     string // which calls, in the simulator's own words; "" is any
	Method string // of HTTP; "" is any
	Times  int    // 0 is once
	After  int    // so many calls succeed before
}

// Script is the failures to come.
type Script[K ~string] struct {
	mu     sync.Mutex
	faults []Fault[K]
}

// Fail adds failures to come.
func (s *Script[K]) Fail(faults ...Fault[K]) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range faults {
		f.Times = max(f.Times, 1)
		s.faults = append(s.faults, f)
	}
}

// Next is the failure of this call, "" for none. It asks which faults are about it.
func (s *Script[K]) Next(isAbout func(Fault[K]) bool) K {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range s.faults {
		f := &s.faults[i]
		if f.Times == 0 || !isAbout(*f) {
			continue
		}
		if f.After > 0 {
			f.After--
			continue
		}
		f.Times--
		return f.Kind
	}
	return ""
}

// Hang gives no answer until the caller gives up.
func Hang(r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body) // read, it shows when the caller leaves
	select {
	case <-r.Context().Done():
	case <-time.After(time.Minute):
	}
}

// Endless gives an answer that begins well and has no end.
func Endless(w http.ResponseWriter, r *http.Request, begin string) {
	w.Header().Set("Content-Type", "application/json")
	_, _ = io.WriteString(w, begin) // who does not listen any more is met below
	chunk := strings.Repeat("x", 1<<20)
	for r.Context().Err() == nil {
		if _, err := io.WriteString(w, chunk); err != nil {
			return
		}
	}
}

// Trickle sends what is written a few bytes at a time.
type Trickle struct{ http.ResponseWriter }

// Write implements io.Writer.
func (t Trickle) Write(b []byte) (int, error) {
	part := len(b)/40 + 1
	for at := 0; at < len(b); at += part {
		if _, err := t.ResponseWriter.Write(b[at:min(at+part, len(b))]); err != nil {
			return at, err
		}
		_ = http.NewResponseController(t.ResponseWriter).Flush() // what can't be flushed comes at once
		time.Sleep(time.Millisecond)
	}
	return len(b), nil
}
