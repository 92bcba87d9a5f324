package timetrack

import (
	"context"
	"errors"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"clientportal/internal/db"
	"clientportal/internal/fault"
	"clientportal/internal/web"
)

// choices are what the forms of the agency's people offer.
type choices struct {
	customers, projects, people []web.Option
}

const choicesSQL = `
select kind, value, label from (
  select 1 as kind, c.id::text as value, c.name as label from customers c where c.is_active
  union all
  select 2, p.id::text, c.name || ': ' || p.name from projects p join customers c on c.id = p.customer_id
  where p.status in ('approved', 'in_progress', 'completed')
  union all
  select 3, e.id::text, concat_ws(' ', e.first_name, e.last_name) from employees e where e.is_active
) o order by kind, lower(label), value`

// choices are the customers that the reader serves, their projects, and the agency's
// people.
func (s *Service) choices(ctx context.Context) (c choices, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		rows, err := tx.Query(ctx, choicesSQL)
		if err != nil {
			return err
		}
		var kind int
		var o web.Option
		_, err = pgx.ForEachRow(rows, []any{&kind, &o.Value, &o.Label}, func() error {
			list := []*[]web.Option{&c.customers, &c.projects, &c.people}[kind-1]
			*list = append(*list, o)
			return nil
		})
		return err
	})
	return c, err
}

// ticketNumbered is the ticket of a customer with this number, or nil for no number.
func (s *Service) ticketNumbered(ctx context.Context, customer uuid.UUID, number string) (*uuid.UUID, error) {
	if number == "" {
		return nil, nil
	}
	var id uuid.UUID
	err := s.DB.Read(ctx, func(tx *db.Tx) error {
		return tx.QueryRow(ctx, `select k.id from client_tickets k join tickets t on t.id = k.ticket_id
			where k.customer_id = $1 and upper(t.number) = upper($2)`, customer, number).Scan(&id)
	})
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, fault.InvalidField("ticket", "The customer has no ticket %s.", number)
	}
	return &id, err
}
