package customer

import (
	"context"
	"time"

	"github.com/google/uuid"

	"clientportal/internal/clock"
	"clientportal/internal/customer/customerdb"
	"clientportal/internal/db"
	"clientportal/internal/fault"
	"clientportal/internal/maybe"
)

// Stakeholder is a person whom onboarding knows at a customer, and who may
// therefore register.
type Stakeholder struct {
	ID               uuid.UUID `json:"id"`
	CustomerID       uuid.UUID `json:"customer_id"`
	Email            string    `json:"email"`
	FirstName        string    `json:"first_name"`
	LastName         string    `json:"last_name"`
	Title            *string   `json:"title"`
	Phone            *string   `json:"phone"`
	IsPrimaryContact bool      `json:"is_primary_contact"`
	CreatedAt        time.Time `json:"created_at"`
	UpdatedAt        time.Time `json:"updated_at"`
}

// Person is a stakeholder to be added.
type Person struct {
	Email            string `json:"email" maxLength:"1000"`
	FirstName        string `json:"first_name" maxLength:"1000"`
	LastName         string `json:"last_name" maxLength:"1000"`
	Title            string `json:"title,omitempty" maxLength:"1000"`
	Phone            string `json:"phone,omitempty" maxLength:"1000"`
	IsPrimaryContact bool   `json:"is_primary_contact,omitempty" doc:"In the place of the one before"`
}

// AddStakeholder makes a person known at a customer.
func (s *Service) AddStakeholder(ctx context.Context, customer uuid.UUID, p Person) (added Stakeholder, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		if err := mayManage(tx.Actor()); err != nil {
			return err
		}
		q := customerdb.New(tx)
		if _, err := q.Customer(ctx, customer); err != nil {
			return db.Missing(err, "customer")
		}
		if added, err = p.stakeholder(); err != nil {
			return err
		}
		if added.ID, err = uuid.NewV7(); err != nil {
			return err
		}
		added.CustomerID, added.CreatedAt = customer, clock.Now(ctx)
		added.UpdatedAt = added.CreatedAt
		tx.Record(stakeholderEvent("stakeholder.create", customer, added.ID, added))
		return insert(ctx, q, added)
	})
	return added, err
}

func (p Person) stakeholder() (Stakeholder, error) {
	var check fault.Check
	s := Stakeholder{
		Email:            emailAddress(&check, "email", p.Email),
		FirstName:        check.Text("first_name", "the first name", p.FirstName, 1, 100),
		LastName:         check.Text("last_name", "the last name", p.LastName, 1, 100),
		Title:            maybe.Of(check.Text("title", "the title", p.Title, 0, 100)),
		Phone:            maybe.Of(check.Text("phone", "the number", p.Phone, 0, 40)),
		IsPrimaryContact: p.IsPrimaryContact,
	}
	return s, check.Err()
}

// insert keeps the stakeholder. A customer has one primary contact: a new one
// takes the place of the one before.
func insert(ctx context.Context, q *customerdb.Queries, s Stakeholder) error {
	inserted, err := q.InsertStakeholder(ctx, customerdb.InsertStakeholderParams{
		ID: s.ID, CustomerID: s.CustomerID, Email: s.Email, FirstName: s.FirstName, LastName: s.LastName,
		Title: s.Title, Phone: s.Phone, IsPrimaryContact: s.IsPrimaryContact, Now: s.CreatedAt,
	})
	if err != nil {
		return err
	}
	if inserted == 0 {
		return errKnown()
	}
	if !s.IsPrimaryContact {
		return nil
	}
	return q.YieldPrimaryContact(ctx, customerdb.YieldPrimaryContactParams{
		CustomerID: s.CustomerID, ExceptID: s.ID, Now: s.CreatedAt,
	})
}
