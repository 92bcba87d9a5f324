package metasim

import (
	"encoding/json"
	"net/http"
	"strings"

	"clientportal/internal/datasource/upstream/faulty"
)

// Kind is a way to fail.
type Kind string

// The ways to fail.
const (
	AppLimit       Kind = "4"
	UserLimit      Kind = "17"
	PageLimit      Kind = "32"
	CustomLimit    Kind = "613"
	BusinessLimit  Kind = "80000" // with a time to regain access
	AdsLimit       Kind = "80004"
	Unknown        Kind = "1/99"
	Service        Kind = "2"
	Signature      Kind = "104"
	Retry960       Kind = "960"
	Transient      Kind = "transient"
	InsideOf200    Kind = "error inside of 200"
	TooMuch        Kind = "too much data"
	Expired        Kind = "190/463"
	NoPermission   Kind = "10"
	BadParameter   Kind = "100"
	NoAccess       Kind = "200"
	Impossible     Kind = "2/1504041"
	ImpossibleToo  Kind = "1/2853001"
	BadGateway     Kind = "bad gateway"
	RepeatedCursor Kind = "repeated cursor"
	ForeignNext    Kind = "next at another host"
	RunFailed      Kind = "run failed"
	RunSkipped     Kind = "run skipped"
	RunHangs       Kind = "run hangs"
	NotANumber     Kind = "NaN"
	HugeNumber     Kind = "1e400"
	CutOff         Kind = "cut off"
	Endless        Kind = "endless"
	Hang           Kind = "hang"
	Slow           Kind = "slow"     // a right answer, a few bytes at a time
	Usage80        Kind = "usage 80" // headers: four fifths are used
	Usage97        Kind = "usage 97"
)

// Fault is one failure to come, of the calls whose path ends in On: "/insights".
type Fault = faulty.Fault[Kind]

// Fail adds failures to come.
func (s *Sim) Fail(faults ...Fault) { s.script.Fail(faults...) }

func (s *Sim) next(r *http.Request) Kind {
	return s.script.Next(func(f Fault) bool {
		return strings.HasSuffix(r.URL.Path, f.On) && (f.Method == "" || f.Method == r.Method)
	})
}

// problem is an error as Meta writes it.
type problem struct {
	status, code, subcode int
	message               string
	transient             bool
}

func invalid(message string) *problem { return &problem{400, 100, 0, message, false} }

func missing(node string) *problem {
	return &problem{400, 100, 33, "Unsupported get request. Object with ID '" + node + "' does not exist, cannot be loaded due to missing permissions, or does not support this operation.", false}
}

var problems = map[Kind]*problem{
	AppLimit:      {403, 4, 0, "(#4) Application request limit reached", true},
	UserLimit:     {400, 17, 2446079, "(#17) User request limit reached", false},
	PageLimit:     {400, 32, 0, "(#32) Page request limit reached", false},
	CustomLimit:   {400, 613, 0, "(#613) Calls to this api have exceeded the rate limit.", false},
	BusinessLimit: {400, 80000, 2446079, "(#80000) There have been too many calls from this ad-account. Wait a bit and try again.", false},
	AdsLimit:      {400, 80004, 2446079, "(#80004) There have been too many calls to this ad-account. Wait a bit and try again.", false},
	Unknown:       {500, 1, 99, "An unknown error occurred", false},
	Service:       {500, 2, 0, "An unexpected error has occurred. Please retry your request later.", true},
	Signature:     {400, 104, 0, "Incorrect signature", false},
	Retry960:      {400, 960, 0, "Request aborted. This could happen if a dependent request failed or the entire request timed out.", false},
	Transient:     {400, 2601, 1815107, "Error accessing adreport job.", true},
	InsideOf200:   {200, 2, 0, "Service temporarily unavailable", true},
	TooMuch:       {500, 1, 0, "Please reduce the amount of data you're asking for, then retry your request", false},
	Expired:       {400, 190, 463, "Error validating access token: Session has expired.", false},
	NoPermission:  {403, 10, 0, "(#10) Application does not have permission for this action", false},
	BadParameter:  {400, 100, 0, "(#100) Invalid parameter", false},
	NoAccess:      {403, 200, 0, "(#200) Ad account owner has NOT grant ads_management or ads_read permission", false},
	Impossible:    {400, 2, 1504041, "The metrics can't be combined.", true},
	ImpossibleToo: {400, 1, 2853001, "The request can't be answered.", false},
}

func (p *problem) send(w http.ResponseWriter) {
	e := object{"message": p.message, "type": "OAuthException", "code": p.code, "fbtrace_id": "AbCdEfGh"}
	if p.subcode != 0 {
		e["error_subcode"] = p.subcode
	}
	if p.transient {
		e["is_transient"] = true
	}
	sendJSON(w, p.status, object{"error": e})
}

// headers tell how much of the limits is used.
func (k Kind) headers(h http.Header) {
	share := "12"
	switch k {
	case Usage80:
		share = "80"
	case Usage97:
		share = "97"
	case BusinessLimit, AdsLimit:
		share = "100"
	}
	h.Set("X-App-Usage", `{"call_count":`+share+`,"total_cputime":3,"total_time":5}`)
	h.Set("X-Ad-Account-Usage", `{"acc_id_util_pct":9.67,"reset_time_duration":0,"ads_api_access_tier":"standard_access"}`)
	wait := "0"
	if share == "100" {
		wait = "17"
	}
	h.Set("X-Business-Use-Case-Usage", `{"1000001":[{"type":"ads_insights","call_count":`+share+`,"total_cputime":7,"total_time":9,"estimated_time_to_regain_access":`+wait+`}]}`)
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
		w.Write([]byte("<html>Sorry, something went wrong.</html>"))
	case Endless:
		faulty.Endless(w, r, `{"data":[{"ad_name":"`)
	case Hang:
		faulty.Hang(r)
	default:
		return false
	}
	return true
}

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
	w.Write([]byte(`{"data":[{"ad_id":"12`))
}

func sendJSON(w http.ResponseWriter, status int, v any) {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	w.WriteHeader(status)
	w.Write(b)
}
