package ga4sim_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"clientportal/internal/datasource/ga4/ga4sim"
)

type client struct {
	t     *testing.T
	sim   *ga4sim.Sim
	url   string
	token string
}

func start(t *testing.T) *client {
	t.Helper()
	sim := ga4sim.New(ga4sim.World{
		Seed: 1, Now: func() time.Time { return time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC) },
		Properties: []ga4sim.Property{{ID: "1", Profile: ga4sim.Shop}},
	})
	server := httptest.NewServer(sim)
	t.Cleanup(server.Close)
	resp, err := http.PostForm(server.URL+"/token", url.Values{
		"grant_type": {"refresh_token"}, "client_id": {ga4sim.ClientID}, "client_secret": {ga4sim.ClientSecret}, "refresh_token": {sim.RefreshToken()},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var given struct {
		AccessToken string `json:"access_token"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&given); err != nil {
		t.Fatal(err)
	}
	return &client{t, sim, server.URL, given.AccessToken}
}

func (c *client) post(method, body string) (int, string) {
	c.t.Helper()
	r, err := http.NewRequestWithContext(c.t.Context(), http.MethodPost, c.url+"/v1beta/properties/1:"+method, bytes.NewReader([]byte(body)))
	if err != nil {
		c.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+c.token)
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		c.t.Fatal(err)
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	return resp.StatusCode, string(answer)
}

const days = `"dateRanges":[{"startDate":"2026-11-01","endDate":"2026-11-03"}]`

func TestItRefusesWhatGoogleRefuses(t *testing.T) {
	t.Parallel()
	c := start(t)
	many := func(n int) string { return strings.TrimSuffix(strings.Repeat(`{"name":"sessions"},`, n), ",") }
	for _, x := range []struct{ name, body, says string }{
		{"a name of old", `{` + days + `,"metrics":[{"name":"conversions"}]}`, "Field conversions is not a valid metric"},
		{"an invented metric", `{` + days + `,"metrics":[{"name":"keyEventRate"}]}`, "not a valid metric"},
		{"an invented dimension", `{` + days + `,"dimensions":[{"name":"isConversionEvent"}],"metrics":[{"name":"sessions"}]}`, "not a valid dimension"},
		{"items and visits", `{` + days + `,"dimensions":[{"name":"date"},{"name":"itemName"}],"metrics":[{"name":"sessions"},{"name":"addToCarts"}]}`, "incompatible"},
		{"events by campaign", `{` + days + `,"dimensions":[{"name":"date"},{"name":"campaignName"}],"metrics":[{"name":"eventCount"}]}`, "incompatible"},
		{"new users by source", `{` + days + `,"dimensions":[{"name":"sourceMedium"}],"metrics":[{"name":"newUsers"}]}`, "incompatible"},
		{"11 metrics", `{` + days + `,"metrics":[` + many(11) + `]}`, "limited to 10 metrics"},
		{"10 dimensions", `{` + days + `,"dimensions":[` + many(10) + `]}`, "limited to 9 dimensions"},
		{"5 ranges", `{"dateRanges":[` + strings.TrimSuffix(strings.Repeat(`{"startDate":"today","endDate":"today"},`, 5), ",") + `],"metrics":[{"name":"sessions"}]}`, "limited to 4"},
		{"a field that is none", `{` + days + `,"metric":[]}`, "Invalid JSON payload"},
		{"a limit in words", `{` + days + `,"metrics":[{"name":"sessions"}],"limit":"many"}`, "TYPE_INT64"},
		{"no limit", `{` + days + `,"metrics":[{"name":"sessions"}],"limit":"0"}`, "must be positive"},
		{"days turned round", `{"dateRanges":[{"startDate":"2026-11-03","endDate":"2026-11-01"}],"metrics":[{"name":"sessions"}]}`, "cannot be after"},
		{"a cohort without its dimension", `{"metrics":[{"name":"cohortActiveUsers"}],"cohortSpec":{"cohorts":[{"dimension":"firstSessionDate"}],"cohortsRange":{"granularity":"WEEKLY","endOffset":1}}}`, "cohort"},
	} {
		if status, answer := c.post("runReport", x.body); status != http.StatusBadRequest || !strings.Contains(answer, x.says) || !strings.Contains(answer, "INVALID_ARGUMENT") {
			t.Errorf("%s is %d %s", x.name, status, answer)
		}
	}
	one := `{` + days + `,"metrics":[{"name":"sessions"}]}`
	if status, answer := c.post("batchRunReports", `{"requests":[`+strings.TrimSuffix(strings.Repeat(one+",", 6), ",")+`]}`); status != http.StatusBadRequest || !strings.Contains(answer, "limited to 5") {
		t.Errorf("six requests are %d %s", status, answer)
	}
	c.token = "ya29.other"
	if status, answer := c.post("runReport", one); status != http.StatusUnauthorized || !strings.Contains(answer, "UNAUTHENTICATED") {
		t.Errorf("another token is %d %s", status, answer)
	}
}

func TestTwoRangesAddADimension(t *testing.T) {
	t.Parallel()
	c := start(t)
	_, answer := c.post("runReport", `{"dateRanges":[{"startDate":"7daysAgo","endDate":"yesterday"},{"startDate":"14daysAgo","endDate":"8daysAgo"}],"metrics":[{"name":"totalUsers"}],"limit":"10"}`)
	if !strings.Contains(answer, `{"name":"dateRange"}`) || !strings.Contains(answer, "date_range_1") || !strings.Contains(answer, `"rowCount":2`) {
		t.Errorf("it answered %s", answer)
	}
}

func TestAnEmptyReportHasNoRowsAndNoRowCount(t *testing.T) {
	t.Parallel()
	c := start(t)
	_, answer := c.post("runReport", `{"dateRanges":[{"startDate":"2019-01-01","endDate":"2019-01-02"}],"dimensions":[{"name":"date"}],"metrics":[{"name":"sessions"}]}`)
	if strings.Contains(answer, "rowCount") || strings.Contains(answer, `"rows"`) || !strings.Contains(answer, `"timeZone"`) {
		t.Errorf("it answered %s", answer)
	}
}

// The same seed is the same world, whoever asks and whenever it was started.
func TestASeedIsAWorld(t *testing.T) {
	t.Parallel()
	world := func(seed uint64, now string) *ga4sim.Sim {
		at, err := time.Parse(time.DateOnly, now)
		if err != nil {
			t.Fatal(err)
		}
		return ga4sim.New(ga4sim.World{Seed: seed, Now: func() time.Time { return at }, Properties: []ga4sim.Property{{ID: "1", Profile: ga4sim.WebApp}}})
	}
	from, to := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), time.Date(2026, 5, 31, 0, 0, 0, 0, time.UTC)
	a, b, other := world(3, "2026-11-25"), world(3, "2027-02-01"), world(4, "2026-11-25")
	if x, y := a.Total("1", "eventCount", from, to), b.Total("1", "eventCount", from, to); !x.Equal(y) || x.IsZero() {
		t.Errorf("it is %s and %s", x, y)
	}
	if a.ServiceAccountJSON() != b.ServiceAccountJSON() {
		t.Error("a key that was stored is no longer good after a restart")
	}
	if a.Total("1", "eventCount", from, to).Equal(other.Total("1", "eventCount", from, to)) {
		t.Error("another seed is the same world")
	}
}
