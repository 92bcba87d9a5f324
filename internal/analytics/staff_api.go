package analytics

import (
	"context"
	"net/http"

	"github.com/google/uuid"

	"clientportal/internal/actor"
	"clientportal/internal/api"
	"clientportal/internal/metric"
	"clientportal/internal/route"
)

const (
	staffDashboards = "/api/staff/dashboards"
	staffTemplates  = "/api/staff/dashboard-templates"
)

// Every employee reads the dashboards of the customers they serve; managers and
// admins build them.
var (
	staffReads = route.Staff("analytics:read")
	builds     = route.Staff("analytics:write", actor.Manager, actor.Admin)
)

// StaffAPI adds the agency's JSON calls.
func (s *Service) StaffAPI(a *api.API) {
	one := staffDashboards + "/{id}"
	api.Register(a, staffReads, call("staff-list-dashboards", http.MethodGet, staffDashboards, "List the dashboards of all customers", http.StatusOK), s.listAll)
	api.Register(a, builds, call("staff-create-dashboard", http.MethodPost, staffDashboards, "Make a dashboard; without a config, of the preset", http.StatusCreated), s.create)
	api.Register(a, staffReads, call("staff-get-dashboard", http.MethodGet, one, "Read a dashboard", http.StatusOK), s.readOne)
	api.Register(a, builds, call("staff-update-dashboard", http.MethodPut, one, "Change a dashboard", http.StatusOK), s.update)
	api.Register(a, builds, call("staff-remove-dashboard", http.MethodDelete, one, "Remove a dashboard", http.StatusNoContent), s.remove)
	api.Register(a, staffReads, s.reportCall(a, "staff-get-dashboard-reports", one+"/reports"), s.readReports)
	api.Register(a, staffReads, s.widgetReportCall(a, "staff-get-dashboard-widget-report", one+"/widgets/{widget}/reports"), s.readWidgetReport)
	api.Register(a, builds, call("staff-copy-dashboard", http.MethodPost, one+"/copy", "Copy a dashboard, to another customer if you like", http.StatusCreated), s.copyTo)
	api.Register(a, staffReads, call("staff-list-dashboard-readers", http.MethodGet, one+"/readers", "List who of the customer sees a dashboard", http.StatusOK), s.listReaders)
	api.Register(a, builds, call("staff-keep-from-dashboard", http.MethodPut, one+"/readers", "Say who does not see a dashboard", http.StatusOK), s.keepFrom)

	api.Register(a, staffReads, call("staff-list-metrics", http.MethodGet, "/api/staff/metrics", "List the metrics that widgets can show", http.StatusOK), s.listMetrics)
	api.Register(a, staffReads, call("staff-list-dashboard-templates", http.MethodGet, staffTemplates, "List the agency's templates", http.StatusOK), s.listTemplates)
	api.Register(a, builds, call("staff-create-dashboard-template", http.MethodPost, staffTemplates, "Keep a dashboard's widgets as a template", http.StatusCreated), s.createTemplate)
	api.Register(a, builds, call("staff-remove-dashboard-template", http.MethodDelete, staffTemplates+"/{id}", "Remove a template", http.StatusNoContent), s.removeTemplate)
}

type allInput struct {
	api.PageQuery
	CustomerID uuid.UUID `query:"customer_id" format:"uuid"`
	Query      string    `query:"q" doc:"Words of the name"`
}

func (s *Service) listAll(ctx context.Context, in *allInput) (*api.PageAnswer[Summary], error) {
	f := Filter{Query: in.Query}
	if in.CustomerID != uuid.Nil {
		f.CustomerID = &in.CustomerID
	}
	list, err := s.Dashboards(ctx, f, in.PageQuery)
	return &api.PageAnswer[Summary]{Body: list}, err
}

type draftInput struct{ Body Draft }

func (s *Service) create(ctx context.Context, in *draftInput) (*api.Answer[Dashboard], error) {
	return created(s.CreateDashboard(ctx, in.Body))
}

func created(d Dashboard, err error) (*api.Answer[Dashboard], error) {
	return &api.Answer[Dashboard]{ETag: d.Tag(), Location: staffDashboards + "/" + d.ID.String(), Body: d}, err
}

