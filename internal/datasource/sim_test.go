package datasource_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"clientportal/internal/datasource/upstream"
	"clientportal/internal/fault"
	"clientportal/internal/metric"
)

// sim is a system that counts visits: a simple one, spoken to over real HTTP.
type sim struct {
	*httptest.Server
	mu sync.Mutex

	visits func(site string, day time.Time, channel string) int // 0: no row
	people int                                                  // of any range
	fail   func(site, from, until string) string                // a kind of failure, or ""
	delay  func(in request)
	asked  map[string]int // days that were read, by site and day
	atOnce map[string]int // calls at work, by site
	most   int            // calls at work for one site
	tokens map[string]int // renewals
	change []string       // days that the ledger says have changed
}

func newSim(t *testing.T) *sim {
	s := &sim{
		people: 7, asked: map[string]int{}, atOnce: map[string]int{}, tokens: map[string]int{},
		visits: func(_ string, day time.Time, channel string) int { return day.Day()*10 + len(channel) },
		fail:   func(string, string, string) string { return "" },
		delay:  func(request) {},
	}
	s.Server = httptest.NewServer(http.HandlerFunc(s.serve))
	t.Cleanup(s.Close)
	return s
}

// with changes the simulator while it is asked.
func (s *sim) with(change func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change()
}

type request struct{ Token, Site, From, Until, What string }

type reply struct {
	Failure string
	Rows    []simRow
	People  int
	Days    []string
}

type simRow struct {
	Day, Channel string
	Visits       int
}

func (s *sim) serve(w http.ResponseWriter, r *http.Request) {
	var in request
	if json.NewDecoder(r.Body).Decode(&in) != nil {
		http.Error(w, "what?", http.StatusBadRequest)
		return
	}
	s.mu.Lock()
	s.atOnce[in.Site]++
	s.most = max(s.most, s.atOnce[in.Site])
	delay := s.delay
	s.mu.Unlock()
	delay(in)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.atOnce[in.Site]--
	out := reply{People: s.people, Days: s.change, Failure: s.fail(in.Site, in.From, in.Until)}
	if in.What == "read" && out.Failure == "" || out.Failure == "degrade" {
		from, _ := time.Parse(time.DateOnly, in.From)
		until, _ := time.Parse(time.DateOnly, in.Until)
		for day := from; day.Before(until); day = day.AddDate(0, 0, 1) {
			s.asked[in.Site+" "+day.Format(time.DateOnly)]++
			for _, channel := range []string{"Direct", "Search"} {
				if n := s.visits(in.Site, day, channel); n != 0 {
					out.Rows = append(out.Rows, simRow{day.Format(time.DateOnly), channel, n})
				}
			}
		}
	}
	_ = json.NewEncoder(w).Encode(out)
}

// counter is the connector of the simulator.
type counter struct{ url string }

func (*counter) Type() string  { return "counter" }
func (*counter) Label() string { return "Visit counter" }

func (*counter) Metrics() []metric.Metric {
	split := map[string]string{"channel": "channels"}
	return []metric.Metric{
		{Name: "counter.visits", Label: "Visits", Unit: metric.Count, Aggregation: metric.Sum, Report: "totals", Dimensions: split},
		{Name: "counter.revenue", Label: "Revenue", Unit: metric.Money, Aggregation: metric.Sum, Report: "totals"},
		{Name: "counter.stock", Label: "Stock", Unit: metric.Count, Aggregation: metric.Last, Report: "totals"},
		{Name: "counter.people", Label: "People", Unit: metric.Count, Aggregation: metric.Distinct, Report: "people"},
		{Name: "counter.cost", Label: "Cost", Unit: metric.Money, Aggregation: metric.Sum, Report: "totals", Hidden: true},
		{Name: "counter.revenue_per_visit", Label: "Revenue a visit", Unit: metric.Money, Aggregation: metric.Ratio, Numerator: "counter.revenue", Denominator: "counter.visits"},
	}
}

func (*counter) Connections() []upstream.Connection {
	return []upstream.Connection{
		{Type: "token", Label: "Token", Credentials: []upstream.Field{{Name: "token", Label: "Token", Secret: true}}, Settings: []upstream.Field{{Name: "site", Label: "Site"}}, Granted: []string{"expires"}},
		{Type: "oauth", Label: "OAuth", Credentials: []upstream.Field{{Name: "client_id", Label: "Client id"}, {Name: "client_secret", Label: "Client secret", Secret: true}, {Name: "refresh_token", Label: "Refresh token", Secret: true, Optional: true}},
			Settings: []upstream.Field{{Name: "site", Label: "Site"}}},
	}
}

