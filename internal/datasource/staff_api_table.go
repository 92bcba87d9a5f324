package datasource

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/google/uuid"

	"clientportal/internal/api"
	"clientportal/internal/fault"
	"clientportal/internal/route"
	"clientportal/internal/web"
)

// tableAPI adds the calls that bring in files.
func (s *Service) tableAPI(a *api.API) {
	uploads := staffRoot + "/{id}/uploads"
	send := call("staff-upload-table", http.MethodPost, uploads, "Upload a table of a csv source, to be looked at and imported", http.StatusCreated)
	send.MaxBodyBytes = int64(uploadLimits.Bytes) + web.MaxForm
	send.Description = "A CSV or XLSX file as the body, or a form with it in the field file. The answer says what its columns are taken for, " +
		"and what an import would come to. An upload that is not imported is forgotten after a week."
	api.Register(a, manages, send, s.uploadTable)
	a.TakesFile(uploads)
	api.Register(a, manages, call("staff-get-upload", http.MethodGet, uploads+"/{uploadId}", "Read an upload as it waits to be imported", http.StatusOK), s.readUpload)
	api.Register(a, manages, call("staff-import-upload", http.MethodPost, uploads+"/{uploadId}/import", "Import an upload, or try it", http.StatusOK), s.importUpload)
}

// Uploaded is a table that waits to be imported.
type Uploaded struct {
	ID       uuid.UUID  `json:"id"`
	FileName string     `json:"file_name"`
	Imported bool       `json:"imported"`
	RowCount int        `json:"row_count"`
	Rows     [][]string `json:"rows" doc:"The first ones, to look at"`
	Mapping  Mapping    `json:"mapping" doc:"What the columns are taken for: as the last import of the source had it, or as they look"`
	DryRun   *Import    `json:"dry_run" doc:"What an import with this mapping would come to; null where something is still to be said"`
}

// rowsShown is how many rows of an upload are shown.
const rowsShown = 20

func (t Table) uploaded() Uploaded {
	u := Uploaded{ID: t.ID, FileName: t.FileName, Imported: t.Imported, RowCount: len(t.Rows), Rows: [][]string{}, Mapping: t.Mapping}
	for _, r := range t.Rows[:min(len(t.Rows), rowsShown)] {
		cells := make([]string, len(t.Header))
		for i := range cells {
			cells[i] = r.Cell(i)
		}
		u.Rows = append(u.Rows, cells)
	}
	if result, err := t.DryRun(t.Mapping); err == nil && !t.Imported {
		u.DryRun = &result
	}
	return u
}

type fileInput struct {
	ID          string `path:"id"`
	FileName    string `query:"file_name" maxLength:"200" doc:"Where the body is the file itself"`
	ContentType string `header:"Content-Type" hidden:"true"`
	RawBody     []byte `contentType:"text/csv"`
}

func (s *Service) uploadTable(ctx context.Context, in *fileInput) (*api.Answer[Uploaded], error) {
	id, err := route.ID(in.ID, "data source")
	if err != nil {
		return nil, err
	}
	name, file, err := api.SentFile(in.ContentType, in.RawBody, api.Table)
	if err != nil {
		return nil, err
	}
	if in.FileName != "" {
		name = in.FileName
	}
	upload, err := s.Upload(ctx, id, name, file)
	if err != nil {
		return nil, err
	}
	t, err := s.UploadedTable(ctx, id, upload)
	return &api.Answer[Uploaded]{Location: staffRoot + "/" + in.ID + "/uploads/" + upload.String(), Body: t.uploaded()}, err
}

type uploadInput struct {
	ID       string `path:"id"`
	UploadID string `path:"uploadId"`
}

func (s *Service) table(ctx context.Context, in uploadInput) (Table, error) {
	id, err := route.ID(in.ID, "data source")
	if err != nil {
		return Table{}, err
	}
	upload, err := route.ID(in.UploadID, "file")
	if err != nil {
		return Table{}, err
	}
	return s.UploadedTable(ctx, id, upload)
}

func (s *Service) readUpload(ctx context.Context, in *uploadInput) (*api.Answer[Uploaded], error) {
	t, err := s.table(ctx, *in)
	if err != nil {
		return nil, err
	}
	return &api.Answer[Uploaded]{Body: t.uploaded()}, nil
}

type importInput struct {
	ID       string    `path:"id"`
	UploadID string    `path:"uploadId"`
	DryRun   bool      `query:"dry_run" doc:"Only say what would come of it"`
	Body     *struct { // a pointer may be missing
		Mapping *Mapping `json:"mapping,omitempty" doc:"Unset: as the upload has it"`
	}
}

func (s *Service) importUpload(ctx context.Context, in *importInput) (*api.Answer[Import], error) {
	t, err := s.table(ctx, uploadInput{in.ID, in.UploadID})
	if err != nil {
		return nil, err
	}
	m := t.Mapping
	if in.Body != nil && in.Body.Mapping != nil {
		m = *in.Body.Mapping
	}
	var done Import
	if in.DryRun {
		done, err = t.DryRun(m)
	} else {
		done, err = s.ImportTable(ctx, t.Source.ID, t.ID, m)
	}
	return &api.Answer[Import]{Body: done}, inMapping(err)
}

// inMapping places what is wrong with a mapping where the API has it.
func inMapping(err error) error {
	f, ok := errors.AsType[*fault.Error](err)
	if !ok {
		return err
	}
	placed := *f
	placed.Fields = nil
	for _, field := range f.Fields {
		var column int
		if _, err := fmt.Sscanf(field.Name, "use%d", &column); err == nil {
			field.Name = fmt.Sprintf("columns[%d].use", column)
		}
		field.Name = "mapping." + strings.TrimPrefix(field.Name, "mapping.")
		placed.Fields = append(placed.Fields, field)
	}
	return &placed
}
