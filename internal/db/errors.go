package db

import (
	"context"
	"errors"
	"net"
	"time"

	"github.com/jackc/pgerrcode"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"clientportal/internal/fault"
)

// unavailable turns an error that is nobody's fault but the database's (it is
// away, shutting down, or its disk is full) into a fault.Unavailable.
func unavailable(err error) error {
	if err == nil || fault.CodeOf(err) != "" || errors.Is(err, context.Canceled) {
		return err
	}
	var reported *pgconn.PgError
	var connecting *pgconn.ConnectError
	var network net.Error
	away := false
	switch {
	case errors.As(err, &reported) && reported.Code == pgerrcode.DiskFull:
		return fault.NoRoom(err)
	case errors.As(err, &reported):
		away = pgerrcode.IsInsufficientResources(reported.Code) || pgerrcode.IsOperatorIntervention(reported.Code) ||
			pgerrcode.IsConnectionException(reported.Code) || pgerrcode.IsSystemError(reported.Code)
	case errors.As(err, &connecting), errors.As(err, &network), pgconn.SafeToRetry(err):
		away = true
	}
	if !away {
		return err
	}
	return &fault.Error{
		Code:       fault.Unavailable,
		Message:    "The portal's database does not answer at the moment. Nothing was changed; try again in a minute.",
		RetryAfter: 10 * time.Second,
		Cause:      err,
	}
}

// Violates reports whether err is the violation of the named constraint or
// unique index.
func Violates(err error, constraint string) bool {
	var reported *pgconn.PgError
	return errors.As(err, &reported) && reported.ConstraintName == constraint
}

// Missing makes no row the fault that it is to the caller: there is no such thing as
// was asked for ("ticket").
func Missing(err error, what string) error {
	if errors.Is(err, pgx.ErrNoRows) {
		return fault.Missing(what)
	}
	return err
}
