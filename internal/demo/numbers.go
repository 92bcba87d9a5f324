package demo

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"clientportal/internal/actor"
	"clientportal/internal/analytics"
	"clientportal/internal/analytics/schedule"
	"clientportal/internal/clock"
	"clientportal/internal/db"
)

// reported is the customer whose owner gets a report each week.
const reported = "dapper-goods"

// Measuring is what the demo's numbers are made with: at work, since what they are
// read by are jobs.
type Measuring struct {
	DB         *db.DB
	Dashboards *analytics.Service
	Reports    *schedule.Service
}

// Measure gives each customer the dashboard of its kind of business, and has one of
// them get reports, unless they have them.
func Measure(ctx context.Context, m Measuring) error {
	ctx = actor.As(ctx, "demo")
	unlock, err := lock(ctx, m.DB)
	if err != nil {
		return err
	}
	defer unlock()
	for i := range companies {
		if err := m.measure(ctx, &companies[i]); err != nil {
			return fmt.Errorf("make the dashboard of %s: %w", companies[i].name, err)
		}
	}
	return nil
}

func (m Measuring) measure(ctx context.Context, c *company) error {
	var chief, customer, owner uuid.UUID
	var name, zone string
	var there bool
	err := m.DB.Read(ctx, func(tx *db.Tx) error {
		return tx.QueryRow(ctx, `
			select e.id, concat_ws(' ', e.first_name, e.last_name), c.id, c.timezone, u.id, exists (select from analytics_dashboard_configs d where d.customer_id = c.id)
			from customers c, employees e, client_portal_users u
			where c.slug = $1 and e.email = 'admin@agency.example' and u.email = 'owner@' || c.slug || '.example'`, c.slug).
			Scan(&chief, &name, &customer, &zone, &owner, &there)
	})
	if err != nil || there {
		return err
	}
	ctx = actor.With(ctx, actor.Actor{Kind: actor.Staff, ID: chief, Name: name, Role: actor.Admin, AllCustomers: true})
	dashboard, err := m.Dashboards.CreateDashboard(ctx, analytics.Draft{
		CustomerID: customer, Business: analytics.Business{ClientType: c.clientType, BusinessModel: c.businessModel, WebsiteType: c.websiteType},
	})
	if err != nil || c.slug != reported {
		return err
	}
	return m.send(ctx, dashboard.ID, owner, zone)
}

// send has the dashboard's numbers go out each week, the first time as soon as they
// are there.
func (m Measuring) send(ctx context.Context, dashboard, owner uuid.UUID, zone string) error {
	location, err := clock.Zone(zone)
	if err != nil {
		return err
	}
	due := clock.Now(ctx).In(location).Truncate(time.Hour)
	weekday := int(due.Weekday())
	if weekday == 0 {
		weekday = 7
	}
	_, err = m.Reports.Create(clock.At(ctx, due.Add(-time.Hour)), dashboard, schedule.Plan{
		Rhythm: schedule.Rhythm{Cadence: schedule.Weekly, Weekday: weekday, Hour: due.Hour()}, Recipients: []uuid.UUID{owner},
	})
	return err
}
