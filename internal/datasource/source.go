package datasource

import (
	"encoding/json"
	"time"

	"github.com/google/uuid"

	"clientportal/internal/api"
	"clientportal/internal/datasource/datasourcedb"
	"clientportal/internal/datasource/upstream"
)

// Source is a data source as the agency sees it. Nothing in it is a credential.
type Source struct {
	ID                uuid.UUID       `json:"id"`
	CustomerID        uuid.UUID       `json:"customer_id"`
	Customer          Named           `json:"customer"`
	DashboardConfigID *uuid.UUID      `json:"dashboard_config_id"`
	SourceType        string          `json:"source_type" example:"ga4"`
	SourceName        string          `json:"source_name"`
	ConnectionType    *string         `json:"connection_type"`
	ConnectionStatus  string          `json:"connection_status" enum:"connected,disconnected"`
	AccountName       string          `json:"account_name" doc:"Of the property, ad account or shop"`
	Settings          json.RawMessage `json:"settings"`
	SyncFrequency     string          `json:"sync_frequency" enum:"daily,hourly,manual"`
	SyncHour          int             `json:"sync_hour" doc:"Of a daily sync, in the customer's time zone"`
	LastSyncAt        *time.Time      `json:"last_sync_at"`
	NextSyncAt        *time.Time      `json:"next_sync_at"`
	CompleteFrom      *Day            `json:"complete_from" doc:"From this day to complete_to, all days were read"`
	CompleteTo        *Day            `json:"complete_to" doc:"The last day that was read"`
	Timezone          string          `json:"timezone" doc:"Whose days these are"`
	Currency          string          `json:"currency" doc:"ISO 4217; empty where nothing is money"`
	RowsKept          int64           `json:"rows_kept"`
	Quota             json.RawMessage `json:"quota" doc:"What the system said is left, in its own words"`
	TokenExpiresAt    *time.Time      `json:"token_expires_at"`
	Unavailable       []string        `json:"unavailable_metrics" doc:"Metrics that the system does not give us"`
	SyncErrors        []string        `json:"sync_errors" doc:"What stands in the way, and how to put it right"`
	Status            State           `json:"status" enum:"up_to_date,syncing,stale,needs_authorisation,needs_attention,waiting,disconnected,never"`
	Message           string          `json:"message" doc:"The status in words"`
	ClientMessage     string          `json:"client_message" doc:"What the client reads"`
	ConnectedAt       *time.Time      `json:"connected_at"`
	ConnectedBy       string          `json:"connected_by"`
	CreatedAt         time.Time       `json:"created_at"`
	UpdatedAt         time.Time       `json:"updated_at"`

	health health
	chosen bool
	row    datasourcedb.AnalyticsDataSource
}

// Tag is the entity tag of the source.
func (s Source) Tag() string { return api.ETag(s.UpdatedAt) }

// loaded is a source's row with what stands around it.
type loaded struct {
	datasourcedb.AnalyticsDataSource
	customer     string
	customerZone string
	busy         bool
}

// chosen reports whether it is said what is read: a property, an ad account, a shop.
// How an ad account is read says nothing of which one it is.
func (l loaded) chosen() bool {
	if l.Settings == nil {
		return true // clients don't read settings
	}
	var settings map[string]json.RawMessage
	if json.Unmarshal(l.Settings, &settings) != nil {
		return false
	}
	delete(settings, "attribution_windows")
	for _, value := range settings {
		if text := string(value); text != `""` && text != "null" {
			return true
		}
	}
	return false
}

func (l loaded) zone() *time.Location { return zoneOf(l.Zone, l.customerZone) }

// known is the system behind a source; csv and push have none.
func (s *Service) known(sourceType string) (upstream.Source, bool) {
	source, ok := s.types[sourceType]
	return source, ok
}

// sourceOf is a source as the agency reads it at this time.
func sourceOf(l loaded, now time.Time) Source {
	h := healthOf(l, now)
	source := Source{
		ID: l.ID, CustomerID: l.CustomerID, Customer: Named{l.CustomerID, l.customer}, DashboardConfigID: l.DashboardConfigID,
		SourceType: l.SourceType, SourceName: l.SourceName, ConnectionType: l.ConnectionType, ConnectionStatus: l.ConnectionStatus,
		AccountName: l.AccountName, Settings: l.Settings, SyncFrequency: l.SyncFrequency, SyncHour: int(l.SyncHour),
		LastSyncAt: l.LastSyncAt, NextSyncAt: nextTry(l), CompleteFrom: dayOrNil(l.CompleteFrom), CompleteTo: lastDay(l.CompleteTo), Timezone: l.Zone, Currency: l.Currency,
		RowsKept: l.RowsKept, Quota: l.Quota, TokenExpiresAt: l.TokenExpiresAt, Unavailable: orNone(l.Unavailable), SyncErrors: orNone(l.SyncErrors),
		Status: h.State, Message: h.Staff, ClientMessage: h.Client, ConnectedAt: l.ConnectedAt, ConnectedBy: l.ConnectedBy,
		CreatedAt: l.CreatedAt, UpdatedAt: l.UpdatedAt, health: h, chosen: l.chosen(), row: l.AnalyticsDataSource,
	}
	if source.Quota == nil {
		source.Quota = json.RawMessage("null")
	}
	return source
}

// nextTry is when the source is asked again by itself.
func nextTry(l loaded) *time.Time {
	if l.RetryAt != nil && (l.NextSyncAt == nil || l.RetryAt.Before(*l.NextSyncAt)) {
		return l.RetryAt
	}
	return l.NextSyncAt
}

func orNone(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}