type changeInput struct {
	ID      string `path:"id"`
	IfMatch string `header:"If-Match"`
	Body    Change
}

func (s *Service) update(ctx context.Context, in *changeInput) (*api.Answer[Dashboard], error) {
	id, err := route.ID(in.ID, "dashboard")
	if err != nil {
		return nil, err
	}
	d, err := s.UpdateDashboard(ctx, id, in.Body, in.IfMatch)
	return &api.Answer[Dashboard]{ETag: d.Tag(), Body: d}, err
}

func (s *Service) remove(ctx context.Context, in *dashboardInput) (*struct{}, error) {
	id, err := route.ID(in.ID, "dashboard")
	if err != nil {
		return nil, err
	}
	return nil, s.RemoveDashboard(ctx, id)
}

type copyInput struct {
	ID   string `path:"id"`
	Body struct {
		CustomerID uuid.UUID `json:"customer_id" format:"uuid" doc:"Whose the copy is"`
		Name       string    `json:"dashboard_name,omitempty" maxLength:"1000" doc:"The same when empty"`
	}
}

func (s *Service) copyTo(ctx context.Context, in *copyInput) (*api.Answer[Dashboard], error) {
	id, err := route.ID(in.ID, "dashboard")
	if err != nil {
		return nil, err
	}
	return created(s.CopyDashboard(ctx, id, in.Body.CustomerID, in.Body.Name))
}

func (s *Service) listReaders(ctx context.Context, in *dashboardInput) (*api.ItemsAnswer[Person], error) {
	id, err := route.ID(in.ID, "dashboard")
	if err != nil {
		return nil, err
	}
	return api.TaggedItems(s.Readers(ctx, id))
}

type readersInput struct {
	ID      string `path:"id"`
	IfMatch string `header:"If-Match" doc:"The ETag of the list as it was read"`
	Body    struct {
		Denied []uuid.UUID `json:"denied" maxItems:"1000" nullable:"false" doc:"The user_id of everybody who does not see it"`
	}
}

func (s *Service) keepFrom(ctx context.Context, in *readersInput) (*api.ItemsAnswer[Person], error) {
	id, err := route.ID(in.ID, "dashboard")
	if err == nil {
		err = s.KeepFrom(ctx, id, in.IfMatch, in.Body.Denied)
	}
	if err != nil {
		return nil, err
	}
	return api.TaggedItems(s.Readers(ctx, id))
}

// metricItem is a metric as programs choose it.
type metricItem struct {
	Name        string             `json:"name"`
	Label       string             `json:"label"`
	Definition  string             `json:"definition"`
	Unit        metric.Unit        `json:"unit" enum:"count,money,percent,seconds,number"`
	Aggregation metric.Aggregation `json:"aggregation" enum:"sum,ratio,last,distinct"`
	Dimensions  []string           `json:"dimensions" doc:"By which it can be split"`
	Internal    bool               `json:"internal" doc:"No client sees it"`
}

func (s *Service) listMetrics(context.Context, *struct{}) (*api.ItemsAnswer[metricItem], error) {
	var items []metricItem
	for _, m := range s.Metrics.All() {
		items = append(items, metricItem{m.Name, m.Label, m.Definition, m.Unit, m.Aggregation, dimensionsOf(s.Metrics, m), m.Hidden})
	}
	return api.Items(items, nil)
}

func (s *Service) listTemplates(ctx context.Context, _ *struct{}) (*api.ItemsAnswer[Template], error) {
	return api.Items(s.Templates(ctx))
}

type templateInput struct {
	Body struct {
		DashboardID uuid.UUID `json:"dashboard_id" format:"uuid"`
		Name        string    `json:"name" maxLength:"1000"`
	}
}

func (s *Service) createTemplate(ctx context.Context, in *templateInput) (*api.Answer[Template], error) {
	t, err := s.SaveTemplate(ctx, in.Body.DashboardID, in.Body.Name)
	return &api.Answer[Template]{Location: staffTemplates, Body: t}, err
}

func (s *Service) removeTemplate(ctx context.Context, in *dashboardInput) (*struct{}, error) {
	id, err := route.ID(in.ID, "template")
	if err != nil {
		return nil, err
	}
	return nil, s.RemoveTemplate(ctx, id)
}
