// Package shopify reads a shop's orders, products, customers and checkouts from
// Shopify's GraphQL Admin API.
package shopify

import (
	"cmp"
	"context"
	"time"

	"clientportal/internal/datasource/upstream"
)

const (
	// DefaultBaseURL is where shops live; {shop} is the shop's name.
	DefaultBaseURL = "https://{shop}.myshopify.com"
	// DefaultVersion is the version of the API that this connector was made for.
	DefaultVersion = "2026-07"
)

// Config says where the API is and how patient the connector is with it.
type Config struct {
	BaseURL string // with {shop} for the shop's name
	Version string // of the Admin API

	// BulkFrom is the number of orders or customers from which they are read by a
	// bulk operation and not page by page.
	BulkFrom int

	PollEvery time.Duration // first pause between looks at a bulk operation; it grows
	MaxWait   time.Duration // longest wait for quota within a read; longer ones are told to the caller
	MaxBulk   time.Duration // longest wait for a bulk operation

	// Sleep waits; tests need not.
	Sleep func(context.Context, time.Duration) error
}

// Source is the connector.
type Source struct{ Config }

// New makes the connector. What the configuration leaves out has its usual value.
func New(c Config) *Source {
	c.BaseURL = cmp.Or(c.BaseURL, DefaultBaseURL)
	c.Version = cmp.Or(c.Version, DefaultVersion)
	c.BulkFrom = cmp.Or(c.BulkFrom, 250)
	c.PollEvery = cmp.Or(c.PollEvery, time.Second/4)
	c.MaxWait = cmp.Or(c.MaxWait, 2*time.Minute)
	c.MaxBulk = cmp.Or(c.MaxBulk, 10*time.Minute) // half of the days are asked for after it, within the time that a window has
	if c.Sleep == nil {
		c.Sleep = sleep
	}
	return &Source{c}
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

var (
	_ upstream.Source     = (*Source)(nil)
	_ upstream.Changer    = (*Source)(nil)
	_ upstream.Renewer    = (*Source)(nil)
	_ upstream.Authorizer = (*Source)(nil)

	_ upstream.SignedCallback = (*Source)(nil)
)

// Type is the name in the API.
func (*Source) Type() string { return "shopify" }

// Label is the name for people.
func (*Source) Label() string { return "Shopify" }

// Limits are what checkouts need: orders say themselves when they change, checkouts
// don't. One that was left behind is completed within days, or never.
func (*Source) Limits() upstream.Limits {
	return upstream.Limits{RestatedDays: 7, WindowDays: 31}
}

// The ways to connect.
const (
	byToken  = "access_token"
	byClient = "client_credentials"
	byOAuth  = "oauth"
)

// Connections are the ways to connect.
func (*Source) Connections() []upstream.Connection {
	shop := []upstream.Field{{Name: "shop", Label: "Shop", Hint: "The name before .myshopify.com"}}
	id := upstream.Field{Name: "client_id", Label: "Client ID"}
	secret := upstream.Field{Name: "client_secret", Label: "Client secret", Secret: true}
	return []upstream.Connection{
		{Type: byToken, Label: "Access token of a custom app", Settings: shop, Credentials: []upstream.Field{
			{Name: "access_token", Label: "Admin API access token", Hint: "Starts with shpat_", Secret: true},
		}},
		{Type: byClient, Label: "App of your own organisation", Settings: shop, Credentials: []upstream.Field{id, secret}},
		{
			Type: byOAuth, Label: "Authorise in Shopify", Settings: shop, Credentials: []upstream.Field{id, secret},
			Granted: []string{"access_token", "refresh_token", "expires_at", "refresh_token_expires_at", "scope"},
		},
	}
}
