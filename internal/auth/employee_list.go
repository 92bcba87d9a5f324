package auth

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"clientportal/internal/actor"
	"clientportal/internal/db"
	"clientportal/internal/fault"
)

// Colleague is an employee with what a list of them shows.
type Colleague struct {
	Employee
	Customers int // whom they serve; an admin serves all
}

// EmployeeFilter is which employees to list.
type EmployeeFilter struct {
	Query    string     // in the name or the address
	Role     actor.Role // "" for any
	IsActive *bool
}

// maxColleagues is the most employees that a list shows.
const maxColleagues = 200

// colleagues are the employees of the filter by name, and how many there are of all.
func (s *Service) colleagues(ctx context.Context, f EmployeeFilter) (list []Colleague, all int, err error) {
	if err := mustBeStaff(ctx); err != nil {
		return nil, 0, err
	}
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		if err := tx.QueryRow(ctx, `select count(*) from employees`).Scan(&all); err != nil {
			return err
		}
		rows, err := tx.Query(ctx, `
			select e.*, (select count(*) from customer_employees a where a.employee_id = e.id)
			from (`+selectEmployees+`) e (id, email, first_name, last_name, title, phone, role, is_active, two_factor_enabled,
				last_login_at, created_at, updated_at)
			where strpos(lower(e.first_name || ' ' || e.last_name || ' ' || e.email), lower($1)) > 0
				and ($2 = '' or e.role = $2) and ($3::boolean is null or e.is_active = $3)
			order by lower(e.last_name), lower(e.first_name), e.id limit $4`,
			f.Query, string(f.Role), f.IsActive, maxColleagues)
		if err != nil {
			return err
		}
		list, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (c Colleague, err error) {
			e := &c.Employee
			return c, row.Scan(&e.ID, &e.Email, &e.FirstName, &e.LastName, &e.Title, &e.Phone, &e.Role, &e.IsActive,
				&e.TwoFactorEnabled, &e.LastLoginAt, &e.CreatedAt, &e.UpdatedAt, &c.Customers)
		})
		return err
	})
	return list, all, err
}

// served is a customer whom an employee serves.
type served struct {
	ID   uuid.UUID
	Name string
}

// servedBy are the customers whom an employee serves, as far as the reader sees
// them, by name.
func (s *Service) servedBy(ctx context.Context, employee uuid.UUID) (list []served, err error) {
	if err := mustBeStaff(ctx); err != nil {
		return nil, err
	}
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		rows, err := tx.Query(ctx, `
			select c.id, c.name from customer_employees a join customers c on c.id = a.customer_id
			where a.employee_id = $1 order by lower(c.name), c.id limit $2`, employee, maxColleagues)
		if err != nil {
			return err
		}
		list, err = pgx.CollectRows(rows, pgx.RowToStructByPos[served])
		return err
	})
	return list, err
}

// checkEmployeeFilter makes a filter one that can be asked for: what makes no sense
// filters nothing.
func checkEmployeeFilter(f EmployeeFilter) EmployeeFilter {
	var c fault.Check
	f.Query = c.Text("q", "the search", f.Query, 0, maxName)
	if f.Role != "" {
		checkStaffRole(&c, f.Role)
	}
	if c.Err() != nil {
		return EmployeeFilter{IsActive: f.IsActive}
	}
	return f
}
