// Package ga4 reads the numbers of a website from Google Analytics 4, by its Data API
// v1beta.
package ga4

import (
	"cmp"
	"strings"

	"clientportal/internal/datasource/upstream"
)

const (
	system = "Google Analytics"
	scope  = "https://www.googleapis.com/auth/analytics.readonly"
)

// The real system.
const (
	PublicBaseURL  = "https://analyticsdata.googleapis.com"
	PublicAdminURL = "https://analyticsadmin.googleapis.com"
	PublicTokenURL = "https://oauth2.googleapis.com/token"
	PublicAuthURL  = "https://accounts.google.com/o/oauth2/v2/auth"
)

// Config says where the system is. What is unset is the real system's.
type Config struct {
	BaseURL  string // of the Data API
	AdminURL string // of the Admin API, which lists properties; a base URL of your own serves both
	TokenURL string // where keys and refresh tokens are exchanged, whatever an uploaded key says
	AuthURL  string // where a person gives their consent

	RestatedDays int // how many last days Google may still change, at least 4
	PageSize     int // rows asked for at once, at most 250,000
	CohortWeeks  int // how many weeks a cohort is followed
}

const (
	maxPageSize         = 250_000
	defaultPageSize     = 25_000 // five pages of the widest report fit into maxAnswer
	leastRestatedDays   = 4
	defaultCohortWeeks  = 8
	windowDays          = 31
	maxReportsInABatch  = 5
	maxMetricsOfReport  = 10
	maxDimsOfReport     = 9
	maxCohortsInRequest = 10
)

// Source is Google Analytics 4 as a source of numbers.
type Source struct{ config Config }

// New makes the source.
func New(c Config) *Source {
	c.BaseURL = strings.TrimRight(cmp.Or(c.BaseURL, PublicBaseURL), "/")
	if c.AdminURL = cmp.Or(c.AdminURL, c.BaseURL); c.AdminURL == PublicBaseURL {
		c.AdminURL = PublicAdminURL
	}
	c.TokenURL = cmp.Or(c.TokenURL, PublicTokenURL)
	c.AuthURL = cmp.Or(c.AuthURL, PublicAuthURL)
	c.RestatedDays = max(c.RestatedDays, leastRestatedDays)
	c.PageSize = min(cmp.Or(c.PageSize, defaultPageSize), maxPageSize)
	c.CohortWeeks = cmp.Or(c.CohortWeeks, defaultCohortWeeks)
	return &Source{c}
}

// Type implements upstream.Source.
func (s *Source) Type() string { return "ga4" }

// Label implements upstream.Source.
func (s *Source) Label() string { return "Google Analytics 4" }

// Limits implements upstream.Source. Google keeps what reports are made of for as long
// as the property says, and says so itself when a report begins before.
func (s *Source) Limits() upstream.Limits {
	return upstream.Limits{RestatedDays: s.config.RestatedDays, WindowDays: windowDays, WeeklyDays: 7 * (s.config.CohortWeeks + 1)}
}

// Connections implements upstream.Source.
func (s *Source) Connections() []upstream.Connection {
	property := []upstream.Field{{
		Name: "property_id", Label: "Property ID",
		Hint: "The number in Analytics under Admin, Property details; not the G- measurement ID. Leave it empty to choose from a list afterwards.", Optional: true,
	}}
	return []upstream.Connection{
		{
			Type: serviceAccount, Label: "Service account",
			Credentials: []upstream.Field{{
				Name: "service_account_json", Label: "Key file (JSON)", Secret: true, Long: true,
				Hint: "Make a service account in Google Cloud, enable the Analytics Data API (and the Admin API, for a list of properties), and give its address the role Viewer on the property.",
			}},
			Settings: property,
		},
		{
			Type: oauth, Label: "Sign in with Google",
			Credentials: []upstream.Field{
				{Name: "client_id", Label: "Client ID", Hint: "Of the OAuth client in Google Cloud."},
				{Name: "client_secret", Label: "Client secret", Secret: true},
				{Name: "refresh_token", Label: "Refresh token", Secret: true, Optional: true, Hint: "With the scope analytics.readonly. Leave it empty to sign in from the portal."},
			},
			Settings: property,
		},
	}
}

var (
	_ upstream.Source     = (*Source)(nil)
	_ upstream.Changer    = (*Source)(nil)
	_ upstream.Authorizer = (*Source)(nil)
)
