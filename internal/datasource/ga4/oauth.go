package ga4

import (
	"context"
	"encoding/json"

	"golang.org/x/oauth2"

	"clientportal/internal/datasource/upstream"
)

// AuthorizeURL implements upstream.Authorizer. Consent is asked for each time, since
// Google gives a refresh token only with it.
func (s *Source) AuthorizeURL(app upstream.App, _ json.RawMessage, state, redirect string) (string, error) {
	config := s.oauthConfig(app, redirect)
	return config.AuthCodeURL(state, oauth2.AccessTypeOffline, oauth2.SetAuthURLParam("prompt", "consent")), nil
}

// Exchange implements upstream.Authorizer.
func (s *Source) Exchange(ctx context.Context, c *upstream.Conn, app upstream.App, code, redirect string) (json.RawMessage, error) {
	config := s.oauthConfig(app, redirect)
	token, err := config.Exchange(context.WithValue(ctx, oauth2.HTTPClient, c.Client), code)
	if err != nil {
		return nil, tokenFailure(err)
	}
	if token.RefreshToken == "" {
		return nil, &upstream.Failure{
			Kind: upstream.Reauthorise, Code: "no_refresh_token", Client: clientLogin,
			Staff: "Google gave no refresh token. Remove the portal's access in the Google account, and authorise again.",
		}
	}
	return json.Marshal(credentials{ClientID: app.ClientID, ClientSecret: app.ClientSecret, RefreshToken: token.RefreshToken})
}
