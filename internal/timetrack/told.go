package timetrack

import (
	"context"

	"github.com/google/uuid"

	"clientportal/internal/db"
	"clientportal/internal/news"
)

// Notifier tells people what concerns them.
type Notifier interface {
	// Tell keeps the notice for its readers, and answers with those to whom a
	// letter is to be written at once.
	Tell(ctx context.Context, tx *db.Tx, n news.Notice) ([]news.Reader, error)
	// Ending is the end of a letter about such events.
	Ending(customer uuid.UUID, to news.Reader, kind news.Kind) (news.Ending, error)
}
