package datasource

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"clientportal/internal/api"
	"clientportal/internal/clock"
	"clientportal/internal/datasource/datasourcedb"
	"clientportal/internal/db"
	"clientportal/internal/fault"
)

// Update changes a source. A new connection clears what stood in the old one's way
// and is read at once.
func (s *Service) Update(ctx context.Context, id uuid.UUID, c Change, ifMatch string) (Source, error) {
	who, err := manager(ctx)
	if err != nil {
		return Source{}, err
	}
	var changed Source
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		q := datasourcedb.New(tx)
		l, err := lock(ctx, q, id)
		if err != nil {
			return err
		}
		if err := api.CheckMatch(ifMatch, api.ETag(l.UpdatedAt)); err != nil {
			return err
		}
		fields, err := s.change(ctx, tx, &l, c)
		if err != nil {
			return err
		}
		if c.reconnects() {
			if err := s.reconnect(ctx, tx, l, c, who.Name); err != nil {
				return err
			}
			fields = append(fields, "connection")
		}
		if len(fields) > 0 {
			tx.Record(about("update", l.CustomerID, id, map[string]any{"changed": fields}))
			announce(tx, l.CustomerID, id)
		}
		if l, err = load(ctx, q, id); err != nil {
			return err
		}
		changed = sourceOf(l, clock.Now(ctx))
		if len(fields) == 0 {
			return db.ErrUnchanged
		}
		return nil
	})
	if err != nil {
		return Source{}, fmt.Errorf("update data source: %w", err)
	}
	return changed, nil
}

func (c Change) reconnects() bool {
	return noneOf(c.Credentials) != nil || noneOf(c.Settings) != nil || c.ConnectionType != nil
}

// change carries out what is not about the connection, and names the fields.
func (s *Service) change(ctx context.Context, tx *db.Tx, l *loaded, c Change) (fields []string, err error) {
	var check fault.Check
	q := datasourcedb.New(tx)
	p := datasourcedb.SetSourceParams{
		ID: l.ID, SourceName: l.SourceName, DashboardConfigID: l.DashboardConfigID, SyncFrequency: l.SyncFrequency, SyncHour: l.SyncHour,
		NextSyncAt: l.NextSyncAt, Now: clock.Now(ctx),
	}
	if c.SourceName != nil {
		name := strings.TrimSpace(*c.SourceName)
		checkName(&check, name)
		if name != l.SourceName {
			p.SourceName, fields = name, append(fields, "source_name")
		}
	}
	if c.DashboardConfigID != nil {
		if err := checkDashboard(ctx, q, l.CustomerID, c.DashboardConfigID); err != nil {
			return nil, err
		}
		p.DashboardConfigID, fields = c.DashboardConfigID, append(fields, "dashboard_config_id")
	}
	if c.SyncFrequency != nil {
		checkRhythm(&check, *c.SyncFrequency)
		if *c.SyncFrequency != l.SyncFrequency {
			p.SyncFrequency, fields = *c.SyncFrequency, append(fields, "sync_frequency")
		}
	}
	if c.SyncHour != nil {
		check.That(*c.SyncHour >= 0 && *c.SyncHour <= 23, "sync_hour", "Choose an hour from 0 to 23.")
		if int16(*c.SyncHour) != l.SyncHour {
			p.SyncHour, fields = int16(*c.SyncHour), append(fields, "sync_hour")
		}
	}
	if err := check.Err(); err != nil || len(fields) == 0 {
		return nil, err
	}
	if l.ConnectionStatus == "connected" && s.reads(l.SourceType) && l.chosen() {
		p.NextSyncAt = nextSync(p.SyncFrequency, int(p.SyncHour), zoneOf(l.customerZone), p.Now)
	}
	return fields, q.SetSource(ctx, p)
}

