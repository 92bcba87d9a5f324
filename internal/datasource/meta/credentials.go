package meta

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"

	"clientportal/internal/datasource/upstream"
	"clientportal/internal/fault"
)

// The ways to connect.
const (
	accessToken = "access_token"
	oauth       = "oauth"
)

// credentials hold, with OAuth, the app as well, so that somebody can sign in again.
type credentials struct {
	AccessToken  string `json:"access_token,omitempty"`
	ClientID     string `json:"client_id,omitempty"`
	ClientSecret string `json:"client_secret,omitempty"`
}

type settings struct {
	Account accountID `json:"ad_account_id"`
	Windows windows   `json:"attribution_windows"`
}

// accountID is an ad account's number, as text or as a number, with or without act_.
type accountID string

// UnmarshalJSON implements json.Unmarshaler.
func (a *accountID) UnmarshalJSON(b []byte) error {
	if string(b) != "null" {
		*a = accountID(strings.TrimPrefix(strings.TrimSpace(strings.Trim(string(b), `"`)), "act_"))
	}
	return nil
}

// windows are attribution windows, as a list or as text with commas.
type windows []string

// UnmarshalJSON implements json.Unmarshaler.
func (w *windows) UnmarshalJSON(b []byte) error {
	if b[0] != '"' {
		return json.Unmarshal(b, (*[]string)(w))
	}
	var text string
	if err := json.Unmarshal(b, &text); err != nil {
		return err
	}
	for part := range strings.SplitSeq(text, ",") {
		if part = strings.TrimSpace(part); part != "" {
			*w = append(*w, part)
		}
	}
	return nil
}

// allowedWindows are those that Meta still serves; 7d_view and 28d_view ended in
// January 2026.
var (
	allowedWindows = []string{"1d_click", "7d_click", "28d_click", "1d_view", "1d_ev"}
	usualWindows   = []string{"7d_click", "1d_view"}
)

var digits = regexp.MustCompile(`^[1-9]\d{0,19}$`)

// parse reads and checks a connection.
func parse(connectionType string, rawCredentials, rawSettings json.RawMessage) (credentials, settings, error) {
	var (
		c     credentials
		st    settings
		check fault.Check
	)
	if len(rawCredentials) > 0 && json.Unmarshal(rawCredentials, &c) != nil {
		return c, st, fault.InvalidField("credentials", "Send the credentials as an object.")
	}
	if len(rawSettings) > 0 && json.Unmarshal(rawSettings, &st) != nil {
		return c, st, fault.InvalidField("settings", "Send the settings as an object; attribution_windows is a list.")
	}
	c.AccessToken = strings.TrimSpace(c.AccessToken)
	check.That(connectionType == accessToken || connectionType == oauth, "connection_type", "Meta is connected by access_token or oauth.")
	switch {
	case connectionType == oauth && c.AccessToken == "" && (c.ClientID != "" || c.ClientSecret != ""):
		check.That(c.ClientID != "", "credentials.client_id", "This is needed.")
		check.That(c.ClientSecret != "", "credentials.client_secret", "This is needed.")
	case c.AccessToken == "":
		check.Add("credentials.access_token", "Enter the access token.")
	case len(c.AccessToken) > 4096 || strings.ContainsFunc(c.AccessToken, func(r rune) bool { return r <= ' ' || r > '~' }):
		check.Add("credentials.access_token", "This is no access token: a token has letters and digits only, and no spaces.")
	}
	check.That(st.Account == "" || digits.MatchString(string(st.Account)), "settings.ad_account_id",
		"The ad account ID is a number such as 1234567890, with or without act_ before it.")
	for _, w := range st.Windows {
		check.That(slices.Contains(allowedWindows, w), "settings.attribution_windows",
			"Meta does not serve the window %.20q. Choose from %s.", w, strings.Join(allowedWindows, ", "))
	}
	if len(st.Windows) == 0 {
		st.Windows = slices.Clone(usualWindows)
	}
	slices.Sort(st.Windows)
	st.Windows = slices.Compact(st.Windows)
	return c, st, check.Err()
}

// Check implements upstream.Source. The ad account may be chosen later, and with OAuth
// the token comes when somebody signs in.
func (s *Source) Check(connectionType string, rawCredentials, rawSettings json.RawMessage) error {
	_, _, err := parse(connectionType, rawCredentials, rawSettings)
	return err
}

func asFailure(err error) error {
	return &upstream.Failure{
		Kind: upstream.Fix, Code: "configuration", Cause: err,
		Client: clientSetup, Staff: "The stored connection can't be used: " + err.Error(),
	}
}

// notSignedIn is the failure of a connection whose sign-in has not taken place.
func notSignedIn() error {
	return &upstream.Failure{
		Kind: upstream.Reauthorise, Code: "not_signed_in", Client: clientLogin,
		Staff: "Nobody has signed in with Facebook for this source yet. Sign in, or send the client a link to do so.",
	}
}
