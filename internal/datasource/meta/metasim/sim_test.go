package metasim_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"clientportal/internal/datasource/meta/metasim"
)

type client struct {
	t   *testing.T
	sim *metasim.Sim
	url string
}

func start(t *testing.T) client {
	t.Helper()
	sim := metasim.New(metasim.World{
		Seed: 1, Now: func() time.Time { return time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC) },
		Accounts: []metasim.Account{{ID: "1", Profile: metasim.Shop}},
	})
	server := httptest.NewServer(sim)
	t.Cleanup(server.Close)
	return client{t, sim, server.URL}
}

func (c client) get(path string, params map[string]string) (int, string, http.Header) {
	c.t.Helper()
	form := url.Values{"access_token": {c.sim.Token()}}
	for k, v := range params {
		form.Set(k, v)
	}
	resp, err := http.Get(c.url + path + "?" + form.Encode())
	if err != nil {
		c.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	return resp.StatusCode, string(body), resp.Header
}

const days = `{"since":"2026-11-01","until":"2026-11-03"}`

func TestItRefusesWhatMetaRefuses(t *testing.T) {
	t.Parallel()
	c := start(t)
	for _, x := range []struct {
		name, path string
		params     map[string]string
		says       string
	}{
		{"an invented field", "/v26.0/act_1/insights", map[string]string{"time_range": days, "fields": "spend,roi"}, "roi is not valid for fields param"},
		{"a window of old", "/v26.0/act_1/insights", map[string]string{"time_range": days, "action_attribution_windows": `["7d_view"]`}, "must be one of the following"},
		{"another window of old", "/v26.0/act_1/insights", map[string]string{"time_range": days, "action_attribution_windows": `["28d_view"]`}, "must be one of the following"},
		{"a level", "/v26.0/act_1/insights", map[string]string{"time_range": days, "level": "page"}, "level must be"},
		{"a breakdown of old", "/v26.0/act_1/insights", map[string]string{"time_range": days, "breakdowns": "dma"}, "dma"},
		{"reach long ago by age", "/v26.0/act_1/insights", map[string]string{"time_range": `{"since":"2025-09-01","until":"2025-09-02"}`, "fields": "reach", "breakdowns": "age"}, "13 months"},
		{"38 months ago", "/v26.0/act_1/insights", map[string]string{"time_range": `{"since":"2023-09-01","until":"2023-09-02"}`}, "37 months"},
		{"days turned round", "/v26.0/act_1/insights", map[string]string{"time_range": `{"since":"2026-11-03","until":"2026-11-01"}`}, "since must be before"},
		{"no days", "/v26.0/act_1/insights", map[string]string{}, "time_range"},
		{"a limit in words", "/v26.0/act_1/insights", map[string]string{"time_range": days, "limit": "all"}, "limit"},
		{"a parameter that is none", "/v26.0/act_1/insights", map[string]string{"time_range": days, "page": "2"}, "page is not supported"},
		{"an account it can't see", "/v26.0/act_2/insights", map[string]string{"time_range": days}, "does not exist"},
		{"a version that is over", "/v19.0/act_1", nil, "deprecated version"},
		{"another token", "/v26.0/act_1", map[string]string{"access_token": "EAAother"}, "Malformed access token EAAother"},
	} {
		if status, body, _ := c.get(x.path, x.params); status != http.StatusBadRequest || !strings.Contains(body, x.says) || !strings.Contains(body, `"OAuthException"`) {
			t.Errorf("%s is %d %s", x.name, status, body)
		}
	}
}

// As in the real system: a cursor on the last page too, a token in next, strings for
// numbers, and a purchase under several names.
func TestItPagesAndNamesAsMetaDoes(t *testing.T) {
	t.Parallel()
	c := start(t)
	params := map[string]string{"time_range": days, "level": "ad", "time_increment": "1", "fields": "ad_id,spend,actions", "limit": "40"}
	_, body, header := c.get("/v26.0/act_1/insights", params)
	for _, want := range []string{`"next":"http`, "access_token=" + c.sim.Token(), `"spend":"`, `"omni_purchase"`, `"offsite_conversion.fb_pixel_purchase"`} {
		if !strings.Contains(body, want) {
			t.Errorf("it lacks %s", want)
		}
	}
	if header.Get("X-Business-Use-Case-Usage") == "" || header.Get("X-App-Usage") == "" || header.Get("X-Ad-Account-Usage") == "" {
		t.Errorf("the usage is %v", header)
	}
	params["limit"] = "400"
	if _, body, _ := c.get("/v26.0/act_1/insights", params); strings.Contains(body, `"next"`) || !strings.Contains(body, `"after"`) {
		t.Error("the last page has a next, or no cursor")
	}
}

func TestASeedIsAWorld(t *testing.T) {
	t.Parallel()
	world := func(seed uint64, now string) *metasim.Sim {
		at, err := time.Parse(time.DateOnly, now)
		if err != nil {
			t.Fatal(err)
		}
		return metasim.New(metasim.World{Seed: seed, Now: func() time.Time { return at }, Accounts: []metasim.Account{{ID: "1", Profile: metasim.WebApp}}})
	}
	from, to := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), time.Date(2026, 5, 31, 0, 0, 0, 0, time.UTC)
	a, b, other := world(3, "2026-11-25"), world(3, "2027-02-01"), world(4, "2026-11-25")
	if x, y := a.Total("1", "leads", from, to), b.Total("1", "leads", from, to); !x.Equal(y) || x.IsZero() {
		t.Errorf("it is %s and %s", x, y)
	}
	if a.Token() != b.Token() || a.Total("1", "spend", from, to).Equal(other.Total("1", "spend", from, to)) {
		t.Error("a seed is not a world")
	}
}
