package ticket

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"clientportal/internal/audit"
	"clientportal/internal/db"
)

// Reseal seals the key of reply addresses again, if it is not sealed with the newest
// key. The portal itself acts.
func (s *Service) Reseal(ctx context.Context) (done int, err error) {
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		var sealed string
		err := tx.QueryRow(ctx, `select sealed from reply_key for update`).Scan(&sealed)
		if errors.Is(err, pgx.ErrNoRows) || err == nil && s.Secrets.Current(sealed) {
			return db.ErrUnchanged
		}
		if err != nil {
			return err
		}
		key, err := s.Secrets.Open(sealed, sealedFor)
		if err != nil {
			return err
		}
		if sealed, err = s.Secrets.Seal(key, sealedFor); err != nil {
			return err
		}
		done = 1
		tx.Record(audit.Event{Action: "reply.reseal_key"})
		_, err = tx.Exec(ctx, `update reply_key set sealed = $1`, sealed)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("reseal the key of reply addresses: %w", err)
	}
	return done, nil
}
