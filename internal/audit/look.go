package audit

import (
	"sync"
	"time"

	"github.com/google/uuid"
)

// A look lasts this long: the page of a thing that is fetched again meanwhile, in the
// same session, is still the same look at it.
const lookLasts = 5 * time.Minute

// Looks are what has been looked at of late, by which session. An open page fetches
// itself again at each change of what it shows, and so would fill the trail with views
// that nobody made.
//
// The memory of one process is enough for that, and the one that can't be talked into
// silence: it asks nothing of the browser, whose word that this is only a refresh would
// keep any view out of the trail. At worst (after a restart, or with two portals) a look
// is recorded twice; a first look always is, and each that goes on once in this time. Of
// a program, which has no session, and of the API every view is recorded.
type Looks struct {
	mu sync.Mutex
	at map[look]time.Time
}

type look struct{ session, subject uuid.UUID }

// looksKept is how many are remembered before those that are over are forgotten.
const looksKept = 10_000

// Read reads a thing for its page: by view, which leaves the event of a look at it, or
// while the look goes on by again, which leaves none.
func Read[T any](l *Looks, session, subject uuid.UUID, now time.Time, view, again func() (T, error)) (T, error) {
	if l.last(session, subject, now) {
		return again()
	}
	t, err := view()
	if err == nil {
		l.begin(session, subject, now)
	}
	return t, err
}

// last reports whether the session has a look at the subject, which was recorded.
func (l *Looks) last(session, subject uuid.UUID, now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	begun, ok := l.at[look{session, subject}]
	return ok && now.Sub(begun) < lookLasts
}

// begin notes a look that is recorded now.
func (l *Looks) begin(session, subject uuid.UUID, now time.Time) {
	if session == uuid.Nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.at) >= looksKept {
		for k, begun := range l.at {
			if now.Sub(begun) >= lookLasts {
				delete(l.at, k)
			}
		}
	}
	if l.at == nil || len(l.at) >= looksKept { // more than a portal has readers: begin anew
		l.at = map[look]time.Time{}
	}
	l.at[look{session, subject}] = now
}
