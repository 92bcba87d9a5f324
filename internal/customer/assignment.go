package customer

import (
	"context"
	"errors"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"clientportal/internal/clock"
	"clientportal/internal/customer/customerdb"
	"clientportal/internal/db"
	"clientportal/internal/fault"
	"clientportal/internal/live"
)

// Employee is one of the agency's people, as an assignment shows them.
type Employee struct {
	ID        uuid.UUID `json:"id"`
	FirstName string    `json:"first_name"`
	LastName  string    `json:"last_name"`
	Email     string    `json:"email"`
	Title     *string   `json:"title"`
	Role      string    `json:"role"`
	IsActive  bool      `json:"is_active"`
}

// Employees are those who are assigned to a customer, by last name.
func (s *Service) Employees(ctx context.Context, customer uuid.UUID) (employees []Employee, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		if err := mayRead(tx.Actor()); err != nil {
			return err
		}
		q := customerdb.New(tx)
		if _, err := q.Customer(ctx, customer); err != nil {
			return db.Missing(err, "customer")
		}
		rows, err := q.AssignedEmployees(ctx, customer)
		for _, row := range rows {
			employees = append(employees, Employee(row))
		}
		return err
	})
	return employees, err
}

// AssignEmployee lets an employee serve a customer. Assigning twice changes nothing.
func (s *Service) AssignEmployee(ctx context.Context, customer, employee uuid.UUID) error {
	return s.assign(ctx, customer, employee, "customer.assign", func(q *customerdb.Queries, now assignment) (int64, error) {
		if !now.IsActive {
			return 0, fault.New(fault.Conflict, "%s %s is deactivated, and serves nobody.", now.FirstName, now.LastName)
		}
		return q.Assign(ctx, customerdb.AssignParams{CustomerID: customer, EmployeeID: employee, CreatedAt: clock.Now(ctx)})
	})
}

// UnassignEmployee takes a customer out of an employee's reach, at once.
func (s *Service) UnassignEmployee(ctx context.Context, customer, employee uuid.UUID) error {
	return s.assign(ctx, customer, employee, "customer.unassign", func(q *customerdb.Queries, _ assignment) (int64, error) {
		return q.Unassign(ctx, customerdb.UnassignParams{CustomerID: customer, EmployeeID: employee})
	})
}

type assignment = customerdb.AssignmentRow

func (s *Service) assign(ctx context.Context, customer, employee uuid.UUID, action string,
	change func(*customerdb.Queries, assignment) (int64, error)) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		if err := mayAdminister(tx.Actor()); err != nil {
			return err
		}
		q := customerdb.New(tx)
		now, err := q.Assignment(ctx, customerdb.AssignmentParams{CustomerID: customer, EmployeeID: employee})
		if errors.Is(err, pgx.ErrNoRows) {
			return fault.Missing("customer or employee")
		} else if err != nil {
			return err
		}
		switch changed, err := change(q, now); {
		case err != nil:
			return err
		case changed == 0:
			return db.ErrUnchanged
		}
		tx.Record(event(action, customer, map[string]any{
			"employee_id": employee, "employee": now.FirstName + " " + now.LastName,
		}))
		tx.Announce(live.Hint{PersonID: employee}) // what their open pages may hear of is another now
		return nil
	})
}
