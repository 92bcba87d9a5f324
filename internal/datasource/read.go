package datasource

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"clientportal/internal/actor"
	"clientportal/internal/api"
	"clientportal/internal/clock"
	"clientportal/internal/datasource/datasourcedb"
	"clientportal/internal/db"
	"clientportal/internal/fault"
)

func load(ctx context.Context, q *datasourcedb.Queries, id uuid.UUID) (loaded, error) {
	row, err := q.Source(ctx, id)
	return loaded{row.AnalyticsDataSource, row.CustomerName, row.CustomerZone, row.Busy}, db.Missing(err, "data source")
}

func lock(ctx context.Context, q *datasourcedb.Queries, id uuid.UUID) (loaded, error) {
	row, err := q.LockSource(ctx, id)
	return loaded{row.AnalyticsDataSource, row.CustomerName, row.CustomerZone, row.Busy}, db.Missing(err, "data source")
}

// read is a source of those that the reader serves.
func (s *Service) read(ctx context.Context, id uuid.UUID) (l loaded, err error) {
	return l, s.DB.Read(ctx, func(tx *db.Tx) (err error) {
		l, err = load(ctx, datasourcedb.New(tx), id)
		return err
	})
}

// Source is one data source.
func (s *Service) Source(ctx context.Context, id uuid.UUID) (Source, error) {
	who, _ := actor.From(ctx)
	if err := mayRead(who); err != nil {
		return Source{}, err
	}
	l, err := s.read(ctx, id)
	if err != nil {
		return Source{}, err
	}
	return sourceOf(l, clock.Now(ctx)), nil
}

// Filter narrows the list of sources; the zero Filter does not.
type Filter struct {
	CustomerID uuid.UUID
	SourceType string
}

// place is where a page of sources ends.
type place struct {
	Name string    `json:"n"`
	ID   uuid.UUID `json:"i"`
}

// Sources are a page of the sources of all customers that the reader serves.
func (s *Service) Sources(ctx context.Context, f Filter, page api.PageQuery) (api.Page[Source], error) {
	who, _ := actor.From(ctx)
	if err := mayRead(who); err != nil {
		return api.Page[Source]{}, err
	}
	p := datasourcedb.SourcesParams{UpTo: int32(page.Limit + 1)}
	if f.CustomerID != uuid.Nil {
		p.CustomerID = &f.CustomerID
	}
	if f.SourceType != "" {
		p.SourceType = &f.SourceType
	}
	var after place
	if err := api.DecodeCursor(page.Cursor, &after); err != nil {
		return api.Page[Source]{}, err
	}
	if page.Cursor != "" {
		p.AfterName, p.AfterID = &after.Name, &after.ID
	}
	var items []Source
	err := s.DB.Read(ctx, func(tx *db.Tx) error {
		rows, err := datasourcedb.New(tx).Sources(ctx, p)
		for _, row := range rows {
			items = append(items, sourceOf(loaded{row.AnalyticsDataSource, row.CustomerName, row.CustomerZone, row.Busy}, clock.Now(ctx)))
		}
		return err
	})
	if err != nil {
		return api.Page[Source]{}, fmt.Errorf("list data sources: %w", err)
	}
	return api.PageOf(items, page.Limit, func(s Source) any { return place{s.SourceName, s.ID} }), nil
}

// ClientSource is a data source as the client sees it.
type ClientSource struct {
	ID               uuid.UUID  `json:"id"`
	SourceType       string     `json:"source_type"`
	SourceName       string     `json:"source_name"`
	AccountName      string     `json:"account_name"`
	ConnectionStatus string     `json:"connection_status" enum:"connected,disconnected"`
	Status           State      `json:"status" enum:"up_to_date,syncing,stale,needs_authorisation,needs_attention,waiting,disconnected,never"`
	Message          string     `json:"message" doc:"The status in words"`
	LastSyncAt       *time.Time `json:"last_sync_at"`
	NextSyncAt       *time.Time `json:"next_sync_at"`
	SyncFrequency    string     `json:"sync_frequency" enum:"daily,hourly,manual"`
	CompleteFrom     *Day       `json:"complete_from" doc:"From this day to complete_to, all days were read"`
	CompleteTo       *Day       `json:"complete_to" doc:"The last day that was read"`
	SyncErrors       []string   `json:"sync_errors" doc:"What stands in the way"`
}

// usedBy are the dashboards that show a source.
func (s *Service) usedBy(ctx context.Context, id uuid.UUID) (list []datasourcedb.UsedByRow, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) (err error) {
		list, err = datasourcedb.New(tx).UsedBy(ctx, id)
		return err
	})
	return list, err
}

// saysMore reports whether the message says more than the status does in a word.
func (s ClientSource) saysMore() bool {
	switch s.Status {
	case Syncing, Never:
		return false
	case UpToDate:
		return len(s.SyncErrors) > 0
	}
	return true
}

// ClientSources are a page of the sources of the reader's company.
func (s *Service) ClientSources(ctx context.Context, page api.PageQuery) (api.Page[ClientSource], error) {
	who, _ := actor.From(ctx)
	if !who.Is(actor.Client) {
		return api.Page[ClientSource]{}, fault.Denied("This is for a customer's people.")
	}
	p := datasourcedb.ClientSourcesParams{UpTo: int32(page.Limit + 1)}
	var after place
	if err := api.DecodeCursor(page.Cursor, &after); err != nil {
		return api.Page[ClientSource]{}, err
	}
	if page.Cursor != "" {
		p.AfterName, p.AfterID = &after.Name, &after.ID
	}
	var items []ClientSource
	err := s.DB.Read(ctx, func(tx *db.Tx) error {
		rows, err := datasourcedb.New(tx).ClientSources(ctx, p)
		for _, row := range rows {
			items = append(items, clientSourceOf(row, clock.Now(ctx)))
		}
		return err
	})
	if err != nil {
		return api.Page[ClientSource]{}, fmt.Errorf("list a client's data sources: %w", err)
	}
	return api.PageOf(items, page.Limit, func(s ClientSource) any { return place{s.SourceName, s.ID} }), nil
}

func clientSourceOf(row datasourcedb.ClientSourcesRow, now time.Time) ClientSource {
	l := loaded{busy: row.Busy}
	l.SourceType, l.ConnectionStatus, l.DisconnectedAt = row.SourceType, row.ConnectionStatus, row.DisconnectedAt
	l.FailureKind, l.FailureClient, l.RetryAt = row.FailureKind, row.FailureClient, row.RetryAt
	l.LastSyncAt, l.SyncFrequency, l.NextSyncAt = row.LastSyncAt, row.SyncFrequency, row.NextSyncAt
	h := healthOf(l, now)
	source := ClientSource{
		ID: row.ID, SourceType: row.SourceType, SourceName: row.SourceName, AccountName: row.AccountName, ConnectionStatus: row.ConnectionStatus,
		Status: h.State, Message: h.Client, LastSyncAt: row.LastSyncAt, NextSyncAt: nextTry(l), SyncFrequency: row.SyncFrequency,
		CompleteFrom: dayOrNil(row.CompleteFrom), CompleteTo: lastDay(row.CompleteTo), SyncErrors: []string{},
	}
	if row.FailureKind != "" && row.FailureClient != "" {
		source.SyncErrors = append(source.SyncErrors, row.FailureClient)
	}
	return source
}
