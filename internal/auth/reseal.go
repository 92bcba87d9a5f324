package auth

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"clientportal/internal/audit"
	"clientportal/internal/db"
)

// Reseal seals the secrets of second factors again that are not sealed with the
// newest key. The portal itself acts.
func (s *Service) Reseal(ctx context.Context) (done int, err error) {
	for _, realm := range []Realm{Clients, Staff} {
		n, err := s.resealIn(ctx, realm)
		done += n
		if err != nil {
			return done, fmt.Errorf("reseal second factors: %w", err)
		}
	}
	return done, nil
}

func (s *Service) resealIn(ctx context.Context, r Realm) (done int, err error) {
	type sealed struct {
		ID     uuid.UUID
		Secret string
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		rows, err := tx.Query(ctx, r.sql(`select id, two_factor_secret from {accounts} where two_factor_secret is not null for update`))
		if err != nil {
			return err
		}
		all, err := pgx.CollectRows(rows, pgx.RowToStructByPos[sealed])
		if err != nil {
			return err
		}
		for _, a := range all {
			if s.secrets.Current(a.Secret) {
				continue
			}
			plain, err := s.secrets.Open(a.Secret, a.ID.String())
			if err != nil {
				return fmt.Errorf("account %s: %w", a.ID, err)
			}
			again, err := s.secrets.Seal(plain, a.ID.String())
			if err != nil {
				return err
			}
			if _, err := tx.Exec(ctx, r.sql(`update {accounts} set two_factor_secret = $2 where id = $1`), a.ID, again); err != nil {
				return err
			}
			done++
		}
		if done == 0 {
			return db.ErrUnchanged
		}
		tx.Record(audit.Event{Action: "second_factor.reseal", Payload: map[string]int{"sealed": done}})
		return nil
	})
	return done, err
}
