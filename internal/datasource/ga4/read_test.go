package ga4_test

import (
	"slices"
	"testing"

	"github.com/shopspring/decimal"

	"clientportal/internal/datasource/ga4"
	"clientportal/internal/datasource/ga4/ga4sim"
	"clientportal/internal/datasource/upstream"
	"clientportal/internal/metric"
)

// Small pages: the totals hold only when none is missed and none comes twice.
func TestReadEqualsWhatGoogleHolds(t *testing.T) {
	t.Parallel()
	s := setUp(t, func(c *ga4.Config) { c.PageSize = 7 })
	s.property("222")
	w := window("2026-10-01", "2026-11-01")
	last := w.Until.AddDate(0, 0, -1)
	read := s.read(w)
	registry, err := metric.NewRegistry(s.source.Metrics())
	if err != nil {
		t.Fatal(err)
	}
	apis := map[string][]string{
		"channel": {"sessionDefaultChannelGroup"}, "source_medium": {"sessionSource", "sessionMedium"}, "campaign": {"sessionCampaignName"},
		"device": {"deviceCategory"}, "country": {"country"}, "page": {"pagePath"}, "landing_page": {"landingPage"}, "event": {"eventName"},
	}
	compared := 0
	for _, m := range registry.All() {
		if m.Aggregation != metric.Sum || m.Report == "cohorts" {
			continue
		}
		if m.Report == "" {
			t.Fatalf("%s has no total", m.Name)
		}
		if got, want := read.sum(m.Report, m.Name, ""), s.sim.Total("222", m.Field, w.From, last); !got.Equal(want) || want.IsZero() {
			t.Errorf("%s is %s, Google has %s", m.Name, got, want)
		}
		for by, report := range m.Dimensions {
			for part, want := range s.sim.Rows("222", m.Field, w.From, last, apis[by]...) {
				compared++
				if got := read.sum(report, m.Name, part); !got.Equal(want) {
					t.Errorf("%s of %s %q is %s, Google has %s", m.Name, by, part, got, want)
				}
			}
		}
	}
	if compared < 150 {
		t.Errorf("only %d parts were compared", compared)
	}
	for _, f := range read {
		if f.Zone != "America/New_York" || (f.Metric == "ga4.purchase_revenue") != (f.Currency == "USD") {
			t.Fatalf("a fact without its zone or currency: %+v", f)
		}
	}
}

func TestSplitsDeclareWhatReportsCarry(t *testing.T) {
	t.Parallel()
	registry, err := metric.NewRegistry(ga4.New(ga4.Config{}).Metrics())
	if err != nil {
		t.Fatal(err)
	}
	for name, dimensions := range map[string][]string{
		"ga4.sessions":         {"channel", "source_medium", "campaign", "device", "country", "landing_page"},
		"ga4.key_events":       {"channel", "source_medium", "campaign", "device", "country", "landing_page", "event"},
		"ga4.engaged_sessions": {"channel", "source_medium", "campaign", "device", "country"}, "ga4.screen_page_views": {"page"},
		"ga4.event_count": {"event"}, "ga4.engagement_rate": {"channel", "device"}, "ga4.cohort_active_users": {"week"},
	} {
		m, ok := registry.Find(name)
		if !ok {
			t.Fatalf("there is no %s", name)
		}
		for _, d := range dimensions {
			if !m.Splits(d) {
				t.Errorf("%s can't be split by %s", name, d)
			}
		}
	}
}

