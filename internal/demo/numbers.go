package demo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/google/uuid"

	"clientportal/internal/actor"
	"clientportal/internal/analytics"
	"clientportal/internal/analytics/schedule"
	"clientportal/internal/clock"
	"clientportal/internal/config"
	"clientportal/internal/datasource"
	"clientportal/internal/datasource/ga4/ga4sim"
	"clientportal/internal/datasource/meta/metasim"
	"clientportal/internal/datasource/shopify/shopifysim"
	"clientportal/internal/db"
)

// seed decides the simulated systems' numbers.
const seed = 2026

// numbers is where a customer is measured, in the simulated systems.
type numbers struct {
	slug      string
	property  ga4sim.Property
	adAccount metasim.Account
	shop      string
}

var measured = []numbers{
	{slug: "acme-industrial", property: ga4sim.Property{ID: "301", Profile: ga4sim.Leads, Volume: 260}, adAccount: metasim.Account{ID: "301", Name: "Acme Industrial", Profile: metasim.Leads}},
	{slug: "boltline", property: ga4sim.Property{ID: "302", Profile: ga4sim.Shop, Volume: 420}, shop: "boltline"},
	{slug: "clearview-dental", property: ga4sim.Property{ID: "303", Profile: ga4sim.Leads, Volume: 180, Zone: "America/New_York", Currency: "USD"}, adAccount: metasim.Account{ID: "303", Name: "Clearview Dental", Profile: metasim.Leads, Zone: "America/New_York", Currency: "USD", Spend: 80}},
	{slug: "dapper-goods", property: ga4sim.Property{ID: "304", Profile: ga4sim.Shop, Volume: 900}, adAccount: metasim.Account{ID: "304", Name: "Dapper Goods", Profile: metasim.Shop, Spend: 300}, shop: "dapper-goods"},
	{slug: "elm-studio", property: ga4sim.Property{ID: "305", Profile: ga4sim.Brochure, Volume: 120, Zone: "Europe/London", Currency: "GBP"}},
	{slug: "fleetly", property: ga4sim.Property{ID: "306", Profile: ga4sim.WebApp, Volume: 520, Zone: "Europe/London", Currency: "GBP"}, shop: "fleetly"},
}

// Systems are the simulated systems that the demo's numbers are read from.
type Systems struct {
	google *ga4sim.Sim
	meta   *metasim.Sim
	shops  *shopifysim.Sim
}

// Simulate starts the systems on an address of this machine, until ctx ends, and
// points the configuration at them.
func Simulate(ctx context.Context, at *config.Upstreams) (*Systems, error) {
	s := &Systems{shops: shopifysim.New(shopifysim.World{Seed: seed, Shops: shopifysim.DemoShops()})}
	google, meta := ga4sim.World{Seed: seed}, metasim.World{Seed: seed}
	for _, n := range measured {
		google.Properties = append(google.Properties, n.property)
		if n.adAccount.ID != "" {
			meta.Accounts = append(meta.Accounts, n.adAccount)
		}
	}
	s.google, s.meta = ga4sim.New(google), metasim.New(meta)
	for _, system := range []struct {
		serve http.Handler
		point func(address string)
	}{
		{s.google, func(a string) { at.GA4, at.GoogleToken = a, a+"/token" }},
		{s.meta, func(a string) { at.Meta = a }},
		{s.shops, func(a string) { at.Shopify = a + "/{shop}" }},
	} {
		listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
		if err != nil {
			return nil, fmt.Errorf("start a simulated system: %w", err)
		}
		server := &http.Server{Handler: system.serve, ReadHeaderTimeout: 10 * time.Second}
		go func() { _ = server.Serve(listener) }()
		context.AfterFunc(ctx, func() { _ = server.Close() })
		system.point("http://" + listener.Addr().String())
	}
	return s, nil
}

// Measuring is what the demo's numbers are made with: at work, since what they are
// read by are jobs.
type Measuring struct {
	DB         *db.DB
	Dashboards *analytics.Service
	Sources    *datasource.Service
	Reports    *schedule.Service
}

// Measure gives each customer the dashboard of its kind of business and the sources
// of its numbers, and has one of them get reports, unless they have them. It returns
// before the numbers are there: they come in the background.
func (s *Systems) Measure(ctx context.Context, m Measuring) error {
	ctx = actor.As(ctx, "demo")
	unlock, err := lock(ctx, m.DB)
	if err != nil {
		return err
	}
	defer unlock()
	for _, n := range measured {
		if err := s.measure(ctx, m, n); err != nil {
			return fmt.Errorf("connect the numbers of %s: %w", n.slug, err)
		}
	}
	return nil
}

func (s *Systems) measure(ctx context.Context, m Measuring, n numbers) error {
	var chief, customer, owner uuid.UUID
	var name, zone string
	var there bool
	err := m.DB.Read(ctx, func(tx *db.Tx) error {
		return tx.QueryRow(ctx, `
			select e.id, concat_ws(' ', e.first_name, e.last_name), c.id, c.timezone, u.id, exists (select from analytics_dashboard_configs d where d.customer_id = c.id)
			from customers c, employees e, client_portal_users u
			where c.slug = $1 and e.email = 'admin@agency.example' and u.email = 'owner@' || c.slug || '.example'`, n.slug).
			Scan(&chief, &name, &customer, &zone, &owner, &there)
	})
	if err != nil || there {
		return err
	}
	ctx = actor.With(ctx, actor.Actor{Kind: actor.Staff, ID: chief, Name: name, Role: actor.Admin, AllCustomers: true})
	for _, draft := range s.drafts(customer, n) {
		if _, err := m.Sources.Create(ctx, draft); err != nil {
			return err
		}
	}
	dashboard, err := m.Dashboards.CreateDashboard(ctx, analytics.Draft{CustomerID: customer, Business: businessOf(n.slug)})
	if err != nil || n.shop != "dapper-goods" {
		return err
	}
	return m.send(ctx, dashboard.ID, owner, zone)
}

func businessOf(slug string) (b analytics.Business) {
	for _, c := range companies {
		if c.slug == slug {
			b = analytics.Business{ClientType: c.clientType, BusinessModel: c.businessModel, WebsiteType: c.websiteType}
		}
	}
	return b
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

func (s *Systems) drafts(customer uuid.UUID, n numbers) []datasource.Draft {
	one := func(kind, label, connection string, credentials, settings map[string]string) datasource.Draft {
		return datasource.Draft{CustomerID: customer, SourceType: kind, SourceName: label, ConnectionType: connection, Credentials: object(credentials), Settings: object(settings)}
	}
	list := []datasource.Draft{one("ga4", "Website", "service_account",
		map[string]string{"service_account_json": s.google.ServiceAccountJSON()}, map[string]string{"property_id": n.property.ID})}
	if n.adAccount.ID != "" {
		list = append(list, one("meta", "Meta Ads", "access_token", map[string]string{"access_token": s.meta.Token()}, map[string]string{"ad_account_id": "act_" + n.adAccount.ID}))
	}
	if n.shop != "" {
		list = append(list, one("shopify", "Shop", "access_token", map[string]string{"access_token": s.shops.Store(n.shop).Token}, map[string]string{"shop": n.shop}))
	}
	return list
}

func object(values map[string]string) json.RawMessage {
	raw, err := json.Marshal(values)
	if err != nil {
		panic(errors.New("demo: a map of texts is no JSON"))
	}
	return raw
}
