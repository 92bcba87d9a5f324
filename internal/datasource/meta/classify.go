package meta

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"clientportal/internal/datasource/upstream"
)

const (
	afterTransient = time.Minute
	afterLimit     = 5 * time.Minute
	afterFailedRun = 30 * time.Minute
)

const (
	clientLater = "Meta has no more answers for now. The last numbers stay on show."
	clientSetup = "The connection to Meta needs another look by the agency."
	clientLogin = "Meta must be authorised again."
)

// limits are the codes of a limit that was reached: of the app, the user, the account,
// and of each business use case.
var limits = map[int]bool{
	4: true, 17: true, 32: true, 613: true, 80000: true, 80001: true, 80002: true, 80003: true, 80004: true,
	80005: true, 80006: true, 80008: true,
}

// passing are the codes of what passes by itself.
var passing = map[int]bool{1: true, 2: true, 104: true, 960: true}

// classify says what is to be done about an error of the Graph API. Regain is how long
// the usage headers say a limit lasts, 0 when they say nothing.
func classify(status int, e graphError, regain time.Duration) *upstream.Failure {
	f := &upstream.Failure{Code: codeOf(status, e), Client: clientSetup, Kind: upstream.Fix, Cause: fmt.Errorf("status %d: %s", status, e.Message)}
	said := e.UserMessage
	if said == "" {
		said = e.Message
	}
	switch {
	case strings.Contains(strings.ToLower(e.Message+e.UserMessage), "reduce the amount of data"):
		f.Kind, f.Client = upstream.Smaller, clientLater
		f.Staff = "Meta can't answer so much at once. The portal asks for less."
	case e.Code == 2 && e.Subcode == 1504041, e.Code == 1 && e.Subcode == 2853001, e.Code == 2 && e.Subcode == 1853001:
		f.Staff = "Meta can't answer this request, and won't when it is repeated: " + said
	case e.Code == 190 || e.Code == 102 || status == http.StatusUnauthorized && e.Code == 0:
		f.Kind, f.Client, f.Staff = upstream.Reauthorise, clientLogin, tokenWords(e.Subcode)
	case limits[e.Code] || status == http.StatusTooManyRequests:
		f.Kind, f.Client, f.After = upstream.Retry, clientLater, max(afterLimit, regain)
		f.Staff = "Meta's limit of requests is reached. The portal goes on when Meta allows it."
	case e.IsTransient, passing[e.Code], status >= 500:
		f.Kind, f.Client, f.After = upstream.Retry, clientLater, max(afterTransient, regain)
		f.Staff = "Meta failed on its side. The portal tries again by itself."
	case e.Code == 10 || e.Code >= 200 && e.Code <= 299:
		f.Staff = "The token may not read this ad account. Give its user access to the account in Business Settings, and the app the permission ads_read. Meta says: " + said
	case e.Code == 100:
		f.Staff = "Meta does not accept the request; usually the ad account ID is wrong, or the token's user does not see the account. Meta says: " + said
	case e.Code == 3018:
		f.Staff = "Meta keeps numbers for 37 months only."
	default:
		f.Staff = "Meta does not accept the request: " + said
	}
	return f
}

func codeOf(status int, e graphError) string {
	switch {
	case e.Code == 0:
		return strconv.Itoa(status)
	case e.Subcode != 0:
		return fmt.Sprintf("%d/%d", e.Code, e.Subcode)
	}
	return strconv.Itoa(e.Code)
}

// tokenWords say why a token is no good.
func tokenWords(subcode int) string {
	why := "does not accept the access token"
	switch subcode {
	case 458:
		why = "no longer knows the app's access: the person removed the app"
	case 459, 464:
		why = "wants the person to confirm their Facebook account first"
	case 460:
		why = "ended the token because the password was changed"
	case 463:
		why = "says that the token has expired"
	case 467:
		why = "says that the token was revoked"
	case 492:
		why = "says that the person no longer has a role on the page or business"
	}
	return "Meta " + why + ". Authorise the source again, best with a system user's token, which does not end."
}

// runFailed is the failure of a report run that ended without success.
func runFailed(status string) *upstream.Failure {
	return &upstream.Failure{
		Kind: upstream.Smaller, Code: "run:" + status, Client: clientLater,
		Staff: "Meta did not finish a report (" + status + "). The portal asks for less at once.",
	}
}

// stuck is the failure of what can't be asked for in smaller parts.
func stuck(f *upstream.Failure) *upstream.Failure {
	return &upstream.Failure{
		Kind: upstream.Retry, After: afterFailedRun, Code: f.Code, Client: clientLater, Cause: f,
		Staff: "Meta did not finish a report, not even for a single day and campaign. The portal tries again by itself.",
	}
}
