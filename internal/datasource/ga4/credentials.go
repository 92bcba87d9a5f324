package ga4

import (
	"bytes"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"clientportal/internal/datasource/upstream"
	"clientportal/internal/fault"
)

// The ways to connect.
const (
	serviceAccount = "service_account"
	oauth          = "oauth"
)

// credentials of either way.
type credentials struct {
	KeyFile      keyFile `json:"service_account_json,omitzero"`
	ClientID     string  `json:"client_id,omitempty"`
	ClientSecret string  `json:"client_secret,omitempty"`
	RefreshToken string  `json:"refresh_token,omitempty"`
}

// keyFile is a key of a service account, given as the file's text or as an object.
type keyFile struct{ text []byte }

// UnmarshalJSON implements json.Unmarshaler.
func (k *keyFile) UnmarshalJSON(b []byte) error {
	if b[0] != '"' {
		k.text = slices.Clone(b)
		return nil
	}
	var s string
	err := json.Unmarshal(b, &s)
	k.text = []byte(s)
	return err
}

// key is what a key file holds. Its own token_uri is looked at and never called.
type key struct {
	Type         string `json:"type"`
	ProjectID    string `json:"project_id"`
	PrivateKeyID string `json:"private_key_id"`
	PrivateKey   string `json:"private_key"`
	ClientEmail  string `json:"client_email"`
	TokenURI     string `json:"token_uri"`
}

type settings struct {
	PropertyID propertyID `json:"property_id"`
}

// propertyID is a property's number, as text or as a number, or "properties/123".
type propertyID string

// UnmarshalJSON implements json.Unmarshaler.
func (p *propertyID) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		return nil
	}
	*p = propertyID(strings.TrimPrefix(strings.TrimSpace(strings.Trim(string(b), `"`)), "properties/"))
	return nil
}

var digits = regexp.MustCompile(`^[1-9]\d{0,19}$`)

// parse reads the credentials and the settings of a connection.
func parse(connectionType string, rawCredentials, rawSettings json.RawMessage) (credentials, settings, error) {
	var (
		c  credentials
		st settings
	)
	if len(rawCredentials) > 0 && json.Unmarshal(rawCredentials, &c) != nil {
		return c, st, fault.InvalidField("credentials", "Send the credentials as an object.")
	}
	if len(rawSettings) > 0 && json.Unmarshal(rawSettings, &st) != nil {
		return c, st, fault.InvalidField("settings", "Send the settings as an object.")
	}
	if connectionType != serviceAccount && connectionType != oauth {
		return c, st, fault.InvalidField("connection_type", "Google Analytics is connected by service_account or oauth.")
	}
	return c, st, nil
}

// Check implements upstream.Source. The property may be chosen later, and the refresh
// token comes when somebody signs in.
func (s *Source) Check(connectionType string, rawCredentials, rawSettings json.RawMessage) error {
	c, st, err := parse(connectionType, rawCredentials, rawSettings)
	if err != nil {
		return err
	}
	var check fault.Check
	if connectionType == serviceAccount {
		if _, err := s.readKey(c.KeyFile); err != nil {
			check.Add("credentials.service_account_json", "%s", err)
		}
	} else {
		for _, f := range []struct{ name, value string }{
			{"client_id", c.ClientID}, {"client_secret", c.ClientSecret},
		} {
			check.That(f.value != "", "credentials."+f.name, "This is needed.")
			check.That(len(f.value) <= 4096, "credentials."+f.name, "This is too long to be right.")
		}
		check.That(len(c.RefreshToken) <= 4096, "credentials.refresh_token", "This is too long to be right.")
	}
	check.That(st.PropertyID == "" || digits.MatchString(string(st.PropertyID)), "settings.property_id",
		"The property ID is a number such as 123456789; the measurement ID that begins with G- is another thing.")
	return check.Err()
}

// readKey reads a key file. Its errors are sentences for the person who gave it, and
// hold nothing of it.
func (s *Source) readKey(file keyFile) (key, error) {
	var k key
	text := bytes.TrimSpace(file.text)
	switch {
	case len(text) == 0:
		return k, errors.New("Paste the key file of the service account.") //nolint:revive,staticcheck // a sentence for a form
	case len(text) > 64<<10, json.Unmarshal(text, &k) != nil:
		return k, errors.New("This is no key file: it is not JSON. Download the key as JSON from Google Cloud.") //nolint:revive,staticcheck // as above
	case k.Type != "service_account":
		return k, errors.New(`This is no key of a service account: its "type" must be "service_account".`) //nolint:revive,staticcheck // as above
	case !strings.Contains(k.ClientEmail, "@"):
		return k, errors.New(`The key file lacks "client_email". Download it again from Google Cloud.`) //nolint:revive,staticcheck // as above
	case !s.isGoogles(k.TokenURI):
		return k, errors.New(`The key file's "token_uri" is not Google's. Download the key again from Google Cloud.`) //nolint:revive,staticcheck // as above
	case !isRSA(k.PrivateKey):
		return k, errors.New(`The key file's "private_key" is no RSA key in PEM. Download the key again from Google Cloud.`) //nolint:revive,staticcheck // as above
	}
	return k, nil
}

// isGoogles looks at a key's own token address, which is never called: one that is
// somewhere else belongs to a key that is not Google's.
func (s *Source) isGoogles(address string) bool {
	if address == "" || address == s.config.TokenURL {
		return true
	}
	u, err := url.Parse(address)
	return err == nil && u.Scheme == "https" && u.User == nil && u.Port() == "" &&
		slices.Contains([]string{"oauth2.googleapis.com", "accounts.google.com", "www.googleapis.com"}, u.Host)
}

// audience is whom a key's assertion is made for: Google takes those for its own token
// address alone, wherever on the way to it they are sent.
func (s *Source) audience(k key) string {
	if k.TokenURI == s.config.TokenURL {
		return k.TokenURI
	}
	return PublicTokenURL
}

func isRSA(text string) bool {
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		return false
	}
	if _, err := x509.ParsePKCS1PrivateKey(block.Bytes); err == nil {
		return true
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	_, ok := parsed.(*rsa.PrivateKey)
	return err == nil && ok
}

// asFailure is a fault of stored credentials or settings, met when they are used.
func asFailure(err error) error {
	return &upstream.Failure{
		Kind: upstream.Fix, Code: "configuration", Cause: err,
		Client: "The connection to Google Analytics needs another look by the agency.",
		Staff:  "The stored connection can't be used: " + err.Error(),
	}
}

// notSignedIn is the failure of a connection whose sign-in has not taken place.
func notSignedIn() error {
	return &upstream.Failure{
		Kind: upstream.Reauthorise, Code: "not_signed_in", Client: clientLogin,
		Staff: "Nobody has signed in with Google for this source yet. Sign in, or send the client a link to do so.",
	}
}
