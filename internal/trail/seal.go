package trail

import (
	"context"
	"encoding/base64"
	"strconv"
	"time"

	"clientportal/internal/actor"
	"clientportal/internal/clock"
	"clientportal/internal/db"
	"clientportal/internal/exact"
	"clientportal/internal/trail/traildb"
	"clientportal/internal/web"
)

// lateAfter is the age at which an event that is not sealed yet is an alarm.
const lateAfter = time.Minute

// seal is how far the trail is sealed: the newest signed checkpoint, and what
// waits for the next.
type seal struct {
	size     int64
	root     string // as checkpoints write it
	signedAt *time.Time
	waiting  int64
	late     bool
}

// seal is read by the portal itself, since no reader's scope holds all events.
func (s *Service) seal(ctx context.Context) (seal, error) {
	ctx = actor.As(ctx, "trail")
	var row traildb.SealRow
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		row, err = traildb.New(tx).Seal(ctx, clock.Now(ctx).Add(-lateAfter))
		return err
	})
	return seal{row.Size, base64.StdEncoding.EncodeToString(row.Root), row.SignedAt, row.Waiting, row.Late}, err
}

func (s seal) state() web.State {
	switch {
	case s.late:
		return web.State{Tone: web.Late, Words: "Sealing is late"}
	case s.size == 0:
		return web.State{Tone: web.Waiting, Words: "Not sealed yet"}
	}
	return web.State{Tone: web.Done, Words: "Sealed up to entry " + grouped(s.size)}
}

func (s seal) queue() string {
	switch s.waiting {
	case 0:
		return "Nothing waits to be sealed"
	case 1:
		return "1 entry waits to be sealed"
	}
	return grouped(s.waiting) + " entries wait to be sealed"
}

// grouped is a number with a comma between thousands.
func grouped(n int64) string {
	return exact.Grouped(strconv.FormatInt(n, 10))
}

func (s seal) facts(c web.Clock) []web.Fact {
	return []web.Fact{
		{Term: "Signed", Value: web.Moment(c, *s.signedAt)},
		{Term: "Size", Text: grouped(s.size) + " entries"},
		{Term: "Root", Text: s.root},
	}
}
