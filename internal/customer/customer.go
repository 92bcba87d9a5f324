// Package customer is the agency's customers: the companies it works for, the
// people whom onboarding knows at each of them, and the employees who serve them.
package customer

import (
	"context"
	"time"

	"github.com/google/uuid"

	"clientportal/internal/actor"
	"clientportal/internal/audit"
	"clientportal/internal/customer/customerdb"
	"clientportal/internal/db"
	"clientportal/internal/fault"
)

// Deps is what the customers need of the portal.
type Deps struct {
	DB       *db.DB
	Accounts Accounts
}

// Accounts are the people who sign in.
type Accounts interface {
	// Invite asks somebody by mail to join a customer.
	Invite(ctx context.Context, customer uuid.UUID, email string, role actor.Role) error
	// SignOutCompany ends, in tx, the sessions and tokens of all who work for a customer.
	SignOutCompany(ctx context.Context, tx *db.Tx, customer uuid.UUID) error
}

// Service is the actions on customers.
type Service struct {
	db       *db.DB
	accounts Accounts
}

// New makes the customers.
func New(d Deps) *Service { return &Service{db: d.DB, accounts: d.Accounts} }

// Customer is a company that the agency works for.
type Customer struct {
	ID                uuid.UUID  `json:"id"`
	Name              string     `json:"name"`
	Slug              string     `json:"slug" doc:"Its short name in addresses"`
	Website           *string    `json:"website"`
	ClientType        *string    `json:"client_type" enum:"b2b,b2c"`
	BusinessModel     *string    `json:"business_model" enum:"lead_gen,online_sales"`
	WebsiteType       *string    `json:"website_type" enum:"brochure,transactional"`
	Timezone          string     `json:"timezone" doc:"Of the IANA database, such as Europe/London"`
	Currency          string     `json:"currency" doc:"ISO 4217"`
	ContactEmployeeID *uuid.UUID `json:"contact_employee_id" doc:"Whom the customer calls"`
	TicketPrefix      string     `json:"ticket_prefix" doc:"DG makes tickets DG-1, DG-2, …"`
	IsActive          bool       `json:"is_active" doc:"Whether its people may sign in"`
	CreatedAt         time.Time  `json:"created_at"`
	UpdatedAt         time.Time  `json:"updated_at"`
}

// Customer is the customer of this id, for an employee who serves them.
func (s *Service) Customer(ctx context.Context, id uuid.UUID) (c Customer, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		if err := mayRead(tx.Actor()); err != nil {
			return err
		}
		row, err := customerdb.New(tx).Customer(ctx, id)
		if err != nil {
			return db.Missing(err, "customer")
		}
		c = customerOf(row)
		tx.Record(event("customer.view", c.ID, nil))
		return nil
	})
	return c, err
}

func customerOf(row customerdb.Customer) Customer {
	return Customer{
		ID: row.ID, Name: row.Name, Slug: row.Slug, Website: row.Website,
		ClientType: row.ClientType, BusinessModel: row.BusinessModel, WebsiteType: row.WebsiteType,
		Timezone: row.Timezone, Currency: row.Currency, ContactEmployeeID: row.ContactEmployeeID,
		TicketPrefix: row.TicketPrefix, IsActive: row.IsActive, CreatedAt: row.CreatedAt, UpdatedAt: row.UpdatedAt,
	}
}

func mayRead(who actor.Actor) error {
	if who.Is(actor.Staff) {
		return nil
	}
	return fault.Denied("Only the agency's people see its customers.")
}

func mayManage(who actor.Actor) error {
	if who.Is(actor.Staff, actor.Manager, actor.Admin) {
		return nil
	}
	return fault.Denied("It takes a manager or an admin to change a customer.")
}

func mayAdminister(who actor.Actor) error {
	if who.Is(actor.Staff, actor.Admin) {
		return nil
	}
	return fault.Denied("It takes an admin to take on a customer, or to say who serves them.")
}

func event(action string, customer uuid.UUID, payload any) audit.Event {
	return audit.Event{
		Action: action, CustomerID: customer, Payload: payload,
		Subject: audit.Subject{Type: "customer", ID: customer},
	}
}
