package demo

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"clientportal/internal/actor"
	"clientportal/internal/auth"
	"clientportal/internal/clock"
	"clientportal/internal/customer"
)

// admin is the employee who takes on customers.
const admin = "elena"

// hire adds the agency's people.
func (m *maker) hire(ctx context.Context) error {
	m.staff = map[string]actor.Actor{}
	for i, e := range employees {
		id, ok := m.found.employees[e.email]
		if !ok {
			added, err := m.Auth.AddEmployee(clock.At(ctx, m.daysAgo(420)), auth.NewEmployee{
				Email: e.email, FirstName: e.first, LastName: e.last, Title: e.title, Role: e.role, PasswordHash: m.hash,
			})
			if err != nil {
				return err
			}
			id = added.ID
		}
		m.staff[e.key] = actor.Actor{
			Kind: actor.Staff, ID: id, Name: e.first + " " + e.last, Email: e.email, Role: e.role,
			AllCustomers: e.role == actor.Admin, Address: fmt.Sprintf("203.0.113.%d", 20+i),
		}
	}
	return nil
}

// account is a customer as the demo knows them.
type account struct {
	*company
	id     uuid.UUID
	prefix string
	zone   *time.Location
	people map[string]actor.Actor // by the names that stories give them: the four who sign in
	names  map[string]string      // likewise, their first names and the lead's
	works  []work
}

// takeOn makes a customer, their people, and who serves them.
func (m *maker) takeOn(ctx context.Context, c *company) (*account, error) {
	a := &account{company: c, people: map[string]actor.Actor{}, names: map[string]string{}}
	ctx = at(ctx, m.staff[admin], m.daysAgo(c.since))
	var err error
	if a.zone, err = time.LoadLocation(c.timezone); err != nil {
		return nil, err
	}
	made, err := m.customer(ctx, c)
	if err != nil {
		return nil, err
	}
	a.id, a.prefix = made.ID, made.TicketPrefix
	if err := m.assign(ctx, a); err != nil {
		return nil, err
	}
	if made.ContactEmployeeID == nil {
		contact := m.staff[c.lead].ID
		if _, err := m.Customers.Update(ctx, a.id, customer.Change{ContactEmployeeID: &contact}, ""); err != nil {
			return nil, err
		}
	}
	for i, p := range c.people {
		if err := m.meet(ctx, a, i, p); err != nil {
			return nil, fmt.Errorf("%s %s: %w", p.first, p.last, err)
		}
	}
	return a, nil
}

// assign lets the account's team serve the customer.
func (m *maker) assign(ctx context.Context, a *account) error {
	for _, e := range employees {
		if !e.serves(a.company) {
			continue
		}
		who := m.staff[e.key]
		if err := m.Customers.AssignEmployee(ctx, a.id, who.ID); err != nil {
			return err
		}
		who.CustomerIDs = append(who.CustomerIDs, a.id)
		m.staff[e.key] = who
		if e.key == a.lead {
			a.names["lead"] = e.first
		}
	}
	return nil
}

func (m *maker) customer(ctx context.Context, c *company) (customer.Customer, error) {
	if id, ok := m.found.customers[c.slug]; ok {
		return m.Customers.Customer(ctx, id)
	}
	return m.Customers.Create(ctx, customer.Draft{
		Name: c.name, Slug: c.slug, Website: c.website, ClientType: c.clientType, BusinessModel: c.businessModel,
		WebsiteType: c.websiteType, Timezone: c.timezone, Currency: c.currency,
	})
}

// meet makes a person known; the first four of each customer get an account.
func (m *maker) meet(ctx context.Context, a *account, i int, p person) error {
	var role actor.Role
	email := strings.ToLower(p.first + "." + p.last)
	if i < len(accountRoles) {
		role = accountRoles[i].role
		email = accountRoles[i].key
	}
	email += "@" + a.slug + ".example"
	known, ok := m.found.stakeholders[email]
	if !ok {
		added, err := m.Customers.AddStakeholder(ctx, a.id, customer.Person{
			Email: email, FirstName: p.first, LastName: p.last, Title: p.title, Phone: p.phone, IsPrimaryContact: i == 0,
		})
		if err != nil {
			return err
		}
		known = added.ID
	}
	if role == "" {
		return nil
	}
	id, ok := m.found.users[email]
	if !ok {
		var err error
		id, err = m.Auth.AddUser(clock.At(actor.As(ctx, "demo"), m.daysAgo(a.since-1)), auth.NewUser{
			CustomerID: a.id, StakeholderID: known, Email: email, FirstName: p.first, LastName: p.last,
			Phone: p.phone, Role: role, IsPrimary: i == 0, PasswordHash: m.hash,
		})
		if err != nil {
			return err
		}
	}
	a.names[accountRoles[i].key] = p.first
	a.people[accountRoles[i].key] = actor.Actor{
		Kind: actor.Client, ID: id, Name: p.first + " " + p.last, Email: email, Role: role,
		CustomerIDs: []uuid.UUID{a.id}, Address: fmt.Sprintf("198.51.100.%d", 10*len(a.slug)+i),
	}
	return nil
}
