package customer

import (
	"context"
	"slices"

	"github.com/google/uuid"

	"clientportal/internal/api"
	"clientportal/internal/clock"
	"clientportal/internal/customer/customerdb"
	"clientportal/internal/db"
	"clientportal/internal/fault"
)

// PeopleFilter is which stakeholders of a customer to list, and from where on.
type PeopleFilter struct {
	Q      string // in the name or the address
	Limit  int
	Cursor string
}

// Stakeholders is a page of the people known at a customer, by last name.
func (s *Service) Stakeholders(ctx context.Context, customer uuid.UUID, f PeopleFilter) (page api.Page[Stakeholder], err error) {
	var after position
	if err := api.DecodeCursor(f.Cursor, &after); err != nil {
		return page, err
	}
	var c fault.Check
	q := c.Text("query.q", "the search", f.Q, 0, maxQuery)
	if err := c.Err(); err != nil {
		return page, err
	}
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		if err := mayRead(tx.Actor()); err != nil {
			return err
		}
		queries := customerdb.New(tx)
		if _, err := queries.Customer(ctx, customer); err != nil {
			return db.Missing(err, "customer")
		}
		rows, err := queries.Stakeholders(ctx, customerdb.StakeholdersParams{
			CustomerID: customer, Q: q, AfterName: after.Name, AfterID: after.ID, AtMost: int32(f.Limit) + 1,
		})
		if err != nil {
			return err
		}
		people := make([]Stakeholder, len(rows))
		for i, row := range rows {
			people[i] = Stakeholder(row)
		}
		page = api.PageOf(people, f.Limit, func(p Stakeholder) any { return position{p.LastName, p.ID} })
		tx.Record(event("customer.view_stakeholders", customer, nil))
		return nil
	})
	return page, err
}

// stakeholdersBefore is the page of a list that ends before a place in it, and whether
// there is yet another before that.
func (s *Service) stakeholdersBefore(ctx context.Context, customer uuid.UUID, q, cursor string) (people []Stakeholder, more bool, err error) {
	var before position
	if err := api.DecodeCursor(cursor, &before); err != nil {
		return nil, false, err
	}
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		if err := mayRead(tx.Actor()); err != nil {
			return err
		}
		rows, err := customerdb.New(tx).StakeholdersBefore(ctx, customerdb.StakeholdersBeforeParams{
			CustomerID: customer, Q: q, BeforeName: before.Name, BeforeID: before.ID, AtMost: listSize + 1,
		})
		if more = len(rows) > listSize; more {
			rows = rows[:listSize]
		}
		for _, row := range slices.Backward(rows) {
			people = append(people, Stakeholder(row))
		}
		tx.Record(event("customer.view_stakeholders", customer, nil))
		return err
	})
	return people, more, err
}

// Place is what a stakeholder has of the portal.
type Place struct {
	Role     string // of their place; "" without one
	IsActive bool
	Invited  bool // an invitation waits for them
}

// places are those of some stakeholders of a customer.
func (s *Service) places(ctx context.Context, customer uuid.UUID, people []Stakeholder) (map[uuid.UUID]Place, error) {
	ids := make([]uuid.UUID, len(people))
	for i, p := range people {
		ids[i] = p.ID
	}
	all := map[uuid.UUID]Place{}
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		rows, err := customerdb.New(tx).Places(ctx, customerdb.PlacesParams{CustomerID: customer, Ids: ids, Now: clock.Now(ctx)})
		for _, row := range rows {
			place := Place{Invited: row.Invited}
			if row.Role != nil {
				place.Role, place.IsActive = *row.Role, *row.IsActive
			}
			all[row.ID] = place
		}
		return err
	})
	return all, err
}

// countStakeholders says how many a customer has, and how many of them match.
func (s *Service) countStakeholders(ctx context.Context, customer uuid.UUID, q string) (known, matching int, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		row, err := customerdb.New(tx).CountStakeholders(ctx, customerdb.CountStakeholdersParams{CustomerID: customer, Q: q})
		known, matching = int(row.Everybody), int(row.Matching)
		return err
	})
	return known, matching, err
}
