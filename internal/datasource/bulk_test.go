package datasource_test

import (
	"context"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"clientportal/internal/datasource"
	"clientportal/internal/datasource/shopify"
	"clientportal/internal/datasource/shopify/shopifysim"
	"clientportal/internal/datasource/upstream"
	"clientportal/internal/live"
)

// newShop is a world with a shop that is read by bulk operations. A backfill's wait for
// one has no end.
func newShop(t *testing.T) (w *world, shop *shopifysim.Store, waits <-chan struct{}) {
	t.Helper()
	waiting := make(chan struct{})
	began := sync.OnceFunc(func() { close(waiting) })
	wait := func(ctx context.Context, _ time.Duration) error {
		if w.count(`select count(*) from sync_runs where kind = 'backfill' and status = 'running'`) > 0 {
			began()
			<-ctx.Done()
		}
		return ctx.Err()
	}
	sim := shopifysim.New(shopifysim.World{Seed: 7, Points: 20_000, Restore: 5_000, Shops: []shopifysim.Shop{
		{Name: "dapper", Title: "Dapper Goods", Zone: "UTC", Currency: "EUR", OrdersPerDay: 6, Returning: 0.3},
	}})
	server := httptest.NewServer(sim)
	t.Cleanup(server.Close)
	w = newWorld(t, func(d *datasource.Deps) {
		client, err := upstream.NewClient(upstream.Guard{BaseURLs: []string{server.URL + "/{shop}"}})
		if err != nil {
			t.Fatal(err)
		}
		hub := live.NewHub(d.DB.Pool())
		d.DB.UseAnnouncer(hub.Announce)
		go hub.Run(t.Context())
		d.Client, d.Hints = client, hub.Subscribe
		d.Systems = []upstream.Source{shopify.New(shopify.Config{BaseURL: server.URL + "/{shop}", BulkFrom: 1, Sleep: wait})}
	})
	w.work(w.portal)
	return w, sim.Store("dapper"), waiting
}

// Whoever disconnects a source, or ends its backfill, does not wait for what the portal
// waits for: the wait ends at once, with nothing half stored and nothing left upstream.
func TestAWaitForABulkOperationEndsAtOnce(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(w *world, s datasource.Source) error{
		"disconnected": func(w *world, s datasource.Source) error {
			_, err := w.sources.Disconnect(w.by(w.manager), s.ID)
			return err
		},
		"its backfill ended": func(w *world, s datasource.Source) error { return w.sources.CancelBackfill(w.by(w.manager), s.ID) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, shop, waits := newShop(t)
			source, err := w.sources.Create(w.by(w.manager), datasource.Draft{
				CustomerID: w.acme, SourceType: "shopify", SourceName: "Online shop", ConnectionType: "access_token", SyncFrequency: "manual",
				Credentials: []byte(`{"access_token": "shpat_dapper"}`), Settings: []byte(`{"shop": "dapper"}`),
			})
			if err != nil {
				t.Fatal(err)
			}
			asked := func(what string) (n int) {
				for _, query := range shop.Asked() {
					if strings.Contains(query, what) {
						n++
					}
				}
				return n
			}
			select {
			case <-waits:
			case <-time.After(40 * time.Second):
				t.Fatal("the backfill never waits")
			}
			before := w.rowVersions(source.ID)
			began := time.Now()
			if err := end(w, source); err != nil {
				t.Fatal(err)
			}
			w.soon("the operation is cancelled", func() bool { return asked("bulkOperationCancel") > 0 })
			if took := time.Since(began); took > 5*time.Second {
				t.Errorf("the wait ended after %s", took)
			}
			w.settled(source.ID)
			w.idle()
			if w.rowVersions(source.ID) != before {
				t.Error("a part of the window is stored")
			}
			if n := w.count(`select count(*) from sync_runs where source_id = $1 and kind = 'backfill' and status = 'cancelled' and done_from is null`, source.ID); n != 1 {
				t.Errorf("%d backfills are cancelled", n)
			}
			if now := w.read(source.ID); now.CompleteFrom == nil || now.CompleteFrom.Format(time.DateOnly) < day(-30) || len(now.SyncErrors) > 0 {
				t.Errorf("it is complete from %v, with %v", now.CompleteFrom, now.SyncErrors)
			}
			if n := w.count(`select count(*) from analytics_data_sources where id = $1 and lease is not null`, source.ID); n != 0 {
				t.Error("somebody still holds the source")
			}
		})
	}
}
