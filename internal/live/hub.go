// Package live tells open pages that there is something new to read.
//
// A hint names a topic and carries no data: the page that gets it reads itself
// again, with its reader's own rights. Hints are sent after the commit, a few
// at a time, over NOTIFY, so that every portal on the database hears them. They
// are not part of the transaction: NOTIFY in a transaction makes all commits wait
// for one another, and a lost hint costs one late refresh.
package live

import (
	"context"
	"encoding/json"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"
)

const (
	channel  = "portal_live"
	gather   = 50 * time.Millisecond // hints within this time travel together
	perNote  = 40                    // hints in one NOTIFY, whose payload is below 8,000 bytes
	maxQueue = 1000                  // unsent hints; above this the oldest news is as good as none
	remember = 30 * time.Second      // how long hints are kept for pages that are just opening their stream
	maxKept  = 4000                  // hints
)

// Hint says that something changed.
type Hint struct {
	CustomerID uuid.UUID `json:"c"`           // whose it is; Nil is the agency's own
	Topic      string    `json:"t"`           // "ticket:<id>", …
	Internal   bool      `json:"i,omitempty"` // for the agency's people only
	ReaderID   uuid.UUID `json:"r,omitzero"`  // for this person only
	PersonID   uuid.UUID `json:"p,omitzero"`  // this person's rights changed: their streams end
}

// Hub passes hints from any portal on the database to the streams of this one.
type Hub struct {
	pool   *pgxpool.Pool
	outbox chan Hint

	mu          sync.Mutex
	subscribers map[*subscription]struct{}
	heard       []heard // of late, in order

	ended context.Context // once no stream is to go on
	end   context.CancelFunc
}

type heard struct {
	at   time.Time
	hint Hint
}

type subscription struct {
	wants func(Hint) bool
	hints chan Hint
}

// NewHub makes a hub; Run makes it work.
func NewHub(pool *pgxpool.Pool) *Hub {
	h := &Hub{pool: pool, outbox: make(chan Hint, maxQueue), subscribers: map[*subscription]struct{}{}}
	h.ended, h.end = context.WithCancel(context.Background())
	return h
}

// EndStreams ends all streams, so that a server that stops need not wait for them.
func (h *Hub) EndStreams() { h.end() }

// Announce sends hints on their way without waiting.
func (h *Hub) Announce(hints []Hint) {
	for _, hint := range hints {
		select {
		case h.outbox <- hint:
		default: // the pages will find out at their next refresh
		}
	}
}

// Subscribe gives the hints that wants wants, until cancel is called, and first those
// that were heard since then, as far as they are remembered. A reader that is too
// slow misses some.
func (h *Hub) Subscribe(since time.Time, wants func(Hint) bool) (hints <-chan Hint, cancel func()) {
	s := &subscription{wants: wants, hints: make(chan Hint, 16)}
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, past := range h.heard {
		if past.at.After(since) {
			s.tell(past.hint)
		}
	}
	h.subscribers[s] = struct{}{}
	return s.hints, func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		delete(h.subscribers, s)
	}
}

// tell passes a hint on if it is wanted and there is room for it.
func (s *subscription) tell(hint Hint) {
	if !s.wants(hint) {
		return
	}
	select {
	case s.hints <- hint:
	default:
	}
}

// Run listens and sends until ctx ends, over every interruption.
func (h *Hub) Run(ctx context.Context) {
	go h.send(ctx)
	for ctx.Err() == nil {
		if err := h.listen(ctx); err != nil && ctx.Err() == nil {
			slog.WarnContext(ctx, "live updates interrupted", "error", err)
			wait(ctx, time.Second)
		}
	}
}

func (h *Hub) listen(ctx context.Context) error {
	conn, err := h.pool.Acquire(ctx)
	if err != nil {
		return err
	}
	own := conn.Hijack() // it must not go back to the pool while it listens
	defer own.Close(context.WithoutCancel(ctx))
	if _, err := own.Exec(ctx, "listen "+channel); err != nil {
		return err
	}
	for {
		note, err := own.WaitForNotification(ctx)
		if err != nil {
			return err
		}
		var hints []Hint
		if err := json.Unmarshal([]byte(note.Payload), &hints); err != nil {
			slog.WarnContext(ctx, "live update not understood", "error", err)
			continue
		}
		h.deliver(hints)
	}
}

func (h *Hub) deliver(hints []Hint) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.keep(hints)
	for s := range h.subscribers {
		for _, hint := range hints {
			s.tell(hint)
		}
	}
}

// keep remembers hints and forgets those of long ago. A change of somebody's rights
// is nothing to a stream that opens after it.
func (h *Hub) keep(hints []Hint) {
	now := time.Now()
	for _, hint := range hints {
		if hint.PersonID == uuid.Nil {
			h.heard = append(h.heard, heard{now, hint})
		}
	}
	old := max(len(h.heard)-maxKept, 0)
	for old < len(h.heard) && now.Sub(h.heard[old].at) > remember {
		old++
	}
	h.heard = slices.Delete(h.heard, 0, old)
}

// send gathers hints for a moment and notifies of each once.
func (h *Hub) send(ctx context.Context) {
	for {
		var first Hint
		select {
		case <-ctx.Done():
			return
		case first = <-h.outbox:
		}
		wait(ctx, gather)
		seen := map[Hint]bool{first: true}
		hints := []Hint{first}
		for len(hints) < perNote && len(h.outbox) > 0 {
			if hint := <-h.outbox; !seen[hint] {
				seen[hint] = true
				hints = append(hints, hint)
			}
		}
		payload, err := json.Marshal(hints)
		if err == nil {
			_, err = h.pool.Exec(ctx, `select pg_notify($1, $2)`, channel, string(payload))
		}
		if err != nil && ctx.Err() == nil {
			slog.WarnContext(ctx, "live updates not sent", "error", err, "hints", len(hints))
		}
	}
}

func wait(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}
