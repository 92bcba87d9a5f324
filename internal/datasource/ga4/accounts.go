package ga4

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"strings"

	"clientportal/internal/datasource/upstream"
)

// maxAccounts is more than anybody chooses from.
const maxAccounts = 2000

// accountSummaries is a page of what somebody can see, by the Admin API v1beta.
type accountSummaries struct {
	AccountSummaries []struct {
		DisplayName       string `json:"displayName"`
		PropertySummaries []struct {
			Property    string `json:"property"` // "properties/123"
			DisplayName string `json:"displayName"`
		} `json:"propertySummaries"`
	} `json:"accountSummaries"`
	NextPageToken string `json:"nextPageToken"`
}

// Accounts implements upstream.Source: the properties that the credentials can see.
// They are listed by an API of their own, which a project need not have enabled: then
// the property whose ID was entered is looked up.
func (s *Source) Accounts(ctx context.Context, c *upstream.Conn) ([]upstream.Account, error) {
	ses, err := s.open(ctx, c)
	if err != nil {
		return nil, err
	}
	list, err := ses.properties(ctx)
	f, ok := upstream.AsFailure(err)
	switch {
	case !ok || f.Kind != upstream.Fix:
		return list, err
	case ses.property == "":
		return nil, unlisted(f)
	}
	account, err := ses.lookUp(ctx)
	if err != nil {
		return nil, err
	}
	return []upstream.Account{account}, nil
}

func unlisted(cause *upstream.Failure) *upstream.Failure {
	return &upstream.Failure{
		Kind: upstream.Fix, Code: cause.Code, Client: clientSetup, Cause: cause,
		Staff: "Google does not list the properties. Enable the Google Analytics Admin API in the Google Cloud project of these credentials, or enter the property ID under Edit.",
	}
}

// tellName tells what the property is called, if that can be had.
func (s *session) tellName(ctx context.Context) {
	list, err := s.properties(ctx)
	if err != nil {
		return // the list is of another API: reading goes on without it
	}
	for _, p := range list {
		if p.ID == s.property {
			s.tell("account_name", p.Name)
		}
	}
}

// properties are all that the credentials can see, page by page.
func (s *session) properties(ctx context.Context) (list []upstream.Account, err error) {
	seen := map[string]bool{}
	for token := ""; len(list) < maxAccounts; {
		query := url.Values{"pageSize": {"200"}}
		if token != "" {
			query.Set("pageToken", token)
		}
		var page accountSummaries
		if err := s.ask(ctx, http.MethodGet, s.source.config.AdminURL+"/v1beta/accountSummaries?"+query.Encode(), nil, &page); err != nil {
			return nil, err
		}
		for _, account := range page.AccountSummaries {
			for _, p := range account.PropertySummaries {
				id := strings.TrimPrefix(p.Property, "properties/")
				if !digits.MatchString(id) {
					return nil, upstream.Garbled(system, "a property has no number", nil)
				}
				name := clip(cmp.Or(p.DisplayName, "Property "+id))
				if owner := clip(account.DisplayName); owner != "" && owner != name {
					name += " (" + owner + ")"
				}
				list = append(list, upstream.Account{ID: id, Name: name, Settings: []byte(`{"property_id":"` + id + `"}`)})
			}
		}
		if page.NextPageToken == "" {
			break
		}
		if seen[page.NextPageToken] {
			return nil, upstream.Garbled(system, "its list of properties has no end", nil)
		}
		token = page.NextPageToken
		seen[token] = true
	}
	return list, nil
}
