package analytics

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"slices"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"clientportal/internal/analytics/widget"
	"clientportal/internal/api"
	"clientportal/internal/fault"
)

// widgetReportCall describes the call that answers with one widget of a report.
func (s *Service) widgetReportCall(a *api.API, id, path string) huma.Operation {
	op := call(id, http.MethodGet, path, "Read what one widget shows for a range, or its chart as a picture", http.StatusOK)
	schema := a.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[Report](), true, "Report")
	content := map[string]*huma.MediaType{"application/json": {Schema: schema}}
	for _, f := range s.WidgetFormats {
		content[f.ContentType] = &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}
	}
	op.Responses = map[string]*huma.Response{"200": {Description: "The report with this widget only", Content: content}}
	return op
}

type widgetReportInput struct {
	Widget string `path:"widget"`
	ReportQuery
}

func (s *Service) readWidgetReport(ctx context.Context, in *widgetReportInput) (*reportOutput, error) {
	id, r, format, err := s.asked(ctx, in.ReportQuery, s.WidgetFormats)
	if err != nil {
		return nil, err
	}
	return s.exportWidget(ctx, id, in.Widget, r, widget.Comparison(in.Compare), format)
}

// exportWidget is one widget of a report as a file, with an event of its own.
func (s *Service) exportWidget(ctx context.Context, id uuid.UUID, name string, r widget.Range, c widget.Comparison, format string) (*reportOutput, error) {
	event := "dashboard.export"
	if format == "json" {
		event = "dashboard.view"
	}
	report, err := s.report(ctx, id, r, c, event)
	if err != nil {
		return nil, err
	}
	at := slices.IndexFunc(report.Widgets, func(w widget.Result) bool { return w.ID == name })
	if at < 0 {
		return nil, fault.Missing("widget")
	}
	report.Widgets = report.Widgets[at : at+1]
	report.ownSources()
	if format == "json" {
		body, err := json.Marshal(report)
		return reportAs("application/json", "", body), err
	}
	f := s.WidgetFormats[format]
	var out bytes.Buffer
	if err := f.Render(ctx, &out, report); err != nil {
		return nil, fmt.Errorf("write a widget as %s: %w", format, err)
	}
	disposition := fmt.Sprintf(`attachment; filename="%s"`, report.FileName(name+"."+f.Extension))
	return reportAs(f.ContentType, disposition, out.Bytes()), nil
}
