package ga4_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"clientportal/internal/datasource/ga4"
	"clientportal/internal/datasource/ga4/ga4sim"
	"clientportal/internal/datasource/upstream"
	"clientportal/internal/fault"
)

var week = window("2026-11-02", "2026-11-09")

func TestEveryFailureSaysWhatIsToBeDone(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		kind  ga4sim.Kind
		on    string
		want  upstream.Kind
		after time.Duration // at least
	}{
		{ga4sim.ConcurrentQuota, "batchRunReports", upstream.Retry, 30 * time.Second},
		{ga4sim.MinuteQuota, "batchRunReports", upstream.Retry, time.Minute},
		{ga4sim.HourlyQuota, "batchRunReports", upstream.Retry, 30 * time.Minute},
		{ga4sim.DailyQuota, "batchRunReports", upstream.Retry, 17 * time.Hour},
		{ga4sim.ServerError, "batchRunReports", upstream.Retry, 10 * time.Minute},
		{ga4sim.BadGateway, "runReport", upstream.Retry, 10 * time.Minute},
		{ga4sim.Unauthorized, "batchRunReports", upstream.Reauthorise, 0},
		{ga4sim.InvalidGrant, "token", upstream.Reauthorise, 0},
		{ga4sim.ServerError, "token", upstream.Retry, 10 * time.Minute},
		{ga4sim.CutOff, "batchRunReports", upstream.Retry, time.Minute},
		{ga4sim.Endless, "batchRunReports", upstream.Retry, time.Minute},
		{ga4sim.NotANumber, "batchRunReports", upstream.Retry, time.Minute},
		{ga4sim.HugeNumber, "batchRunReports", upstream.Retry, time.Minute},
	} {
		t.Run(string(c.kind)+" "+c.on, func(t *testing.T) {
			t.Parallel()
			s := setUp(t, nil)
			s.sim.Fail(ga4sim.Fault{Kind: c.kind, On: c.on})
			f := s.fails(week)
			if f.Kind != c.want || f.After < c.after || f.Client == "" || f.Staff == "" {
				t.Errorf("it is %s after %s: %s", f.Kind, f.After, f.Staff)
			}
			s.secretFree(fmt.Sprintf("%s %s %s %v", f.Error(), f.Client, f.Code, f.Cause))
		})
	}
}

func TestWhatTheRoleMissesIsToldExactly(t *testing.T) {
	t.Parallel()
	s := setUp(t, nil)
	for kind, words := range map[ga4sim.Kind]string{ga4sim.Forbidden: "Viewer", ga4sim.ScopeMissing: "analytics.readonly", ga4sim.APIDisabled: "Enable it"} {
		s.sim.Fail(ga4sim.Fault{Kind: kind, On: "metadata"}, ga4sim.Fault{Kind: kind, On: "batchRunReports"})
		if f := s.fails(week); f.Kind != upstream.Fix || !strings.Contains(f.Staff, words) {
			t.Errorf("%s is %s: %s", kind, f.Kind, f.Staff)
		}
	}
}

// A page that is half there, or there twice, is no success.
func TestBrokenPagesAreNoSuccess(t *testing.T) {
	t.Parallel()
	for _, fault := range []ga4sim.Fault{
		{Kind: ga4sim.RepeatedPage, On: "runReport"},
		{Kind: ga4sim.HalfPage, On: "runReport", Times: 100},
	} {
		s := setUp(t, func(c *ga4.Config) { c.PageSize = 2 })
		s.sim.Fail(fault)
		if f := s.fails(week); f.Kind != upstream.Retry || f.Code != "garbled" {
			t.Errorf("%s is %s %s", fault.Kind, f.Kind, f.Code)
		}
	}
}

// A single short page is asked on from where it ended.
func TestAShortPageIsContinued(t *testing.T) {
	t.Parallel()
	s := setUp(t, nil)
	s.sim.Fail(ga4sim.Fault{Kind: ga4sim.HalfPage, On: "batchRunReports"})
	if got, want := s.read(week).sum("daily", "ga4.sessions", ""), s.sim.Total("111", "sessions", week.From, day("2026-11-08")); !got.Equal(want) {
		t.Errorf("read %s, Google has %s", got, want)
	}
}

// One field that Google refuses costs that field, not the others.
func TestARefusedFieldCostsOnlyItself(t *testing.T) {
	t.Parallel()
	s := setUp(t, nil)
	refuse := func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body := new(strings.Builder)
			_, _ = fmt.Fprint(body, readAll(r))
			switch {
			case strings.HasSuffix(r.URL.Path, "/metadata"):
				http.Error(w, `{"error":{"code":404,"status":"NOT_FOUND"}}`, http.StatusNotFound)
			case strings.Contains(body.String(), "itemsViewed") || strings.Contains(body.String(), `"landingPage"`):
				what := "Please remove itemsViewed to make the request compatible."
				if strings.Contains(body.String(), `"landingPage"`) && !strings.Contains(body.String(), "itemsViewed") {
					what = "Field landingPage is not a valid dimension."
				}
				w.WriteHeader(http.StatusBadRequest)
				fmt.Fprintf(w, `{"error":{"code":400,"status":"INVALID_ARGUMENT","message":%q}}`, what)
			default:
				r.Body = readCloser(body.String())
				next.ServeHTTP(w, r)
			}
		})
	}
	server := httptest.NewServer(refuse(s.sim))
	defer server.Close()
	s.source = ga4.New(ga4.Config{BaseURL: server.URL, TokenURL: s.url + "/token"})
	s.conn.Client = http.DefaultClient
	read := s.read(week)
	if read.sum("daily", "ga4.sessions", "").IsZero() || read.sum("event", "ga4.event_count", "").IsZero() {
		t.Error("what was not refused is missing")
	}
	for _, f := range read {
		if f.Metric == "ga4.items_viewed" || f.Report == "landing_page" {
			t.Fatalf("what was refused is there: %+v", f)
		}
	}
	if got, _ := s.notes["unavailable"].([]string); len(got) != 1 || got[0] != "ga4.items_viewed" {
		t.Errorf("unavailable is %v", got)
	}
}

