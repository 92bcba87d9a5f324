package analytics

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"clientportal/internal/actor"
	"clientportal/internal/analytics/analyticsdb"
	"clientportal/internal/api"
	"clientportal/internal/db"
	"clientportal/internal/fault"
	"clientportal/internal/web"
)

// Filter picks dashboards; the zero Filter is all that the reader sees.
type Filter struct {
	CustomerID *uuid.UUID // for the agency's people
	Query      string     // words of the name
}

// place is where a page of dashboards ends: they are by name.
type place struct {
	Customer string    `json:"c"`
	Name     string    `json:"n"`
	ID       uuid.UUID `json:"i"`
}

const selectDashboards = `select d.id, d.customer_id, c.name, d.dashboard_name, d.client_type, d.business_model, d.website_type, d.is_active,
	jsonb_array_length(d.config->'widgets'), d.created_at, d.updated_at
from analytics_dashboard_configs d join customers c on c.id = d.customer_id
where `

// Dashboards are a page of the dashboards that the reader sees, by name.
func (s *Service) Dashboards(ctx context.Context, f Filter, page api.PageQuery) (api.Page[Summary], error) {
	who := reader(ctx)
	limit := min(max(page.Limit, 1), 100)
	if page.Limit == 0 {
		limit = 25
	}
	where, args := []string{"true"}, []any{}
	and := func(condition string, values ...any) {
		for _, v := range values {
			args = append(args, v)
			condition = strings.Replace(condition, "?", "$"+strconv.Itoa(len(args)), 1)
		}
		where = append(where, condition)
	}
	if who.Is(actor.Client) {
		and("d.is_active and d.customer_id = ?", who.CustomerID())
	} else if f.CustomerID != nil {
		and("d.customer_id = ?", *f.CustomerID)
	}
	if kept := KeptFrom(who); kept != nil {
		and("not exists (select from dashboard_denials n where n.dashboard_id = d.id and n.user_id = ?)", *kept)
	}
	var check fault.Check
	for word := range strings.FieldsSeq(check.Text("query.q", "the search", f.Query, 0, 200)) {
		and("position(lower(?) in lower(d.dashboard_name)) > 0", word)
	}
	var after place
	if err := check.Err(); err != nil {
		return api.Page[Summary]{}, err
	}
	if err := api.DecodeCursor(page.Cursor, &after); err != nil {
		return api.Page[Summary]{}, err
	}
	if after.ID != uuid.Nil {
		and("(lower(c.name), lower(d.dashboard_name), d.id) > (lower(?), lower(?), ?)", after.Customer, after.Name, after.ID)
	}
	sql := selectDashboards + strings.Join(where, " and ") + fmt.Sprintf(" order by lower(c.name), lower(d.dashboard_name), d.id limit %d", limit+1)
	var items []Summary
	err := s.DB.Read(ctx, func(tx *db.Tx) error {
		rows, err := tx.Query(ctx, sql, args...)
		if err == nil {
			items, err = pgx.CollectRows(rows, scanSummary)
		}
		return err
	})
	return api.PageOf(items, limit, func(d Summary) any { return place{d.Customer.Name, d.Name, d.ID} }), err
}

func scanSummary(row pgx.CollectableRow) (d Summary, err error) {
	err = row.Scan(&d.ID, &d.Customer.ID, &d.Customer.Name, &d.Name, &d.ClientType, &d.BusinessModel, &d.WebsiteType, &d.IsActive,
		&d.WidgetCount, &d.CreatedAt, &d.UpdatedAt)
	return d, err
}

// customers are those that the actor serves, to choose from.
func (s *Service) customers(ctx context.Context) (list []web.Option, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		rows, err := analyticsdb.New(tx).Customers(ctx)
		for _, row := range rows {
			list = append(list, web.Option{Value: row.ID.String(), Label: row.Name})
		}
		return err
	})
	return list, err
}
