package ga4sim

import (
	"fmt"
	"net/http"

	"clientportal/internal/datasource/upstream/faulty"
)

// Kind is a way to fail.
type Kind string

// The ways to fail.
const (
	ConcurrentQuota Kind = "concurrent quota"
	MinuteQuota     Kind = "minute quota"
	HourlyQuota     Kind = "hourly quota"
	DailyQuota      Kind = "daily quota"
	ServerError     Kind = "server error"
	Unauthorized    Kind = "unauthorized"
	Forbidden       Kind = "forbidden"
	ScopeMissing    Kind = "scope missing"
	APIDisabled     Kind = "api disabled"
	BadRequest      Kind = "bad request"   // that names nothing
	InvalidGrant    Kind = "invalid grant" // of the token endpoint
	BadGateway      Kind = "bad gateway"   // a page of HTML with status 502
	HalfPage        Kind = "half page"     // fewer rows than there are, and none after
	RepeatedPage    Kind = "repeated page" // the first rows again
	NoRowCount      Kind = "no row count"
	NotANumber      Kind = "NaN"
	HugeNumber      Kind = "1e400"
	CutOff          Kind = "cut off" // the JSON ends in the middle
	Endless         Kind = "endless" // an answer without end
	Hang            Kind = "hang"    // no answer until the caller gives up
	Slow            Kind = "slow"    // a right answer, a few bytes at a time
	Thresholding    Kind = "thresholding"
	Sampling        Kind = "sampling"
	OtherRow        Kind = "other row"
	Truncation      Kind = "truncation"
)

// Fault is one failure to come: On is a method, "runReport" or "token".
type Fault = faulty.Fault[Kind]

// Fail adds failures to come.
func (s *Sim) Fail(faults ...Fault) { s.script.Fail(faults...) }

// next is the failure of this call, "" for none.
func (s *Sim) next(method string) Kind {
	return s.script.Next(func(f Fault) bool { return f.On == "" || f.On == method })
}

// problem is an error as Google writes it.
type problem struct {
	status        int
	code, message string
	reason        string
}

func invalid(format string, args ...any) *problem {
	return &problem{http.StatusBadRequest, "INVALID_ARGUMENT", fmt.Sprintf(format, args...), ""}
}

var problems = map[Kind]*problem{
	ConcurrentQuota: {429, "RESOURCE_EXHAUSTED", "Exhausted concurrent requests quota. Please send fewer requests concurrently.", ""},
	MinuteQuota:     {429, "RESOURCE_EXHAUSTED", "Quota exceeded for quota metric 'Core requests' and limit 'Core requests per minute per project' of service 'analyticsdata.googleapis.com'.", "RATE_LIMIT_EXCEEDED"},
	HourlyQuota:     {429, "RESOURCE_EXHAUSTED", "Exhausted property tokens for a project per hour. These quota tokens will return in under an hour.", ""},
	DailyQuota:      {429, "RESOURCE_EXHAUSTED", "Exhausted property tokens per day. These quota tokens will return in under 24 hours.", ""},
	ServerError:     {500, "INTERNAL", "An internal error has occurred.", ""},
	Unauthorized:    {401, "UNAUTHENTICATED", "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential.", ""},
	Forbidden:       {403, "PERMISSION_DENIED", "User does not have sufficient permissions for this property. To learn more about Property ID, see https://developers.google.com/analytics/devguides/reporting/data/v1/property-id.", ""},
	ScopeMissing:    {403, "PERMISSION_DENIED", "Request had insufficient authentication scopes.", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"},
	BadRequest:      {400, "INVALID_ARGUMENT", "Request contains an invalid argument.", ""},
	APIDisabled:     {403, "PERMISSION_DENIED", "Google Analytics Data API has not been used in project 123 before or it is disabled.", "SERVICE_DISABLED"},
}

func (p *problem) send(w http.ResponseWriter) {
	body := object{"code": p.status, "message": p.message, "status": p.code}
	if p.reason != "" {
		body["details"] = []object{{
			"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": p.reason, "domain": "googleapis.com",
			"metadata": object{"service": "analyticsdata.googleapis.com"},
		}}
	}
	sendJSON(w, p.status, object{"error": body})
}

// refuse answers with the failure when it is one of the whole call.
func (k Kind) refuse(w http.ResponseWriter, r *http.Request) bool {
	if p, ok := problems[k]; ok {
		p.send(w)
		return true
	}
	switch k {
	case BadGateway:
		w.WriteHeader(http.StatusBadGateway)
		w.Write([]byte("<html><body>502. That's an error.</body></html>"))
	case Endless:
		faulty.Endless(w, r, `{"kind":"`)
	case Hang:
		faulty.Hang(r)
	default:
		return false
	}
	return true
}

// page is what is left of a page of rows.
func (k Kind) page(page, all []line) []line {
	switch k {
	case HalfPage:
		return page[:len(page)/2]
	case RepeatedPage:
		return all[:min(len(page), len(all))]
	}
	return page
}

// number is what is left of a number.
func (k Kind) number(text string) string {
	switch k {
	case NotANumber:
		return "NaN"
	case HugeNumber:
		return "1e400"
	}
	return text
}

// send answers, or with half an answer.
func (k Kind) send(w http.ResponseWriter, answer any) {
	if k == Slow {
		w = faulty.Trickle{ResponseWriter: w}
	}
	if k != CutOff {
		sendJSON(w, http.StatusOK, answer)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Write([]byte(`{"kind":"analyticsData#runReport","rows":[{"dimensionValues":[{"val`))
}
