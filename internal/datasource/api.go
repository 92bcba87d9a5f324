package datasource

import (
	"context"
	"net/http"
	"strings"

	"clientportal/internal/api"
	"clientportal/internal/fault"
	"clientportal/internal/route"
)

// API adds the clients' JSON calls.
func (s *Service) API(a *api.API) {
	list := call("list-data-sources", http.MethodGet, "/api/client-portal/analytics/data-sources", "List where the numbers come from", http.StatusOK)
	api.Register(a, route.Client("analytics:read"), list, s.listClientSources)
}

type pageInput struct{ api.PageQuery }

func (s *Service) listClientSources(ctx context.Context, in *pageInput) (*api.PageAnswer[ClientSource], error) {
	list, err := s.ClientSources(ctx, in.PageQuery)
	return &api.PageAnswer[ClientSource]{Body: list}, err
}

type batchInput struct {
	Authorization string `header:"Authorization" hidden:"true"`
	Body          Batch
}

// pushBatch is open to everybody: the token says whose numbers these are.
func (s *Service) pushBatch(ctx context.Context, in *batchInput) (*api.Answer[Receipt], error) {
	scheme, token, _ := strings.Cut(in.Authorization, " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return nil, fault.New(fault.Unauthenticated, "Send the source's token as Authorization: Bearer.")
	}
	receipt, err := s.TakeBatch(ctx, strings.TrimSpace(token), in.Body)
	return &api.Answer[Receipt]{Body: receipt}, err
}
