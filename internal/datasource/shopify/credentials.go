package shopify

import (
	"encoding/json"
	"regexp"
	"strings"
	"time"

	"clientportal/internal/datasource/upstream"
	"clientportal/internal/fault"
)

// credentials of every way to connect. The tokens of the last two ways are fetched,
// not typed in; an app's id and secret stay beside them for the next exchange.
type credentials struct {
	AccessToken    string    `json:"access_token,omitempty"`
	ClientID       string    `json:"client_id,omitempty"`
	ClientSecret   string    `json:"client_secret,omitempty"`
	RefreshToken   string    `json:"refresh_token,omitempty"`
	ExpiresAt      time.Time `json:"expires_at,omitzero"`
	RefreshExpires time.Time `json:"refresh_token_expires_at,omitzero"`
	Scope          string    `json:"scope,omitempty"`
}

type settings struct {
	Shop string `json:"shop"`
}

const ownDomain = ".myshopify.com"

var (
	shopNames = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,59}$`)
	printable = regexp.MustCompile(`^[!-~]{1,512}$`)
)

// shopName is the name in a host: nothing else may come from outside into an address.
func shopName(given string) (string, bool) {
	name := strings.TrimSuffix(strings.ToLower(strings.TrimSpace(given)), ownDomain)
	return name, shopNames.MatchString(name)
}

// Check looks at what was typed in.
func (*Source) Check(connectionType string, credentialsJSON, settingsJSON json.RawMessage) error {
	var c credentials
	var s settings
	var check fault.Check
	if !readObject(credentialsJSON, &c) {
		check.Add("credentials", "Credentials are an object of texts.")
	}
	if !readObject(settingsJSON, &s) {
		check.Add("settings", "Settings are an object of texts.")
	}
	if err := check.Err(); err != nil {
		return err
	}
	if _, ok := shopName(s.Shop); !ok {
		check.Add("settings.shop", "Enter the shop's name as in its address NAME.myshopify.com: letters, digits and hyphens.")
	}
	secret := func(name, value, what string) {
		check.That(printable.MatchString(value), "credentials."+name, "Enter %s, without spaces.", what)
	}
	switch connectionType {
	case byToken:
		secret("access_token", c.AccessToken, "the app's Admin API access token")
	case byClient:
		secret("client_id", c.ClientID, "the app's client ID")
		secret("client_secret", c.ClientSecret, "the app's client secret")
	case byOAuth: // tokens come when the shop's owner has authorised the app, or are there already
		if c.AccessToken == "" || c.RefreshToken != "" {
			secret("client_id", c.ClientID, "the client ID of your app")
			secret("client_secret", c.ClientSecret, "the client secret of your app")
		}
	default:
		check.Add("connection_type", "A shop is connected by %s, %s or %s.", byToken, byClient, byOAuth)
	}
	return check.Err()
}

// readObject reads nothing as an empty object.
func readObject(raw json.RawMessage, into any) bool {
	return len(raw) == 0 || json.Unmarshal(raw, into) == nil
}

// open reads a connection that Check has let through.
func open(c *upstream.Conn) (credentials, string, error) {
	var creds credentials
	var s settings
	if !readObject(c.Credentials, &creds) || !readObject(c.Settings, &s) {
		return creds, "", unreadableConnection()
	}
	shop, ok := shopName(s.Shop)
	if !ok {
		return creds, "", unreadableConnection()
	}
	return creds, shop, nil
}

// base is a shop's address.
func (s *Source) base(shop string) string {
	return strings.TrimRight(strings.ReplaceAll(s.BaseURL, "{shop}", shop), "/")
}
