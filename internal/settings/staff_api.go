package settings

import (
	"context"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"clientportal/internal/actor"
	"clientportal/internal/api"
	"clientportal/internal/route"
)

type agencyAnswer struct {
	ETag string `header:"ETag"`
	Body Agency
}

func answer(a Agency, err error) (*agencyAnswer, error) {
	if err != nil {
		return nil, err
	}
	return &agencyAnswer{ETag: api.ETag(a.UpdatedAt), Body: a}, nil
}

// StaffAPI adds the operations of the agency's settings.
func (s *Service) StaffAPI(a *api.API) {
	tags := []string{"settings"}
	api.Register(a, route.Staff("settings:write", actor.Admin), huma.Operation{
		OperationID: "staff-agency", Method: "GET", Path: "/api/staff/settings", Tags: tags,
		Summary: "Read the agency's settings",
	}, func(ctx context.Context, _ *struct{}) (*agencyAnswer, error) { return answer(s.Agency(ctx)) })

	type input struct {
		IfMatch string `header:"If-Match"`
		Body    Change
	}
	api.Register(a, route.Staff("settings:write", actor.Admin), huma.Operation{
		OperationID: "staff-change-agency", Method: "PUT", Path: "/api/staff/settings", Tags: tags,
		Summary: "Change the agency's settings", Description: "What is left out stays. The logo is set on the page.",
	}, func(ctx context.Context, in *input) (*agencyAnswer, error) {
		return answer(s.Change(ctx, in.Body, func(tag time.Time) error { return api.CheckMatch(in.IfMatch, api.ETag(tag)) }))
	})
}
