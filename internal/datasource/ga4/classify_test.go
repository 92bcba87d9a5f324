package ga4

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"clientportal/internal/datasource/upstream"
)

func TestClassify(t *testing.T) {
	t.Parallel()
	pacific, err := time.LoadLocation("America/Los_Angeles")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 25, 21, 0, 0, 0, pacific)
	const info = `,"details":[{"reason":"%"}]`
	for _, c := range []struct {
		name   string
		status int
		body   string
		kind   upstream.Kind
		after  time.Duration
		words  string
	}{
		{"concurrent", 429, `{"error":{"status":"RESOURCE_EXHAUSTED","message":"Exhausted concurrent requests quota."}}`, upstream.Retry, 30 * time.Second, "at once"},
		{"hourly", 429, `{"error":{"status":"RESOURCE_EXHAUSTED","message":"Exhausted property tokens for a project per hour."}}`, upstream.Retry, 30 * time.Minute, "hour"},
		{"thresholded", 429, `{"error":{"status":"RESOURCE_EXHAUSTED","message":"Exhausted potentially thresholded requests quota."}}`, upstream.Retry, 30 * time.Minute, "hour"},
		{"daily", 429, `{"error":{"status":"RESOURCE_EXHAUSTED","message":"Exhausted property tokens per day."}}`, upstream.Retry, 3 * time.Hour, "midnight Pacific"},
		{"minute", 429, `{"error":{"message":"Quota exceeded for limit 'requests per minute per project'"}}`, upstream.Retry, time.Minute, "minute"},
		{"no words", 429, ``, upstream.Retry, 30 * time.Minute, ""},
		{"quota as 403", 403, `{"error":{"status":"RESOURCE_EXHAUSTED","message":"Exhausted property tokens per hour."}}`, upstream.Retry, 30 * time.Minute, ""},
		{"401", 401, `{"error":{"status":"UNAUTHENTICATED","message":"bad"}}`, upstream.Reauthorise, 0, "Authorise"},
		{"permission", 403, `{"error":{"status":"PERMISSION_DENIED","message":"User does not have sufficient permissions for this property."}}`, upstream.Fix, 0, "Viewer"},
		{"scope", 403, `{"error":{"status":"PERMISSION_DENIED"` + strings.Replace(info, "%", "ACCESS_TOKEN_SCOPE_INSUFFICIENT", 1) + `}}`, upstream.Fix, 0, "analytics.readonly"},
		{"disabled", 403, `{"error":{"status":"PERMISSION_DENIED"` + strings.Replace(info, "%", "SERVICE_DISABLED", 1) + `}}`, upstream.Fix, 0, "not enabled"},
		{"400", 400, `{"error":{"status":"INVALID_ARGUMENT","message":"startDate is wrong"}}`, upstream.Fix, 0, "startDate is wrong"},
		{"metric", 400, `{"error":{"status":"INVALID_ARGUMENT","message":"Field adRevenue is not a valid metric."}}`, upstream.Degrade, 0, "adRevenue"},
		{"incompatible", 400, `{"error":{"status":"INVALID_ARGUMENT","message":"Please remove eventCount to make the request compatible."}}`, upstream.Degrade, 0, "eventCount"},
		{"404", 404, `<html>`, upstream.Fix, 0, "property"},
		{"500", 500, `{"error":{"status":"INTERNAL"}}`, upstream.Retry, 10 * time.Minute, "rarely"},
		{"502", 502, `<html>`, upstream.Retry, 10 * time.Minute, ""},
		{"503", 503, `{"error":{"status":"UNAVAILABLE"}}`, upstream.Retry, 10 * time.Minute, ""},
	} {
		var e apiError
		_ = json.Unmarshal([]byte(c.body), &e)
		f := classify(c.status, e, now)
		if f.Kind != c.kind || f.After != c.after || !strings.Contains(f.Staff, c.words) || f.Client == "" {
			t.Errorf("%s is %s after %s: %q", c.name, f.Kind, f.After, f.Staff)
		}
	}
}

// The day of the clock's change has 23 or 25 hours.
func TestMidnightPacificOverTheClocksChange(t *testing.T) {
	t.Parallel()
	for at, want := range map[string]time.Duration{"2026-11-01T07:30:00Z": 24*time.Hour + 30*time.Minute, "2026-03-08T08:30:00Z": 22*time.Hour + 30*time.Minute} {
		now, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		if got := untilMidnightPacific(now); got != want && got != want-24*time.Hour {
			t.Errorf("from %s it is %s", at, got)
		}
	}
}

func TestRetryAfterIsBounded(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]time.Duration{"": 0, "x": 0, "-5": 0, "90": 90 * time.Second, "99999999": 24 * time.Hour} {
		if got := retryAfter(http.Header{"Retry-After": {value}}); got != want {
			t.Errorf("%q is %s", value, got)
		}
	}
}

// Whatever comes, a failure says what is to be done, in words of a bounded length.
func FuzzClassify(f *testing.F) {
	f.Add(429, `{"error":{"message":"per day"}}`)
	f.Add(403, `{"error":{"details":[{"reason":"x","metadata":{"quota_limit":"PerMinute"}}]}}`)
	f.Add(0, "\x00")
	now := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, status int, body string) {
		var e apiError
		_ = json.Unmarshal([]byte(body), &e)
		failure := classify(status, e, now)
		if failure.Kind == "" || failure.Client == "" || failure.Staff == "" || len([]rune(failure.Staff)) > 500 {
			t.Errorf("%d %q became %+v", status, body, failure)
		}
		if (failure.Kind == upstream.Retry) != (failure.After > 0) || failure.After > 25*time.Hour {
			t.Errorf("%d %q is %s after %s", status, body, failure.Kind, failure.After)
		}
	})
}
