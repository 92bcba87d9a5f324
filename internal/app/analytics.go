package app

import (
	"clientportal/internal/analytics"
	"clientportal/internal/analytics/export"
	"clientportal/internal/datasource"
	"clientportal/internal/db"
)

// dashboards makes the dashboards over a database, which read what its sources keep.
func (a *App) dashboards(database *db.DB, sources *datasource.Service) *analytics.Service {
	labels := map[string]string{datasource.CSV: "Uploaded tables", datasource.Push: "Sent by a program"}
	for _, s := range a.systems() {
		labels[s.Type()] = s.Label()
	}
	return analytics.New(analytics.Deps{
		DB: database, Metrics: sources.Metrics(), Ranges: sources, SourceLabels: labels, Formats: export.Formats(a.settings.Paper), WidgetFormats: export.WidgetFormats(a.settings.Paper),
	})
}
