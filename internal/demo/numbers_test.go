package demo

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"
	"github.com/shopspring/decimal"

	"clientportal/internal/actor"
	"clientportal/internal/audit"
	"clientportal/internal/datasource"
	"clientportal/internal/datasource/ga4"
	"clientportal/internal/datasource/meta"
	"clientportal/internal/datasource/shopify"
	"clientportal/internal/datasource/upstream"
	"clientportal/internal/db"
	"clientportal/internal/db/dbtest"
	"clientportal/internal/jobs"
	"clientportal/internal/secret"
)

// TestNumbersEqualTheSystemsOwn connects the systems of a shop over HTTP and compares
// a year, and its last days, with what the systems hold.
func TestNumbersEqualTheSystemsOwn(t *testing.T) {
	t.Parallel()
	sims, err := StartSimulators(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	d := dbtest.New(t)
	sources := openSources(t, d, sims)
	m := &maker{now: time.Now(), staff: map[string]actor.Actor{admin: {Kind: actor.Staff, Role: actor.Admin, Name: "Elena Marsh", AllCustomers: true}}}
	m.Sources, m.Simulators = sources, sims
	a := &account{company: &companies[3], id: uuid.New()}
	n := a.numbers
	if n.shop == "" || n.adAccount == "" {
		t.Fatalf("%s has no shop or no ads", a.name)
	}
	ctx := actor.As(t.Context(), "test")
	if err := d.Write(ctx, func(tx *db.Tx) error {
		tx.Record(audit.Event{Action: "test.setup"})
		_, err := tx.Exec(ctx, `insert into customers (id, name, slug, ticket_prefix, timezone, currency) values ($1, $2, $3, 'DG', $4, $5)`, a.id, a.name, a.slug, a.timezone, a.currency)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if err := m.connect(ctx, a); err != nil {
		t.Fatal(err)
	}
	await(t, d, `select count(*) = 0 from sync_runs where status in ('queued', 'running')`)
	await(t, d, `select count(*) = 0 from sync_runs where status <> 'succeeded'`)

	zone, err := time.LoadLocation(a.timezone)
	if err != nil {
		t.Fatal(err)
	}
	year, month, day := time.Now().In(zone).Date()
	today := time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
	for _, days := range []int{365, 28, 1} {
		first, last := today.AddDate(0, 0, -days), today.AddDate(0, 0, -1) // days that are over: today's still grow
		shop := sims.shopify.Store(n.shop).Totals(first, today)
		for metric, want := range map[string]decimal.Decimal{
			"ga4.sessions":          sims.ga4.Total(n.property, "sessions", first, last),
			"ga4.purchase_revenue":  sims.ga4.Total(n.property, "purchaseRevenue", first, last),
			"ga4.total_users":       sims.ga4.Total(n.property, "totalUsers", first, last),
			"meta.spend":            sims.meta.Total(n.adAccount, "spend", first, last),
			"meta.purchases":        sims.meta.Total(n.adAccount, "purchases", first, last),
			"meta.reach":            sims.meta.Total(n.adAccount, "reach", first, last),
			"shopify.gross_revenue": shop.Gross,
			"shopify.orders":        decimal.NewFromInt(shop.Orders),
		} {
			if got := stored(t, sources, d, m.staff[admin], metric, first, last); !got.Equal(want) {
				t.Errorf("%s of %d days: %s, the system says %s", metric, days, got, want)
			}
		}
	}
}

// openSources are data sources over the simulators, at work.
func openSources(t *testing.T, d *dbtest.Database, sims *Simulators) *datasource.Service {
	t.Helper()
	box, err := secret.Load("", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	client, err := upstream.NewClient(upstream.Guard{BaseURLs: sims.At.Configured()})
	if err != nil {
		t.Fatal(err)
	}
	sources, err := datasource.New(datasource.Deps{DB: d.DB, Secrets: box, Client: client, BaseURL: "https://portal.example", Systems: []upstream.Source{
		ga4.New(ga4.Config{BaseURL: sims.At.GA4, TokenURL: sims.At.GoogleToken}), meta.New(meta.Config{BaseURL: sims.At.Meta}), shopify.New(shopify.Config{BaseURL: sims.At.Shopify}),
	}})
	if err != nil {
		t.Fatal(err)
	}
	workers := river.NewWorkers()
	sources.AddWorkers(workers)
	queue, err := jobs.Queue(d.Pool(), workers, nil)
	if err != nil {
		t.Fatal(err)
	}
	d.UseJobs(queue)
	if err := queue.Start(context.WithoutCancel(t.Context())); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		_ = queue.StopAndCancel(ctx)
	})
	return sources
}

func await(t *testing.T, d *dbtest.Database, question string) {
	t.Helper()
	ctx := actor.As(t.Context(), "test")
	for deadline := time.Now().Add(4 * time.Minute); ; time.Sleep(200 * time.Millisecond) {
		var yes bool
		if err := d.Read(ctx, func(tx *db.Tx) error { return tx.QueryRow(ctx, question).Scan(&yes) }); err != nil {
			t.Fatal(err)
		}
		if yes {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("waited too long: %s", question)
		}
	}
}

// stored is what the portal has of a metric, of the source that it belongs to.
func stored(t *testing.T, sources *datasource.Service, d *dbtest.Database, who actor.Actor, metric string, from, to time.Time) decimal.Decimal {
	t.Helper()
	ctx := actor.With(t.Context(), who)
	var id uuid.UUID
	if err := d.Read(ctx, func(tx *db.Tx) error {
		return tx.QueryRow(ctx, `select id from analytics_data_sources where source_type = split_part($1, '.', 1)`, metric).Scan(&id)
	}); err != nil {
		t.Fatal(err)
	}
	s, err := sources.Series(ctx, id, datasource.Query{Metric: metric, From: from.Format(time.DateOnly), To: to.Format(time.DateOnly), By: "total"})
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Items) == 0 {
		return decimal.Zero
	}
	return decimal.RequireFromString(s.Items[0].Value)
}