// reconnect connects a source anew, with what is kept where the change says nothing.
func (s *Service) reconnect(ctx context.Context, tx *db.Tx, l loaded, c Change, by string) error {
	source, known := s.known(l.SourceType)
	if !known {
		return fault.InvalidField("credentials", "Nothing has to be entered for this kind of source.")
	}
	var check fault.Check
	checkObject(&check, noneOf(c.Credentials), "credentials")
	checkObject(&check, noneOf(c.Settings), "settings")
	if err := check.Err(); err != nil {
		return err
	}
	kind := ""
	if l.ConnectionType != nil {
		kind = *l.ConnectionType
	}
	if c.ConnectionType != nil {
		if *c.ConnectionType != kind && noneOf(c.Credentials) == nil && l.ApiCredentials != nil {
			return fault.InvalidField("credentials", "Another kind of connection needs credentials of its own.")
		}
		kind = *c.ConnectionType
	}
	credentials, settings := noneOf(c.Credentials), noneOf(c.Settings)
	if err := checkFields(source, kind, credentials, settings); err != nil {
		return err
	}
	if settings == nil {
		settings = l.Settings
	}
	if credentials == nil && l.ApiCredentials != nil {
		kept, err := s.open(l.ApiCredentials, l.ID)
		if err != nil {
			return fault.InvalidField("credentials", "Enter the credentials again.")
		}
		credentials = kept
	}
	if err := checkConnection(source, kind, credentials, settings); err != nil {
		return err
	}
	account := l.AccountName
	if c.AccountName != nil {
		account = strings.TrimSpace(*c.AccountName)
	} else if noneOf(c.Settings) != nil && string(settings) != string(l.Settings) {
		account = ""
	}
	return s.setConnection(ctx, tx, l, connection{kind, credentials, settings, account, by})
}

// connection is what a source is connected with.
type connection struct {
	kind                  string
	credentials, settings json.RawMessage
	account, by           string
}

// setConnection keeps a connection, and has it read at once.
func (s *Service) setConnection(ctx context.Context, tx *db.Tx, l loaded, c connection) error {
	now := clock.Now(ctx)
	p := datasourcedb.SetConnectionParams{
		ID: l.ID, ConnectionType: &c.kind, Settings: c.settings, AccountName: c.account, ConnectionStatus: "disconnected", ConnectedBy: c.by, Now: now,
	}
	var err error
	if c.credentials != nil {
		if p.ApiCredentials, err = s.seal(c.credentials, l.ID); err != nil {
			return err
		}
	}
	if !s.complete(l.SourceType, c.kind, c.credentials) {
		return datasourcedb.New(tx).SetConnection(ctx, p)
	}
	p.ConnectionStatus, p.ConnectedAt = "connected", &now
	if err := datasourcedb.New(tx).SetConnection(ctx, p); err != nil {
		return err
	}
	l.Settings = c.settings
	return s.begin(ctx, tx, l, c.by)
}

// Disconnect forgets the credentials. The numbers stay.
func (s *Service) Disconnect(ctx context.Context, id uuid.UUID) (Source, error) {
	if _, err := manager(ctx); err != nil {
		return Source{}, err
	}
	var left Source
	err := s.DB.Write(ctx, func(tx *db.Tx) error {
		q := datasourcedb.New(tx)
		l, err := lock(ctx, q, id)
		if err != nil {
			return err
		}
		if l.ConnectionStatus != "connected" && l.DisconnectedAt != nil {
			return fault.New(fault.Conflict, "The source is disconnected already.")
		}
		now := clock.Now(ctx)
		if err := q.Disconnect(ctx, datasourcedb.DisconnectParams{ID: id, Now: now}); err != nil {
			return err
		}
		if err := q.CancelRuns(ctx, datasourcedb.CancelRunsParams{SourceID: id, Now: now}); err != nil {
			return err
		}
		tx.Record(about("disconnect", l.CustomerID, id, nil))
		announce(tx, l.CustomerID, id)
		if l, err = load(ctx, q, id); err != nil {
			return err
		}
		left = sourceOf(l, now)
		return nil
	})
	if err != nil {
		return Source{}, fmt.Errorf("disconnect data source: %w", err)
	}
	return left, nil
}
