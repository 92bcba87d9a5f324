package auth

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"clientportal/internal/actor"
	"clientportal/internal/api"
	"clientportal/internal/route"
)

// companyAPI adds the change between companies, and into a further one.
func (s *Service) companyAPI(a *api.API) {
	type companySwitch struct {
		Body struct {
			CustomerID uuid.UUID `json:"customer_id" format:"uuid"`
		}
	}
	change := Clients.operation(http.MethodPost, "/auth/switch-company", "switch-company", "Work for another of one's companies", http.StatusOK)
	api.Register(a, route.Client(""), change, func(ctx context.Context, in *companySwitch) (*signedInAnswer, error) {
		session, err := s.SwitchCompany(ctx, in.Body.CustomerID)
		if err != nil {
			return nil, err
		}
		return s.signedInAnswer(ctx, session)
	})

	type companyJoined struct {
		Body struct {
			CustomerID uuid.UUID `json:"customer_id"`
		}
	}
	accept := Clients.operation(http.MethodPost, "/auth/accept-invitation", "accept-invitation", "Join a further company", http.StatusOK)
	api.Register(a, route.Client(""), accept, func(ctx context.Context, in *mailedToken) (*companyJoined, error) {
		id, err := s.AcceptInvitation(ctx, in.Body.Token)
		out := &companyJoined{}
		out.Body.CustomerID = id
		return out, err
	})
}

type (
	inviteBody struct {
		Email string     `json:"email" maxLength:"254"`
		Role  actor.Role `json:"role" doc:"viewer, member, approver or admin"`
	}
	memberBody struct {
		Role     *actor.Role `json:"role,omitempty"`
		IsActive *bool       `json:"is_active,omitempty"`
	}
	invitationAnswer struct {
		Body Invitation
	}
	invitationList struct {
		Body api.Page[Invitation]
	}
	memberAnswer struct {
		ETag string `header:"ETag"`
		Body Member
	}
	memberList struct {
		Body api.Page[Member]
	}
)

// teamAPI adds what a company's own admin does with its people.
func (s *Service) teamAPI(a *api.API) {
	admin := route.Client("", actor.Admin)
	own := func(ctx context.Context) uuid.UUID {
		who, _ := actor.From(ctx)
		return who.CustomerID()
	}
	api.Register(a, route.Client("account:read"), team(http.MethodGet, "/api/client-portal/team", "list-team", "The people of the company"),
		func(ctx context.Context, in *api.PageQuery) (*memberList, error) {
			return s.memberPage(ctx, own(ctx), *in)
		})
	api.Register(a, admin, team(http.MethodPut, "/api/client-portal/team/{id}", "change-team-member", "Change somebody's role or place"),
		func(ctx context.Context, in *struct {
			ID      string `path:"id"`
			IfMatch string `header:"If-Match"`
			Body    memberBody
		}) (*memberAnswer, error) {
			return s.changeMember(ctx, own(ctx), in.ID, in.IfMatch, in.Body)
		})
	api.Register(a, admin, team(http.MethodGet, "/api/client-portal/team/invitations", "list-team-invitations", "The company's invitations"),
		func(ctx context.Context, in *api.PageQuery) (*invitationList, error) {
			return s.invitationPage(ctx, own(ctx), *in)
		})
	api.Register(a, admin, creating(team(http.MethodPost, "/api/client-portal/team/invitations", "invite-to-team", "Invite somebody by mail")),
		func(ctx context.Context, in *struct{ Body inviteBody }) (*invitationAnswer, error) {
			i, err := s.Invite(ctx, own(ctx), in.Body.Email, in.Body.Role)
			return &invitationAnswer{i}, err
		})
	api.Register(a, admin, removing(team(http.MethodDelete, "/api/client-portal/team/invitations/{id}", "revoke-team-invitation", "Revoke an invitation")),
		func(ctx context.Context, in *idInput) (*none, error) {
			id, err := route.ID(in.ID, "open invitation")
			if err != nil {
				return nil, err
			}
			return nil, s.RevokeInvitation(ctx, own(ctx), id)
		})
}

// factorAPI adds the reset of somebody else's second factor.
func (s *Service) factorAPI(a *api.API) {
	const summary = "Reset the second factor of somebody who has lost it"
	api.Register(a, route.Client("", actor.Admin), removing(team(http.MethodPost, "/api/client-portal/team/{id}/reset-second-factor", "reset-team-second-factor", summary)),
		func(ctx context.Context, in *idInput) (*none, error) {
			id, err := route.ID(in.ID, "member")
			if err != nil {
				return nil, err
			}
			who, _ := actor.From(ctx)
			return nil, s.ResetMemberSecondFactor(ctx, who.CustomerID(), id)
		})
	admin := route.Staff("", actor.Admin)
	api.Register(a, admin, removing(team(http.MethodPost, "/api/staff/customers/{id}/members/{userId}/reset-second-factor", "reset-member-second-factor", summary)),
		func(ctx context.Context, in *struct {
			ID     string `path:"id"`
			UserID string `path:"userId"`
		}) (*none, error) {
			customer, err := route.ID(in.ID, "customer")
			if err != nil {
				return nil, err
			}
			id, err := route.ID(in.UserID, "member")
			if err != nil {
				return nil, err
			}
			return nil, s.ResetMemberSecondFactor(ctx, customer, id)
		})
	api.Register(a, admin, removing(team(http.MethodPost, "/api/staff/employees/{id}/reset-second-factor", "reset-employee-second-factor", summary)),
		func(ctx context.Context, in *idInput) (*none, error) {
			id, err := route.ID(in.ID, "employee")
			if err != nil {
				return nil, err
			}
			return nil, s.ResetEmployeeSecondFactor(ctx, id)
		})
}

func team(method, path, id, summary string) huma.Operation {
	return huma.Operation{OperationID: id, Method: method, Path: path, Summary: summary, Tags: []string{"people"}}
}

func creating(op huma.Operation) huma.Operation {
	op.DefaultStatus = http.StatusCreated
	return op
}

func removing(op huma.Operation) huma.Operation {
	op.DefaultStatus = http.StatusNoContent
	return op
}

func (s *Service) memberPage(ctx context.Context, customer uuid.UUID, q api.PageQuery) (*memberList, error) {
	members, err := s.Members(ctx, customer)
	if err != nil {
		return nil, err
	}
	part, err := api.PartOf(members, q, func(m Member) uuid.UUID { return m.UserID })
	for i, m := range part.Items {
		part.Items[i].ETag = m.Tag()
	}
	return &memberList{part}, err
}

func (s *Service) changeMember(ctx context.Context, customer uuid.UUID, user, ifMatch string, b memberBody) (*memberAnswer, error) {
	id, err := route.ID(user, "member")
	if err != nil {
		return nil, err
	}
	m, err := s.ChangeMember(ctx, customer, id, b.Role, b.IsActive, ifMatch)
	m.ETag = m.Tag()
	return &memberAnswer{m.ETag, m}, err
}

func (s *Service) invitationPage(ctx context.Context, customer uuid.UUID, q api.PageQuery) (*invitationList, error) {
	var before uuid.UUID
	if err := api.DecodeCursor(q.Cursor, &before); err != nil {
		return nil, err
	}
	list, err := s.Invitations(ctx, customer, before, q.Limit+1)
	return &invitationList{api.PageOf(list, q.Limit, func(i Invitation) any { return i.ID })}, err
}
