package ticket

import (
	"context"
	"fmt"

	"clientportal/internal/db"
	"clientportal/internal/fault"
)

// matching counts the tickets of the client's company that a filter picks. A page
// says how many it has found; a plain list does not count.
func (s *Service) matching(ctx context.Context, f Filter) (n int, err error) {
	who, err := asClient(ctx)
	if err != nil {
		return 0, err
	}
	customer := who.CustomerID()
	var check fault.Check
	var found search
	found.and("ct.customer_id = ?", customer)
	found.filter(&check, f, &customer)
	if err := check.Err(); err != nil {
		return 0, err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		return tx.QueryRow(ctx, "select count(*) from client_tickets ct"+found.conditions(), found.args...).Scan(&n)
	})
	if err != nil {
		return 0, fmt.Errorf("count the tickets found: %w", err)
	}
	return n, nil
}
