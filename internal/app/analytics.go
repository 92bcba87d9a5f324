package app

import (
	"encoding/json"

	"clientportal/internal/analytics"
	"clientportal/internal/analytics/export"
	"clientportal/internal/datasource"
	"clientportal/internal/datasource/upstream"
	"clientportal/internal/db"
)

// dashboards makes the dashboards over a database, which read what its sources keep.
func (a *App) dashboards(database *db.DB, sources *datasource.Service) *analytics.Service {
	labels := map[string]string{datasource.CSV: "Uploaded tables", datasource.Push: "Sent by a program"}
	attributors := map[string]upstream.Attributor{}
	for _, s := range a.systems() {
		labels[s.Type()] = s.Label()
		if attributor, ok := s.(upstream.Attributor); ok {
			attributors[s.Type()] = attributor
		}
	}
	attribution := func(sourceType string, windows json.RawMessage) string {
		if attributor, ok := attributors[sourceType]; ok {
			return attributor.Attribution(windows)
		}
		return ""
	}
	return analytics.New(analytics.Deps{
		DB: database, Metrics: sources.Metrics(), Ranges: sources, SourceLabels: labels, Attribution: attribution,
		Formats: export.Formats(a.settings.Paper), WidgetFormats: export.WidgetFormats(a.settings.Paper),
	})
}
