package shopify

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"clientportal/internal/datasource/upstream"
	"clientportal/internal/fault"
)

// scopes are what the connector reads with.
var scopes = []string{"read_orders", "read_all_orders", "read_customers", "read_products"}

// tokenAnswer is what the token address answers.
type tokenAnswer struct {
	AccessToken    string `json:"access_token"`
	Scope          string `json:"scope"`
	ExpiresIn      whole  `json:"expires_in"`
	RefreshToken   string `json:"refresh_token"`
	RefreshExpires whole  `json:"refresh_token_expires_in"`
	Error          string `json:"error"`
}

// Expires is when the access token ends. One that was never fetched has ended.
func (*Source) Expires(raw json.RawMessage) time.Time {
	var c credentials
	if !readObject(raw, &c) {
		return time.Time{}
	}
	if c.AccessToken == "" && (c.ClientSecret != "" || c.RefreshToken != "") {
		return time.Unix(0, 0)
	}
	return c.ExpiresAt
}

// Renew fetches new tokens. When the answer to a refresh is lost, the old refresh
// token still serves, until the new tokens are used: asking again is safe, and what is
// returned is stored before it is used.
func (s *Source) Renew(ctx context.Context, c *upstream.Conn) (json.RawMessage, error) {
	creds, shop, err := open(c)
	if err != nil {
		return nil, err
	}
	switch {
	case c.ConnectionType == byClient:
		creds, err = s.clientToken(ctx, c, creds, shop)
	case c.ConnectionType == byOAuth && creds.RefreshToken != "":
		creds, err = s.fetchToken(ctx, c, shop, creds, url.Values{
			"grant_type": {"refresh_token"}, "refresh_token": {creds.RefreshToken},
		})
	case c.ConnectionType == byOAuth && creds.AccessToken == "":
		return nil, signIn("NO_TOKEN", "The shop was not authorised yet. Send its owner the link to authorise it.")
	default:
		return c.Credentials, nil // tokens that don't end
	}
	if err != nil {
		return nil, err
	}
	return json.Marshal(creds)
}

func (s *Source) clientToken(ctx context.Context, c *upstream.Conn, creds credentials, shop string) (credentials, error) {
	return s.fetchToken(ctx, c, shop, creds, url.Values{"grant_type": {"client_credentials"}})
}

// AuthorizeURL is where the shop's owner lets the app in.
func (s *Source) AuthorizeURL(app upstream.App, settingsJSON json.RawMessage, state, redirect string) (string, error) {
	var set settings
	readObject(settingsJSON, &set)
	shop, ok := shopName(set.Shop)
	if !ok {
		return "", fault.InvalidField("settings.shop", "Enter the shop's name first.")
	}
	query := url.Values{"client_id": {app.ClientID}, "scope": {strings.Join(scopes, ",")}, "redirect_uri": {redirect}, "state": {state}}
	return s.base(shop) + "/admin/oauth/authorize?" + query.Encode(), nil
}

// Exchange turns the code of an authorisation into tokens that expire and rotate.
func (s *Source) Exchange(ctx context.Context, c *upstream.Conn, app upstream.App, code, _ string) (json.RawMessage, error) {
	_, shop, err := open(c)
	if err != nil {
		return nil, err
	}
	creds, err := s.fetchToken(ctx, c, shop, credentials{ClientID: app.ClientID, ClientSecret: app.ClientSecret},
		url.Values{"code": {code}, "expiring": {"1"}})
	if err != nil {
		return nil, err
	}
	return json.Marshal(creds)
}

// callbackAge is how old a callback may be.
const callbackAge = time.Hour

