package ticket

import (
	"context"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"clientportal/internal/db"
	"clientportal/internal/web"
)

// worked is what was worked on a ticket, in minutes.
type worked struct{ all, retainer int }

// worked sums the hours of a ticket, as far as the reader sees them: what the agency
// keeps to itself, or a client rejected, costs nothing.
func (c *core) worked(ctx context.Context, id uuid.UUID) (w worked, err error) {
	err = c.DB.Read(ctx, func(tx *db.Tx) error {
		return tx.QueryRow(ctx, `select coalesce(sum(minutes), 0), coalesce(sum(minutes) filter (where retainer_id is not null), 0)
			from time_tracking where customer_id = (select customer_id from client_tickets where id = $1) and ticket_id = $1
			  and deleted_at is null and not internal and approval <> 'rejected'`, id).Scan(&w.all, &w.retainer)
	})
	return w, err
}

// facts are the hours in words; none where nothing was worked.
func (w worked) facts() []web.Fact {
	if w.all == 0 {
		return nil
	}
	facts := []web.Fact{{Term: "Hours", Text: hoursOf(w.all)}}
	if w.retainer > 0 {
		facts = append(facts, web.Fact{Term: "Retainer", Text: hoursOf(w.retainer) + " of it"})
	}
	return facts
}

func hoursOf(minutes int) string {
	return decimal.NewFromInt(int64(minutes)).DivRound(decimal.NewFromInt(60), 2).StringFixed(2) + " h"
}
