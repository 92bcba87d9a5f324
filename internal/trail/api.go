package trail

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"clientportal/internal/api"
	"clientportal/internal/fault"
	"clientportal/internal/route"
)

const (
	clientBase = "/api/client-portal/audit-events"
	staffBase  = "/api/staff/audit-events"
)

const (
	aboutClient = "The company's own events, newest first, for its members, approvers and admins. " +
		"What is the agency's own is left out: ids of employees, addresses that they came from, quotes before they were sent."
	aboutStaff = "An admin reads all events, a manager those of the customers whom they serve; agents read none. " +
		"To look at one customer's trail leaves an event audit.view, which that customer sees."
	aboutExport = " An export is itself an event, audit.export."
)

// API registers what a customer's programs may read.
func (s *Service) API(a *api.API) {
	access := route.Client("audit:read", clientReaders...)
	api.Register(a, access, operation("list-audit-events", clientBase, "List the company's audit events", aboutClient), s.listForClient)
	names := paramNames[:len(paramNames)-1]
	a.Stream(access, export("export-audit-events", clientBase, aboutClient, names), s.exporter(names))
}

// StaffAPI registers what the agency's programs may read.
func (s *Service) StaffAPI(a *api.API) {
	access := route.Staff("audit:read", staffReaders...)
	api.Register(a, access, operation("list-all-audit-events", staffBase, "List audit events", aboutStaff), s.listForStaff)
	a.Stream(access, export("export-all-audit-events", staffBase, aboutStaff, paramNames), s.exporter(paramNames))
}

func operation(id, path, summary, about string) huma.Operation {
	return huma.Operation{
		OperationID: id, Method: http.MethodGet, Path: path, Tags: []string{"audit trail"}, Summary: summary, Description: about,
	}
}

func export(id, base, about string, params []string) huma.Operation {
	op := operation(id, base+"/export", "Export audit events as CSV", about+aboutExport)
	for _, name := range params {
		op.Parameters = append(op.Parameters, &huma.Param{
			Name: name, In: "query", Description: "As of the list", Schema: &huma.Schema{Type: huma.TypeString},
		})
	}
	op.Responses = map[string]*huma.Response{"200": {
		Description: "The events, newest first", Content: map[string]*huma.MediaType{"text/csv": {}},
	}}
	return op
}

type eventsOut struct{ Body api.Page[Entry] }

func (s *Service) listForClient(ctx context.Context, in *struct {
	api.PageQuery
	Params
}) (*eventsOut, error) {
	return s.list(ctx, in.PageQuery, StaffParams{Params: in.Params})
}

func (s *Service) listForStaff(ctx context.Context, in *struct {
	api.PageQuery
	StaffParams
}) (*eventsOut, error) {
	return s.list(ctx, in.PageQuery, in.StaffParams)
}

func (s *Service) list(ctx context.Context, q api.PageQuery, p StaffParams) (*eventsOut, error) {
	f, err := p.filter("query.", time.UTC)
	if err != nil {
		return nil, err
	}
	page, err := s.Events(ctx, f, q.Cursor, q.Limit)
	return &eventsOut{page}, err
}

// exporter answers with the export of what the query filters by the named
// parameters, and refuses others as the list does.
func (s *Service) exporter(names []string) route.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		query := r.URL.Query()
		var c fault.Check
		for name := range query {
			c.That(slices.Contains(names, name), "query."+name, "There is no such parameter.")
		}
		if err := c.Err(); err != nil {
			return err
		}
		f, err := paramsOf(query).filter("query.", time.UTC)
		if err != nil {
			return err
		}
		return s.download(w, r, f)
	}
}
