package route

import (
	"net/http"

	"github.com/google/uuid"

	"clientportal/internal/fault"
)

// ID is the id that a caller names; a text that is no id names nothing, and what is
// asked for ("ticket") is missing.
func ID(text, what string) (uuid.UUID, error) {
	id, err := uuid.Parse(text)
	if err != nil {
		return uuid.Nil, fault.Missing(what)
	}
	return id, nil
}

// PathID is the ID in this place of the request's path.
func PathID(r *http.Request, name, what string) (uuid.UUID, error) {
	return ID(r.PathValue(name), what)
}
