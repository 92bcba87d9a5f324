package analytics

import (
	"context"
	"encoding/json"
	"time"

	"github.com/google/uuid"

	"clientportal/internal/analytics/analyticsdb"
	"clientportal/internal/audit"
	"clientportal/internal/clock"
	"clientportal/internal/db"
	"clientportal/internal/fault"
)

// Template is a dashboard of the agency's own to begin with.
type Template struct {
	ID          uuid.UUID `json:"id"`
	Name        string    `json:"name"`
	WidgetCount int       `json:"widget_count"`
	CreatedBy   string    `json:"created_by"`
	CreatedAt   time.Time `json:"created_at"`
}

// Templates are the agency's templates, by name.
func (s *Service) Templates(ctx context.Context) (list []Template, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		rows, err := analyticsdb.New(tx).Templates(ctx)
		list = make([]Template, len(rows))
		for i, row := range rows {
			var config struct{ Widgets []json.RawMessage }
			if err := json.Unmarshal(row.Config, &config); err != nil {
				return err
			}
			list[i] = Template{row.ID, row.Name, len(config.Widgets), row.CreatedBy, row.CreatedAt}
		}
		return err
	})
	return list, err
}

// SaveTemplate keeps a dashboard's widgets as a template.
func (s *Service) SaveTemplate(ctx context.Context, dashboard uuid.UUID, name string) (Template, error) {
	t := Template{ID: newID(), CreatedAt: clock.Now(ctx)}
	err := s.DB.Write(ctx, func(tx *db.Tx) error {
		if err := mayBuild(tx.Actor()); err != nil {
			return err
		}
		d, err := readDashboard(ctx, tx, dashboard)
		if err != nil {
			return err
		}
		var check fault.Check
		t.Name = check.Text("name", "the name", name, 1, 120)
		if err := check.Err(); err != nil {
			return err
		}
		d.Config.Widgets = withoutSources(d.Config.Widgets)
		kept, err := kept(d.Config)
		if err != nil {
			return err
		}
		who := tx.Actor()
		t.WidgetCount, t.CreatedBy = len(d.Config.Widgets), who.Name
		tx.Record(ofTemplate("dashboard_template.create", t))
		err = analyticsdb.New(tx).InsertTemplate(ctx, analyticsdb.InsertTemplateParams{
			ID: t.ID, Name: t.Name, Config: kept, CreatedByEmployeeID: &who.ID, CreatedAt: t.CreatedAt,
		})
		if db.Violates(err, "dashboard_templates_name") {
			return fault.InvalidField("name", "There is a template of this name already.")
		}
		return err
	})
	return t, err
}

// RemoveTemplate removes a template. Dashboards that began with it stay.
func (s *Service) RemoveTemplate(ctx context.Context, id uuid.UUID) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		if err := mayBuild(tx.Actor()); err != nil {
			return err
		}
		tx.Record(ofTemplate("dashboard_template.remove", Template{ID: id}))
		n, err := analyticsdb.New(tx).DeleteTemplate(ctx, id)
		if err == nil && n == 0 {
			return fault.Missing("template")
		}
		return err
	})
}

// ofTemplate is an event of a template, which belongs to the agency.
func ofTemplate(action string, t Template) audit.Event {
	return audit.Event{Action: action, Subject: audit.Subject{Type: "dashboard_template", ID: t.ID}, Payload: map[string]any{"name": t.Name}}
}