// A batch that is refused as a whole is asked for one by one; cohorts that are refused
// are unavailable; a report that is refused for nothing of ours is a failure.
func TestARefusalThatNamesNothing(t *testing.T) {
	t.Parallel()
	s := setUp(t, nil)
	s.sim.Fail(ga4sim.Fault{Kind: ga4sim.BadRequest, On: "batchRunReports"})
	if got, want := s.read(week).sum("daily", "ga4.sessions", ""), s.sim.Total("111", "sessions", week.From, day("2026-11-08")); !got.Equal(want) {
		t.Errorf("one by one it read %s, Google has %s", got, want)
	}
	s.sim.Fail(ga4sim.Fault{Kind: ga4sim.BadRequest, On: "runReport"})
	if !s.read(week).sum("cohorts", "ga4.cohort_active_users", "").IsZero() {
		t.Error("refused cohorts are there")
	}
	if got, _ := s.notes["unavailable"].([]string); !slices.Equal(got, []string{"ga4.cohort_active_users"}) {
		t.Errorf("unavailable is %v", got)
	}
	s.sim.Fail(ga4sim.Fault{Kind: ga4sim.BadRequest, On: "batchRunReports"}, ga4sim.Fault{Kind: ga4sim.BadRequest, On: "runReport"})
	if f := s.fails(week); f.Kind != upstream.Fix || !strings.Contains(f.Staff, "invalid argument") {
		t.Errorf("it is %s: %s", f.Kind, f.Staff)
	}
}

// A key's own token address is never called; one that is not Google's is refused.
func TestAKeysOwnTokenAddressIsNeverCalled(t *testing.T) {
	t.Parallel()
	s := setUp(t, nil)
	called := false
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { called = true }))
	defer elsewhere.Close()
	var key map[string]string
	if err := json.Unmarshal([]byte(s.sim.ServiceAccountJSON()), &key); err != nil {
		t.Fatal(err)
	}
	key["token_uri"] = elsewhere.URL + "/token"
	s.conn.Credentials = object(t, map[string]any{"service_account_json": key})
	s.conn.Client = http.DefaultClient
	err := s.source.Check("service_account", s.conn.Credentials, s.conn.Settings)
	if f, ok := errors.AsType[*fault.Error](err); !ok || f.Fields[0].Name != "credentials.service_account_json" || !strings.Contains(f.Fields[0].Message, "token_uri") {
		t.Errorf("the key was judged %v", err)
	}
	if f := s.fails(week); f.Kind != upstream.Fix || called {
		t.Errorf("it is %s, and the address was called: %v", f.Kind, called)
	}
}

func TestCheckNamesTheField(t *testing.T) {
	t.Parallel()
	s := setUp(t, nil)
	key := s.sim.ServiceAccountJSON()
	for _, c := range []struct{ connection, credentials, settings, field string }{
		{"service_account", `{}`, `{}`, "credentials.service_account_json"},
		{"service_account", `{"service_account_json":"hello"}`, `{}`, "credentials.service_account_json"},
		{"service_account", `{"service_account_json":"{\"type\":\"authorized_user\"}"}`, `{}`, "credentials.service_account_json"},
		{"service_account", `{"service_account_json":{"type":"service_account","client_email":"a@b","private_key":"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"}}`, `{}`, "credentials.service_account_json"},
		{"service_account", string(object(t, map[string]string{"service_account_json": key})), `{"property_id":"G-ABC123"}`, "settings.property_id"},
		{"service_account", string(object(t, map[string]string{"service_account_json": key})), `{"property_id":"1/../2"}`, "settings.property_id"},
		{"oauth", `{"client_id":"a","refresh_token":"c"}`, `{}`, "credentials.client_secret"},
		{"oauth", `[]`, `{}`, "credentials"},
		{"password", `{}`, `{}`, "connection_type"},
	} {
		err := s.source.Check(c.connection, json.RawMessage(c.credentials), json.RawMessage(c.settings))
		if f, ok := errors.AsType[*fault.Error](err); !ok || f.Code != fault.Invalid || f.Fields[0].Name != c.field {
			t.Errorf("%s %.40s is %v, wanted %s", c.connection, c.credentials, err, c.field)
		}
	}
	for _, good := range []string{`{"property_id":"111"}`, `{"property_id":111}`, `{"property_id":"properties/111"}`, `{}`, ``} {
		if err := s.source.Check("service_account", s.conn.Credentials, json.RawMessage(good)); err != nil {
			t.Errorf("%s is %v", good, err)
		}
	}
}

// No answer is a failure that passes; slow bytes are an answer.
func TestASystemThatHangsOrTrickles(t *testing.T) {
	t.Parallel()
	s := setUp(t, nil)
	s.sim.Fail(ga4sim.Fault{Kind: ga4sim.Hang, On: "batchRunReports"})
	hasty, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	err := s.source.Read(hasty, s.conn, week, &gathered{})
	if f, ok := upstream.AsFailure(err); !ok || f.Kind != upstream.Retry || f.Code != "timeout" {
		t.Errorf("a system that hangs is %v", err)
	}
	s.sim.Fail(ga4sim.Fault{Kind: ga4sim.Slow, On: "batchRunReports", Times: 3})
	if s.read(week).sum("daily", "ga4.sessions", "").IsZero() {
		t.Error("nothing was read")
	}
}
