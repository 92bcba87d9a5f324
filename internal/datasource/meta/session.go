package meta

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"clientportal/internal/datasource/upstream"
	"clientportal/internal/fault"
)

// maxAnswer is more than any page.
const maxAnswer = 64 << 20

// session is a connection at work.
type session struct {
	*upstream.Conn
	source  *Source
	token   string
	account string
	windows windows

	zone, currency string
	todayIn        string
	todayIs        upstream.Day
	limit          int           // of rows in a page; it shrinks when Meta says that it is too much
	waited         time.Duration // for report runs that did not end in time
	usage          usage
}

func (s *Source) open(c *upstream.Conn) (*session, error) {
	given, st, err := parse(c.ConnectionType, c.Credentials, c.Settings)
	if err != nil {
		return nil, asFailure(err)
	}
	if given.AccessToken == "" {
		return nil, notSignedIn()
	}
	return &session{
		Conn: c, source: s, token: given.AccessToken, account: string(st.Account), windows: st.Windows, limit: s.config.PageSize,
	}, nil
}

// openAccount is open for what needs an ad account. It looks the account up, since its
// zone says whose days the numbers are of.
func (s *Source) openAccount(ctx context.Context, c *upstream.Conn) (*session, error) {
	ses, err := s.open(c)
	if err != nil {
		return nil, err
	}
	if ses.account == "" {
		return nil, asFailure(fault.InvalidField("settings.ad_account_id", "No ad account is chosen yet."))
	}
	_, err = ses.lookUp(ctx)
	return ses, err
}

func (s *session) lookUp(ctx context.Context) (adAccount, error) {
	var account adAccount
	if err := s.get(ctx, s.act(), url.Values{"fields": {accountFields}}, &account); err != nil {
		return account, err
	}
	if _, err := time.LoadLocation(account.Zone); err != nil || account.Zone == "" {
		return account, upstream.Garbled(system, "the ad account has no time zone", nil)
	}
	s.zone, s.currency = account.Zone, account.Currency
	s.tell("account_name", account.Name)
	return account, nil
}

func (s *session) act() string { return "/act_" + s.account }

// today is the ad account's civil day, looked up once for each zone.
func (s *session) today() upstream.Day {
	if s.todayIn == s.zone && !s.todayIs.IsZero() {
		return s.todayIs
	}
	zone, err := time.LoadLocation(s.zone)
	if err != nil {
		zone = time.UTC
	}
	at := s.Now().In(zone)
	s.todayIn, s.todayIs = s.zone, time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, time.UTC)
	return s.todayIs
}

func (s *session) get(ctx context.Context, path string, params url.Values, answer any) error {
	return s.call(ctx, http.MethodGet, path, params, answer)
}

// call asks the Graph API. Its errors are Failures without the token, which Meta
// itself likes to repeat in its messages.
func (s *session) call(ctx context.Context, method, path string, params url.Values, answer any) error {
	if err := s.pace(ctx); err != nil {
		return err
	}
	r, err := s.request(ctx, method, path, params)
	if err != nil {
		return err
	}
	resp, err := s.Client.Do(r)
	if err != nil {
		return s.unreachable(err)
	}
	defer resp.Body.Close()
	s.note(resp.Header)
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	switch {
	case err != nil:
		return s.unreachable(err)
	case len(body) > maxAnswer:
		return upstream.Unreachable(system, upstream.ErrTooLarge)
	}
	var envelope struct {
		Error *graphError `json:"error"`
	}
	broken := json.Unmarshal(body, &envelope)
	if e := envelope.Error; e != nil { // also inside of a 200
		e.Message, e.UserMessage = s.clean(e.Message), s.clean(e.UserMessage)
		return classify(resp.StatusCode, *e, s.usage.regain)
	}
	if resp.StatusCode != http.StatusOK {
		return classify(resp.StatusCode, graphError{}, s.usage.regain)
	}
	if broken == nil {
		broken = json.Unmarshal(body, answer)
	}
	if broken != nil {
		return upstream.Garbled(system, "it is no JSON of a report", errors.New(s.clean(broken.Error())))
	}
	return nil
}

func (s *session) request(ctx context.Context, method, path string, params url.Values) (*http.Request, error) {
	all := url.Values{"access_token": {s.token}}
	for k, v := range params {
		all[k] = v
	}
	if all.Get("access_token") == "" {
		all.Del("access_token")
	}
	address := s.source.config.BaseURL + "/" + s.source.config.Version + path
	if method == http.MethodGet {
		return http.NewRequestWithContext(ctx, method, address+"?"+all.Encode(), nil)
	}
	r, err := http.NewRequestWithContext(ctx, method, address, strings.NewReader(all.Encode()))
	if err == nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	return r, err
}

func (s *session) unreachable(err error) error {
	f := upstream.Unreachable(system, err)
	if f.Cause != nil && s.token != "" && strings.Contains(f.Cause.Error(), s.token) {
		f.Cause = errors.New(s.clean(f.Cause.Error()))
	}
	return f
}

// clean takes the token out of a message, and keeps it short and on one line.
func (s *session) clean(text string) string {
	for _, secret := range []string{s.token, url.QueryEscape(s.token)} {
		if secret != "" {
			text = strings.ReplaceAll(text, secret, "[token]")
		}
	}
	text = strings.Join(strings.Fields(text), " ")
	if r := []rune(text); len(r) > 300 {
		text = string(r[:300]) + "…"
	}
	return text
}

func (s *session) tell(key string, value any) {
	if s.Note != nil {
		s.Note(key, value)
	}
}
