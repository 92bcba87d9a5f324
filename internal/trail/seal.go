package trail

import (
	"context"
	"encoding/base64"
	"time"

	"clientportal/internal/actor"
	"clientportal/internal/clock"
	"clientportal/internal/db"
	"clientportal/internal/trail/traildb"
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
