package ticket

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"clientportal/internal/db"
)

// counted is how many tickets a filter picks; of a search for common words, how many at
// least.
type counted struct {
	n       int
	atLeast bool
}

// matching counts the tickets of the client's company that a filter picks. A page
// says how many it has found; a plain list does not count.
func (s *Service) matching(ctx context.Context, f Filter) (c counted, err error) {
	who, err := asClient(ctx)
	if err != nil {
		return c, err
	}
	found, err := f.search(who.CustomerID())
	if err != nil {
		return c, err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		m, err := meet(ctx, tx, f.Query, nil)
		if err != nil {
			return err
		}
		c.atLeast = m.common()
		found.gather(f.Query, m)
		return tx.QueryRow(ctx, "select count(*) from client_tickets ct"+found.conditions(), found.args...).Scan(&c.n)
	})
	if err != nil {
		return c, fmt.Errorf("count the tickets found: %w", err)
	}
	return c, nil
}

// colleagues are the agency's active people, to look for tickets by.
func (d *Desk) colleagues(ctx context.Context) ([]Named, error) {
	return d.named(ctx, "list colleagues", func(tx *db.Tx) ([]Named, error) {
		rows, err := tx.Query(ctx, `select id, concat_ws(' ', first_name, last_name) from employees where is_active order by 2, 1`)
		if err != nil {
			return nil, err
		}
		return pgx.CollectRows(rows, pgx.RowToStructByPos[Named])
	})
}