// VerifyCallback checks that Shopify itself sent a browser back, for this shop and now:
// all that the address carries is signed with the app's secret.
func (*Source) VerifyCallback(app upstream.App, settingsJSON json.RawMessage, query url.Values, now time.Time) error {
	given, err := hex.DecodeString(query.Get("hmac"))
	if err != nil || !hmac.Equal(given, sign(app.ClientSecret, query)) {
		return fault.Denied("Shopify did not sign this answer.")
	}
	var set settings
	readObject(settingsJSON, &set)
	wanted, ok := shopName(set.Shop)
	if got, valid := shopName(query.Get("shop")); !ok || !valid || got != wanted {
		return fault.Denied("This answer is for another shop.")
	}
	seconds, err := strconv.ParseInt(query.Get("timestamp"), 10, 64)
	if age := now.Sub(time.Unix(seconds, 0)); err != nil || age > callbackAge || age < -callbackAge {
		return fault.Denied("This answer is too old. Start again.")
	}
	return nil
}

// sign is the signature over all parameters but itself, sorted.
func sign(secret string, query url.Values) []byte {
	var pairs []string
	for name, values := range query {
		if name != "hmac" && name != "signature" {
			pairs = append(pairs, name+"="+strings.Join(values, ","))
		}
	}
	slices.Sort(pairs)
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(strings.Join(pairs, "&")))
	return mac.Sum(nil)
}

// fetchToken calls the token address. An answer that is lost on the way is asked for
// once more.
func (s *Source) fetchToken(ctx context.Context, c *upstream.Conn, shop string, creds credentials, form url.Values) (credentials, error) {
	form.Set("client_id", creds.ClientID)
	form.Set("client_secret", creds.ClientSecret)
	a, err := s.postToken(ctx, c, shop, form)
	if f, ok := upstream.AsFailure(err); ok && f.Kind == upstream.Retry && f.Cause != nil && form.Get("code") == "" {
		a, err = s.postToken(ctx, c, shop, form)
	}
	if err != nil {
		return credentials{}, err
	}
	now := c.Now()
	creds.AccessToken, creds.Scope = a.AccessToken, a.Scope
	creds.ExpiresAt = after(now, a.ExpiresIn)
	if a.RefreshToken != "" {
		creds.RefreshToken, creds.RefreshExpires = a.RefreshToken, after(now, a.RefreshExpires)
	}
	return creds, nil
}

func after(now time.Time, seconds whole) time.Time {
	if seconds == 0 {
		return time.Time{}
	}
	return now.Add(time.Duration(min(seconds, 366*24*3600)) * time.Second).UTC().Truncate(time.Second)
}

func (s *Source) postToken(ctx context.Context, c *upstream.Conn, shop string, form url.Values) (tokenAnswer, error) {
	var a tokenAnswer
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.base(shop)+"/admin/oauth/access_token", strings.NewReader(form.Encode()))
	if err != nil {
		return a, unreadableConnection()
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Accept", "application/json")
	resp, err := c.Client.Do(req)
	if err != nil {
		return a, upstream.Unreachable(system, err)
	}
	defer resp.Body.Close()
	if resp.StatusCode == http.StatusBadRequest || resp.StatusCode == http.StatusUnauthorized || resp.StatusCode == http.StatusForbidden {
		_ = readJSON(resp.Body, &a) // what it says beyond the status helps, but need not be there
		return a, refusedToken(a.Error)
	}
	if resp.StatusCode != http.StatusOK {
		return a, ofStatus(resp)
	}
	if err := readJSON(resp.Body, &a); err != nil {
		return a, err
	}
	if !printable.MatchString(a.AccessToken) {
		return a, unreadable("it holds no token")
	}
	return a, nil
}

// refusedToken says what the known refusals mean.
func refusedToken(code string) *upstream.Failure {
	switch code {
	case "invalid_client", "application_cannot_be_found", "shop_not_permitted", "unsupported_grant_type":
		return fix(code, "Shopify does not accept the app for this shop (%s). Check its client ID and secret, that the app is installed, and that both belong to the same organisation.", code)
	case "invalid_request", "invalid_grant", "":
		return signIn("INVALID_GRANT", "Shopify does not accept the authorisation any more. Authorise the app again.")
	}
	return signIn("TOKEN_REFUSED", "Shopify refuses to give a token. Check the app's client ID and secret, and authorise it again.")
}
