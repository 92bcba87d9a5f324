package customer

import (
	"context"
	"time"

	"github.com/google/uuid"

	"clientportal/internal/clock"
	"clientportal/internal/customer/customerdb"
	"clientportal/internal/db"
)

// maxMembers is the most people with a place that an overview shows.
const maxMembers = 50

// Overview is what an employee should know of a customer at a glance.
type Overview struct {
	Customer
	SetUp        SetUp
	Members      []Member
	Employees    []Employee
	Assignable   []Employee // for those who may assign
	Tickets      []customerdb.RecentTicketsRow
	Projects     []customerdb.RecentProjectsRow
	contactNamed string
}

// Member is somebody with a place in the portal.
type Member struct {
	ID          uuid.UUID
	FirstName   string
	LastName    string
	Email       string
	Role        string
	IsActive    bool
	LastLoginAt *time.Time
}

// SetUp is how much there is of what a new customer needs.
type SetUp struct {
	Stakeholders, Members, Invitations int
	Employees                          int
	Quotes, Projects                   int
	Retainer                           bool // hours of one are on record
	DataSources, Connected             int
	Dashboards                         int
}

// Overview is a customer with what there is of them.
func (s *Service) Overview(ctx context.Context, id uuid.UUID) (o Overview, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		if err := mayRead(tx.Actor()); err != nil {
			return err
		}
		q := customerdb.New(tx)
		row, err := q.Customer(ctx, id)
		if err != nil {
			return db.Missing(err, "customer")
		}
		o.Customer = customerOf(row)
		tx.Record(event("customer.view", id, nil))
		if err := o.readPeople(ctx, q, mayAdminister(tx.Actor()) == nil); err != nil {
			return err
		}
		return o.readWork(ctx, q)
	})
	return o, err
}

func (o *Overview) readPeople(ctx context.Context, q *customerdb.Queries, assigns bool) error {
	members, err := q.Members(ctx, customerdb.MembersParams{CustomerID: o.ID, Limit: maxMembers})
	if err != nil {
		return err
	}
	for _, row := range members {
		o.Members = append(o.Members, Member(row))
	}
	serving, err := q.AssignedEmployees(ctx, o.ID)
	if err != nil {
		return err
	}
	for _, row := range serving {
		o.Employees = append(o.Employees, Employee(row))
	}
	if o.ContactEmployeeID != nil {
		contact, err := q.EmployeeName(ctx, *o.ContactEmployeeID)
		if err != nil {
			return err
		}
		o.contactNamed = contact
	}
	if !assigns {
		return nil
	}
	others, err := q.AssignableEmployees(ctx, o.ID)
	for _, row := range others {
		o.Assignable = append(o.Assignable, Employee(row))
	}
	return err
}

func (o *Overview) readWork(ctx context.Context, q *customerdb.Queries) error {
	n, err := q.SetUp(ctx, customerdb.SetUpParams{CustomerID: o.ID, Now: clock.Now(ctx)})
	if err != nil {
		return err
	}
	o.SetUp = SetUp{
		Stakeholders: int(n.Stakeholders), Members: int(n.Members), Invitations: int(n.Invitations), Employees: int(n.Employees),
		Quotes: int(n.Quotes), Projects: int(n.Projects), Retainer: n.Retainer,
		DataSources: int(n.DataSources), Connected: int(n.Connected), Dashboards: int(n.Dashboards),
	}
	if o.Tickets, err = q.RecentTickets(ctx, o.ID); err != nil {
		return err
	}
	o.Projects, err = q.RecentProjects(ctx, o.ID)
	return err
}
