package prepare

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"clientportal/internal/api"
	"clientportal/internal/route"
)

const (
	clientRoot = "/api/client-portal/analytics/exports"
	staffRoot  = "/api/staff/exports"
)

// Whoever reads a dashboard may have it as a file; whoever views as them may not.
var (
	reads      = route.Client("analytics:read").Personal()
	staffReads = route.Staff("analytics:read")
)

func call(id, method, path, summary string, status int) huma.Operation {
	return huma.Operation{OperationID: id, Method: method, Path: path, Summary: summary, Tags: []string{"analytics"}, DefaultStatus: status}
}

// API adds the clients' JSON calls.
func (s *Service) API(a *api.API) {
	s.calls(a, reads, "", "/api/client-portal/analytics/dashboards/{id}/exports", clientRoot)
}

// StaffAPI adds the agency's JSON calls.
func (s *Service) StaffAPI(a *api.API) {
	s.calls(a, staffReads, "staff-", "/api/staff/dashboards/{id}/exports", staffRoot)
}

func (s *Service) calls(a *api.API, access route.Access, prefix, of, root string) {
	ask := call(prefix+"create-export", http.MethodPost, of, "Have an export made in the background", http.StatusAccepted)
	ask.Description = "For what takes a while; …/reports answers at once. Only the asker may have the file, for five days."
	api.Register(a, access, ask, func(ctx context.Context, in *orderInput) (*answer, error) {
		id, err := route.ID(in.ID, "dashboard")
		if err != nil {
			return nil, err
		}
		e, err := s.Ask(ctx, id, in.Body)
		return &answer{Location: root + "/" + e.ID.String(), Body: e}, err
	})
	api.Register(a, access, call(prefix+"get-export", http.MethodGet, root+"/{id}", "Read how far an export of yours is", http.StatusOK), s.readExport)
	file := call(prefix+"get-export-file", http.MethodGet, root+"/{id}/file", "Download an export of yours", http.StatusOK)
	file.Parameters = []*huma.Param{{Name: "id", In: "path", Required: true, Schema: &huma.Schema{Type: huma.TypeString, Format: "uuid"}}}
	content := map[string]*huma.MediaType{}
	for _, f := range s.Dashboards.Formats {
		content[f.ContentType] = &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}
	}
	file.Responses = map[string]*huma.Response{"200": {Description: "The file", Content: content}}
	a.Stream(access, file, s.sendFile)
}

type answer struct {
	Location string `header:"Location"`
	Body     Export
}

type orderInput struct {
	ID   string `path:"id"`
	Body Order
}

type exportInput struct {
	ID string `path:"id"`
}

func (s *Service) readExport(ctx context.Context, in *exportInput) (*answer, error) {
	id, err := route.ID(in.ID, "export")
	if err != nil {
		return nil, err
	}
	e, err := s.Export(ctx, id)
	return &answer{Body: e}, err
}

// sendFile answers with an export as a file to keep.
func (s *Service) sendFile(w http.ResponseWriter, r *http.Request) error {
	id, err := route.PathID(r, "id", "export")
	if err != nil {
		return err
	}
	file, err := s.File(r.Context(), id)
	if err != nil {
		return err
	}
	defer file.Close()
	file.Send(w, r)
	return nil
}
