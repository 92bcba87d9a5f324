package auth

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"clientportal/internal/db"
)

// SignOutCompany ends, in tx, the sessions and tokens of all who work for a
// customer. They come back to no session when it is opened again.
func (s *Service) SignOutCompany(ctx context.Context, tx *db.Tx, customer uuid.UUID) error {
	b := &pgx.Batch{}
	b.Queue(`delete from sessions where customer_id = $1`, customer)
	b.Queue(`delete from access_tokens where customer_id = $1`, customer)
	return tx.SendBatch(ctx, b).Close()
}
