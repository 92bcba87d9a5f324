package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/shopspring/decimal"

	"clientportal/internal/actor"
	"clientportal/internal/datasource"
	"clientportal/internal/datasource/upstream"
	"clientportal/internal/db"
	"clientportal/internal/jobs"
	"clientportal/internal/metric"
	"clientportal/internal/secret"
)

// floodRows is how many numbers a sync brings, and over how many days.
const (
	floodRows = 300_000
	floodDays = 30
)

// measureStore says how many numbers a second a sync stores, from a system that
// answers at once, beside a bare COPY of the same rows into the same table.
func (b *bench) measureStore(ctx context.Context, d database, out io.Writer) error {
	super, err := pgx.Connect(ctx, d.super)
	if err != nil {
		return err
	}
	defer super.Close(ctx)
	customer := uuid.New()
	if _, err := super.Exec(ctx, `insert into customers (id, name, slug, ticket_prefix) values ($1, 'Flood', 'flood', 'FLOOD')`, customer); err != nil {
		return err
	}
	defer func() { _, _ = super.Exec(context.WithoutCancel(ctx), `delete from customers where id = $1`, customer) }()
	source, took, err := b.flood(ctx, d, customer)
	if err != nil {
		return err
	}
	stored := 0
	if err := super.QueryRow(ctx, `select count(*) from metric_facts where source_id = $1`, source).Scan(&stored); err != nil {
		return err
	}
	if stored != floodRows {
		return fmt.Errorf("a sync stored %d numbers of %d", stored, floodRows)
	}
	if _, err := super.Exec(ctx, `delete from metric_facts where source_id = $1`, source); err != nil {
		return err
	}
	limit, err := copyFacts(ctx, super, customer, source)
	if err != nil {
		return err
	}
	rate := func(took time.Duration) float64 { return floodRows / took.Seconds() }
	fmt.Fprintf(out, "\na sync stores %.0f numbers a second (target 20,000); a bare COPY of them %.0f: %.0f %%\n",
		rate(took), rate(limit), 100*rate(took)/rate(limit))
	return nil
}

// flood syncs once, by a portal's own job, and says how long the run took.
func (b *bench) flood(ctx context.Context, d database, customer uuid.UUID) (source uuid.UUID, took time.Duration, err error) {
	pool, err := db.Open(ctx, d.work)
	if err != nil {
		return source, 0, err
	}
	defer pool.Close()
	keys, err := os.MkdirTemp("", "bench-keys-")
	if err != nil {
		return source, 0, err
	}
	defer os.RemoveAll(keys)
	box, err := secret.Load("", keys)
	if err != nil {
		return source, 0, err
	}
	sources, err := datasource.New(datasource.Deps{DB: pool, Secrets: box, Client: http.DefaultClient, Systems: []upstream.Source{flood{}}})
	if err != nil {
		return source, 0, err
	}
	workers := river.NewWorkers()
	sources.AddWorkers(workers)
	queue, err := jobs.Queue(pool.Pool(), workers, nil)
	if err != nil {
		return source, 0, err
	}
	pool.UseJobs(queue)
	if err := queue.Start(ctx); err != nil {
		return source, 0, err
	}
	defer func() { _ = queue.StopAndCancel(context.WithoutCancel(ctx)) }()
	chief := actor.With(ctx, actor.Actor{Kind: actor.Staff, Role: actor.Admin, Name: "Bench", AllCustomers: true})
	made, err := sources.Create(chief, datasource.Draft{CustomerID: customer, SourceType: "flood", SourceName: "Flood", SyncFrequency: "manual", Credentials: []byte(`{"token":"none"}`), Settings: []byte(`{"account":"all"}`)})
	if err != nil {
		return source, 0, err
	}
	if err := sources.CancelBackfill(chief, made.ID); err != nil { // the last days are enough
		return source, 0, err
	}
	for {
		var ms *float64
		err := pool.Read(actor.As(ctx, "bench"), func(tx *db.Tx) error {
			return tx.QueryRow(ctx, `select extract(epoch from finished_at - started_at) * 1000 from sync_runs where source_id = $1 and kind = 'sync' and status = 'succeeded'`, made.ID).Scan(&ms)
		})
		if err == nil && ms != nil {
			return made.ID, time.Duration(*ms * float64(time.Millisecond)), nil
		}
		select {
		case <-ctx.Done():
			return source, 0, ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// copyFacts is the limit: the same rows into the same table and its indexes, without
// rights, checks and anything to replace.
func copyFacts(ctx context.Context, conn *pgx.Conn, customer, source uuid.UUID) (time.Duration, error) {
	var rows [][]any
	today := time.Now().UTC().Truncate(24 * time.Hour)
	_ = eachFact(upstream.Window{From: today.AddDate(0, 0, -floodDays+1), Until: today.AddDate(0, 0, 1)}, func(f upstream.Fact) error {
		parts, err := json.Marshal(f.Dimensions)
		rows = append(rows, []any{customer, source, f.Day, f.Report, f.Metric, string(parts), f.Value, f.Zone})
		return err
	})
	began := time.Now()
	_, err := conn.CopyFrom(ctx, pgx.Identifier{"metric_facts"}, []string{"customer_id", "source_id", "day", "report", "metric", "dimensions", "value", "zone"}, pgx.CopyFromRows(rows))
	return time.Since(began), err
}

func eachFact(w upstream.Window, put func(upstream.Fact) error) error {
	for day := w.From; day.Before(w.Until); day = day.AddDate(0, 0, 1) {
		for i := range floodRows / floodDays {
			f := upstream.Fact{
				Report: "pages", Day: day, Metric: "flood.views", Dimensions: map[string]string{"page": fmt.Sprintf("/products/%d", i)},
				Value: decimal.NewFromInt(int64(i % 997)), Zone: "UTC",
			}
			if err := put(f); err != nil {
				return err
			}
		}
	}
	return nil
}

// flood is a system that answers at once, with a lot.
type flood struct{}

func (flood) Type() string  { return "flood" }
func (flood) Label() string { return "Flood" }

func (flood) Metrics() []metric.Metric {
	return []metric.Metric{{Name: "flood.views", Label: "Views", Unit: metric.Count, Aggregation: metric.Sum, Report: "pages"}}
}

func (flood) Connections() []upstream.Connection {
	return []upstream.Connection{{Type: "token", Label: "Token", Credentials: []upstream.Field{{Name: "token"}}, Settings: []upstream.Field{{Name: "account"}}}}
}

func (flood) Check(string, json.RawMessage, json.RawMessage) error { return nil }

func (flood) Test(context.Context, *upstream.Conn) ([]upstream.Finding, error) { return nil, nil }

func (flood) Accounts(context.Context, *upstream.Conn) ([]upstream.Account, error) { return nil, nil }

func (flood) Limits() upstream.Limits {
	return upstream.Limits{RestatedDays: floodDays - 1, WindowDays: floodDays, MonthsBack: 1}
}

// Read answers any window.
func (flood) Read(_ context.Context, _ *upstream.Conn, w upstream.Window, out upstream.Sink) error {
	return eachFact(w, out.Put)
}

func (flood) Ranges(context.Context, *upstream.Conn, upstream.Window) ([]upstream.Fact, error) {
	return nil, nil
}
