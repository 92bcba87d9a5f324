package live

import (
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/google/uuid"

	"clientportal/internal/actor"
	"clientportal/internal/fault"
)

const (
	heartbeat = 20 * time.Second // keeps proxies from closing a silent stream
	recheck   = time.Minute      // how often the caller's session is looked at again
)

// readAhead is how long before its stamp a page may have been read.
const readAhead = 3 * time.Second

// sinceOf is from when on the caller wants to hear of changes: now, or since the page
// was read that they look at, in Unix milliseconds.
func sinceOf(r *http.Request) (time.Time, error) {
	since := r.URL.Query().Get("since")
	if since == "" {
		return time.Now(), nil
	}
	read, err := strconv.ParseInt(since, 10, 64)
	if err != nil {
		return time.Time{}, fault.InvalidField("query.since", "Give a time in Unix milliseconds.")
	}
	return time.UnixMilli(read).Add(-readAhead), nil
}

// Stream answers with server-sent events: one "change" for each hint of the
// caller's companies, its data the topic. It ends when the caller's rights change
// or stillIn no longer holds.
func (h *Hub) Stream(w http.ResponseWriter, r *http.Request, stillIn func(*http.Request) bool) error {
	since, err := sinceOf(r)
	if err != nil {
		return err
	}
	who, _ := actor.From(r.Context())
	ends := func(hint Hint) bool {
		return hint.PersonID != uuid.Nil && (hint.PersonID == who.ID || hint.PersonID == who.ViewedBy.ID)
	}
	hints, cancel := h.Subscribe(since, func(hint Hint) bool {
		if ends(hint) {
			return true
		}
		switch hint.ReaderID {
		case uuid.Nil:
		case who.ID:
			return who.Is(actor.Staff) || hint.CustomerID == who.CustomerID()
		default:
			return false
		}
		if who.Is(actor.Client) {
			return hint.CustomerID == who.CustomerID() && !hint.Internal && hint.Topic != ""
		}
		return who.Serves(hint.CustomerID) && hint.Topic != ""
	})
	defer cancel()

	out := http.NewResponseController(w)
	_ = out.SetWriteDeadline(time.Time{})
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Accel-Buffering", "no")
	fmt.Fprint(w, "retry: 2000\n\n")

	beat, check := time.NewTicker(heartbeat), time.NewTicker(recheck)
	defer beat.Stop()
	defer check.Stop()
	for {
		if err := out.Flush(); err != nil {
			return nil // the reader has gone
		}
		select {
		case <-r.Context().Done():
			return nil
		case <-h.ended.Done():
			return nil
		case hint := <-hints:
			if ends(hint) {
				return nil
			}
			fmt.Fprintf(w, "event: change\ndata: %s\n\n", hint.Topic)
		case <-beat.C:
			fmt.Fprint(w, ": still here\n\n")
		case <-check.C:
			if !stillIn(r) {
				return nil
			}
		}
	}
}