// Reading by day twice gives the same; a restated day and a vanished row are seen.
func TestReadingAgainSeesWhatChanged(t *testing.T) {
	t.Parallel()
	s := setUp(t, nil)
	w := window("2026-11-01", "2026-11-15")
	first := s.read(w)
	if again := s.read(w); len(again) != len(first) || !again.sum("daily", "ga4.sessions", "").Equal(first.sum("daily", "ga4.sessions", "")) {
		t.Error("the second reading differs")
	}
	s.sim.Restate("111", day("2026-11-10"), 1500)
	s.sim.Vanish("111", day("2026-11-11"), "newsletter")
	after := s.read(w)
	if want := s.sim.Total("111", "sessions", w.From, day("2026-11-14")); !after.sum("daily", "ga4.sessions", "").Equal(want) || want.Equal(first.sum("daily", "ga4.sessions", "")) {
		t.Errorf("the restated day is not seen")
	}
	gone := slices.ContainsFunc(after, func(f upstream.Fact) bool {
		return f.Day.Equal(day("2026-11-11")) && f.Dimensions["source_medium"] == "newsletter / email"
	})
	if gone {
		t.Error("a row that vanished upstream is still there")
	}
}

// An empty report has neither rows nor rowCount.
func TestAnEmptyReportIsNoError(t *testing.T) {
	t.Parallel()
	s := setUp(t, nil)
	if got := s.read(window("2020-01-01", "2020-01-06")); len(got) != 0 {
		t.Errorf("there were %d facts before the website", len(got))
	}
}

func TestPagesWithoutRowCountAreReadToTheEnd(t *testing.T) {
	t.Parallel()
	s := setUp(t, func(c *ga4.Config) { c.PageSize = 5 })
	s.sim.Fail(ga4sim.Fault{Kind: ga4sim.NoRowCount, Times: 1000})
	w := window("2026-11-01", "2026-11-15")
	if got, want := s.read(w).sum("channel", "ga4.sessions", ""), s.sim.Total("111", "sessions", w.From, day("2026-11-14")); !got.Equal(want) {
		t.Errorf("read %s, Google has %s", got, want)
	}
}

func TestPeopleOfARangeAreNoSum(t *testing.T) {
	t.Parallel()
	s := setUp(t, nil)
	w := window("2026-10-01", "2026-11-01")
	facts, err := s.source.Ranges(t.Context(), s.conn, w)
	if err != nil || len(facts) != 2 {
		t.Fatalf("the range has %d facts, %v", len(facts), err)
	}
	byDay := s.read(w)
	for _, f := range facts {
		want := s.sim.Total("111", map[string]string{"ga4.total_users": "totalUsers", "ga4.active_users": "activeUsers"}[f.Metric], w.From, day("2026-10-31"))
		sum := byDay.sum("daily", f.Metric, "")
		if !f.Value.Equal(want) || !f.Value.LessThan(sum) || !f.Day.IsZero() || f.Dimensions != nil || f.Zone != "Europe/Berlin" {
			t.Errorf("%s of the range is %s, Google has %s, the days' sum is %s", f.Metric, f.Value, want, sum)
		}
	}
}

// Revenue that the role withholds comes as zeros from Google, and not at all from here.
func TestWhatIsDeniedIsUnavailableAndNotZero(t *testing.T) {
	t.Parallel()
	s := setUp(t, nil)
	s.property("333")
	read := s.read(window("2026-11-01", "2026-11-08"))
	for _, f := range read {
		if f.Metric == "ga4.purchase_revenue" {
			t.Fatalf("a withheld number was kept: %+v", f)
		}
	}
	if read.sum("shop", "ga4.ecommerce_purchases", "").IsZero() || read.sum("channel", "ga4.sessions", "").IsZero() {
		t.Error("what is not withheld is missing")
	}
	if got, _ := s.notes["unavailable"].([]string); !slices.Equal(got, []string{"ga4.purchase_revenue"}) {
		t.Errorf("unavailable is %v", got)
	}
}

