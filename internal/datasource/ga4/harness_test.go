package ga4_test

import (
	"encoding/json"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"clientportal/internal/datasource/ga4"
	"clientportal/internal/datasource/ga4/ga4sim"
	"clientportal/internal/datasource/upstream"
)

// now is a Wednesday afternoon in Berlin.
var now = time.Date(2026, 11, 25, 14, 30, 0, 0, time.UTC)

// scene is a connector at work on a simulated Google.
type scene struct {
	t      *testing.T
	sim    *ga4sim.Sim
	url    string
	source *ga4.Source
	conn   *upstream.Conn
	notes  map[string]any
}

func setUp(t *testing.T, change func(*ga4.Config)) *scene {
	t.Helper()
	sim := ga4sim.New(ga4sim.World{Seed: 7, Now: func() time.Time { return now }, Properties: []ga4sim.Property{
		{ID: "111", Profile: ga4sim.Leads, Volume: 300},
		{ID: "222", Name: "Web shop", Account: "Dapper", Profile: ga4sim.Shop, Volume: 900, Zone: "America/New_York", Currency: "USD"},
		{ID: "333", Profile: ga4sim.Shop, Denied: []string{"purchaseRevenue", "totalRevenue"}},
		{ID: "444", Profile: ga4sim.Brochure, Private: true},
	}})
	server := httptest.NewServer(sim)
	t.Cleanup(server.Close)
	config := ga4.Config{BaseURL: server.URL, TokenURL: server.URL + "/token", AuthURL: server.URL + "/o/oauth2/v2/auth"}
	if change != nil {
		change(&config)
	}
	client, err := upstream.NewClient(upstream.Guard{BaseURLs: []string{server.URL}, MaxBody: 8 << 20})
	if err != nil {
		t.Fatal(err)
	}
	s := &scene{t: t, sim: sim, url: server.URL, source: ga4.New(config), notes: map[string]any{}}
	s.conn = &upstream.Conn{
		ConnectionType: "service_account",
		Credentials:    object(t, map[string]string{"service_account_json": sim.ServiceAccountJSON()}),
		Settings:       json.RawMessage(`{"property_id":"111"}`),
		Client:         client, Now: func() time.Time { return now },
		Note: func(key string, value any) { s.notes[key] = value },
	}
	return s
}

func object(t *testing.T, v any) json.RawMessage {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// property sets the connection to another property.
func (s *scene) property(id string) {
	s.conn.Settings = json.RawMessage(`{"property_id":"` + id + `"}`)
}

// gathered is what a Sink was given.
type gathered []upstream.Fact

func (g *gathered) Put(f upstream.Fact) error {
	*g = append(*g, f)
	return nil
}

// sum adds a metric of a report, of one part or of all.
func (g gathered) sum(report, metric, part string) decimal.Decimal {
	total := decimal.Zero
	for _, f := range g {
		if f.Report == report && f.Metric == metric && (part == "" || f.Dimensions[report] == part) {
			total = total.Add(f.Value)
		}
	}
	return total
}

func (s *scene) read(w upstream.Window) gathered {
	s.t.Helper()
	var g gathered
	if err := s.source.Read(s.t.Context(), s.conn, w, &g); err != nil {
		s.t.Fatal(err)
	}
	return g
}

// fails reads and gives the failure.
func (s *scene) fails(w upstream.Window) *upstream.Failure {
	s.t.Helper()
	err := s.source.Read(s.t.Context(), s.conn, w, &gathered{})
	f, ok := upstream.AsFailure(err)
	if !ok {
		s.t.Fatalf("reading ended with %v", err)
	}
	return f
}

func day(s string) time.Time {
	d, err := time.Parse("2006-01-02", s)
	if err != nil {
		panic(err)
	}
	return d
}

func window(from, until string) upstream.Window {
	return upstream.Window{From: day(from), Until: day(until)}
}

// secretFree looks for what must never be in an error.
func (s *scene) secretFree(text string) {
	s.t.Helper()
	for _, secret := range []string{"ya29.", "PRIVATE KEY", s.sim.RefreshToken(), ga4sim.ClientSecret, "eyJ"} {
		if strings.Contains(text, secret) {
			s.t.Errorf("%q is in %q", secret, text)
		}
	}
}
