package customer

import (
	"context"

	"github.com/google/uuid"

	"clientportal/internal/api"
	"clientportal/internal/clock"
	"clientportal/internal/customer/customerdb"
	"clientportal/internal/db"
	"clientportal/internal/fault"
	"clientportal/internal/live"
)

// Change is new values of a customer's fields: nil leaves one as it is, and an
// empty text clears one that may be empty.
type Change struct {
	Name              *string    `json:"name,omitempty" maxLength:"1000"`
	Website           *string    `json:"website,omitempty" maxLength:"1000"`
	ClientType        *string    `json:"client_type,omitempty" maxLength:"1000" doc:"b2b or b2c"`
	BusinessModel     *string    `json:"business_model,omitempty" maxLength:"1000" doc:"lead_gen or online_sales"`
	WebsiteType       *string    `json:"website_type,omitempty" maxLength:"1000" doc:"brochure or transactional"`
	Timezone          *string    `json:"timezone,omitempty" maxLength:"1000"`
	Currency          *string    `json:"currency,omitempty" maxLength:"1000"`
	ContactEmployeeID *uuid.UUID `json:"contact_employee_id,omitempty" doc:"Whom the customer calls; the nil id for nobody"`
	IsActive          *bool      `json:"is_active,omitempty" doc:"An admin signs its people out with false, at once"`
}

// Update changes a customer that is still as ifMatch says, which may be empty.
func (s *Service) Update(ctx context.Context, id uuid.UUID, change Change, ifMatch string) (c Customer, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		if err := mayManage(tx.Actor()); err != nil {
			return err
		}
		q := customerdb.New(tx)
		row, err := q.CustomerForUpdate(ctx, id)
		if err != nil {
			return db.Missing(err, "customer")
		}
		before := customerOf(row)
		if err := api.CheckMatch(ifMatch, before.Tag()); err != nil {
			return err
		}
		if c, err = change.apply(ctx, q, before); err != nil {
			return err
		}
		edits := editsOf(before, c)
		if len(edits) == 0 {
			return db.ErrUnchanged
		}
		if c.IsActive != before.IsActive {
			if err := s.open(ctx, tx, c); err != nil {
				return err
			}
		}
		c.UpdatedAt = clock.Now(ctx)
		tx.Record(event("customer.update", c.ID, edits))
		return q.UpdateCustomer(ctx, customerdb.UpdateCustomerParams{
			ID: c.ID, Name: c.Name, Website: c.Website, ClientType: c.ClientType, BusinessModel: c.BusinessModel,
			WebsiteType: c.WebsiteType, Timezone: c.Timezone, Currency: c.Currency,
			ContactEmployeeID: c.ContactEmployeeID, IsActive: c.IsActive, UpdatedAt: c.UpdatedAt,
		})
	})
	return c, err
}

// open lets a customer's people in again, or puts them out: their sessions, tokens
// and open streams end.
func (s *Service) open(ctx context.Context, tx *db.Tx, c Customer) error {
	if err := mayAdminister(tx.Actor()); err != nil {
		return err
	}
	if c.IsActive {
		return nil
	}
	people, err := customerdb.New(tx).MemberIDs(ctx, c.ID)
	if err != nil {
		return err
	}
	for _, person := range people {
		tx.Announce(live.Hint{PersonID: person})
	}
	return s.accounts.SignOutCompany(ctx, tx, c.ID)
}

// Tag is the entity tag of this version of the customer.
func (c Customer) Tag() string { return api.ETag(c.UpdatedAt) }

// apply gives the customer as it is after the change, checked.
func (ch Change) apply(ctx context.Context, q *customerdb.Queries, c Customer) (Customer, error) {
	set(&c.Name, ch.Name)
	set(&c.Timezone, ch.Timezone)
	set(&c.Currency, ch.Currency)
	setOptional(&c.Website, ch.Website)
	setOptional(&c.ClientType, ch.ClientType)
	setOptional(&c.BusinessModel, ch.BusinessModel)
	setOptional(&c.WebsiteType, ch.WebsiteType)
	set(&c.IsActive, ch.IsActive)
	var check fault.Check
	c.tidy(&check)
	if ch.ContactEmployeeID != nil && *ch.ContactEmployeeID == uuid.Nil {
		c.ContactEmployeeID = nil
	} else if ch.ContactEmployeeID != nil {
		active, err := q.IsActiveEmployee(ctx, *ch.ContactEmployeeID)
		if err != nil {
			return c, err
		}
		check.That(active, "contact_employee_id", "Choose an active employee.")
		c.ContactEmployeeID = ch.ContactEmployeeID
	}
	return c, check.Err()
}

func set[T any](field *T, value *T) {
	if value != nil {
		*field = *value
	}
}

func setOptional(field **string, value *string) {
	if value != nil {
		*field = value
	}
}

// edit is one field's value before and after, for the audit trail.
type edit struct {
	Before any `json:"before"`
	After  any `json:"after"`
}

func editsOf(before, after Customer) map[string]edit {
	edits := map[string]edit{}
	note(edits, "name", &before.Name, &after.Name)
	note(edits, "website", before.Website, after.Website)
	note(edits, "client_type", before.ClientType, after.ClientType)
	note(edits, "business_model", before.BusinessModel, after.BusinessModel)
	note(edits, "website_type", before.WebsiteType, after.WebsiteType)
	note(edits, "timezone", &before.Timezone, &after.Timezone)
	note(edits, "currency", &before.Currency, &after.Currency)
	note(edits, "contact_employee_id", before.ContactEmployeeID, after.ContactEmployeeID)
	note(edits, "is_active", &before.IsActive, &after.IsActive)
	return edits
}

func note[T comparable](edits map[string]edit, field string, before, after *T) {
	if before == nil && after == nil || before != nil && after != nil && *before == *after {
		return
	}
	edits[field] = edit{before, after}
}
