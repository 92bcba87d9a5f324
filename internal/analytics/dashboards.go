package analytics

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"clientportal/internal/actor"
	"clientportal/internal/analytics/analyticsdb"
	"clientportal/internal/analytics/widget"
	"clientportal/internal/api"
	"clientportal/internal/clock"
	"clientportal/internal/db"
	"clientportal/internal/fault"
	"clientportal/internal/live"
	"clientportal/internal/maybe"
	"clientportal/internal/metric"
)

// Dashboard is a dashboard with its widgets, and leaves an event of the view.
func (s *Service) Dashboard(ctx context.Context, id uuid.UUID) (Dashboard, error) {
	var d opened
	err := s.DB.Read(ctx, func(tx *db.Tx) (err error) {
		if d, err = readDashboard(ctx, tx, id); err != nil {
			return err
		}
		metrics, err := s.metricsOf(ctx, tx, d.Customer.ID)
		if err != nil {
			return err
		}
		d.Config.Widgets = visible(tx.Actor().Is(actor.Client), d.Config.Widgets, metrics)
		d.WidgetCount = len(d.Config.Widgets)
		tx.Record(about("dashboard.view", d.Customer.ID, d.ID, nil))
		return nil
	})
	return d.Dashboard, err
}

// dashboard is the same for the portal's own use, without an event.
func (s *Service) dashboard(ctx context.Context, id uuid.UUID) (d opened, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		d, err = readDashboard(ctx, tx, id)
		return err
	})
	return d, err
}

// Tag is the ETag of the dashboard as it is.
func (d Dashboard) Tag() string { return api.ETag(d.UpdatedAt) }

// Draft is a dashboard to be made.
type Draft struct {
	CustomerID uuid.UUID `json:"customer_id" format:"uuid"`
	Name       string    `json:"dashboard_name,omitempty" maxLength:"1000" doc:"The preset's when empty"`
	Business
	Config     *widget.Config `json:"config,omitempty" doc:"Without it, the preset for this kind of business"`
	TemplateID *uuid.UUID     `json:"template_id,omitempty" format:"uuid" doc:"One of the agency's own templates, in the place of config"`
}

// CreateDashboard makes a dashboard for a customer.
func (s *Service) CreateDashboard(ctx context.Context, draft Draft) (Dashboard, error) {
	id := newID()
	err := s.DB.Write(ctx, func(tx *db.Tx) error {
		if err := mayBuild(tx.Actor()); err != nil {
			return err
		}
		q := analyticsdb.New(tx)
		if _, err := q.CustomerKind(ctx, draft.CustomerID); err != nil {
			return db.Missing(err, "customer")
		}
		config, name, err := s.begin(ctx, q, draft)
		if err != nil {
			return err
		}
		var check fault.Check
		draft.Name = check.Text("dashboard_name", "the name", name, 1, 120)
		checkBusiness(&check, draft.Business)
		metrics, err := s.metricsOf(ctx, tx, draft.CustomerID)
		if err != nil {
			return err
		}
		if draft.Config != nil {
			widget.CheckConfig(&check, config, metrics)
			if err := checkSources(ctx, q, &check, draft.CustomerID, nil, config.Widgets); err != nil {
				return err
			}
		}
		if err := check.Err(); err != nil {
			return err
		}
		kept, err := kept(config)
		if err != nil {
			return err
		}
		tx.Record(about("dashboard.create", draft.CustomerID, id, map[string]any{"dashboard_name": draft.Name, "widgets": len(config.Widgets)}))
		announce(tx, draft.CustomerID, id)
		_, err = q.InsertDashboard(ctx, analyticsdb.InsertDashboardParams{
			ID: id, CustomerID: draft.CustomerID, DashboardName: draft.Name, ClientType: draft.ClientType, BusinessModel: draft.BusinessModel,
			WebsiteType: maybe.Of(draft.WebsiteType), Config: kept, Now: clock.Now(ctx),
		})
		return db.Missing(err, "customer")
	})
	if err != nil {
		return Dashboard{}, err
	}
	d, err := s.dashboard(ctx, id)
	return d.Dashboard, err
}

