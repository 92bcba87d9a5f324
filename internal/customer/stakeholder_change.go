package customer

import (
	"context"
	"errors"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"clientportal/internal/actor"
	"clientportal/internal/api"
	"clientportal/internal/audit"
	"clientportal/internal/clock"
	"clientportal/internal/customer/customerdb"
	"clientportal/internal/db"
	"clientportal/internal/fault"
)

// Tag is the entity tag of this version of the stakeholder.
func (s Stakeholder) Tag() string { return api.ETag(s.UpdatedAt) }

// person is the stakeholder as somebody would write them anew.
func (s Stakeholder) person() Person {
	p := Person{Email: s.Email, FirstName: s.FirstName, LastName: s.LastName, IsPrimaryContact: s.IsPrimaryContact}
	set(&p.Title, s.Title)
	set(&p.Phone, s.Phone)
	return p
}

// Stakeholder is one of the people known at a customer.
func (s *Service) Stakeholder(ctx context.Context, customer, id uuid.UUID) (p Stakeholder, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		if err := mayRead(tx.Actor()); err != nil {
			return err
		}
		row, err := customerdb.New(tx).Stakeholder(ctx, customerdb.StakeholderParams{CustomerID: customer, ID: id})
		p = Stakeholder(row)
		return missingPerson(err)
	})
	return p, err
}

// UpdateStakeholder says anew who a stakeholder is, if they are still as ifMatch
// says, which may be empty. A place in the portal is not touched by it.
func (s *Service) UpdateStakeholder(ctx context.Context, customer, id uuid.UUID, p Person, ifMatch string) (after Stakeholder, err error) {
	err = s.changeStakeholder(ctx, customer, id, func(tx *db.Tx, before Stakeholder) error {
		if err := api.CheckMatch(ifMatch, before.Tag()); err != nil {
			return err
		}
		if after, err = p.stakeholder(); err != nil {
			return err
		}
		after.ID, after.CustomerID, after.CreatedAt, after.UpdatedAt = id, customer, before.CreatedAt, before.UpdatedAt
		if after.person() == before.person() {
			return db.ErrUnchanged
		}
		after.UpdatedAt = clock.Now(ctx)
		tx.Record(stakeholderEvent("stakeholder.update", customer, id, map[string]any{"before": before.person(), "after": after.person()}))
		return update(ctx, customerdb.New(tx), after)
	})
	return after, err
}

// RemoveStakeholder makes a person unknown at a customer: they can register no
// more. Who has registered already keeps their place in the portal.
func (s *Service) RemoveStakeholder(ctx context.Context, customer, id uuid.UUID) error {
	return s.changeStakeholder(ctx, customer, id, func(tx *db.Tx, before Stakeholder) error {
		tx.Record(stakeholderEvent("stakeholder.delete", customer, id, before.person()))
		_, err := customerdb.New(tx).DeleteStakeholder(ctx, customerdb.DeleteStakeholderParams{CustomerID: customer, ID: id})
		return err
	})
}

// InviteStakeholder asks a stakeholder to join the customer in the portal.
func (s *Service) InviteStakeholder(ctx context.Context, customer, id uuid.UUID, role actor.Role) (Stakeholder, error) {
	p, err := s.Stakeholder(ctx, customer, id)
	if err != nil {
		return p, err
	}
	return p, s.accounts.Invite(ctx, customer, p.Email, role)
}

func (s *Service) changeStakeholder(ctx context.Context, customer, id uuid.UUID, change func(*db.Tx, Stakeholder) error) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		if err := mayManage(tx.Actor()); err != nil {
			return err
		}
		row, err := customerdb.New(tx).StakeholderForUpdate(ctx, customerdb.StakeholderForUpdateParams{CustomerID: customer, ID: id})
		if err != nil {
			return missingPerson(err)
		}
		return change(tx, Stakeholder(row))
	})
}

func update(ctx context.Context, q *customerdb.Queries, s Stakeholder) error {
	err := q.UpdateStakeholder(ctx, customerdb.UpdateStakeholderParams{
		CustomerID: s.CustomerID, ID: s.ID, Email: s.Email, FirstName: s.FirstName, LastName: s.LastName,
		Title: s.Title, Phone: s.Phone, IsPrimaryContact: s.IsPrimaryContact, UpdatedAt: s.UpdatedAt,
	})
	if db.Violates(err, "customer_stakeholders_email") {
		return errKnown()
	}
	if err != nil || !s.IsPrimaryContact {
		return err
	}
	return q.YieldPrimaryContact(ctx, customerdb.YieldPrimaryContactParams{CustomerID: s.CustomerID, ExceptID: s.ID, Now: s.UpdatedAt})
}

// errKnown is the fault of an address that another stakeholder of the customer has.
func errKnown() error {
	return fault.InvalidField("email", "This address is already among the customer's people.")
}

func missingPerson(err error) error {
	if errors.Is(err, pgx.ErrNoRows) {
		return fault.Missing("stakeholder")
	}
	return err
}

func stakeholderEvent(action string, customer, id uuid.UUID, payload any) audit.Event {
	return audit.Event{
		Action: action, CustomerID: customer, Payload: payload,
		Subject: audit.Subject{Type: "stakeholder", ID: id},
	}
}
