package analytics

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"clientportal/internal/actor"
	"clientportal/internal/api"
	"clientportal/internal/route"
)

const clientDashboards = "/api/client-portal/analytics/dashboards"

// reads is for everybody at a customer; who is kept from a dashboard does not find it.
var reads = route.Client("analytics:read")

// keepsAway is for an admin of the customer, in a browser.
var keepsAway = route.Client("", actor.Admin)

// API adds the clients' JSON calls.
func (s *Service) API(a *api.API) {
	one := clientDashboards + "/{id}"
	api.Register(a, reads, call("list-dashboards", http.MethodGet, clientDashboards, "List dashboards", http.StatusOK), s.listDashboards)
	api.Register(a, reads, call("get-dashboard", http.MethodGet, one, "Read a dashboard's grid of widgets", http.StatusOK), s.readOne)
	api.Register(a, keepsAway, call("list-dashboard-readers", http.MethodGet, one+"/readers", "List who of the company sees a dashboard", http.StatusOK), s.listReaders)
	api.Register(a, keepsAway, call("keep-from-dashboard", http.MethodPut, one+"/readers", "Say who does not see a dashboard", http.StatusOK), s.keepFrom)
	api.Register(a, reads, s.reportCall(a, "get-dashboard-reports", one+"/reports"), s.readReports)
	api.Register(a, reads, s.widgetReportCall(a, "get-dashboard-widget-report", one+"/widgets/{widget}/reports"), s.readWidgetReport)
}

func call(id, method, path, summary string, status int) huma.Operation {
	return huma.Operation{OperationID: id, Method: method, Path: path, Summary: summary, Tags: []string{"analytics"}, DefaultStatus: status}
}

type dashboardInput struct {
	ID string `path:"id"`
}

type dashboardsInput struct {
	api.PageQuery
	Query string `query:"q" doc:"Words of the name"`
}

func (s *Service) listDashboards(ctx context.Context, in *dashboardsInput) (*api.PageAnswer[Summary], error) {
	list, err := s.Dashboards(ctx, Filter{Query: in.Query}, in.PageQuery)
	return &api.PageAnswer[Summary]{Body: list}, err
}

func (s *Service) readOne(ctx context.Context, in *dashboardInput) (*api.Answer[Dashboard], error) {
	id, err := route.ID(in.ID, "dashboard")
	if err != nil {
		return nil, err
	}
	d, err := s.Dashboard(ctx, id)
	return &api.Answer[Dashboard]{ETag: d.Tag(), Body: d}, err
}
