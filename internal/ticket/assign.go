package ticket

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"clientportal/internal/db"
	"clientportal/internal/fault"
	"clientportal/internal/maybe"
	"clientportal/internal/ticket/ticketdb"
)

// assign hands the ticket to an employee who serves its customer; "" to nobody.
func (r *deskRevision) assign(ctx context.Context, tx *db.Tx, who string) error {
	var id *uuid.UUID
	var name *string
	if who != "" {
		found, err := ticketdb.New(tx).Assignee(ctx, ticketdb.AssigneeParams{Who: who, CustomerID: r.row.CustomerID})
		if errors.Is(err, pgx.ErrNoRows) {
			return fault.InvalidField("assigned_to", "Choose somebody who is active and serves this customer.")
		}
		if err != nil {
			return err
		}
		id, name = &found.ID, &found.Name
	}
	if same(id, r.row.AssigneeID) {
		return nil
	}
	r.tell("assigned_to", maybe.Value(r.row.AssignedTo), maybe.Value(name))
	r.row.AssigneeID, r.row.AssignedTo = id, name
	return nil
}

func same(a, b *uuid.UUID) bool {
	return a == nil && b == nil || a != nil && b != nil && *a == *b
}

// Assignees are the employees who can be on a customer's tickets.
func (d *Desk) Assignees(ctx context.Context, customer uuid.UUID) ([]Named, error) {
	return d.named(ctx, "list assignees", func(tx *db.Tx) ([]Named, error) {
		rows, err := ticketdb.New(tx).Assignees(ctx, customer)
		return namedOf(rows), err
	})
}

// Customers are those whose tickets the employee may see.
func (d *Desk) Customers(ctx context.Context) ([]Named, error) {
	return d.named(ctx, "list customers", func(tx *db.Tx) ([]Named, error) {
		rows, err := ticketdb.New(tx).DeskCustomers(ctx)
		return namedOf(rows), err
	})
}

func (d *Desk) named(ctx context.Context, what string, read func(*db.Tx) ([]Named, error)) (names []Named, err error) {
	if _, err := asStaff(ctx); err != nil {
		return nil, err
	}
	err = d.DB.Read(ctx, func(tx *db.Tx) error {
		names, err = read(tx)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	return names, nil
}

// namedOf turns rows of an id and a name into what they are.
func namedOf[Row ~struct {
	ID   uuid.UUID
	Name string
}](rows []Row) []Named {
	names := make([]Named, len(rows))
	for i, r := range rows {
		names[i] = Named(r)
	}
	return names
}