// begin is what a new dashboard begins with, and its name.
func (s *Service) begin(ctx context.Context, q *analyticsdb.Queries, draft Draft) (config widget.Config, name string, err error) {
	preset := PresetFor(draft.Business)
	config, name = preset.Config(), first(draft.Name, preset.Name)
	switch {
	case draft.Config != nil && draft.TemplateID != nil:
		return config, name, fault.InvalidField("template_id", "Give either a config or a template.")
	case draft.Config != nil:
		config = *draft.Config
	case draft.TemplateID != nil:
		row, err := q.Template(ctx, *draft.TemplateID)
		if errors.Is(err, pgx.ErrNoRows) {
			return config, name, fault.InvalidField("template_id", "There is no such template.")
		}
		if err != nil {
			return config, name, err
		}
		config, err = widget.Parse(row.Config)
		return config, first(draft.Name, row.Name), err
	}
	return config, name, nil
}

func checkBusiness(check *fault.Check, b Business) {
	check.OneOf("client_type", b.ClientType, "b2b", "b2c")
	check.OneOf("business_model", b.BusinessModel, "lead_gen", "online_sales")
	if b.WebsiteType != "" {
		check.OneOf("website_type", b.WebsiteType, "brochure", "transactional")
	}
}

// Change is what is to be different about a dashboard; what is nil stays.
type Change struct {
	Name          *string        `json:"dashboard_name,omitempty" maxLength:"1000"`
	ClientType    *string        `json:"client_type,omitempty" enum:"b2b,b2c"`
	BusinessModel *string        `json:"business_model,omitempty" enum:"lead_gen,online_sales"`
	WebsiteType   *string        `json:"website_type,omitempty" enum:"brochure,transactional,"`
	IsActive      *bool          `json:"is_active,omitempty" doc:"Clients see active dashboards only"`
	Config        *widget.Config `json:"config,omitempty"`

	Denied  *[]uuid.UUID `json:"-"` // who of the customer does not see it
	Readers string       `json:"-"` // the tag of the readers that this was decided on
}

// UpdateDashboard changes a dashboard. With ifMatch it must be as it was read.
func (s *Service) UpdateDashboard(ctx context.Context, id uuid.UUID, c Change, ifMatch string) (Dashboard, error) {
	err := s.edit(ctx, id, ifMatch, func(tx *db.Tx, q *analyticsdb.Queries, d *Dashboard) error {
		var check fault.Check
		if c.Name != nil {
			d.Name = check.Text("dashboard_name", "the name", *c.Name, 1, 120)
		}
		set(&d.ClientType, c.ClientType)
		set(&d.BusinessModel, c.BusinessModel)
		set(&d.IsActive, c.IsActive)
		if c.WebsiteType != nil {
			d.WebsiteType = maybe.Of(*c.WebsiteType)
		}
		checkBusiness(&check, d.business())
		if c.Config != nil {
			metrics, err := s.metricsOf(ctx, tx, d.Customer.ID)
			if err != nil {
				return err
			}
			widget.CheckConfig(&check, *c.Config, metrics)
			if err := checkSources(ctx, q, &check, d.Customer.ID, d.Config.Widgets, c.Config.Widgets); err != nil {
				return err
			}
			d.Config = *c.Config
		}
		tx.Record(about("dashboard.update", d.Customer.ID, id, map[string]any{"dashboard_name": d.Name, "is_active": d.IsActive, "widgets": len(d.Config.Widgets)}))
		if err := check.Err(); err != nil || c.Denied == nil {
			return err
		}
		return keepFrom(ctx, tx, *d, c.Readers, *c.Denied)
	})
	if err != nil {
		return Dashboard{}, err
	}
	d, err := s.dashboard(ctx, id)
	return d.Dashboard, err
}

