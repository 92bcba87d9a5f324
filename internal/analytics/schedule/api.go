package schedule

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"clientportal/internal/actor"
	"clientportal/internal/api"
	"clientportal/internal/maybe"
	"clientportal/internal/route"
	"clientportal/internal/web"
)

const (
	clientReports  = "/api/client-portal/analytics/reports"
	staffReports   = "/api/staff/reports"
	staffSchedules = "/api/staff/report-schedules"
)

// Everybody at a customer reads what was sent of the dashboards that they see; every
// employee reads the schedules of the customers they serve, managers and admins set them.
var (
	reads      = route.Client("analytics:read")
	staffReads = route.Staff("analytics:read")
	plans      = route.Staff("analytics:write", actor.Manager, actor.Admin)
)

func call(id, method, path, summary string, status int) huma.Operation {
	return huma.Operation{OperationID: id, Method: method, Path: path, Summary: summary, Tags: []string{"reports"}, DefaultStatus: status}
}

// API adds the clients' JSON calls.
func (s *Service) API(a *api.API) {
	one := clientReports + "/{id}"
	api.Register(a, reads, call("list-sent-reports", http.MethodGet, clientReports, "List the reports that were sent", http.StatusOK), s.listSent)
	api.Register(a, reads, call("get-sent-report", http.MethodGet, one, "Read a report as it was sent, and what has changed since", http.StatusOK), s.readReport)
	a.Stream(reads, fileCall("get-sent-report-pdf", one), s.sendFile)
}

// StaffAPI adds the agency's JSON calls.
func (s *Service) StaffAPI(a *api.API) {
	one, report := staffSchedules+"/{id}", staffReports+"/{id}"
	api.Register(a, staffReads, call("staff-list-report-schedules", http.MethodGet, staffSchedules, "List what goes out by itself", http.StatusOK), s.listSchedules)
	api.Register(a, plans, call("staff-create-report-schedule", http.MethodPost, staffSchedules, "Have a dashboard's numbers go out", http.StatusCreated), s.createSchedule)
	api.Register(a, staffReads, call("staff-get-report-schedule", http.MethodGet, one, "Read a schedule", http.StatusOK), s.readSchedule)
	api.Register(a, plans, call("staff-update-report-schedule", http.MethodPut, one, "Set a schedule anew", http.StatusOK), s.updateSchedule)
	api.Register(a, plans, call("staff-remove-report-schedule", http.MethodDelete, one, "End a schedule; what it sent stays", http.StatusNoContent), s.removeSchedule)
	api.Register(a, staffReads, call("staff-list-reports", http.MethodGet, staffReports, "List reports", http.StatusOK), s.listReports)
	api.Register(a, staffReads, call("staff-get-report", http.MethodGet, report, "Read a report, and whom it was sent to", http.StatusOK), s.readReport)
	a.Stream(staffReads, fileCall("staff-get-report-pdf", report), s.sendFile)
	api.Register(a, plans, call("staff-release-report", http.MethodPost, report+"/release", "Send a report that is held", http.StatusOK), s.releaseReport)
	api.Register(a, plans, call("staff-drop-report", http.MethodPost, report+"/drop", "Give a held report up", http.StatusOK), s.dropReport)
	api.Register(a, plans, call("staff-send-report-again", http.MethodPost, report+"/send-again", "Write again to somebody whose mail may not have gone out", http.StatusOK), s.sendReportAgain)
}

func fileCall(id, path string) huma.Operation {
	op := call(id, http.MethodGet, path+"/pdf", "Download a report as it was sent", http.StatusOK)
	op.Parameters = []*huma.Param{{Name: "id", In: "path", Required: true, Schema: &huma.Schema{Type: huma.TypeString, Format: "uuid"}}}
	op.Responses = map[string]*huma.Response{"200": {
		Description: "The document", Content: map[string]*huma.MediaType{"application/pdf": {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}},
	}}
	return op
}

type sentInput struct{ api.PageQuery }

func (s *Service) listSent(ctx context.Context, in *sentInput) (*api.PageAnswer[Summary], error) {
	list, err := s.Reports(ctx, Filter{}, in.PageQuery)
	return &api.PageAnswer[Summary]{Body: list}, err
}

type oneInput struct {
	ID string `path:"id"`
}

func (s *Service) readReport(ctx context.Context, in *oneInput) (*api.Answer[Report], error) {
	id, err := route.ID(in.ID, "report")
	if err != nil {
		return nil, err
	}
	r, err := s.Report(ctx, id)
	return &api.Answer[Report]{Body: r}, err
}

