package meta_test

import (
	"context"
	"encoding/json"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"clientportal/internal/datasource/meta"
	"clientportal/internal/datasource/meta/metasim"
	"clientportal/internal/datasource/upstream"
)

// now is a Wednesday afternoon in Berlin.
var now = time.Date(2026, 11, 25, 14, 30, 0, 0, time.UTC)

// scene is a connector at work on a simulated Meta.
type scene struct {
	t      *testing.T
	sim    *metasim.Sim
	url    string
	source *meta.Source
	conn   *upstream.Conn
	notes  map[string]any
	slept  []time.Duration
}

func setUp(t *testing.T, change func(*meta.Config, *metasim.World)) *scene {
	t.Helper()
	world := metasim.World{Seed: 7, Now: func() time.Time { return now }, Accounts: []metasim.Account{
		{ID: "100", Profile: metasim.Leads, Spend: 200},
		{ID: "200", Name: "Dapper", Profile: metasim.Shop, Spend: 600, Zone: "America/New_York", Currency: "USD"},
		{ID: "300", Profile: metasim.Shop, Status: 3},
		{ID: "400", Hidden: true},
	}}
	s := &scene{t: t, notes: map[string]any{}}
	config := meta.Config{Sleep: func(ctx context.Context, d time.Duration) error {
		s.slept = append(s.slept, d)
		return ctx.Err()
	}}
	if change != nil {
		change(&config, &world)
	}
	s.sim = metasim.New(world)
	server := httptest.NewServer(s.sim)
	t.Cleanup(server.Close)
	config.BaseURL, config.DialogURL = server.URL, server.URL
	client, err := upstream.NewClient(upstream.Guard{BaseURLs: []string{server.URL}, MaxBody: 8 << 20})
	if err != nil {
		t.Fatal(err)
	}
	s.url, s.source = server.URL, meta.New(config)
	s.conn = &upstream.Conn{
		ConnectionType: "access_token", Settings: json.RawMessage(`{"ad_account_id":"act_100"}`),
		Client: client, Now: func() time.Time { return now },
		Note: func(key string, value any) { s.notes[key] = value },
	}
	s.token(s.sim.Token())
	return s
}

func (s *scene) token(text string) {
	s.conn.Credentials = json.RawMessage(`{"access_token":"` + text + `"}`)
}

func (s *scene) account(id string) {
	s.conn.Settings = json.RawMessage(`{"ad_account_id":"` + id + `"}`)
}

// gathered is what a Sink was given.
type gathered []upstream.Fact

func (g *gathered) Put(f upstream.Fact) error {
	*g = append(*g, f)
	return nil
}

// sum adds a metric of a report, of one part or of all.
func (g gathered) sum(report, metric, dimension, part string) decimal.Decimal {
	total := decimal.Zero
	for _, f := range g {
		if f.Report == report && f.Metric == metric && (dimension == "" || f.Dimensions[dimension] == part) {
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

// fails reads and gives the failure; nothing may have been handed on.
func (s *scene) fails(w upstream.Window) *upstream.Failure {
	s.t.Helper()
	var g gathered
	err := s.source.Read(s.t.Context(), s.conn, w, &g)
	f, ok := upstream.AsFailure(err)
	if !ok {
		s.t.Fatalf("reading ended with %v", err)
	}
	if len(g) > 0 {
		s.t.Errorf("%d facts were handed on before %v", len(g), err)
	}
	s.secretFree(f)
	return f
}

// secretFree looks for the token in all that a failure says.
func (s *scene) secretFree(f *upstream.Failure) {
	s.t.Helper()
	for err := error(f); err != nil; {
		if text := err.Error() + f.Client + f.Code; strings.Contains(text, "EAA") || strings.Contains(text, url.QueryEscape(s.sim.Token())) {
			s.t.Errorf("the token is in %q", text)
		}
		unwrapper, ok := err.(interface{ Unwrap() error })
		if !ok {
			return
		}
		err = unwrapper.Unwrap()
	}
}

// calls are those whose path ends so.
func (s *scene) calls(method, suffix string) (list []metasim.Call) {
	for _, c := range s.sim.Calls() {
		if c.Method == method && strings.HasSuffix(c.Path, suffix) {
			list = append(list, c)
		}
	}
	return list
}

func day(s string) time.Time {
	d, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return d
}

func window(from, until string) upstream.Window {
	return upstream.Window{From: day(from), Until: day(until)}
}
