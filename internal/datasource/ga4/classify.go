package ga4

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"golang.org/x/oauth2"

	"clientportal/internal/datasource/upstream"
)

// How long to wait. A property may meet ten server errors an hour, ours and other
// programs' together, before Google refuses everything: a failed call is repeated
// rarely.
const (
	afterConcurrent  = 30 * time.Second
	afterMinute      = time.Minute
	afterHourly      = 30 * time.Minute
	afterServerError = 10 * time.Minute
	afterManyErrors  = time.Hour
	fewErrorsLeft    = 3
)

const (
	clientLater = "Google Analytics has no more answers for now. The last numbers stay on show."
	clientSetup = "The connection to Google Analytics needs another look by the agency."
	clientLogin = "Google Analytics must be authorised again."
)

// refused is the failure that an answer other than 200 is.
func (s *session) refused(resp *http.Response) error {
	var e apiError
	body, _ := io.ReadAll(io.LimitReader(resp.Body, 64<<10))
	_ = json.Unmarshal(body, &e) // a proxy's page is no JSON: the status says enough
	f := classify(resp.StatusCode, e, s.Now())
	if f.Kind == upstream.Retry && f.After < retryAfter(resp.Header) {
		f.After = retryAfter(resp.Header)
	}
	if resp.StatusCode >= 500 && s.serverErrors >= 0 && s.serverErrors <= fewErrorsLeft {
		f.After = afterManyErrors
	}
	if f.Code == codePermission {
		f.Staff = s.permissionWords()
	}
	return f
}

// The codes of refusals that are about who asks.
const (
	codePermission = "PERMISSION_DENIED"
	codeDisabled   = "SERVICE_DISABLED"
	codeScope      = "ACCESS_TOKEN_SCOPE_INSUFFICIENT"
)

func (s *session) permissionWords() string {
	who := "the Google account that authorised the portal"
	if s.account != "" {
		who = s.account
	}
	return fmt.Sprintf("Property %s does not let %s read it. In Analytics, under Admin, Property access management, give that address the role Viewer.", s.property, who)
}

// classify says what is to be done about an error of the Data API.
func classify(status int, e apiError, now time.Time) *upstream.Failure {
	said := clip(e.Error.Message)
	code := e.Error.Status
	if code == "" {
		code = strconv.Itoa(status)
	}
	f := &upstream.Failure{Kind: upstream.Fix, Code: code, Client: clientSetup, Cause: fmt.Errorf("status %d: %s", status, said)}
	switch {
	case status == http.StatusTooManyRequests || code == "RESOURCE_EXHAUSTED" || e.reason() == "RATE_LIMIT_EXCEEDED":
		f.Kind, f.Client = upstream.Retry, clientLater
		f.After, f.Staff = waitForQuota(e, now)
	case status == http.StatusUnauthorized:
		f.Kind, f.Client = upstream.Reauthorise, clientLogin
		f.Staff = "Google does not accept the access token. Authorise the source again, or upload a new key."
	case status >= 500:
		f.Kind, f.Client, f.After = upstream.Retry, clientLater, afterServerError
		f.Staff = "Google Analytics failed on its side. The portal tries again by itself, rarely, since Google counts such errors."
	case e.reason() == codeDisabled:
		f.Staff = "The Google Analytics Data API is not enabled in the Google Cloud project of this key. Enable it there, and try again after some minutes."
		f.Code = codeDisabled
	case e.reason() == codeScope || strings.Contains(said, "insufficient authentication scopes"):
		f.Staff = "The token lacks the scope analytics.readonly. Authorise again with that scope."
		f.Code = codeScope
	case status == http.StatusForbidden:
		f.Code = codePermission
		f.Staff = "This account may not read the property. Give it the role Viewer in Analytics."
	case status == http.StatusNotFound:
		f.Staff = "There is no such property. Check the property ID."
	case isAboutFields(said):
		f.Kind = upstream.Degrade
		f.Client = "Some numbers of Google Analytics can't be had."
		f.Staff = "Google does not give some of the numbers that were asked for: " + said
	default:
		f.Staff = "Google does not accept the request: " + said
	}
	return f
}

