package customer

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"clientportal/internal/actor"
	"clientportal/internal/api"
	"clientportal/internal/route"
)

const base = "/api/staff/customers"

// StaffAPI registers the agency's operations.
func (s *Service) StaffAPI(a *api.API) {
	read := route.Staff("customers:read")
	manage := route.Staff("customers:write", actor.Manager, actor.Admin)
	administer := route.Staff("customers:write", actor.Admin)

	api.Register(a, read, operation("list-customers", http.MethodGet, base, "List customers by name"), s.listCustomers)
	api.Register(a, administer, created(operation("create-customer", http.MethodPost, base, "Take on a customer")), s.createCustomer)
	api.Register(a, read, operation("read-customer", http.MethodGet, base+"/{id}", "Read a customer"), s.readCustomer)
	api.Register(a, manage, operation("update-customer", http.MethodPut, base+"/{id}", "Change a customer"), s.updateCustomer)

	s.stakeholderAPI(a, read, manage)
	s.importAPI(a, administer)

	api.Register(a, read, operation("list-customer-employees", http.MethodGet, base+"/{id}/employees", "List who serves a customer"), s.listEmployees)
	api.Register(a, administer, operation("assign-employee", http.MethodPut, base+"/{id}/employees/{employeeId}", "Let an employee serve a customer"), s.assignEmployee)
	api.Register(a, administer, operation("unassign-employee", http.MethodDelete, base+"/{id}/employees/{employeeId}", "Let an employee serve a customer no longer"), s.unassignEmployee)
}

func operation(id, method, path, summary string) huma.Operation {
	return huma.Operation{OperationID: id, Method: method, Path: path, Summary: summary, Tags: []string{"customers"}}
}

func created(op huma.Operation) huma.Operation {
	op.DefaultStatus = http.StatusCreated
	return op
}

type customerIn struct {
	ID string `path:"id"`
}

type customerOut struct {
	Location string `header:"Location"`
	ETag     string `header:"ETag"`
	Body     Customer
}

func (s *Service) listCustomers(ctx context.Context, in *struct {
	api.PageQuery
	Q             string `query:"q" doc:"In the name or the slug"`
	ClientType    string `query:"client_type" doc:"b2b or b2c"`
	BusinessModel string `query:"business_model" doc:"lead_gen or online_sales"`
	WebsiteType   string `query:"website_type" doc:"brochure or transactional"`
	IsActive      string `query:"is_active" enum:"true,false"`
}) (*struct{ Body api.Page[Customer] }, error) {
	f := Filter{
		Q: in.Q, ClientType: in.ClientType, BusinessModel: in.BusinessModel, WebsiteType: in.WebsiteType,
		Limit: in.Limit, Cursor: in.Cursor,
	}
	if in.IsActive != "" {
		active := in.IsActive == "true"
		f.IsActive = &active
	}
	page, err := s.List(ctx, f)
	return &struct{ Body api.Page[Customer] }{page}, err
}

func (s *Service) createCustomer(ctx context.Context, in *struct{ Body Draft }) (*customerOut, error) {
	c, err := s.Create(ctx, in.Body)
	return &customerOut{Location: base + "/" + c.ID.String(), ETag: c.Tag(), Body: c}, err
}

func (s *Service) readCustomer(ctx context.Context, in *customerIn) (*customerOut, error) {
	id, err := route.ID(in.ID, "customer")
	if err != nil {
		return nil, err
	}
	c, err := s.Customer(ctx, id)
	return &customerOut{ETag: c.Tag(), Body: c}, err
}

func (s *Service) updateCustomer(ctx context.Context, in *struct {
	ID      string `path:"id"`
	IfMatch string `header:"If-Match"`
	Body    Change
}) (*customerOut, error) {
	id, err := route.ID(in.ID, "customer")
	if err != nil {
		return nil, err
	}
	c, err := s.Update(ctx, id, in.Body, in.IfMatch)
	return &customerOut{ETag: c.Tag(), Body: c}, err
}

type employeesIn struct {
	ID string `path:"id"`
	api.PageQuery
}

func (s *Service) listEmployees(ctx context.Context, in *employeesIn) (*struct{ Body api.Page[Employee] }, error) {
	id, err := route.ID(in.ID, "customer")
	if err != nil {
		return nil, err
	}
	employees, err := s.Employees(ctx, id)
	if err != nil {
		return nil, err
	}
	part, err := api.PartOf(employees, in.PageQuery, func(e Employee) uuid.UUID { return e.ID })
	return &struct{ Body api.Page[Employee] }{part}, err
}

type assignmentIn struct {
	ID         string `path:"id"`
	EmployeeID string `path:"employeeId"`
}

func (in assignmentIn) ids() (customer, employee uuid.UUID, err error) {
	if customer, err = route.ID(in.ID, "customer"); err != nil {
		return customer, employee, err
	}
	employee, err = route.ID(in.EmployeeID, "employee")
	return customer, employee, err
}

func (s *Service) assignEmployee(ctx context.Context, in *assignmentIn) (*struct{}, error) {
	customer, employee, err := in.ids()
	if err != nil {
		return nil, err
	}
	return nil, s.AssignEmployee(ctx, customer, employee)
}

func (s *Service) unassignEmployee(ctx context.Context, in *assignmentIn) (*struct{}, error) {
	customer, employee, err := in.ids()
	if err != nil {
		return nil, err
	}
	return nil, s.UnassignEmployee(ctx, customer, employee)
}
