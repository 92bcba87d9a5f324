package customer

import (
	"context"
	"net/http"

	"github.com/google/uuid"

	"clientportal/internal/api"
	"clientportal/internal/route"
)

// stakeholderAPI registers what concerns the people known at a customer.
func (s *Service) stakeholderAPI(a *api.API, read, manage route.Access) {
	const all, one = base + "/{id}/stakeholders", base + "/{id}/stakeholders/{stakeholderId}"
	removed := operation("remove-stakeholder", http.MethodDelete, one, "Make a person unknown at a customer")
	api.Register(a, read, operation("list-stakeholders", http.MethodGet, all, "List the people known at a customer"), s.listStakeholders)
	api.Register(a, manage, created(operation("create-stakeholder", http.MethodPost, all, "Make a person known at a customer")), s.createStakeholder)
	api.Register(a, read, operation("read-stakeholder", http.MethodGet, one, "Read a person known at a customer"), s.readStakeholder)
	api.Register(a, manage, operation("update-stakeholder", http.MethodPut, one, "Say anew who a person known at a customer is"), s.updateStakeholder)
	api.Register(a, manage, removed, s.removeStakeholder)
}

type stakeholderIn struct {
	ID            string `path:"id"`
	StakeholderID string `path:"stakeholderId"`
}

func (in stakeholderIn) ids() (customer, stakeholder uuid.UUID, err error) {
	if customer, err = route.ID(in.ID, "customer"); err != nil {
		return customer, stakeholder, err
	}
	stakeholder, err = route.ID(in.StakeholderID, "stakeholder")
	return customer, stakeholder, err
}

type stakeholderOut struct {
	ETag string `header:"ETag"`
	Body Stakeholder
}

func (s *Service) listStakeholders(ctx context.Context, in *struct {
	ID string `path:"id"`
	api.PageQuery
	Q string `query:"q" doc:"In the name or the address"`
}) (*struct{ Body api.Page[Stakeholder] }, error) {
	id, err := route.ID(in.ID, "customer")
	if err != nil {
		return nil, err
	}
	page, err := s.Stakeholders(ctx, id, PeopleFilter{Q: in.Q, Limit: in.Limit, Cursor: in.Cursor})
	return &struct{ Body api.Page[Stakeholder] }{page}, err
}

func (s *Service) createStakeholder(ctx context.Context, in *struct {
	ID   string `path:"id"`
	Body Person
}) (*stakeholderOut, error) {
	id, err := route.ID(in.ID, "customer")
	if err != nil {
		return nil, err
	}
	added, err := s.AddStakeholder(ctx, id, in.Body)
	return &stakeholderOut{added.Tag(), added}, err
}

func (s *Service) readStakeholder(ctx context.Context, in *stakeholderIn) (*stakeholderOut, error) {
	customer, id, err := in.ids()
	if err != nil {
		return nil, err
	}
	p, err := s.Stakeholder(ctx, customer, id)
	return &stakeholderOut{p.Tag(), p}, err
}

func (s *Service) updateStakeholder(ctx context.Context, in *struct {
	ID            string `path:"id"`
	StakeholderID string `path:"stakeholderId"`
	IfMatch       string `header:"If-Match"`
	Body          Person
}) (*stakeholderOut, error) {
	customer, id, err := stakeholderIn{in.ID, in.StakeholderID}.ids()
	if err != nil {
		return nil, err
	}
	p, err := s.UpdateStakeholder(ctx, customer, id, in.Body, in.IfMatch)
	return &stakeholderOut{p.Tag(), p}, err
}

func (s *Service) removeStakeholder(ctx context.Context, in *stakeholderIn) (*struct{}, error) {
	customer, id, err := in.ids()
	if err != nil {
		return nil, err
	}
	return nil, s.RemoveStakeholder(ctx, customer, id)
}
