package auth

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"clientportal/internal/actor"
	"clientportal/internal/audit"
	"clientportal/internal/clock"
	"clientportal/internal/db"
	"clientportal/internal/fault"
	"clientportal/internal/maybe"
)

// Employee is one of the agency's people.
type Employee struct {
	ID               uuid.UUID  `json:"id"`
	Email            string     `json:"email"`
	FirstName        string     `json:"first_name"`
	LastName         string     `json:"last_name"`
	Title            string     `json:"title"`
	Phone            string     `json:"phone"`
	Role             actor.Role `json:"role"`
	IsActive         bool       `json:"is_active"`
	TwoFactorEnabled bool       `json:"two_factor_enabled"`
	LastLoginAt      *time.Time `json:"last_login_at"`
	CreatedAt        time.Time  `json:"created_at"`
	UpdatedAt        time.Time  `json:"updated_at"`
}

// Name is what the employee is called.
func (e Employee) Name() string { return fullName(e.FirstName, e.LastName, e.Email) }

const selectEmployees = `
	select id, email, first_name, last_name, coalesce(title, ''), coalesce(phone, ''), role, is_active, two_factor_enabled,
		last_login_at, created_at, updated_at
	from employees `

// Employees are the agency's people in the order in which they came, at most
// limit of them from after the one with the id after.
func (s *Service) Employees(ctx context.Context, after uuid.UUID, limit int) ([]Employee, error) {
	if err := mustBeStaff(ctx); err != nil {
		return nil, err
	}
	var list []Employee
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		rows, err := tx.Query(ctx, selectEmployees+`where id > $1 order by id limit $2`, after, limit)
		if err != nil {
			return err
		}
		list, err = pgx.CollectRows(rows, pgx.RowToStructByPos[Employee])
		return err
	})
	return list, err
}

// Employee is one of the agency's people.
func (s *Service) Employee(ctx context.Context, id uuid.UUID) (Employee, error) {
	if err := mustBeStaff(ctx); err != nil {
		return Employee{}, err
	}
	var e Employee
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		e, err = employeeByID(ctx, tx, id)
		return err
	})
	return e, err
}

func employeeByID(ctx context.Context, tx *db.Tx, id uuid.UUID) (Employee, error) {
	rows, err := tx.Query(ctx, selectEmployees+`where id = $1`, id)
	if err != nil {
		return Employee{}, err
	}
	e, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByPos[Employee])
	if errors.Is(err, pgx.ErrNoRows) {
		err = fault.Missing("employee")
	}
	return e, err
}

func mustBeStaff(ctx context.Context) error {
	who, _ := actor.From(ctx)
	if who.Kind == actor.System || who.Is(actor.Staff) {
		return nil
	}
	return fault.Denied("Only the agency's people may see this.")
}

// NewEmployee is an employee to be added. With a password's hash, which only the
// portal itself may give, they can sign in at once; otherwise a mail lets them
// choose a password.
type NewEmployee struct {
	Email        string
	FirstName    string
	LastName     string
	Title        string
	Role         actor.Role
	PasswordHash string
}

func (n *NewEmployee) check() error {
	var c fault.Check
	n.Email = checkEmail(&c, n.Email)
	n.FirstName = c.Text("first_name", "the first name", n.FirstName, 1, maxName)
	n.LastName = c.Text("last_name", "the last name", n.LastName, 0, maxName)
	n.Title = c.Text("title", "the title", n.Title, 0, maxName)
	checkStaffRole(&c, n.Role)
	return c.Err()
}

func checkStaffRole(c *fault.Check, role actor.Role) {
	c.OneOf("role", string(role), string(actor.Agent), string(actor.Manager), string(actor.Admin))
}

// AddEmployee adds somebody to the agency's people.
func (s *Service) AddEmployee(ctx context.Context, n NewEmployee) (Employee, error) {
	who, _ := actor.From(ctx)
	if err := mayEmploy(who); err != nil {
		return Employee{}, err
	}
	if n.PasswordHash != "" && who.Kind != actor.System {
		return Employee{}, fault.Denied("People choose their passwords themselves.")
	}
	if err := n.check(); err != nil {
		return Employee{}, err
	}
	now := clock.Now(ctx)
	e := Employee{
		ID: newID(), Email: n.Email, FirstName: n.FirstName, LastName: n.LastName, Title: n.Title, Role: n.Role,
		IsActive: true, CreatedAt: now, UpdatedAt: now,
	}
	err := s.write(ctx, func(tx *db.Tx) error {
		record(tx, who, audit.Event{
			Action: "employee.create", Subject: audit.Subject{Type: "employee", ID: e.ID},
			Payload: map[string]any{"email": e.Email, "role": e.Role},
		})
		if n.PasswordHash == "" {
			tx.Enqueue(resetJob{Realm: Staff, AccountID: e.ID, Welcome: true}, nil)
		}
		return insertEmployee(ctx, tx, e, n.PasswordHash)
	})
	return e, err
}

func insertEmployee(ctx context.Context, tx *db.Tx, e Employee, hash string) error {
	_, err := tx.Exec(ctx, `
		insert into employees (id, email, first_name, last_name, title, role, password_hash, email_verified, email_verified_at, created_at, updated_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, case when $8 then $9::timestamptz end, $9, $9)`,
		e.ID, e.Email, e.FirstName, e.LastName, maybe.Of(e.Title), e.Role, maybe.Of(hash), hash != "", e.CreatedAt)
	if db.Violates(err, "employees_email") {
		return fault.New(fault.Conflict, "Somebody with this address works here already.")
	}
	return err
}

func mayEmploy(who actor.Actor) error {
	if who.Kind == actor.System || who.Is(actor.Staff, actor.Admin) {
		return nil
	}
	return fault.Denied("Only an admin of the agency may decide who works here.")
}
