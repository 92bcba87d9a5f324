package fault

import (
	"log/slog"
	"net/http"
)

// Status is the HTTP status of an error: that of its fault, or 500.
func Status(err error) int {
	switch CodeOf(err) {
	case Malformed:
		return http.StatusBadRequest
	case Unauthenticated, SecondFactor:
		return http.StatusUnauthorized
	case Forbidden:
		return http.StatusForbidden
	case NotFound:
		return http.StatusNotFound
	case NotAllowed:
		return http.StatusMethodNotAllowed
	case Conflict:
		return http.StatusConflict
	case Stale:
		return http.StatusPreconditionFailed
	case TooLarge:
		return http.StatusRequestEntityTooLarge
	case MediaType:
		return http.StatusUnsupportedMediaType
	case Invalid:
		return http.StatusUnprocessableEntity
	case NeedsMatch:
		return http.StatusPreconditionRequired
	case Throttled:
		return http.StatusTooManyRequests
	case Unavailable:
		return http.StatusServiceUnavailable
	}
	return http.StatusInternalServerError
}

// LogLevel is how loudly the cause of an error is told in the log: what a caller has
// done, such as a form that broke off, is no failure of the portal's.
func LogLevel(err error) slog.Level {
	if Status(err) >= http.StatusInternalServerError {
		return slog.LevelError
	}
	return slog.LevelInfo
}

// Mendable reports whether the sender of a form can put err right in the form itself.
func Mendable(err error) bool {
	switch CodeOf(err) {
	case Invalid, Conflict, Stale, NeedsMatch, TooLarge, MediaType:
		return true
	}
	return false
}
