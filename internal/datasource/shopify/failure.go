package shopify

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"clientportal/internal/datasource/upstream"
)

// The words for the client's people; what exactly is wrong is the agency's to see.
const (
	clientLater   = "The shop can't be read at the moment. The numbers shown are the last good ones; we try again by ourselves."
	clientSignIn  = "The connection to the shop has ended and must be authorised again."
	clientWeFixIt = "The shop does not let us read its numbers. Your agency is told and looks into it."
)

// later is a failure that passes by itself.
func later(code string, after time.Duration, format string, args ...any) *upstream.Failure {
	return &upstream.Failure{Kind: upstream.Retry, After: after, Code: code, Client: clientLater,
		Staff: fmt.Sprintf(format, args...)}
}

func signIn(code, format string, args ...any) *upstream.Failure {
	return &upstream.Failure{Kind: upstream.Reauthorise, Code: code, Client: clientSignIn, Staff: fmt.Sprintf(format, args...)}
}

func fix(code, format string, args ...any) *upstream.Failure {
	return &upstream.Failure{Kind: upstream.Fix, Code: code, Client: clientWeFixIt, Staff: fmt.Sprintf(format, args...)}
}

func smaller(code, staff string) *upstream.Failure {
	return &upstream.Failure{Kind: upstream.Smaller, Code: code, Client: clientLater, Staff: staff}
}

func unreadableConnection() *upstream.Failure {
	return fix("CONNECTION", "What is stored of this connection can't be read. Connect the shop again.")
}

const system = "Shopify"

// unreadable is an answer that is no answer. Its text is left out: it may hold anything.
func unreadable(what string) *upstream.Failure { return upstream.Garbled(system, what, nil) }

// ofStatus says what an HTTP status other than 200 means.
func ofStatus(resp *http.Response) *upstream.Failure {
	code := "HTTP " + strconv.Itoa(resp.StatusCode)
	switch resp.StatusCode {
	case http.StatusBadRequest:
		return misunderstood(code, "the call")
	case http.StatusUnauthorized:
		return signIn(code, "Shopify refuses the access token: it was revoked, or the app was removed from the shop. Connect the shop again.")
	case http.StatusPaymentRequired:
		return fix(code, "The shop is frozen because of an unpaid bill. Its owner must pay Shopify.")
	case http.StatusForbidden:
		return fix(code, "Shopify forbids the app to call its API. Look at the app's access in the shop's settings.")
	case http.StatusNotFound:
		return fix(code, "There is no such shop, or it does not serve this version of the API. Look at the shop's name.")
	case http.StatusLocked:
		return fix(code, "Shopify has locked the shop. Its owner must ask Shopify's support.")
	case http.StatusTooManyRequests, 430:
		return later(throttled, retryAfter(resp), "Shopify asks for fewer calls.")
	}
	if resp.StatusCode >= 500 {
		return later(code, max(time.Minute, retryAfter(resp)), "Shopify has a fault of its own.")
	}
	return fix(code, "Shopify refuses the call with status %d.", resp.StatusCode)
}

// throttled is the code of all refusals for want of quota.
const throttled = "THROTTLED"

// momentary reports whether a failure may be over in a second.
func momentary(f *upstream.Failure) bool {
	return f.Kind == upstream.Retry && (f.Code == throttled || f.Code == "unreachable" || strings.HasPrefix(f.Code, "HTTP 5"))
}

func retryAfter(resp *http.Response) time.Duration {
	seconds, err := strconv.ParseFloat(resp.Header.Get("Retry-After"), 64)
	if err != nil || seconds <= 0 || seconds > 86400 {
		return 2 * time.Second
	}
	return time.Duration(seconds * float64(time.Second))
}

// problem is one entry of an answer's errors.
type problem struct {
	Message    string `json:"message"`
	Path       []any  `json:"path"`
	Extensions struct {
		Code           string `json:"code"`
		RequiredAccess string `json:"requiredAccess"`
	} `json:"extensions"`
}

const accessDenied = "ACCESS_DENIED"

// under reports whether the problem is with a field of this name, at any depth.
func (p problem) under(fields ...string) bool {
	for _, step := range p.Path {
		for _, f := range fields {
			if step == f {
				return true
			}
		}
	}
	return false
}

// field is what the problem is with, as a name of the schema.
func (p problem) field() string {
	for i := len(p.Path) - 1; i >= 0; i-- {
		if name, ok := p.Path[i].(string); ok && len(name) < 60 {
			return name
		}
	}
	return "the query"
}

// protected reports whether it is Shopify's approval that is missing, not a scope.
func (p problem) protected() bool {
	m := strings.ToLower(p.Message)
	return strings.Contains(m, "not approved") || strings.Contains(m, "protected customer data") || strings.Contains(m, "protected-customer-data")
}

// failure says what a problem means for the whole read.
func (p problem) failure() *upstream.Failure {
	code := p.Extensions.Code
	switch code {
	case accessDenied:
		if p.protected() {
			return fix(code, "The app is not approved for protected customer data (%s). Ask for it in the app's settings at Shopify, under API access.", p.field())
		}
		return signIn(code, "The app lacks a scope for %s%s. Grant it and authorise the app again.", p.field(), scopeIn(p.Extensions.RequiredAccess+p.Message))
	case "MAX_COST_EXCEEDED":
		return smaller(code, "Shopify finds a query too expensive, even for the smallest page.")
	case "INTERNAL_SERVER_ERROR", "TIMEOUT", "SERVICE_UNAVAILABLE":
		return later(code, time.Minute, "Shopify has a fault of its own (%s).", p.field())
	case "SHOP_INACTIVE":
		return fix(code, "The shop is not active.")
	}
	return misunderstood(cmp.Or(code, "QUERY"), p.field())
}

// errQuery is the cause where Shopify does not know what a query asks for, as when a
// later version of its API has left something out.
var errQuery = errors.New("the query is not understood")

func misunderstood(code, field string) *upstream.Failure {
	f := fix(code, "Shopify does not understand a query (%s). The portal may need an update for this version of the API.", field)
	f.Cause = errQuery
	return f
}

// optional reports whether the failure is about what a query asked for, and not about
// the shop or the connection: the rest can be read without it.
func optional(err error) bool {
	f, ok := upstream.AsFailure(err)
	return ok && (f.Code == accessDenied || errors.Is(f, errQuery))
}

// scopeIn finds the scope that a refusal names.
func scopeIn(text string) string {
	for _, scope := range []string{"read_all_orders", "read_orders", "read_customers", "read_products", "read_checkouts"} {
		if strings.Contains(text, scope) {
			return " (" + scope + ")"
		}
	}
	return ""
}
