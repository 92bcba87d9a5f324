package datasource

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/google/uuid"

	"clientportal/internal/clock"
	"clientportal/internal/datasource/datasourcedb"
	"clientportal/internal/db"
	"clientportal/internal/fault"
)

// Draft is a data source to be connected.
type Draft struct {
	CustomerID        uuid.UUID       `json:"customer_id"`
	DashboardConfigID *uuid.UUID      `json:"dashboard_config_id,omitempty"`
	SourceType        string          `json:"source_type" enum:"ga4,meta,shopify,csv,push"`
	SourceName        string          `json:"source_name" maxLength:"200"`
	ConnectionType    string          `json:"connection_type,omitempty" maxLength:"40"`
	Credentials       json.RawMessage `json:"credentials,omitempty" doc:"As the kind of connection has them; never shown again"`
	Settings          json.RawMessage `json:"settings,omitempty"`
	SyncFrequency     string          `json:"sync_frequency,omitempty" enum:"daily,hourly,manual"`
	SyncHour          *int            `json:"sync_hour,omitempty" minimum:"0" maximum:"23"`
}

// Change is what becomes of a source; nil leaves a thing as it is. Credentials,
// settings and kind of connection are checked together.
type Change struct {
	SourceName        *string         `json:"source_name,omitempty" maxLength:"200"`
	DashboardConfigID *uuid.UUID      `json:"dashboard_config_id,omitempty"`
	ConnectionType    *string         `json:"connection_type,omitempty" maxLength:"40"`
	Credentials       json.RawMessage `json:"credentials,omitempty" doc:"Replace those that are kept"`
	Settings          json.RawMessage `json:"settings,omitempty"`
	AccountName       *string         `json:"account_name,omitempty" maxLength:"200"`
	SyncFrequency     *string         `json:"sync_frequency,omitempty" enum:"daily,hourly,manual"`
	SyncHour          *int            `json:"sync_hour,omitempty" minimum:"0" maximum:"23"`
}

const (
	maxName        = 120
	maxCredentials = 64 << 10
	defaultHour    = 6
)

// Create adds a data source. With credentials, reading begins at once: the last
// days first, then the months before.
func (s *Service) Create(ctx context.Context, d Draft) (Source, error) {
	who, err := manager(ctx)
	if err != nil {
		return Source{}, err
	}
	if err := s.check(&d); err != nil {
		return Source{}, err
	}
	id, now := newID(), clock.Now(ctx)
	p := datasourcedb.InsertSourceParams{
		ID: id, CustomerID: d.CustomerID, DashboardConfigID: d.DashboardConfigID, SourceType: d.SourceType, SourceName: d.SourceName,
		Settings: d.Settings, SyncFrequency: d.SyncFrequency, SyncHour: int16(*d.SyncHour), ConnectionStatus: "disconnected", Now: now,
	}
	if d.ConnectionType != "" {
		p.ConnectionType = &d.ConnectionType
	}
	if d.Credentials != nil {
		if p.ApiCredentials, err = s.seal(d.Credentials, id); err != nil {
			return Source{}, err
		}
	}
	if s.complete(d.SourceType, d.ConnectionType, d.Credentials) {
		p.ConnectionStatus, p.ConnectedAt, p.ConnectedBy = "connected", &now, who.Name
	}
	var made Source
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		q := datasourcedb.New(tx)
		if err := checkDashboard(ctx, q, d.CustomerID, d.DashboardConfigID); err != nil {
			return err
		}
		n, err := q.InsertSource(ctx, p)
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.Missing("customer")
		}
		tx.Record(about("create", d.CustomerID, id, map[string]any{
			"source_type": d.SourceType, "source_name": d.SourceName, "connection_type": d.ConnectionType, "sync_frequency": d.SyncFrequency,
		}))
		announce(tx, d.CustomerID, id)
		l, err := load(ctx, q, id)
		if err != nil {
			return err
		}
		if p.ConnectionStatus == "connected" && s.reads(d.SourceType) {
			if err := s.begin(ctx, tx, l, who.Name); err != nil {
				return err
			}
			if l, err = load(ctx, q, id); err != nil {
				return err
			}
		}
		made = sourceOf(l, now)
		return nil
	})
	if err != nil {
		return Source{}, fmt.Errorf("create data source: %w", err)
	}
	return made, nil
}

// reads reports whether the portal reads the source by itself.
func (s *Service) reads(sourceType string) bool {
	_, ok := s.known(sourceType)
	return ok
}

// complete reports whether there is enough to connect with. A source by OAuth has
// the app's credentials first, and its own once a person has authorised it.
func (s *Service) complete(sourceType, kind string, credentials json.RawMessage) bool {
	if sourceType == CSV {
		return true
	}
	source, known := s.known(sourceType)
	return known && credentials != nil && !appOnly(source, kind, credentials)
}
