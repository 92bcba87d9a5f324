package customer

import (
	"context"
	"net/http"
	"strings"

	"clientportal/internal/api"
	"clientportal/internal/route"
	"clientportal/internal/web"
)

// importAPI registers the import of customers and stakeholders.
func (s *Service) importAPI(a *api.API, administer route.Access) {
	op := operation("import-customers", http.MethodPost, base+"/import", "Import customers and stakeholders from CSV")
	op.Description = "CSV with commas, semicolons or tabs, as the body or in the field file of a form. Its first line names the columns, and each further line is a " +
		"stakeholder with their customer, or a customer alone. Rows that are refused are left out; the others are imported " +
		"all or not at all. What is there already stays as it is."
	op.MaxBodyBytes = int64(importLimits.Bytes) + web.MaxForm
	op.DefaultStatus = http.StatusOK
	api.Register(a, administer, op, s.importCustomers)
	a.TakesFile(op.Path)
}

func (s *Service) importCustomers(ctx context.Context, in *struct {
	DryRun      bool   `query:"dry_run" doc:"Only say what would come of it"`
	Columns     string `query:"columns" maxLength:"2000" doc:"What each column holds, in order, with commas between; empty for nothing. Without it, the first line says"`
	ContentType string `header:"Content-Type" hidden:"true"`
	RawBody     []byte `contentType:"text/csv"`
}) (*struct{ Body Report }, error) {
	_, file, err := api.SentFile(in.ContentType, in.RawBody, api.CSV)
	if err != nil {
		return nil, err
	}
	var fields []string
	if in.Columns != "" {
		fields = strings.Split(in.Columns, ",")
	}
	report, err := s.ImportFile(ctx, file, fields, in.DryRun)
	return &struct{ Body Report }{report}, err
}
