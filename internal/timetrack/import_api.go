package timetrack

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"clientportal/internal/api"
	"clientportal/internal/web"
)

// importAPI registers the import of other programs' reports.
func (s *Service) importAPI(a *api.API) {
	op := huma.Operation{
		OperationID: "import-time-entries", Method: http.MethodPost, Path: staffHours + "/import", Summary: "Import time entries from CSV",
		Tags: []string{"time-tracking"}, DefaultStatus: http.StatusOK, MaxBodyBytes: int64(importLimits.Bytes) + web.MaxForm,
		Description: "The detailed report of Toggl Track, Harvest or Clockify as CSV, or a form with it in the field file. Which of them it is " +
			"follows from its first line. Rows that are refused are left out; the others are logged all or not at all. A row that was imported " +
			"before is not imported again. Rows that go beyond a retainer without the client's consent are refused, and the client is asked for it.",
	}
	api.Register(a, logs, op, s.importEntries)
	a.TakesFile(op.Path)
}

func (s *Service) importEntries(ctx context.Context, in *struct {
	DryRun      bool   `query:"dry_run" doc:"Only say what would come of it"`
	DateOrder   string `query:"date_order" enum:"day_first,month_first" doc:"How a date such as 03/04/2026 is meant, where no other date of the file tells"`
	IsRetainer  bool   `query:"is_retainer" doc:"Billable hours are taken from the customers' retainers"`
	ContentType string `header:"Content-Type" hidden:"true"`
	RawBody     []byte `contentType:"text/csv"`
}) (*struct{ Body ImportReport }, error) {
	_, file, err := api.SentFile(in.ContentType, in.RawBody, api.CSV)
	if err != nil {
		return nil, err
	}
	report, err := s.ImportFile(ctx, file, ImportOptions{DateOrder: in.DateOrder, IsRetainer: in.IsRetainer}, in.DryRun)
	return &struct{ Body ImportReport }{report}, err
}