type credentials struct {
	Token        string `json:"token,omitempty"`
	ClientID     string `json:"client_id,omitempty"`
	ClientSecret string `json:"client_secret,omitempty"`
	RefreshToken string `json:"refresh_token,omitempty"`
	Expires      string `json:"expires,omitempty"`
}

func (*counter) Check(kind string, raw, settings json.RawMessage) error {
	var c credentials
	if json.Unmarshal(raw, &c) != nil || kind == "token" && c.Token == "" || kind == "oauth" && c.RefreshToken == "" {
		return fault.InvalidField("credentials.token", "Enter the token.")
	}
	return nil
}

func (c *counter) Test(ctx context.Context, conn *upstream.Conn) ([]upstream.Finding, error) {
	if _, err := c.call(ctx, conn, request{What: "test"}); err != nil {
		return nil, err
	}
	return []upstream.Finding{{OK: true, Name: "Token", Message: "It is valid."}}, nil
}

func (c *counter) Accounts(context.Context, *upstream.Conn) ([]upstream.Account, error) {
	return []upstream.Account{{ID: "1", Name: "The site", Settings: json.RawMessage(`{"site": "one"}`)}}, nil
}

func (*counter) Limits() upstream.Limits {
	return upstream.Limits{RestatedDays: 4, MonthsBack: 37, WindowDays: 30}
}

func (c *counter) Read(ctx context.Context, conn *upstream.Conn, w upstream.Window, out upstream.Sink) error {
	answer, err := c.call(ctx, conn, request{What: "read", From: w.From.Format(time.DateOnly), Until: w.Until.Format(time.DateOnly)})
	failure, degraded := upstream.AsFailure(err)
	if err != nil && (!degraded || failure.Kind != upstream.Degrade) {
		return err
	}
	conn.Note("quota", map[string]int{"left": 100})
	totals := map[string]int{}
	put := func(f upstream.Fact) {
		f.Zone = "Europe/Berlin"
		if e := out.Put(f); e != nil {
			err = e
		}
	}
	for _, r := range answer.Rows {
		day, _ := time.Parse(time.DateOnly, r.Day)
		totals[r.Day] += r.Visits
		put(upstream.Fact{Report: "channels", Day: day, Metric: "counter.visits", Dimensions: map[string]string{"channel": r.Channel}, Value: decimal.NewFromInt(int64(r.Visits))})
	}
	for text, n := range totals {
		day, _ := time.Parse(time.DateOnly, text)
		for name, value := range map[string]decimal.Decimal{
			"counter.visits": decimal.NewFromInt(int64(n)), "counter.stock": decimal.NewFromInt(int64(day.Day())),
			"counter.revenue": decimal.New(int64(n), -1), "counter.cost": decimal.NewFromInt(1),
		} {
			f := upstream.Fact{Report: "totals", Day: day, Metric: name, Value: value}
			if name == "counter.revenue" || name == "counter.cost" {
				f.Currency = "EUR"
			}
			put(f)
		}
	}
	return err
}

func (c *counter) Ranges(ctx context.Context, conn *upstream.Conn, _ upstream.Window) ([]upstream.Fact, error) {
	answer, err := c.call(ctx, conn, request{What: "ranges"})
	if err != nil {
		return nil, err
	}
	return []upstream.Fact{{Report: "people", Metric: "counter.people", Value: decimal.NewFromInt(int64(answer.People)), Zone: "Europe/Berlin"}}, nil
}

// Expires implements upstream.Renewer.
func (*counter) Expires(raw json.RawMessage) time.Time {
	var c credentials
	_ = json.Unmarshal(raw, &c)
	at, _ := time.Parse(time.RFC3339, c.Expires)
	return at
}

// Renew gives a token with a higher number at its end.
func (c *counter) Renew(ctx context.Context, conn *upstream.Conn) (json.RawMessage, error) {
	var old credentials
	if err := json.Unmarshal(conn.Credentials, &old); err != nil {
		return nil, err
	}
	if _, err := c.call(ctx, conn, request{What: "renew " + old.Token}); err != nil {
		return nil, err
	}
	old.Token += "+"
	old.Expires = time.Now().Add(24 * time.Hour).UTC().Format(time.RFC3339)
	return json.Marshal(old)
}

