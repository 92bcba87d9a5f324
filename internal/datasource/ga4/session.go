package ga4

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/jwt"

	"clientportal/internal/datasource/upstream"
	"clientportal/internal/fault"
)

// maxAnswer is more than five full pages of the widest report.
const maxAnswer = 64 << 20

// session is a connection at work.
type session struct {
	*upstream.Conn
	source   *Source
	property string
	account  string // of the service account, "" with OAuth
	tokens   oauth2.TokenSource

	zone, currency string // of the property, from the first report that says them
	todayIn        string
	todayIs        upstream.Day
	denied         map[string]bool // Google's names of metrics that this account may not see
	serverErrors   int             // how many more the quota of this hour allows; -1 is not known
	truncated      bool
}

// open reads the credentials and makes the source of access tokens. Keys and refresh
// tokens go to the configured address and to no other.
func (s *Source) open(ctx context.Context, c *upstream.Conn) (*session, error) {
	if err := s.Check(c.ConnectionType, c.Credentials, c.Settings); err != nil {
		return nil, asFailure(err)
	}
	given, st, err := parse(c.ConnectionType, c.Credentials, c.Settings)
	if err != nil {
		return nil, asFailure(err)
	}
	ses := &session{Conn: c, source: s, property: string(st.PropertyID), denied: map[string]bool{}, serverErrors: -1}
	ctx = context.WithValue(ctx, oauth2.HTTPClient, c.Client)
	if c.ConnectionType == oauth {
		if given.RefreshToken == "" {
			return nil, notSignedIn()
		}
		config := s.oauthConfig(upstream.App{ClientID: given.ClientID, ClientSecret: given.ClientSecret}, "")
		ses.tokens = config.TokenSource(ctx, &oauth2.Token{RefreshToken: given.RefreshToken})
		return ses, nil
	}
	k, err := s.readKey(given.KeyFile)
	if err != nil {
		return nil, asFailure(err)
	}
	ses.account = k.ClientEmail
	config := jwt.Config{
		Email: k.ClientEmail, PrivateKey: []byte(k.PrivateKey), PrivateKeyID: k.PrivateKeyID,
		Scopes: []string{scope}, TokenURL: s.config.TokenURL, Audience: s.audience(k),
	}
	ses.tokens = config.TokenSource(ctx)
	return ses, nil
}

// token is a valid access token. The exchange of a key heeds no context by itself.
func (s *session) token(ctx context.Context) (*oauth2.Token, error) {
	type exchanged struct {
		token *oauth2.Token
		err   error
	}
	done := make(chan exchanged, 1)
	go func() {
		token, err := s.tokens.Token()
		done <- exchanged{token, err}
	}()
	select {
	case <-ctx.Done():
		return nil, upstream.Unreachable(system, ctx.Err())
	case e := <-done:
		if e.err != nil {
			return nil, tokenFailure(e.err)
		}
		return e.token, nil
	}
}

// openProperty is open for what needs a property.
func (s *Source) openProperty(ctx context.Context, c *upstream.Conn) (*session, error) {
	ses, err := s.open(ctx, c)
	if err == nil && ses.property == "" {
		return nil, asFailure(fault.InvalidField("settings.property_id", "No property is chosen yet."))
	}
	return ses, err
}

func (s *Source) oauthConfig(app upstream.App, redirect string) oauth2.Config {
	return oauth2.Config{
		ClientID: app.ClientID, ClientSecret: app.ClientSecret, RedirectURL: redirect, Scopes: []string{scope},
		Endpoint: oauth2.Endpoint{
			AuthURL: s.config.AuthURL, TokenURL: s.config.TokenURL, AuthStyle: oauth2.AuthStyleInParams,
		},
	}
}

// call asks the Data API about the property. Its errors are Failures.
func (s *session) call(ctx context.Context, method, what string, question, answer any) error {
	return s.ask(ctx, method, s.source.config.BaseURL+"/v1beta/properties/"+s.property+what, question, answer)
}

// ask sends a question to an address of Google's.
func (s *session) ask(ctx context.Context, method, address string, question, answer any) error {
	token, err := s.token(ctx)
	if err != nil {
		return err
	}
	var body io.Reader
	if question != nil {
		b, err := json.Marshal(question)
		if err != nil {
			return err
		}
		body = bytes.NewReader(b)
	}
	r, err := http.NewRequestWithContext(ctx, method, address, body)
	if err != nil {
		return err
	}
	r.Header.Set("Authorization", "Bearer "+token.AccessToken)
	r.Header.Set("Accept", "application/json")
	if question != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	resp, err := s.Client.Do(r)
	if err != nil {
		return upstream.Unreachable(system, err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return s.refused(resp)
	}
	return decode(resp.Body, answer)
}

// decode reads an answer as it comes, up to what any answer may hold.
func decode(body io.Reader, answer any) error {
	limited := &io.LimitedReader{R: body, N: maxAnswer}
	err := json.NewDecoder(limited).Decode(answer)
	switch {
	case err == nil:
		return nil
	case limited.N <= 0:
		return upstream.Unreachable(system, upstream.ErrTooLarge)
	}
	return upstream.Garbled(system, "it is no JSON of a report", err)
}

// note keeps what is worth knowing of an answer: quota, zone, currency, what the role
// withholds.
func (s *session) note(a *reportAnswer) {
	if a.Metadata.TimeZone != "" {
		s.zone, s.currency = a.Metadata.TimeZone, a.Metadata.CurrencyCode
	}
	for _, r := range a.Metadata.SchemaRestriction.ActiveMetricRestrictions {
		s.denied[r.MetricName] = true
	}
	s.truncated = s.truncated || len(a.Metadata.DataTruncationReasons) > 0
	if q := a.PropertyQuota; q != nil {
		s.serverErrors = q.ServerErrors.Remaining
		s.tell("quota", map[string]int{
			"tokens_left_today":            q.TokensPerDay.Remaining,
			"tokens_left_this_hour":        q.TokensPerHour.Remaining,
			"tokens_left_project_hour":     q.TokensPerProjectPerHour.Remaining,
			"server_errors_left_this_hour": q.ServerErrors.Remaining,
		})
	}
}

func (s *session) tell(key string, value any) {
	if s.Note != nil {
		s.Note(key, value)
	}
}
