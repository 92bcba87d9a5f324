package timetrack

import (
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"clientportal/internal/api"
	"clientportal/internal/fault"
	"clientportal/internal/maybe"
	"clientportal/internal/route"
	"clientportal/internal/web"
)

// ToolsAPI adds the calls for what stands beside the hours themselves: the import, the
// timer, and statements as documents.
func (s *Service) ToolsAPI(a *api.API) {
	s.importAPI(a)
	s.timerAPI(a)
	s.statementAPI(a, reads, "download-statement", clientHours)
	s.statementAPI(a, staffReads, "staff-download-statement", staffHours)
}

// statementAPI registers statements as documents.
func (s *Service) statementAPI(a *api.API, access route.Access, id, path string) {
	text := &huma.Schema{Type: huma.TypeString}
	op := retainerCall(id, http.MethodGet, path+"/statement/{format}", "Download a statement")
	op.Description = "Of the retainer's period that has the day, or without a retainer of the day's month. The same hours make the same bytes."
	op.Parameters = []*huma.Param{
		{Name: "format", In: "path", Required: true, Schema: &huma.Schema{Type: huma.TypeString, Enum: []any{formatPDF, formatCSV, formatXLSX}}},
		{Name: "on", In: "query", Required: true, Schema: &huma.Schema{Type: huma.TypeString, Format: "date"}, Description: "Any day of the period or month"},
		{Name: "retainer_id", In: "query", Schema: &huma.Schema{Type: huma.TypeString, Format: "uuid"}},
		{Name: "as_of", In: "query", Schema: &huma.Schema{Type: huma.TypeString, Format: "date-time"}, Description: "What was recorded by then; when the period was closed, or now, when not given"},
	}
	if access.Kind() == staffReads.Kind() {
		op.Parameters = append(op.Parameters, &huma.Param{Name: "customer_id", In: "query", Schema: &huma.Schema{Type: huma.TypeString, Format: "uuid"}, Description: "Needed without a retainer"})
	}
	content := map[string]*huma.MediaType{}
	for _, kind := range statementTypes {
		content[kind] = &huma.MediaType{Schema: text}
	}
	op.Responses = map[string]*huma.Response{"200": {Description: "The document", Content: content}}
	a.Stream(access, op, s.sendStatement)
}

func (s *Service) sendStatement(w http.ResponseWriter, r *http.Request) error {
	values := r.URL.Query()
	q := StatementQuery{CustomerID: idIn(values, "customer_id")}
	if id := maybe.Of(idIn(values, "retainer_id")); id != nil {
		q.RetainerID = id
	}
	on, err := time.Parse(time.DateOnly, values.Get("on"))
	if err != nil {
		return fault.InvalidField("query.on", "Name a day of the period, such as 2026-11-01.")
	}
	q.On = Day{Time: on}
	if text := values.Get("as_of"); text != "" {
		if q.AsOf, err = time.Parse(time.RFC3339, text); err != nil {
			return fault.InvalidField("query.as_of", "Write a moment as 2026-11-25T12:00:00Z.")
		}
	}
	file, err := s.StatementFile(r.Context(), q, r.PathValue("format"))
	if err == nil {
		web.SendFile(w, file.Name, file.Type, file.Content)
	}
	return err
}
