package audit

import (
	"testing"
	"time"

	"github.com/google/uuid"
)

func TestALookLastsSomeMinutes(t *testing.T) {
	t.Parallel()
	var looks Looks
	session, ticket, now := uuid.New(), uuid.New(), time.Now()
	if looks.last(session, ticket, now) {
		t.Error("a first look is none")
	}
	looks.begin(session, ticket, now)
	looks.begin(uuid.Nil, ticket, now)
	for what, c := range map[string]struct {
		session, subject uuid.UUID
		after            time.Duration
		want             bool
	}{
		"a refresh":         {session, ticket, time.Minute, true},
		"long after":        {session, ticket, 6 * time.Minute, false},
		"something else":    {session, uuid.New(), time.Minute, false},
		"somebody else":     {uuid.New(), ticket, time.Minute, false},
		"without a session": {uuid.Nil, ticket, time.Minute, false},
	} {
		if got := looks.last(c.session, c.subject, now.Add(c.after)); got != c.want {
			t.Errorf("%s: %v", what, got)
		}
	}
	for range 30_000 {
		looks.begin(uuid.New(), ticket, now)
	}
	if looks.begin(session, ticket, now); !looks.last(session, ticket, now) {
		t.Error("a look is forgotten at once among many")
	}
}
