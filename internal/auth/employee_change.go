package auth

import (
	"context"

	"github.com/google/uuid"

	"clientportal/internal/actor"
	"clientportal/internal/audit"
	"clientportal/internal/clock"
	"clientportal/internal/db"
	"clientportal/internal/fault"
	"clientportal/internal/maybe"
)

// EmployeeChange is what is to be different about an employee; nil stays as it is.
type EmployeeChange struct {
	FirstName *string     `json:"first_name,omitempty"`
	LastName  *string     `json:"last_name,omitempty"`
	Title     *string     `json:"title,omitempty"`
	Role      *actor.Role `json:"role,omitempty"`
	IsActive  *bool       `json:"is_active,omitempty"`
}

// ChangeEmployee changes an employee. Who gets another role, or leaves, is signed
// out everywhere at once. IfMatch, where given, is asked whether the employee is
// still the one that was seen.
func (s *Service) ChangeEmployee(ctx context.Context, id uuid.UUID, change EmployeeChange, ifMatch func(Employee) error) (Employee, error) {
	who, _ := actor.From(ctx)
	if err := mayEmploy(who); err != nil {
		return Employee{}, err
	}
	var e Employee
	err := s.write(ctx, func(tx *db.Tx) error {
		if err := lockStaff(ctx, tx); err != nil {
			return err
		}
		before, err := employeeByID(ctx, tx, id)
		if err != nil {
			return err
		}
		if ifMatch != nil {
			if err := ifMatch(before); err != nil {
				return err
			}
		}
		e = before
		if err := change.apply(&e); err != nil {
			return err
		}
		if e == before {
			return db.ErrUnchanged
		}
		e.UpdatedAt = clock.Now(ctx)
		if err := updateEmployee(ctx, tx, e); err != nil {
			return err
		}
		record(tx, who, audit.Event{
			Action: "employee.update", Subject: audit.Subject{Type: "employee", ID: id},
			Payload: map[string]any{"before": before, "after": e},
		})
		if e.Role != before.Role || e.IsActive != before.IsActive {
			return s.expel(ctx, tx, e)
		}
		return nil
	})
	return e, err
}

// apply checks the change and makes it.
func (change EmployeeChange) apply(e *Employee) error {
	var c fault.Check
	text := func(name, label string, to *string, min int, field *string) {
		if to != nil {
			*field = c.Text(name, label, *to, min, maxName)
		}
	}
	text("first_name", "the first name", change.FirstName, 1, &e.FirstName)
	text("last_name", "the last name", change.LastName, 0, &e.LastName)
	text("title", "the title", change.Title, 0, &e.Title)
	if change.Role != nil {
		checkStaffRole(&c, *change.Role)
		e.Role = *change.Role
	}
	if change.IsActive != nil {
		e.IsActive = *change.IsActive
	}
	return c.Err()
}

// lockStaff lets one change of employees at a time happen, so that two admins
// can't remove each other.
func lockStaff(ctx context.Context, tx *db.Tx) error {
	_, err := tx.Exec(ctx, `select pg_advisory_xact_lock(hashtext('employees'))`)
	return err
}

// updateEmployee stores an employee, unless that left the agency without an admin.
func updateEmployee(ctx context.Context, tx *db.Tx, e Employee) error {
	_, err := tx.Exec(ctx, `
		update employees set first_name = $2, last_name = $3, title = $4, role = $5, is_active = $6, updated_at = $7 where id = $1`,
		e.ID, e.FirstName, e.LastName, maybe.Of(e.Title), e.Role, e.IsActive, e.UpdatedAt)
	if err != nil {
		return err
	}
	var admins int
	if err := tx.QueryRow(ctx, `select count(*) from employees where role = 'admin' and is_active`).Scan(&admins); err != nil {
		return err
	}
	if admins == 0 {
		return fault.New(fault.Conflict, "The agency needs an admin. Make somebody else one first.")
	}
	return nil
}

// expel ends all of an employee's sessions and, when they leave, their tokens.
func (s *Service) expel(ctx context.Context, tx *db.Tx, e Employee) error {
	if !e.IsActive {
		if _, err := tx.Exec(ctx, `delete from access_tokens where employee_id = $1`, e.ID); err != nil {
			return err
		}
	}
	return endSessions(ctx, tx, Staff, e.ID, uuid.Nil)
}