// edit changes a dashboard whose row is held meanwhile.
func (s *Service) edit(ctx context.Context, id uuid.UUID, ifMatch string, change func(*db.Tx, *analyticsdb.Queries, *Dashboard) error) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		if err := mayBuild(tx.Actor()); err != nil {
			return err
		}
		q := analyticsdb.New(tx)
		row, err := q.DashboardForUpdate(ctx, id)
		if err != nil {
			return db.Missing(err, "dashboard")
		}
		d, err := dashboardOf(row, "")
		if err == nil {
			err = api.CheckMatch(ifMatch, d.Tag())
		}
		if err == nil {
			err = change(tx, q, &d)
		}
		if err != nil {
			return err
		}
		kept, err := kept(d.Config)
		if err != nil {
			return fmt.Errorf("keep a dashboard's config: %w", err)
		}
		announce(tx, d.Customer.ID, id)
		return q.UpdateDashboard(ctx, analyticsdb.UpdateDashboardParams{
			ID: id, DashboardName: d.Name, ClientType: d.ClientType, BusinessModel: d.BusinessModel, WebsiteType: d.WebsiteType,
			IsActive: d.IsActive, Config: kept, Now: clock.Now(ctx),
		})
	})
}

func (d Dashboard) business() Business {
	b := Business{ClientType: d.ClientType, BusinessModel: d.BusinessModel}
	if d.WebsiteType != nil {
		b.WebsiteType = *d.WebsiteType
	}
	return b
}

// RemoveDashboard removes a dashboard. One to which sources belong would take them
// and their numbers along: it can only be switched off.
func (s *Service) RemoveDashboard(ctx context.Context, id uuid.UUID) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		if err := mayBuild(tx.Actor()); err != nil {
			return err
		}
		q := analyticsdb.New(tx)
		row, err := q.DashboardForRemoval(ctx, id)
		if err != nil {
			return db.Missing(err, "dashboard")
		}
		sources, err := q.CountSourcesOf(ctx, &id)
		if err != nil {
			return err
		}
		if sources > 0 {
			return fault.New(fault.Conflict, "Data sources belong to this dashboard, and would go with it. Switch it off instead, or move them first.")
		}
		tx.Record(about("dashboard.remove", row.CustomerID, id, map[string]any{"dashboard_name": row.DashboardName}))
		announce(tx, row.CustomerID, id)
		return q.DeleteDashboard(ctx, id)
	})
}

// CopyDashboard makes a dashboard of another's widgets, for the same customer or
// another that the actor serves. Which of several sources a widget reads is not
// copied to another customer.
func (s *Service) CopyDashboard(ctx context.Context, id, customer uuid.UUID, name string) (Dashboard, error) {
	from, err := s.dashboard(ctx, id)
	if err != nil {
		return Dashboard{}, err
	}
	config := from.Config
	if customer != from.Customer.ID {
		config.Widgets = withoutSources(config.Widgets)
	}
	return s.CreateDashboard(ctx, Draft{CustomerID: customer, Name: first(name, from.Name), Business: from.business(), Config: &config})
}

// kept is a config as the database holds it.
func kept(c widget.Config) ([]byte, error) {
	if c.Widgets == nil {
		c.Widgets = []widget.Widget{}
	}
	return json.Marshal(c)
}

func withoutSources(widgets []widget.Widget) []widget.Widget {
	list := make([]widget.Widget, len(widgets))
	for i, w := range widgets {
		w.SourceID = nil
		list[i] = w
	}
	return list
}

// announce tells open pages of a changed dashboard.
func announce(tx *db.Tx, customer, id uuid.UUID) {
	tx.Announce(live.Hint{CustomerID: customer, Topic: "dashboard:" + id.String()})
}

// reader is who acts, as far as lists are concerned.
func reader(ctx context.Context) actor.Actor {
	who, _ := actor.From(ctx)
	return who
}

func set[T any](value *T, given *T) {
	if given != nil {
		*value = *given
	}
}

func first(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

// dimensionsOf are the dimensions by which a metric can be split.
func dimensionsOf(metrics *metric.Registry, m metric.Metric) []string {
	list := []string{}
	seen := map[string]bool{}
	for _, known := range metrics.All() {
		for dimension := range known.Dimensions {
			if !seen[dimension] && widget.Splits(metrics, m, dimension) {
				seen[dimension] = true
				list = append(list, dimension)
			}
		}
	}
	slices.Sort(list)
	return list
}
