package shopify

import (
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"clientportal/internal/datasource/shopify/shopifysim"
	"clientportal/internal/datasource/upstream"
)

// scene is the connector, a simulator behind a real server, and a clock that both
// read and that waiting moves.
type scene struct {
	t      *testing.T
	sim    *shopifysim.Sim
	store  *shopifysim.Store
	source *Source
	conn   *upstream.Conn

	mu     sync.Mutex
	now    time.Time
	waited []time.Duration
	notes  map[string]any
}

var noon = time.Date(2026, 10, 21, 12, 0, 0, 0, time.UTC)

func (s *scene) clock() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now
}

func (s *scene) pass(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now = s.now.Add(d)
}

func newScene(t *testing.T, shape ...func(*shopifysim.Shop, *Config)) *scene {
	t.Helper()
	s := &scene{t: t, now: noon, notes: map[string]any{}}
	shop := shopifysim.Shop{Name: "dapper", Title: "Dapper Goods", Zone: "America/New_York", Currency: "USD", Presentment: "EUR", OrdersPerDay: 5, Growth: 0.2, Returning: 0.4}
	config := Config{Sleep: func(ctx context.Context, d time.Duration) error {
		s.pass(d)
		s.waited = append(s.waited, d)
		return ctx.Err()
	}}
	for _, change := range shape {
		change(&shop, &config)
	}
	s.sim = shopifysim.New(shopifysim.World{Seed: 7, Now: s.clock, Start: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), Shops: []shopifysim.Shop{shop}})
	s.store = s.sim.Store(shop.Name)
	s.source = New(config)
	s.conn = &upstream.Conn{ConnectionType: byToken, Credentials: json.RawMessage(`{"access_token":"shpat_dapper"}`),
		Settings: json.RawMessage(`{"shop":"dapper"}`), Now: s.clock,
		Note: func(key string, value any) { s.notes[key] = value }}
	s.serve(s.sim)
	return s
}

// serve puts a server in the place of Shopify, which the guarded client may reach.
func (s *scene) serve(h http.Handler) {
	s.t.Helper()
	server := httptest.NewServer(h)
	s.t.Cleanup(server.Close)
	client, err := upstream.NewClient(upstream.Guard{BaseURLs: []string{server.URL + "/{shop}"}})
	if err != nil {
		s.t.Fatal(err)
	}
	s.source.BaseURL, s.conn.Client = server.URL+"/{shop}", client
}

// inBulk reads everything by bulk operations.
func inBulk(_ *shopifysim.Shop, c *Config) { c.BulkFrom = 1 }

// byPage reads nothing by bulk operations.
func byPage(_ *shopifysim.Shop, c *Config) { c.BulkFrom = 1 << 30 }

func day(text string) upstream.Day {
	d, err := time.Parse(time.DateOnly, text)
	if err != nil {
		panic(err)
	}
	return d
}

func window(from, until string) upstream.Window {
	return upstream.Window{From: day(from), Until: day(until)}
}

// facts are what a read came to, by their place.
type facts map[factKey]upstream.Fact

type factKey struct{ report, day, metric, dimension, value, currency string }

func (f facts) Put(fact upstream.Fact) error {
	k := factKey{report: fact.Report, day: fact.Day.Format(time.DateOnly), metric: fact.Metric, currency: fact.Currency}
	for name, value := range fact.Dimensions {
		k.dimension, k.value = name, value
	}
	if _, twice := f[k]; twice {
		panic("a fact comes twice")
	}
	f[k] = fact
	return nil
}

// sum of a metric's totals over all days.
func (f facts) sum(metric string) decimal.Decimal {
	var sum decimal.Decimal
	for k, fact := range f {
		if k.metric == metric && k.dimension == "" {
			sum = sum.Add(fact.Value)
		}
	}
	return sum
}

func (f facts) by(metric, dimension string) map[string]decimal.Decimal {
	sums := map[string]decimal.Decimal{}
	for k, fact := range f {
		if k.metric == metric && k.dimension == dimension {
			sums[k.value] = sums[k.value].Add(fact.Value)
		}
	}
	return sums
}

func (f facts) has(metric string) bool {
	for k := range f {
		if k.metric == metric {
			return true
		}
	}
	return false
}

func (f facts) equal(other facts) bool {
	return maps.EqualFunc(f, other, func(a, b upstream.Fact) bool {
		return a.Value.Equal(b.Value) && a.Flags == b.Flags && a.Zone == b.Zone
	})
}

func (s *scene) read(w upstream.Window) facts {
	s.t.Helper()
	f := facts{}
	s.conn.Memo = nil
	if err := s.source.Read(s.t.Context(), s.conn, w, f); err != nil {
		s.t.Fatalf("reading %v: %v", w, err)
	}
	return f
}

// fails reads and expects a failure of a kind; nothing of it may have come out.
func (s *scene) fails(kind upstream.Kind, code string) *upstream.Failure {
	s.t.Helper()
	out := facts{}
	s.conn.Memo = nil
	err := s.source.Read(s.t.Context(), s.conn, window("2026-10-01", "2026-10-08"), out)
	f, ok := upstream.AsFailure(err)
	if !ok || f.Kind != kind || f.Code != code || f.Client == "" || f.Staff == "" {
		s.t.Fatalf("the read ends with %v, want %s (%s)", err, kind, code)
	}
	if len(out) > 0 {
		s.t.Errorf("%d facts came out of a read that failed", len(out))
	}
	return f
}
