package meta

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"clientportal/internal/datasource/upstream"
)

// warnBefore is how long before a token ends it is worth a word.
const warnBefore = 14 * 24 * time.Hour

// Test implements upstream.Source. It ends at the first thing without which nothing
// can be read.
func (s *Source) Test(ctx context.Context, c *upstream.Conn) ([]upstream.Finding, error) {
	ses, err := s.open(c)
	if err != nil {
		return missing(err, "")
	}
	if ses.account == "" {
		_, err := ses.list(ctx)
		if err != nil {
			return missing(err, "")
		}
		return []upstream.Finding{
			{OK: true, Name: "Access token", Message: "Meta accepts it."},
			{Name: "Ad account", Message: "No ad account is chosen yet."},
		}, nil
	}
	account, err := ses.lookUp(ctx)
	if err != nil {
		return missing(err, ses.account)
	}
	found := []upstream.Finding{{OK: true, Name: "Access token", Message: "Meta accepts it."}, accountFinding(account)}
	yesterday := ses.today().AddDate(0, 0, -1)
	q := query{level: "account", fields: "impressions", from: yesterday, to: yesterday}
	if _, err := pages[insight](ctx, ses, ses.act()+"/insights", ses.params(q)); err != nil {
		more, err := missing(err, ses.account)
		return append(found, more...), err
	}
	found = append(found, upstream.Finding{OK: true, Name: "Permission ads_read", Message: "The numbers can be read."})
	return append(found, ses.tokenFindings(ctx)...), nil
}

// missing tells a failure as a finding, unless it is one that passes by itself.
func missing(err error, account string) ([]upstream.Finding, error) {
	f, ok := upstream.AsFailure(err)
	if !ok || f.Kind == upstream.Retry || f.Kind == upstream.Smaller {
		return nil, err
	}
	name := "Ad account " + account
	switch {
	case f.Kind == upstream.Reauthorise:
		name = "Access token"
	case f.Code == "configuration":
		name = "Connection"
	case isPermission(f.Code):
		name = "Permission ads_read"
	}
	return []upstream.Finding{{Name: name, Message: f.Staff}}, nil
}

// isPermission reports whether a code of Meta's says that a right is missing.
func isPermission(code string) bool {
	head, _, _ := strings.Cut(code, "/")
	n, err := strconv.Atoi(head)
	return err == nil && (n == 10 || n >= 200 && n <= 299)
}

// states of an ad account that is not active.
var states = map[int]string{
	2: "disabled", 3: "unsettled: a payment is due", 7: "under review", 8: "pending settlement", 9: "in a grace period",
	100: "about to be closed", 101: "closed", 201: "active", 202: "closed",
}

func accountFinding(a adAccount) upstream.Finding {
	f := upstream.Finding{
		OK: true, Name: "Ad account " + string(a.AccountID),
		Message: fmt.Sprintf("%s can be read; its days are those of %s, its currency %s.", a.Name, a.Zone, a.Currency),
	}
	if state, ok := states[a.Status]; ok && a.Status != 201 {
		f.OK = false
		f.Message += " Meta says that it is " + state + ": no new ads are shown."
	}
	return f
}

// ends are when the token and when its access to data ends; zero is never.
func (i tokenInfo) ends() (token, data time.Time) {
	if i.Data.ExpiresAt > 0 {
		token = time.Unix(i.Data.ExpiresAt, 0).UTC()
	}
	if i.Data.DataAccessExpiresAt > 0 {
		data = time.Unix(i.Data.DataAccessExpiresAt, 0).UTC()
	}
	return token, data
}

// inspect asks about the token itself. The answer is worth having and not needed: that
// the token is good, the ad account has shown.
func (s *session) inspect(ctx context.Context) (tokenInfo, bool) {
	var info tokenInfo
	err := s.get(ctx, "/debug_token", url.Values{"input_token": {s.token}}, &info)
	return info, err == nil
}

// noteToken keeps with the run when the token, or its access to data, ends.
func (s *session) noteToken(ctx context.Context) {
	info, known := s.inspect(ctx)
	if !known {
		return
	}
	token, data := info.ends()
	if token.IsZero() || !data.IsZero() && data.Before(token) {
		token = data
	}
	if !token.IsZero() {
		s.tell("token_expires_at", token)
	}
}

// tokenFindings are what is worth knowing of the token: rights it lacks, its end.
func (s *session) tokenFindings(ctx context.Context) []upstream.Finding {
	info, known := s.inspect(ctx)
	if !known {
		return nil
	}
	var found []upstream.Finding
	if info.Data.Scopes != nil && !slices.Contains(info.Data.Scopes, "ads_read") && !slices.Contains(info.Data.Scopes, "ads_management") {
		found = append(found, upstream.Finding{Name: "Permission ads_read", Message: "The token was made without ads_read. Make a new one with it."})
	}
	token, data := info.ends()
	for _, end := range []struct {
		name string
		at   time.Time
	}{{"Token", token}, {"Access to data", data}} {
		if end.at.IsZero() {
			continue
		}
		f := upstream.Finding{OK: true, Name: end.name + " ends", Message: "On " + end.at.Format(isoDay) + "."}
		if end.at.Sub(s.Now()) < warnBefore {
			f.OK = false
			f.Message = "Already on " + end.at.Format(isoDay) + ". Authorise the source again before that day, best with a system user's token, which does not end."
		}
		found = append(found, f)
	}
	return found
}

// Accounts implements upstream.Source: the ad accounts that the token's user sees.
func (s *Source) Accounts(ctx context.Context, c *upstream.Conn) ([]upstream.Account, error) {
	ses, err := s.open(c)
	if err != nil {
		return nil, err
	}
	list, err := ses.list(ctx)
	if err != nil {
		return nil, err
	}
	accounts := make([]upstream.Account, len(list))
	for i, a := range list {
		accounts[i] = upstream.Account{
			ID: string(a.AccountID), Name: a.Name, Currency: a.Currency, Zone: a.Zone,
			Settings: []byte(asJSON(map[string]any{"ad_account_id": string(a.AccountID), "attribution_windows": ses.windows})),
		}
	}
	return accounts, nil
}

func (s *session) list(ctx context.Context) ([]adAccount, error) {
	return pages[adAccount](ctx, s, "/me/adaccounts", url.Values{"fields": {accountFields}, "limit": {"100"}})
}
