package analytics

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"clientportal/internal/analytics/widget"
	"clientportal/internal/api"
	"clientportal/internal/fault"
	"clientportal/internal/route"
)

// reportCall describes the call that answers with a report in one of the formats.
func (s *Service) reportCall(a *api.API, id, path string) huma.Operation {
	op := call(id, http.MethodGet, path, "Read what all widgets show for a range", http.StatusOK)
	op.Description = "Without from and to the range is the last 30 days. Days are civil ones, each source's in its own zone."
	schema := a.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[Report](), true, "Report")
	content := map[string]*huma.MediaType{"application/json": {Schema: schema}}
	for _, f := range s.Formats {
		content[f.ContentType] = &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}
	}
	op.Responses = map[string]*huma.Response{"200": {Description: "The report", Content: content}}
	return op
}

// ReportQuery is which report is asked for.
type ReportQuery struct {
	ID      string `path:"id"`
	From    string `query:"from" format:"date" doc:"The first day"`
	To      string `query:"to" format:"date" doc:"The last day"`
	Range   string `query:"range" enum:"last_7_days,last_30_days,last_90_days,last_365_days,this_month,last_month,this_quarter,last_quarter,this_year,last_year" doc:"In the place of from and to"`
	Compare string `query:"compare" enum:"none,previous_period,previous_year" default:"none" doc:"A range that still runs is compared with as many days"`
	Format  string `query:"format" maxLength:"20" doc:"json, csv, xlsx or pdf; or say so in Accept"`
	Accept  string `header:"Accept" hidden:"true"`
}

type reportOutput struct {
	ContentType string   `header:"Content-Type"`
	Disposition string   `header:"Content-Disposition"`
	Vary        []string `header:"Vary"` // a list is added to what the compression says
	Body        []byte
}

// reportAs is a report in one of the formats that Accept chooses from.
func reportAs(contentType, disposition string, body []byte) *reportOutput {
	return &reportOutput{contentType, disposition, []string{"Accept"}, body}
}

func (s *Service) readReports(ctx context.Context, in *ReportQuery) (*reportOutput, error) {
	id, r, format, err := s.asked(ctx, *in, s.Formats)
	if err != nil {
		return nil, err
	}
	if format == "json" {
		report, err := s.Reports(ctx, id, r, widget.Comparison(in.Compare))
		if err != nil {
			return nil, err
		}
		body, err := json.Marshal(report)
		return reportAs("application/json", "", body), err
	}
	return s.export(ctx, id, r, widget.Comparison(in.Compare), format)
}

// asked is what the query asks for: which dashboard, over which days, in which format.
func (s *Service) asked(ctx context.Context, in ReportQuery, formats map[string]Format) (id uuid.UUID, r widget.Range, format string, err error) {
	if id, err = route.ID(in.ID, "dashboard"); err != nil {
		return id, r, format, err
	}
	if format, err = formatIn(formats, in.Format, in.Accept); err != nil {
		return id, r, format, err
	}
	d, err := s.dashboard(ctx, id)
	if err != nil {
		return id, r, format, err
	}
	r, err = rangeOf(in.From, in.To, widget.Preset(in.Range), Today(ctx, d.zone))
	return id, r, format, err
}

// formatIn is the format that is asked for: by its name, or by what the caller accepts.
func formatIn(formats map[string]Format, name, accept string) (string, error) {
	names := append([]string{"json"}, slices.Sorted(maps.Keys(formats))...)
	if name != "" {
		if !slices.Contains(names, name) {
			return "", fault.InvalidField("query.format", "Choose one of: %s.", strings.Join(names, ", "))
		}
		return name, nil
	}
	media := make([]string, len(names))
	media[0] = "application/json"
	for i, name := range names[1:] {
		media[i+1], _, _ = strings.Cut(formats[name].ContentType, ";")
	}
	return names[slices.Index(media, api.Preferred(accept, media...))], nil
}

// rangeOf is the range that was asked for, by days or by name; neither is the zero one.
func rangeOf(from, to string, preset widget.Preset, today widget.Day) (r widget.Range, err error) {
	var check fault.Check
	if preset != "" {
		check.That(from == "" && to == "", "query.range", "Give either a range by its name or its days.")
		var ok bool
		if r, ok = widget.PresetRange(preset, today); !ok {
			check.Add("query.range", "There is no range of this name.")
		}
		return r, check.Err()
	}
	for _, day := range []struct {
		name, text string
		into       *widget.Day
	}{{"query.from", from, &r.From}, {"query.to", to, &r.To}} {
		if day.text == "" {
			continue
		}
		if *day.into, err = widget.ParseDay(day.text); err != nil {
			check.Add(day.name, "Write a day as 2026-11-25.")
		}
	}
	if err := check.Err(); err != nil {
		return r, err
	}
	if from != "" || to != "" {
		r.Check(&check, today)
	}
	return r, check.Err()
}

// export is a report as a file, with an event of its own.
func (s *Service) export(ctx context.Context, id uuid.UUID, r widget.Range, c widget.Comparison, format string) (*reportOutput, error) {
	report, err := s.report(ctx, id, r, c, "dashboard.export")
	if err != nil {
		return nil, err
	}
	f := s.Formats[format]
	var out bytes.Buffer
	if err := f.Render(ctx, &out, report); err != nil {
		return nil, fmt.Errorf("write a report as %s: %w", format, err)
	}
	return reportAs(f.ContentType, fmt.Sprintf(`attachment; filename="%s"`, report.FileName(f.Extension)), out.Bytes()), nil
}

// FileName is what a report is called as a file, in letters that every system takes.
func (r Report) FileName(extension string) string {
	name := strings.Map(func(letter rune) rune {
		switch {
		case letter >= 'a' && letter <= 'z', letter >= '0' && letter <= '9', letter >= 'A' && letter <= 'Z':
			return letter
		}
		return '-'
	}, r.Customer.Name+" "+r.Dashboard.Name)
	return fmt.Sprintf("%s-%s-to-%s.%s", strings.ToLower(strings.Trim(name, "-")), r.Range.From, r.Range.To, extension)
}
