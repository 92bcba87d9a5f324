// Package ga4sim is a server that speaks the Google Analytics Data API v1beta, the
// list of properties of the Admin API v1beta and Google's token endpoint, with believable numbers that a seed decides. Tests and the
// demo run on it. It refuses what the real system refuses, and fails when it is told to.
package ga4sim

import (
	"cmp"
	"fmt"
	"net/http"
	"sync"
	"time"

	"clientportal/internal/datasource/upstream/faulty"
)

// World is what the simulated system holds.
type World struct {
	Seed       uint64
	Now        func() time.Time
	Properties []Property
}

// Property is a website or app with its numbers.
type Property struct {
	ID       string
	Name     string
	Account  string // to which it belongs
	Zone     string // IANA
	Currency string
	Profile  Profile
	Volume   int      // visits on a usual day
	Private  bool     // nobody was given a role on it
	Denied   []string // metrics that the role withholds: revenue
}

// Sim is the server.
type Sim struct {
	world World
	mux   *http.ServeMux

	script faulty.Script[Kind]

	mu      sync.Mutex
	tokens  map[string]grant  // access tokens that were given
	refresh map[string]bool   // refresh tokens that are valid
	codes   map[string]bool   // authorization codes that were not exchanged yet
	spent   map[string]int    // tokens of the quota by property and day or hour
	changed map[dayOf]changes // days that a test changed
	calls   []string          // what was asked, for tests
}

// New makes the server. Its token endpoint is at /token.
func New(w World) *Sim {
	if w.Now == nil {
		w.Now = time.Now
	}
	for i := range w.Properties {
		p := &w.Properties[i]
		p.Zone, p.Currency, p.Volume = cmp.Or(p.Zone, "Europe/Berlin"), cmp.Or(p.Currency, "EUR"), cmp.Or(p.Volume, 400)
		p.Profile = cmp.Or(p.Profile, Leads)
		p.Name, p.Account = cmp.Or(p.Name, "Website "+p.ID), cmp.Or(p.Account, "Simulated")
	}
	s := &Sim{
		world: w, mux: http.NewServeMux(), tokens: map[string]grant{}, codes: map[string]bool{}, spent: map[string]int{},
		changed: map[dayOf]changes{},
	}
	s.refresh = map[string]bool{s.refreshToken(): true}
	s.mux.HandleFunc("POST /token", s.token)
	s.mux.HandleFunc("GET /o/oauth2/v2/auth", s.consent)
	s.mux.HandleFunc("POST /v1beta/properties/{call}", s.data)
	s.mux.HandleFunc("GET /v1beta/properties/{id}/metadata", s.metadata)
	s.mux.HandleFunc("GET /v1beta/accountSummaries", s.summaries)
	return s
}

// ServeHTTP implements http.Handler.
func (s *Sim) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.mux.ServeHTTP(w, r) }

// Calls are the paths that were asked for so far, tokens left out.
func (s *Sim) Calls() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.calls...)
}

func (s *Sim) property(id string) (Property, bool) {
	for _, p := range s.world.Properties {
		if p.ID == id {
			return p, true
		}
	}
	return Property{}, false
}

// today is the property's civil day, and how much of it has passed, in thousandths.
func (s *Sim) today(p Property) (time.Time, int64) {
	zone, err := time.LoadLocation(p.Zone)
	if err != nil {
		panic(fmt.Sprintf("ga4sim: %s", err)) // the world was made wrong
	}
	at := s.world.Now().In(zone)
	return time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, time.UTC), int64(at.Hour()*60+at.Minute()) * 1000 / 1440
}
