package audit

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"golang.org/x/mod/sumdb/note"
)

const (
	maxSealDelay = time.Minute      // between tries while sealing fails
	maxLag       = 60 * time.Second // an older pending event is an alarm
)

// Sealer puts pending events into the tree and signs its checkpoints. Any number may run on one
// database: they take turns.
type Sealer struct {
	DB             DB
	Signer         *Signer
	Verifiers      note.Verifiers // of the signer and of those before it
	CheckpointFile string         // outside the database; none when empty
	Interval       time.Duration
	Log            *slog.Logger

	lag  atomic.Int64
	late bool
}

// Seal puts all pending events into the tree, signs what is unsigned, and returns how many events
// it sealed.
func (s *Sealer) Seal(ctx context.Context) (sealed int, err error) {
	for more := true; more; {
		n, err := sealPending(ctx, s.DB)
		if err != nil {
			return sealed, err
		}
		sealed += n
		more = n == sealBatch
	}
	for more := true; more; {
		if more, err = s.signNext(ctx); err != nil {
			return sealed, err
		}
	}
	return sealed, nil
}

// Run seals at each interval until the context ends.
func (s *Sealer) Run(ctx context.Context) {
	delay := s.Interval
	for {
		_, err := s.Seal(ctx)
		if lagErr := s.measureLag(ctx); err == nil {
			err = lagErr
		}
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			delay = min(2*delay, maxSealDelay)
			s.Log.ErrorContext(ctx, "audit sealing failed", "error", err, "again_in", delay)
		default:
			delay = s.Interval
		}
		// Jitter, so that the sealers of several portals don't meet at the lock each time.
		select {
		case <-ctx.Done():
			return
		case <-time.After(delay/2 + rand.N(delay)):
		}
	}
}

// Lag is the age of the oldest event that was not yet sealed at the last look.
func (s *Sealer) Lag() time.Duration {
	return time.Duration(s.lag.Load())
}

func (s *Sealer) measureLag(ctx context.Context) error {
	var oldest *time.Time
	err := asSystem(ctx, s.DB, pgx.TxOptions{AccessMode: pgx.ReadOnly}, func(tx pgx.Tx) error {
		return tx.QueryRow(ctx, `select min(occurred_at) from audit_pending`).Scan(&oldest)
	})
	if err != nil {
		return fmt.Errorf("audit: sealing lag: %w", err)
	}
	var lag time.Duration
	if oldest != nil {
		lag = max(0, time.Since(*oldest))
	}
	s.lag.Store(int64(lag))
	if late := lag > maxLag; late != s.late {
		s.late = late
		if late {
			s.Log.ErrorContext(ctx, "audit sealing lags", "lag", lag)
		}
	}
	return nil
}
