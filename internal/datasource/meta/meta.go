// Package meta reads what advertising on Facebook and Instagram cost and brought, by
// Meta's Marketing API.
package meta

import (
	"cmp"
	"context"
	"strings"
	"time"

	"clientportal/internal/datasource/upstream"
)

const system = "Meta"

// The real system.
const (
	PublicBaseURL   = "https://graph.facebook.com"
	PublicDialogURL = "https://www.facebook.com"
	Version         = "v26.0"
)

// Config says where the system is. What is unset is the real system's.
type Config struct {
	BaseURL   string
	DialogURL string // where a person gives their consent
	Version   string

	PageSize    int           // rows asked for at once
	AsyncDays   int           // windows longer than this are run as reports, not asked for directly
	PollEvery   time.Duration // the first wait for a report; the next are longer
	RunTimeout  time.Duration // a report that takes longer has failed
	HangTimeout time.Duration // after so much waiting for such reports a window is given up

	Sleep func(context.Context, time.Duration) error // unset, it waits by the machine's clock
}

const (
	restatedDays = 28 // as long as conversions may be attributed
	monthsBack   = 37
	windowDays   = 31

	defaultPageSize = 500
	leastPageSize   = 25
	longestPoll     = 30 * time.Second
)

// Source is Meta as a source of numbers.
type Source struct{ config Config }

// New makes the source.
func New(c Config) *Source {
	c.BaseURL = strings.TrimRight(cmp.Or(c.BaseURL, PublicBaseURL), "/")
	c.DialogURL = strings.TrimRight(cmp.Or(c.DialogURL, PublicDialogURL), "/")
	c.Version = cmp.Or(c.Version, Version)
	c.PageSize = max(cmp.Or(c.PageSize, defaultPageSize), 1)
	c.AsyncDays = cmp.Or(c.AsyncDays, windowDays)
	c.PollEvery = cmp.Or(c.PollEvery, time.Second)
	c.RunTimeout = cmp.Or(c.RunTimeout, 4*time.Minute) // parts are asked for after it, within the time that a window has
	c.HangTimeout = cmp.Or(c.HangTimeout, 2*c.RunTimeout)
	if c.Sleep == nil {
		c.Sleep = sleep
	}
	return &Source{c}
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// Type implements upstream.Source.
func (s *Source) Type() string { return "meta" }

// Label implements upstream.Source.
func (s *Source) Label() string { return "Meta (Facebook and Instagram ads)" }

// Limits implements upstream.Source.
func (s *Source) Limits() upstream.Limits {
	return upstream.Limits{RestatedDays: restatedDays, MonthsBack: monthsBack, WindowDays: windowDays}
}

// Connections implements upstream.Source.
func (s *Source) Connections() []upstream.Connection {
	token := []upstream.Field{{
		Name: "access_token", Label: "Access token", Secret: true,
		Hint: "Best of a system user in Business Settings, with the permission ads_read: it does not end. A person's token lasts about 60 days.",
	}}
	account := []upstream.Field{
		{Name: "ad_account_id", Label: "Ad account ID", Optional: true, Hint: "The number in Ads Manager, with or without act_ before it. Leave it empty to choose from a list afterwards."},
		{
			Name: "attribution_windows", Label: "Attribution windows", Optional: true,
			Hint: "For how long a conversion belongs to an ad: " + strings.Join(allowedWindows, ", ") + ". Unset: 7d_click, 1d_view.",
		},
	}
	return []upstream.Connection{
		{Type: accessToken, Label: "Access token", Credentials: token, Settings: account},
		{
			Type: oauth, Label: "Sign in with Facebook", Settings: account,
			Credentials: []upstream.Field{
				{Name: "client_id", Label: "App ID", Hint: "Of your app at developers.facebook.com."},
				{Name: "client_secret", Label: "App secret", Secret: true},
				{Name: "access_token", Label: "Access token", Secret: true, Optional: true, Hint: "Leave it empty to sign in from the portal."},
			},
		},
	}
}

var (
	_ upstream.Source     = (*Source)(nil)
	_ upstream.Authorizer = (*Source)(nil)
)