// sendFile answers with a report's document as a file to keep.
func (s *Service) sendFile(w http.ResponseWriter, r *http.Request) error {
	id, err := route.PathID(r, "id", "report")
	if err != nil {
		return err
	}
	name, content, err := s.File(r.Context(), id)
	if err != nil {
		return err
	}
	web.SendFile(w, name, "application/pdf", content)
	return nil
}

type schedulesInput struct {
	api.PageQuery
	CustomerID  uuid.UUID `query:"customer_id" format:"uuid"`
	DashboardID uuid.UUID `query:"dashboard_id" format:"uuid"`
}

func (s *Service) listSchedules(ctx context.Context, in *schedulesInput) (*api.PageAnswer[Schedule], error) {
	list, err := s.Schedules(ctx, PlanFilter{CustomerID: maybe.Of(in.CustomerID), DashboardID: maybe.Of(in.DashboardID)}, in.PageQuery)
	return &api.PageAnswer[Schedule]{Body: list}, err
}

type creationInput struct {
	Body struct {
		DashboardID uuid.UUID `json:"dashboard_id" format:"uuid"`
		Plan
	}
}

func (s *Service) createSchedule(ctx context.Context, in *creationInput) (*api.Answer[Schedule], error) {
	one, err := s.Create(ctx, in.Body.DashboardID, in.Body.Plan)
	return &api.Answer[Schedule]{ETag: one.Tag(), Location: staffSchedules + "/" + one.ID.String(), Body: one}, err
}

func (s *Service) readSchedule(ctx context.Context, in *oneInput) (*api.Answer[Schedule], error) {
	id, err := route.ID(in.ID, "schedule")
	if err != nil {
		return nil, err
	}
	one, err := s.Schedule(ctx, id)
	return &api.Answer[Schedule]{ETag: one.Tag(), Body: one}, err
}

type planInput struct {
	ID      string `path:"id"`
	IfMatch string `header:"If-Match"`
	Body    Plan
}

func (s *Service) updateSchedule(ctx context.Context, in *planInput) (*api.Answer[Schedule], error) {
	id, err := route.ID(in.ID, "schedule")
	if err != nil {
		return nil, err
	}
	one, err := s.Update(ctx, id, in.Body, in.IfMatch)
	return &api.Answer[Schedule]{ETag: one.Tag(), Body: one}, err
}

func (s *Service) removeSchedule(ctx context.Context, in *oneInput) (*struct{}, error) {
	id, err := route.ID(in.ID, "schedule")
	if err != nil {
		return nil, err
	}
	return nil, s.Remove(ctx, id)
}

type reportsInput struct {
	api.PageQuery
	CustomerID uuid.UUID `query:"customer_id" format:"uuid"`
	Status     string    `query:"status" enum:"waiting,held,sent,dropped"`
}

func (s *Service) listReports(ctx context.Context, in *reportsInput) (*api.PageAnswer[Summary], error) {
	list, err := s.Reports(ctx, Filter{CustomerID: maybe.Of(in.CustomerID), Status: in.Status}, in.PageQuery)
	return &api.PageAnswer[Summary]{Body: list}, err
}

// decided does something about a report and answers with it.
func (s *Service) decided(ctx context.Context, text string, do func(uuid.UUID) error) (*api.Answer[Report], error) {
	id, err := route.ID(text, "report")
	if err == nil {
		err = do(id)
	}
	if err != nil {
		return nil, err
	}
	r, err := s.Report(ctx, id)
	return &api.Answer[Report]{Body: r}, err
}

type releaseInput struct {
	ID   string    `path:"id"`
	Body *struct { // a pointer may be missing
		Note string `json:"note,omitempty" maxLength:"10000" doc:"To its readers: why the numbers are not whole. Markdown"`
	}
}

func (s *Service) releaseReport(ctx context.Context, in *releaseInput) (*api.Answer[Report], error) {
	var note string
	if in.Body != nil {
		note = in.Body.Note
	}
	return s.decided(ctx, in.ID, func(id uuid.UUID) error { return s.Release(ctx, id, note) })
}

func (s *Service) dropReport(ctx context.Context, in *oneInput) (*api.Answer[Report], error) {
	return s.decided(ctx, in.ID, func(id uuid.UUID) error { return s.Drop(ctx, id) })
}

type againInput struct {
	ID   string `path:"id"`
	Body struct {
		UserID uuid.UUID `json:"user_id" format:"uuid"`
	}
}

func (s *Service) sendReportAgain(ctx context.Context, in *againInput) (*api.Answer[Report], error) {
	return s.decided(ctx, in.ID, func(id uuid.UUID) error { return s.SendAgain(ctx, id, in.Body.UserID) })
}