// isAboutFields reports whether Google refuses a metric or a dimension and not the
// whole request.
func isAboutFields(said string) bool {
	for _, words := range []string{"is not a valid metric", "is not a valid dimension", "to make the request compatible", "incompatible"} {
		if strings.Contains(said, words) {
			return true
		}
	}
	return false
}

// waitForQuota tells by the kind of quota that ended when to ask again.
func waitForQuota(e apiError, now time.Time) (time.Duration, string) {
	said := strings.ToLower(e.Error.Message)
	switch {
	case strings.Contains(said, "concurrent"):
		return afterConcurrent, "Too many requests to this property run at once. The portal waits half a minute."
	case strings.Contains(said, "per day"), strings.Contains(said, "daily"):
		return untilMidnightPacific(now), "This property's quota for today is used up. It begins anew at midnight Pacific time."
	case e.perMinute(), strings.Contains(said, "per minute"):
		return afterMinute, "The Google Cloud project's quota of a minute is used up. The portal waits a minute."
	}
	return afterHourly, "This property's quota for the hour is used up. The portal waits half an hour."
}

func untilMidnightPacific(now time.Time) time.Duration {
	pacific, err := time.LoadLocation("America/Los_Angeles")
	if err != nil {
		pacific = time.FixedZone("PST", -8*60*60)
	}
	at := now.In(pacific)
	return time.Date(at.Year(), at.Month(), at.Day()+1, 0, 0, 0, 0, pacific).Sub(now)
}

// retryAfter is what the header asks for in seconds, within a day.
func retryAfter(h http.Header) time.Duration {
	seconds, err := strconv.Atoi(h.Get("Retry-After"))
	if err != nil || seconds < 0 {
		return 0
	}
	return min(time.Duration(seconds)*time.Second, 24*time.Hour)
}

// tokenFailure says what is to be done when no access token is given. The answer's
// text is not kept, only the code that OAuth has for it.
func tokenFailure(err error) error {
	refused, ok := errors.AsType[*oauth2.RetrieveError](err)
	if !ok {
		return upstream.Unreachable(system, err)
	}
	var said struct {
		Error       string `json:"error"`
		Description string `json:"error_description"`
	}
	_ = json.Unmarshal(refused.Body, &said)
	f := &upstream.Failure{
		Kind: upstream.Reauthorise, Code: clip(said.Error), Client: clientLogin,
		Cause: fmt.Errorf("the token endpoint answered %d %s", refused.Response.StatusCode, clip(said.Error)),
	}
	switch status := refused.Response.StatusCode; {
	case status >= 500 || status == http.StatusTooManyRequests:
		f.Kind, f.After, f.Client = upstream.Retry, max(afterServerError, retryAfter(refused.Response.Header)), clientLater
		f.Staff = "Google gives no access tokens at the moment. The portal tries again by itself."
	case said.Error == "invalid_grant":
		f.Staff = "Google does not accept the key or the refresh token any more: it was revoked, has expired or was deleted. Authorise the source again, or upload a new key."
	case said.Error == "invalid_client", said.Error == "unauthorized_client":
		f.Kind, f.Client = upstream.Fix, clientSetup
		f.Staff = "Google does not know this client ID with this secret. Check both in Google Cloud."
	case said.Error == "invalid_scope":
		f.Kind, f.Client = upstream.Fix, clientSetup
		f.Staff = "Google does not give the scope analytics.readonly to this client."
	default:
		f.Staff = "Google gives no access token. Authorise the source again, or upload a new key."
	}
	return f
}

// clip keeps a message of another system short, and on one line.
func clip(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > 300 {
		s = string(r[:300]) + "…"
	}
	return s
}
