package meta_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"clientportal/internal/datasource/meta"
	"clientportal/internal/datasource/meta/metasim"
	"clientportal/internal/datasource/upstream"
	"clientportal/internal/metric"
)

var (
	month = window("2026-09-01", "2026-10-01")
	week  = window("2026-11-02", "2026-11-09")
)

// equals compares all that was read with what Meta holds, as a total and by campaign.
func (s *scene) equals(g gathered, account string, w upstream.Window, fields ...string) {
	s.t.Helper()
	last := w.Until.AddDate(0, 0, -1)
	for _, field := range fields {
		for part, want := range s.sim.Totals(account, field, w.From, last) {
			got := g.sum("daily", "meta."+field, "", "")
			if part != "" {
				got = g.sum("campaign", "meta."+field, "campaign", part)
				if ads := g.sum("ads", "meta."+field, "campaign", part); !ads.Equal(want) {
					s.t.Errorf("%s of the ads of %q is %s, Meta has %s", field, part, ads, want)
				}
			}
			if !got.Equal(want) || part == "" && want.IsZero() {
				s.t.Errorf("%s of %q is %s, Meta has %s", field, part, got, want)
			}
		}
	}
}

var summable = []string{"spend", "impressions", "clicks", "inline_link_clicks", "post_engagement", "inline_post_engagement", "purchases", "purchase_value", "leads"}

// Small pages: the totals hold only when none is missed, none comes twice, and each
// purchase and lead counts once although Meta reports it under five names.
func TestReadEqualsWhatMetaHolds(t *testing.T) {
	t.Parallel()
	s := setUp(t, func(c *meta.Config, _ *metasim.World) { c.PageSize = 30 })
	s.account("200")
	read := s.read(month)
	s.equals(read, "200", month, summable...)
	for _, f := range read {
		money := f.Metric == "meta.spend" || f.Metric == "meta.purchase_value" || f.Metric == "meta.action_values"
		if f.Zone != "America/New_York" || money != (f.Currency == "USD") || f.Flags != 0 {
			t.Fatalf("a fact is not of its account: %+v", f)
		}
	}
	if got := read.sum("actions", "meta.actions", "action_type", "omni_purchase"); !got.Equal(s.sim.Total("200", "purchases", month.From, day("2026-09-30"))) {
		t.Errorf("omni_purchase by type is %s", got)
	}
}

func TestWhatIsSentIsWhatMetaTakes(t *testing.T) {
	t.Parallel()
	s := setUp(t, nil)
	s.read(week)
	first := s.calls("GET", "/insights")[0]
	for name, want := range map[string]string{
		"level": "ad", "time_increment": "1", "time_range": `{"since":"2026-11-02","until":"2026-11-08"}`,
		"action_attribution_windows": `["1d_view","7d_click"]`, "limit": "500",
	} {
		if got := first.Params[name]; got != want {
			t.Errorf("%s is %s, wanted %s", name, got, want)
		}
	}
	if !strings.HasPrefix(first.Path, "/v26.0/act_100/") {
		t.Errorf("the path is %s", first.Path)
	}
	for _, c := range s.sim.Calls() {
		for _, never := range []string{"7d_view", "28d_view", "dma"} {
			for name, value := range c.Params {
				if strings.Contains(value, never) {
					t.Errorf("%s is sent as %s", never, name)
				}
			}
		}
		if strings.Contains(c.Params["fields"], "reach") && c.Params["breakdowns"] != "" {
			t.Error("reach is asked for with breakdowns")
		}
	}
	if _, can := any(s.source).(upstream.Renewer); can {
		t.Error("tokens of Meta can't be renewed without the person")
	}
}

func TestMetricsAreWhatDashboardsName(t *testing.T) {
	t.Parallel()
	registry, err := metric.NewRegistry(meta.New(meta.Config{}).Metrics())
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range append(slices.Clone(summable), "ctr", "cpc", "cost_per_lead", "cost_per_purchase", "roas") {
		m, ok := registry.Find("meta." + name)
		if !ok || !m.Splits("campaign") || !m.Splits("adset") || !m.Splits("ad") {
			t.Errorf("%s is %+v", name, m)
		}
	}
	for _, name := range []string{"reach", "frequency"} {
		if m, _ := registry.Find("meta." + name); m.Aggregation != metric.Distinct || m.Splits("campaign") {
			t.Errorf("%s may be added up", name)
		}
	}
	if limits := meta.New(meta.Config{}).Limits(); limits.RestatedDays != 28 || limits.MonthsBack != 37 {
		t.Errorf("the limits are %+v", limits)
	}
}

