package demo

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"time"

	"clientportal/internal/config"
	"clientportal/internal/datasource"
	"clientportal/internal/datasource/ga4/ga4sim"
	"clientportal/internal/datasource/meta/metasim"
	"clientportal/internal/datasource/shopify/shopifysim"
)

// Simulators stand for the systems that the demo's numbers come from. Their numbers
// are the same at each start, so that a database of the day before goes on with them.
type Simulators struct {
	ga4     *ga4sim.Sim
	meta    *metasim.Sim
	shopify *shopifysim.Sim
	At      config.Upstreams
}

const simulatedSeed = 2026

// StartSimulators serves the three systems on loopback until ctx ends.
func StartSimulators(ctx context.Context) (*Simulators, error) {
	s := &Simulators{}
	var properties []ga4sim.Property
	var accounts []metasim.Account
	var shops []shopifysim.Shop
	for _, c := range companies {
		n := c.numbers
		properties = append(properties, ga4sim.Property{ID: n.property, Name: "Website", Account: c.name, Zone: c.timezone, Currency: c.currency, Profile: n.website, Volume: n.visits})
		if n.adAccount != "" {
			accounts = append(accounts, metasim.Account{ID: n.adAccount, Name: c.name, Zone: c.timezone, Currency: c.currency, Profile: metasim.Profile(n.website), Spend: n.spend})
		}
		if n.shop != "" {
			shops = append(shops, shopifysim.Shop{
				Name: n.shop, Title: c.name, Zone: c.timezone, Currency: c.currency, OrdersPerDay: n.orders, Growth: 0.2, Returning: 0.3,
				Business: c.clientType == "b2b", Products: n.products,
			})
		}
	}
	s.ga4 = ga4sim.New(ga4sim.World{Seed: simulatedSeed, Properties: properties})
	s.meta = metasim.New(metasim.World{Seed: simulatedSeed, Accounts: accounts})
	s.shopify = shopifysim.New(shopifysim.World{
		Seed: simulatedSeed, Shops: shops, Start: time.Date(2025, 6, 1, 0, 0, 0, 0, time.UTC), Points: 20_000, Restore: 5_000,
	})
	for _, sim := range []struct {
		handler http.Handler
		use     func(base string)
	}{
		{s.ga4, func(base string) {
			s.At.GA4, s.At.GoogleToken, s.At.GoogleAuth = base, base+"/token", base+"/o/oauth2/v2/auth"
		}},
		{s.meta, func(base string) { s.At.Meta, s.At.MetaDialog = base, base }},
		{s.shopify, func(base string) { s.At.Shopify = base + "/{shop}" }},
	} {
		listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
		if err != nil {
			return nil, fmt.Errorf("start the simulators: %w", err)
		}
		server := &http.Server{Handler: sim.handler, ReadHeaderTimeout: 10 * time.Second}
		context.AfterFunc(ctx, func() { _ = server.Close() })
		go func() { _ = server.Serve(listener) }() // it ends with ctx
		sim.use("http://" + listener.Addr().String())
	}
	return s, nil
}

// numbers are what a customer's systems count.
type numbers struct {
	property  string
	website   ga4sim.Profile
	visits    int
	adAccount string
	spend     int
	shop      string
	orders    float64
	products  []shopifysim.Product
}

// connect connects the customer's systems, as the agency's managing director did it
// some minutes ago. The portal reads them once it runs.
func (m *maker) connect(ctx context.Context, a *account) error {
	if m.Simulators == nil {
		return nil
	}
	ctx = at(ctx, m.staff[admin], m.now.Add(-10*time.Minute))
	n := a.numbers
	sources := []struct{ kind, name, connection, credentials, settings string }{
		{"ga4", "Website", "service_account", object("service_account_json", json.RawMessage(m.Simulators.ga4.ServiceAccountJSON())), object("property_id", n.property)},
	}
	if n.adAccount != "" {
		sources = append(sources, struct{ kind, name, connection, credentials, settings string }{
			"meta", "Meta ads", "access_token", object("access_token", m.Simulators.meta.Token()), object("ad_account_id", n.adAccount)})
	}
	if n.shop != "" {
		sources = append(sources, struct{ kind, name, connection, credentials, settings string }{
			"shopify", "Online shop", "access_token", object("access_token", "shpat_"+n.shop), object("shop", n.shop)})
	}
	for _, s := range sources {
		_, err := m.Sources.Create(ctx, datasource.Draft{
			CustomerID: a.id, SourceType: s.kind, SourceName: s.name, ConnectionType: s.connection,
			Credentials: json.RawMessage(s.credentials), Settings: json.RawMessage(s.settings), SyncFrequency: "hourly",
		})
		if err != nil {
			return fmt.Errorf("connect the %s of %s: %w", s.name, a.name, err)
		}
	}
	return nil
}

func object(name string, value any) string {
	raw, err := json.Marshal(map[string]any{name: value})
	if err != nil {
		panic(err) // texts and JSON of our own
	}
	return string(raw)
}
