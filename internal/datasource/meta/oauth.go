package meta

import (
	"context"
	"encoding/json"
	"net/url"

	"clientportal/internal/datasource/upstream"
)

// AuthorizeURL implements upstream.Authorizer.
func (s *Source) AuthorizeURL(app upstream.App, _ json.RawMessage, state, redirect string) (string, error) {
	return s.config.DialogURL + "/" + s.config.Version + "/dialog/oauth?" + url.Values{
		"client_id": {app.ClientID}, "redirect_uri": {redirect}, "state": {state}, "scope": {"ads_read"}, "response_type": {"code"},
	}.Encode(), nil
}

// Exchange implements upstream.Authorizer: the code becomes a token of an hour, and
// that one of about 60 days.
func (s *Source) Exchange(ctx context.Context, c *upstream.Conn, app upstream.App, code, redirect string) (json.RawMessage, error) {
	ses := &session{Conn: c, source: s, token: app.ClientSecret} // what is kept out of messages
	var short, long credentials
	err := ses.exchange(ctx, url.Values{
		"client_id": {app.ClientID}, "client_secret": {app.ClientSecret}, "redirect_uri": {redirect}, "code": {code},
	}, &short)
	if err != nil {
		return nil, err
	}
	err = ses.exchange(ctx, url.Values{
		"grant_type": {"fb_exchange_token"}, "client_id": {app.ClientID}, "client_secret": {app.ClientSecret}, "fb_exchange_token": {short.AccessToken},
	}, &long)
	if err != nil {
		return nil, err
	}
	long.ClientID, long.ClientSecret = app.ClientID, app.ClientSecret
	return json.Marshal(long)
}

func (s *session) exchange(ctx context.Context, params url.Values, into *credentials) error {
	params.Set("access_token", "") // there is none yet
	if err := s.get(ctx, "/oauth/access_token", params, into); err != nil {
		return err
	}
	if into.AccessToken == "" {
		return upstream.Garbled(system, "no token was given", nil)
	}
	return nil
}
