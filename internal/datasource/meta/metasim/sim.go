// Package metasim is a server that speaks Meta's Marketing API, with believable ads
// whose numbers a seed decides. Tests and the demo run on it. It refuses what the real
// system refuses, and fails when it is told to.
package metasim

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
	Seed     uint64
	Now      func() time.Time
	Accounts []Account
}

// Account is an ad account with its campaigns.
type Account struct {
	ID, Name string
	Zone     string // IANA
	Currency string
	Profile  Profile
	Spend    int // what is spent on a usual day, in units of the currency
	Status   int // 1 is active
	Hidden   bool

	// MaxRows is how many rows may be asked for at once; a report run over more fails.
	// 0 is no bound.
	MaxRows int
	MaxPage int // the greatest limit that is answered; 0 is no bound
}

// version is the only one that is served.
const version = "v26.0"

// Sim is the server.
type Sim struct {
	world World
	mux   *http.ServeMux

	script faulty.Script[Kind]

	mu      sync.Mutex
	tokens  map[string]token
	codes   map[string]bool
	runs    map[string]*run
	changed map[dayOf]changes
	calls   []Call
}

// Call is what was asked, without the token.
type Call struct {
	Method, Path string
	Params       map[string]string
}

// New makes the server.
func New(w World) *Sim {
	if w.Now == nil {
		w.Now = time.Now
	}
	for i := range w.Accounts {
		a := &w.Accounts[i]
		a.Zone, a.Currency, a.Spend = cmp.Or(a.Zone, "Europe/Berlin"), cmp.Or(a.Currency, "EUR"), cmp.Or(a.Spend, 120)
		a.Profile, a.Status, a.Name = cmp.Or(a.Profile, Leads), cmp.Or(a.Status, 1), cmp.Or(a.Name, "Ad account "+a.ID)
	}
	s := &Sim{world: w, mux: http.NewServeMux(), tokens: map[string]token{}, codes: map[string]bool{}, runs: map[string]*run{}, changed: map[dayOf]changes{}}
	s.tokens[s.Token()] = token{scopes: []string{"ads_read", "business_management"}, kind: "SYSTEM_USER"}
	s.mux.HandleFunc("GET /{version}/dialog/oauth", s.dialog)
	s.mux.HandleFunc("GET /{version}/oauth/access_token", s.accessToken)
	s.mux.HandleFunc("GET /{version}/debug_token", s.admit(s.debugToken))
	s.mux.HandleFunc("GET /{version}/me/adaccounts", s.admit(s.adAccounts))
	s.mux.HandleFunc("GET /{version}/{node}", s.admit(s.node))
	s.mux.HandleFunc("GET /{version}/{node}/insights", s.admit(s.insights))
	s.mux.HandleFunc("POST /{version}/{node}/insights", s.admit(s.startRun))
	return s
}

// ServeHTTP implements http.Handler.
func (s *Sim) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.mux.ServeHTTP(w, r) }

// Calls are what was asked so far.
func (s *Sim) Calls() []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Call(nil), s.calls...)
}

func (s *Sim) account(id string) (Account, bool) {
	for _, a := range s.world.Accounts {
		if a.ID == id && !a.Hidden {
			return a, true
		}
	}
	return Account{}, false
}

// today is the account's civil day, and how much of it has passed, in thousandths.
func (s *Sim) today(a Account) (time.Time, int64) {
	zone, err := time.LoadLocation(a.Zone)
	if err != nil {
		panic(fmt.Sprintf("metasim: %s", err)) // the world was made wrong
	}
	at := s.world.Now().In(zone)
	return time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, time.UTC), int64(at.Hour()*60+at.Minute()) * 1000 / 1440
}

// admit checks version, failure to come and token before a call is answered.
func (s *Sim) admit(next func(http.ResponseWriter, *http.Request, Kind)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if err := r.ParseForm(); err != nil {
			invalid("Invalid request.").send(w)
			return
		}
		s.record(r)
		if r.PathValue("version") != version {
			(&problem{400, 2635, 0, "You are calling a deprecated version of the Ads API. Please update to the latest version: " + version + ".", false}).send(w)
			return
		}
		fault := s.next(r)
		fault.headers(w.Header())
		if fault.refuse(w, r) {
			return
		}
		if p := s.check(tokenOf(r)); p != nil {
			p.send(w)
			return
		}
		next(w, r, fault)
	}
}

func (s *Sim) record(r *http.Request) {
	call := Call{r.Method, r.URL.Path, map[string]string{}}
	for k := range r.Form {
		if k != "access_token" && k != "input_token" {
			call.Params[k] = r.Form.Get(k)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls = append(s.calls, call)
}
