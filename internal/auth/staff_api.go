package auth

import (
	"context"
	"net/http"

	"github.com/google/uuid"

	"clientportal/internal/actor"
	"clientportal/internal/api"
	"clientportal/internal/route"
)

type employeeAnswer struct {
	ETag     string `header:"ETag"`
	Location string `header:"Location"`
	Body     Employee
}

func employeeTag(e Employee) string { return api.ETag(e.UpdatedAt) }

// employeeAPI adds what concerns the agency's own people.
func (s *Service) employeeAPI(a *api.API) {
	read, write := route.Staff("employees:read"), route.Staff("employees:write", actor.Admin)
	type list struct {
		Body api.Page[Employee]
	}
	api.Register(a, read, team(http.MethodGet, "/api/staff/employees", "list-employees", "The agency's people"),
		func(ctx context.Context, in *api.PageQuery) (*list, error) {
			var after uuid.UUID
			if err := api.DecodeCursor(in.Cursor, &after); err != nil {
				return nil, err
			}
			items, err := s.Employees(ctx, after, in.Limit+1)
			return &list{api.PageOf(items, in.Limit, func(e Employee) any { return e.ID })}, err
		})
	api.Register(a, read, team(http.MethodGet, "/api/staff/employees/{id}", "get-employee", "One of the agency's people"),
		func(ctx context.Context, in *idInput) (*employeeAnswer, error) {
			id, err := route.ID(in.ID, "employee")
			if err != nil {
				return nil, err
			}
			e, err := s.Employee(ctx, id)
			return &employeeAnswer{ETag: employeeTag(e), Body: e}, err
		})
	type employeeRequest struct {
		Body struct {
			Email     string     `json:"email" maxLength:"254"`
			FirstName string     `json:"first_name"`
			LastName  string     `json:"last_name"`
			Title     string     `json:"title,omitempty"`
			Role      actor.Role `json:"role" doc:"agent, manager or admin"`
		}
	}
	api.Register(a, write, creating(team(http.MethodPost, "/api/staff/employees", "add-employee", "Add an employee, who gets a mail")),
		func(ctx context.Context, in *employeeRequest) (*employeeAnswer, error) {
			b := in.Body
			e, err := s.AddEmployee(ctx, NewEmployee{Email: b.Email, FirstName: b.FirstName, LastName: b.LastName, Title: b.Title, Role: b.Role})
			return &employeeAnswer{employeeTag(e), "/api/staff/employees/" + e.ID.String(), e}, err
		})
	type changes struct {
		ID      string `path:"id"`
		IfMatch string `header:"If-Match"`
		Body    EmployeeChange
	}
	api.Register(a, write, team(http.MethodPut, "/api/staff/employees/{id}", "change-employee", "Change an employee"),
		func(ctx context.Context, in *changes) (*employeeAnswer, error) {
			id, err := route.ID(in.ID, "employee")
			if err != nil {
				return nil, err
			}
			e, err := s.ChangeEmployee(ctx, id, in.Body, func(now Employee) error {
				return api.CheckMatch(in.IfMatch, employeeTag(now))
			})
			return &employeeAnswer{ETag: employeeTag(e), Body: e}, err
		})
}

// invitationAPI adds what the agency does with a customer's people.
func (s *Service) invitationAPI(a *api.API) {
	read, write := route.Staff("customers:read"), route.Staff("customers:write", actor.Admin, actor.Manager)
	const base = "/api/staff/customers/{id}"
	api.Register(a, read, team(http.MethodGet, base+"/members", "list-members", "The people of a customer with a place in the portal"),
		func(ctx context.Context, in *struct {
			ID string `path:"id"`
			api.PageQuery
		}) (*memberList, error) {
			customer, err := route.ID(in.ID, "customer")
			if err != nil {
				return nil, err
			}
			return s.memberPage(ctx, customer, in.PageQuery)
		})
	api.Register(a, write, team(http.MethodPut, base+"/members/{userId}", "change-member", "Change somebody's role or place"),
		func(ctx context.Context, in *struct {
			ID      string `path:"id"`
			UserID  string `path:"userId"`
			IfMatch string `header:"If-Match"`
			Body    memberBody
		}) (*memberAnswer, error) {
			customer, err := route.ID(in.ID, "customer")
			if err != nil {
				return nil, err
			}
			return s.changeMember(ctx, customer, in.UserID, in.IfMatch, in.Body)
		})
	api.Register(a, write, team(http.MethodGet, base+"/invitations", "list-invitations", "A customer's invitations"),
		func(ctx context.Context, in *struct {
			ID string `path:"id"`
			api.PageQuery
		}) (*invitationList, error) {
			customer, err := route.ID(in.ID, "customer")
			if err != nil {
				return nil, err
			}
			return s.invitationPage(ctx, customer, in.PageQuery)
		})
	api.Register(a, write, creating(team(http.MethodPost, base+"/invitations", "invite", "Invite somebody by mail")),
		func(ctx context.Context, in *struct {
			ID   string `path:"id"`
			Body inviteBody
		}) (*invitationAnswer, error) {
			customer, err := route.ID(in.ID, "customer")
			if err != nil {
				return nil, err
			}
			i, err := s.Invite(ctx, customer, in.Body.Email, in.Body.Role)
			return &invitationAnswer{i}, err
		})
	api.Register(a, write, removing(team(http.MethodDelete, base+"/invitations/{invitationId}", "revoke-invitation", "Revoke an invitation")),
		func(ctx context.Context, in *struct {
			ID           string `path:"id"`
			InvitationID string `path:"invitationId"`
		}) (*none, error) {
			customer, err := route.ID(in.ID, "customer")
			if err != nil {
				return nil, err
			}
			id, err := route.ID(in.InvitationID, "open invitation")
			if err != nil {
				return nil, err
			}
			return nil, s.RevokeInvitation(ctx, customer, id)
		})
}