func (*counter) AuthorizeURL(app upstream.App, _ json.RawMessage, state, redirect string) (string, error) {
	return fmt.Sprintf("https://counter.example/authorize?client_id=%s&state=%s&redirect_uri=%s", app.ClientID, state, redirect), nil
}

func (*counter) Exchange(_ context.Context, _ *upstream.Conn, app upstream.App, code, _ string) (json.RawMessage, error) {
	return json.Marshal(credentials{ClientID: app.ClientID, ClientSecret: app.ClientSecret, RefreshToken: canary + code})
}

var failures = map[string]upstream.Failure{
	"retry":       {Kind: upstream.Retry, After: 2 * time.Hour, Code: "429", Client: "The counter is busy.", Staff: "The counter says to wait two hours."},
	"soon":        {Kind: upstream.Retry, After: time.Millisecond, Code: "503", Client: "The counter is busy.", Staff: "The counter says to wait a moment."},
	"reauthorise": {Kind: upstream.Reauthorise, Code: "401", Client: "The connection has ended.", Staff: "The token is no longer valid. Renew the connection."},
	"fix":         {Kind: upstream.Fix, Code: "403", Client: "The agency has to look at it.", Staff: "The site is not shared with this token."},
	"smaller":     {Kind: upstream.Smaller, Code: "too_much", Client: "It takes longer.", Staff: "Too much at once."},
	"degrade":     {Kind: upstream.Degrade, Code: "partial", Client: "Some numbers are missing.", Staff: "The stock can't be had."},
}

func (c *counter) call(ctx context.Context, conn *upstream.Conn, in request) (reply, error) {
	var own credentials
	var settings struct{ Site string }
	_ = json.Unmarshal(conn.Credentials, &own)
	_ = json.Unmarshal(conn.Settings, &settings)
	in.Token, in.Site = own.Token, settings.Site
	body, _ := json.Marshal(in)
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.url, bytes.NewReader(body))
	if err != nil {
		return reply{}, err
	}
	resp, err := conn.Client.Do(req)
	if err != nil {
		return reply{}, upstream.Unreachable("The counter", err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		return reply{}, upstream.Unreachable("The counter", err)
	}
	var out reply
	if err := json.Unmarshal(raw, &out); err != nil {
		return out, upstream.Garbled("The counter", "no JSON", err)
	}
	switch out.Failure {
	case "":
		return out, nil
	case "panic":
		panic("the connector has a fault")
	case "bare": // an error that is no failure and quotes what was sent
		return out, fmt.Errorf("call %s?token=%s: broken", c.url, own.Token)
	case "degrade":
		conn.Note("unavailable", []string{"counter.stock"})
	}
	failure := failures[out.Failure]
	return out, &failure
}

// ledger is a counter that tells what has changed.
type ledger struct{ counter }

func (*ledger) Type() string { return "ledger" }

func (l *ledger) Metrics() []metric.Metric {
	return []metric.Metric{{Name: "ledger.visits", Label: "Visits", Unit: metric.Count, Aggregation: metric.Sum, Report: "totals"}}
}

func (*ledger) Limits() upstream.Limits { return upstream.Limits{RestatedDays: 0, WindowDays: 30} }

func (l *ledger) Changed(ctx context.Context, conn *upstream.Conn, cursor string) (days []upstream.Day, next string, err error) {
	answer, err := l.call(ctx, conn, request{What: "changed"})
	for _, text := range answer.Days {
		day, _ := time.Parse(time.DateOnly, text)
		days = append(days, day)
	}
	return days, cursor + "+", err
}

// panel is a counter whose numbers grow for three weeks.
type panel struct{ counter }

func (*panel) Type() string { return "panel" }

func (*panel) Metrics() []metric.Metric {
	return []metric.Metric{{Name: "panel.visits", Label: "Visits", Unit: metric.Count, Aggregation: metric.Sum, Report: "totals"}}
}

func (*panel) Limits() upstream.Limits {
	return upstream.Limits{RestatedDays: 4, WeeklyDays: 21, WindowDays: 30}
}
