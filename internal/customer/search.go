package customer

import (
	"context"

	"github.com/google/uuid"

	"clientportal/internal/api"
	"clientportal/internal/customer/customerdb"
	"clientportal/internal/db"
	"clientportal/internal/fault"
)

// Filter is which customers to list, and from where on. What is empty filters
// nothing.
type Filter struct {
	Q             string // in the name or the slug
	ClientType    string
	BusinessModel string
	WebsiteType   string
	IsActive      *bool
	Limit         int
	Cursor        string
}

// position is where a page of a list by name ends.
type position struct {
	Name string
	ID   uuid.UUID
}

func (f *Filter) check() error {
	var c fault.Check
	f.Q = c.Text("query.q", "the search", f.Q, 0, maxQuery)
	choice(&c, "query.client_type", &f.ClientType, clientTypes...)
	choice(&c, "query.business_model", &f.BusinessModel, businessModels...)
	choice(&c, "query.website_type", &f.WebsiteType, websiteTypes...)
	return c.Err()
}

const maxQuery = 200 // characters of a search

// List is a page of the customers whom the employee serves, by name.
func (s *Service) List(ctx context.Context, f Filter) (page api.Page[Customer], err error) {
	var after position
	if err := api.DecodeCursor(f.Cursor, &after); err != nil {
		return page, err
	}
	if err := f.check(); err != nil {
		return page, err
	}
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		if err := mayRead(tx.Actor()); err != nil {
			return err
		}
		rows, err := customerdb.New(tx).Customers(ctx, customerdb.CustomersParams{
			AfterName: after.Name, AfterID: after.ID, AtMost: int32(f.Limit) + 1,
			Q: f.Q, ClientType: f.ClientType, BusinessModel: f.BusinessModel, WebsiteType: f.WebsiteType, IsActive: f.IsActive,
		})
		if err != nil {
			return err
		}
		customers := make([]Customer, len(rows))
		for i, row := range rows {
			customers[i] = customerOf(row)
		}
		page = api.PageOf(customers, f.Limit, func(c Customer) any { return position{c.Name, c.ID} })
		return nil
	})
	return page, err
}

// Counts are how many customers the employee serves.
type Counts struct {
	All, Active int
	Matching    int // of the filter
}

// Count counts the customers whom the employee serves.
func (s *Service) Count(ctx context.Context, f Filter) (n Counts, err error) {
	if err := f.check(); err != nil {
		return n, err
	}
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		if err := mayRead(tx.Actor()); err != nil {
			return err
		}
		row, err := customerdb.New(tx).CountCustomers(ctx, customerdb.CountCustomersParams{
			Q: f.Q, ClientType: f.ClientType, BusinessModel: f.BusinessModel, WebsiteType: f.WebsiteType, IsActive: f.IsActive,
		})
		n = Counts{All: int(row.Everybody), Active: int(row.Active), Matching: int(row.Matching)}
		return err
	})
	return n, err
}

// Figures say how much goes on at a customer.
type Figures struct{ People, OpenTickets int }

// figures are those of some customers.
func (s *Service) figures(ctx context.Context, customers []Customer) (map[uuid.UUID]Figures, error) {
	ids := make([]uuid.UUID, len(customers))
	for i, c := range customers {
		ids[i] = c.ID
	}
	all := map[uuid.UUID]Figures{}
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		rows, err := customerdb.New(tx).CustomerFigures(ctx, ids)
		for _, row := range rows {
			all[row.ID] = Figures{int(row.People), int(row.OpenTickets)}
		}
		return err
	})
	return all, err
}