func TestFlags(t *testing.T) {
	t.Parallel()
	for kind, want := range map[ga4sim.Kind]upstream.Flags{
		ga4sim.Thresholding: upstream.Thresholded, ga4sim.Sampling: upstream.Sampled,
		ga4sim.OtherRow: upstream.OtherRow, ga4sim.Truncation: upstream.Incomplete,
	} {
		s := setUp(t, nil)
		s.sim.Fail(ga4sim.Fault{Kind: kind, On: "batchRunReports", Times: 10})
		for _, f := range s.read(window("2026-11-02", "2026-11-04")) {
			if f.Flags != want {
				t.Fatalf("with %s the flags of %s are %b", kind, f.Metric, f.Flags)
			}
		}
	}
}

func TestTheLastFourDaysAreProvisional(t *testing.T) {
	t.Parallel()
	s := setUp(t, nil)
	if s.source.Limits().RestatedDays != 4 {
		t.Errorf("%d days are read again", s.source.Limits().RestatedDays)
	}
	for _, f := range s.read(window("2026-11-19", "2026-11-26")) {
		if want := !f.Day.Before(day("2026-11-22")); f.Report == "daily" && (f.Flags&upstream.Provisional != 0) != want {
			t.Errorf("%s of %s: provisional is %v", f.Metric, f.Day.Format("2006-01-02"), !want)
		}
	}
	more := ga4.New(ga4.Config{RestatedDays: 10})
	fewer := ga4.New(ga4.Config{RestatedDays: 1})
	if more.Limits().RestatedDays != 10 || fewer.Limits().RestatedDays != 4 {
		t.Error("the setting is not kept, or goes below what Google restates")
	}
}

func TestQuotaIsNoted(t *testing.T) {
	t.Parallel()
	s := setUp(t, nil)
	s.read(window("2026-11-02", "2026-11-04"))
	quota, _ := s.notes["quota"].(map[string]int)
	if left := quota["tokens_left_today"]; left <= 0 || left >= 200_000 {
		t.Errorf("the quota noted is %v", quota)
	}
}

// Cohorts are weeks that begin on Sunday; weeks that have not begun are not there.
func TestCohorts(t *testing.T) {
	t.Parallel()
	s := setUp(t, nil)
	weeks := map[string]map[string]decimal.Decimal{}
	for _, f := range s.read(window("2026-09-01", "2026-11-26")) {
		if f.Report != "cohorts" {
			continue
		}
		if f.Day.Weekday() != 0 || f.Metric != "ga4.cohort_active_users" {
			t.Fatalf("a cohort's fact is %+v", f)
		}
		key := f.Day.Format("2006-01-02")
		if weeks[key] == nil {
			weeks[key] = map[string]decimal.Decimal{}
		}
		weeks[key][f.Dimensions["week"]] = f.Value
	}
	if len(weeks) != 12 || len(weeks["2026-09-06"]) != 9 || len(weeks["2026-11-22"]) != 1 || len(weeks["2026-11-15"]) != 2 {
		t.Fatalf("the cohorts are %v", weeks)
	}
	old := weeks["2026-09-06"]
	if !old["0"].GreaterThan(old["1"]) || old["8"].IsZero() {
		t.Errorf("a cohort's weeks are %v", old)
	}
}

func TestChangedNamesTheLastDaysAndEachWeekTheCohorts(t *testing.T) {
	t.Parallel()
	s := setUp(t, nil)
	if days, next, err := s.source.Changed(t.Context(), s.conn, ""); err != nil || len(days) != 0 || next != "2026-11-25" {
		t.Fatalf("without a cursor: %v, %q, %v", days, next, err)
	}
	days, _, err := s.source.Changed(t.Context(), s.conn, "2026-11-25")
	if err != nil || len(days) != 4 || !days[0].Equal(day("2026-11-22")) {
		t.Errorf("the same day again: %v, %v", days, err)
	}
	days, _, err = s.source.Changed(t.Context(), s.conn, "2026-11-20")
	if err != nil || !slices.ContainsFunc(days, day("2026-09-27").Equal) || !slices.ContainsFunc(days, day("2026-11-17").Equal) {
		t.Errorf("after a Sunday: %v, %v", days, err)
	}
}
