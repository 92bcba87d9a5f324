package auth

import (
	"context"
	"crypto/rand"
	"strings"

	"github.com/google/uuid"

	"clientportal/internal/clock"
	"clientportal/internal/db"
)

const recoveryCodes = 10 // that somebody has at a time

// newRecoveryCodes makes codes of 60 bits, in three groups that can be read out.
func newRecoveryCodes() []string {
	codes := make([]string, recoveryCodes)
	for i := range codes {
		text := strings.ToLower(rand.Text())
		codes[i] = text[:4] + "-" + text[4:8] + "-" + text[8:12]
	}
	return codes
}

// recoveryDigest is how a code is stored: however it was typed, and of no use
// with another account.
func recoveryDigest(owner uuid.UUID, code string) []byte {
	code = strings.Map(func(r rune) rune {
		if r == '-' || r == ' ' {
			return -1
		}
		return r
	}, strings.ToLower(code))
	return digest(owner.String() + ":" + code)
}

// storeRecoveryCodes replaces an account's recovery codes.
func storeRecoveryCodes(ctx context.Context, tx *db.Tx, owner uuid.UUID, codes []string) error {
	hashes := make([][]byte, len(codes))
	for i, code := range codes {
		hashes[i] = recoveryDigest(owner, code)
	}
	if _, err := tx.Exec(ctx, `delete from recovery_codes where owner_id = $1`, owner); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `insert into recovery_codes (owner_id, code_hash) select $1, unnest($2::bytea[])`, owner, hashes)
	return err
}

// useRecoveryCode uses up a recovery code, and reports whether it was one.
func useRecoveryCode(ctx context.Context, tx *db.Tx, owner uuid.UUID, code string) (bool, error) {
	tag, err := tx.Exec(ctx, `update recovery_codes set used_at = $3 where owner_id = $1 and code_hash = $2 and used_at is null`,
		owner, recoveryDigest(owner, code), clock.Now(ctx))
	return tag.RowsAffected() == 1, err
}