func TestReachOfARangeIsNoSum(t *testing.T) {
	t.Parallel()
	s := setUp(t, nil)
	facts, err := s.source.Ranges(t.Context(), s.conn, month)
	if err != nil || len(facts) != 2 {
		t.Fatalf("the range has %d facts, %v", len(facts), err)
	}
	byDay := s.read(month)
	for _, f := range facts {
		switch f.Metric {
		case "meta.reach":
			want := s.sim.Total("100", "reach", month.From, day("2026-09-30"))
			if sum := byDay.sum("reach", "meta.reach", "", ""); !f.Value.Equal(want) || !f.Value.LessThan(sum) || sum.IsZero() {
				t.Errorf("it is %s, Meta has %s, the days' sum is %s", f.Value, want, sum)
			}
		case "meta.frequency":
			if !f.Value.IsPositive() {
				t.Errorf("the frequency is %s", f.Value)
			}
		}
		if !f.Day.IsZero() || f.Report != "reach" || f.Zone != "Europe/Berlin" {
			t.Errorf("a fact of the range is %+v", f)
		}
	}
	first := s.calls("GET", "/insights")[0]
	if first.Params["level"] != "account" || first.Params["time_increment"] != "" {
		t.Errorf("the range was asked for with %v", first.Params)
	}
}

func TestReadingAgainSeesWhatChanged(t *testing.T) {
	t.Parallel()
	s := setUp(t, nil)
	first := s.read(week)
	if again := s.read(week); len(again) != len(first) {
		t.Error("the second reading differs")
	}
	s.sim.Restate("100", day("2026-11-04"), 1400)
	s.sim.Vanish("100", day("2026-11-05"), 0)
	s.equals(s.read(week), "100", week, "spend", "impressions", "leads")
	if s.read(week).sum("daily", "meta.spend", "", "").Equal(first.sum("daily", "meta.spend", "", "")) {
		t.Error("the restated day is not seen")
	}
}

func TestTheLast28DaysAreProvisional(t *testing.T) {
	t.Parallel()
	s := setUp(t, nil)
	for _, f := range s.read(window("2026-10-26", "2026-11-26")) {
		if want := !f.Day.Before(day("2026-10-29")); (f.Flags&upstream.Provisional != 0) != want {
			t.Fatalf("%s of %s: provisional is %v", f.Metric, f.Day.Format("2006-01-02"), !want)
		}
	}
}

func TestDaysThatAreNotThereAreNotAskedFor(t *testing.T) {
	t.Parallel()
	s := setUp(t, nil)
	if got := s.read(window("2026-11-26", "2026-11-30")); len(got) != 0 {
		t.Errorf("the future has %d facts", len(got))
	}
	s.read(window("2026-11-24", "2026-11-30"))
	if got := s.calls("GET", "/insights")[0].Params["time_range"]; got != `{"since":"2026-11-24","until":"2026-11-25"}` {
		t.Errorf("asked for %s", got)
	}
	if f := s.fails(window("2023-10-01", "2023-10-08")); f.Kind != upstream.Fix || !strings.Contains(f.Staff, "37 months") {
		t.Errorf("too long ago is %s: %s", f.Kind, f.Staff)
	}
	if len(s.read(window("2023-10-25", "2023-11-02"))) == 0 {
		t.Error("37 months ago has nothing")
	}
}

// An account that showed no ad has no rows: nothing, and no error.
func TestNoAdsAreNoError(t *testing.T) {
	t.Parallel()
	s := setUp(t, nil)
	for ad := range 10 {
		s.sim.Vanish("100", day("2026-11-05"), ad)
	}
	w := window("2026-11-05", "2026-11-06")
	if got := s.read(w); len(got) != 0 {
		t.Errorf("there are %d facts", len(got))
	}
	if facts, err := s.source.Ranges(t.Context(), s.conn, w); err != nil || len(facts) != 0 {
		t.Errorf("the range has %v, %v", facts, err)
	}
}

// A window of clicks and one of views are apart; the longer clicks contain the shorter.
func TestAttributionWindows(t *testing.T) {
	t.Parallel()
	s := setUp(t, nil)
	s.account("200")
	totals := map[string]gathered{}
	for _, windows := range []string{`["7d_click","1d_view"]`, `["7d_click"]`, `["1d_view"]`, `["1d_click","7d_click"]`} {
		s.conn.Settings = json.RawMessage(`{"ad_account_id":200,"attribution_windows":` + windows + `}`)
		totals[windows] = s.read(month)
	}
	purchases := func(windows string) string {
		return totals[windows].sum("daily", "meta.purchases", "", "").String()
	}
	both := totals[`["7d_click"]`].sum("daily", "meta.purchases", "", "").Add(totals[`["1d_view"]`].sum("daily", "meta.purchases", "", ""))
	if purchases(`["7d_click","1d_view"]`) != both.String() || purchases(`["1d_click","7d_click"]`) != purchases(`["7d_click"]`) || purchases(`["1d_view"]`) == "0" {
		t.Errorf("clicks %s, views %s, both %s, two of clicks %s", purchases(`["7d_click"]`), purchases(`["1d_view"]`),
			purchases(`["7d_click","1d_view"]`), purchases(`["1d_click","7d_click"]`))
	}
}

func TestAttributionIsSaidInWords(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		"": "7-day click, 1-day view", "null": "7-day click, 1-day view", `["1d_view","28d_click"]`: "28-day click, 1-day view", `"1d_click, 1d_ev"`: "1-day click, 1-day engaged view", "7": "",
	} {
		if got := new(meta.Source).Attribution(json.RawMessage(given)); got != want {
			t.Errorf("of %s: %q, want %q", given, got, want)
		}
	}
}
