// Package shopifysim is a simulator of shops on Shopify's GraphQL Admin API: it
// speaks the wire format over HTTP, refuses what the real API refuses, fails when
// told to, and holds shops whose orders are the same each time it starts.
//
// A shop is served below its name: with the simulator at http://127.0.0.1:8100 the
// connector's base URL is http://127.0.0.1:8100/{shop}.
package shopifysim

import (
	"cmp"
	"net/http"
	"sync"
	"time"
)

// World is the shops of a simulator.
type World struct {
	Seed  uint64
	Shops []Shop
	Now   func() time.Time // the clock; the real one if nil

	// Start is the first day of trade, the same at each start of the simulator if
	// its numbers are to be the same. If zero: January 1st, two years back.
	Start time.Time

	// Points and Restore are each shop's quota and its points a second.
	Points, Restore float64

	// Polls is how often a bulk operation answers RUNNING before it is done.
	Polls int
}

// Shop is one shop.
type Shop struct {
	Name         string // in its address
	Title        string
	Zone         string // IANA
	Currency     string
	Presentment  string  // in which a tenth of the buyers pays; "" for none
	OrdersPerDay float64 // at the start
	Growth       float64 // in a year: 0.3 is 30 %
	Returning    float64 // share of the orders from customers who ordered before
	Business     bool    // sells by the crate on working days
	Products     []Product

	Token        string   // of a custom app; "shpat_" and the name if empty
	ClientID     string   // of an app; "client-" and the name
	ClientSecret string   // "secret-" and the name
	Scopes       []string // AllScopes if nil
}

// Product is something to buy.
type Product struct {
	Title string
	Cents int64
}

// AllScopes are what the connector can use.
var AllScopes = []string{"read_orders", "read_all_orders", "read_customers", "read_products"}

// Sim is a running simulator. It is a handler.
type Sim struct {
	http.Handler
	world  World
	stores map[string]*Store
}

// Store is a shop at work.
type Store struct {
	sim *Sim
	Shop
	zone *time.Location

	mu      sync.Mutex // over all below
	history history
	faults  map[Fault]int
	denied  map[string]bool
	version string // served instead of the one that is asked for
	bucket  bucket
	tokens  tokens
	bulks   map[string]*bulk
	asked   []string

	lastBulk int64
}

// New makes a simulator. A shop whose zone does not exist is a fault of the program.
func New(w World) *Sim {
	if w.Now == nil {
		w.Now = time.Now
	}
	if w.Start.IsZero() {
		w.Start = time.Date(w.Now().Year()-2, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	w.Points, w.Restore, w.Polls = cmp.Or(w.Points, 20000), cmp.Or(w.Restore, 1000), cmp.Or(w.Polls, 1)
	sim := &Sim{world: w, stores: map[string]*Store{}}
	for _, s := range w.Shops {
		sim.stores[s.Name] = newStore(sim, s)
	}
	sim.Handler = sim.routes()
	return sim
}

func newStore(sim *Sim, s Shop) *Store {
	zone, err := time.LoadLocation(s.Zone)
	if err != nil {
		panic("shopifysim: " + err.Error())
	}
	s.Title, s.Currency = cmp.Or(s.Title, s.Name), cmp.Or(s.Currency, "EUR")
	s.Token, s.ClientID, s.ClientSecret = cmp.Or(s.Token, "shpat_"+s.Name), cmp.Or(s.ClientID, "client-"+s.Name), cmp.Or(s.ClientSecret, "secret-"+s.Name)
	if s.Scopes == nil {
		s.Scopes = AllScopes
	}
	if s.Products == nil {
		s.Products = defaultProducts
	}
	return &Store{sim: sim, Shop: s, zone: zone, faults: map[Fault]int{}, denied: map[string]bool{}, bulks: map[string]*bulk{},
		bucket: bucket{level: sim.world.Points, at: sim.world.Now()}, tokens: newTokens()}
}

var defaultProducts = []Product{
	{"Canvas Tote", 2400}, {"Wool Beanie", 1995}, {"Leather Belt", 4900}, {"Linen Shirt", 6950}, {"Rain Jacket", 12900},
	{"Everyday Sneaker", 8900}, {"Travel Mug", 2150}, {"Notebook, dotted", 1250}, {"Desk Lamp", 7490}, {"Gift Wrapping", 350},
}

// Store finds a shop by its name; nil if there is none.
func (s *Sim) Store(name string) *Store { return s.stores[name] }

func (s *Sim) routes() http.Handler {
	mux := http.NewServeMux()
	at := func(pattern string, serve func(*Store, http.ResponseWriter, *http.Request)) {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			store := s.stores[r.PathValue("shop")]
			if store == nil {
				http.Error(w, `{"errors":"Not Found"}`, http.StatusNotFound)
				return
			}
			serve(store, w, r)
		})
	}
	at("POST /{shop}/admin/api/{version}/graphql.json", (*Store).serveGraphQL)
	at("POST /{shop}/admin/oauth/access_token", (*Store).serveToken)
	at("GET /{shop}/admin/oauth/authorize", (*Store).serveAuthorize)
	at("GET /{shop}/bulk/{id}", (*Store).serveBulkFile)
	return mux
}

func (s *Store) now() time.Time { return s.sim.world.Now() }
