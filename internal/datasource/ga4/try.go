package ga4

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"clientportal/internal/datasource/upstream"
)

// Test implements upstream.Source. It goes from the key to the numbers and ends at the
// first thing that is missing.
func (s *Source) Test(ctx context.Context, c *upstream.Conn) ([]upstream.Finding, error) {
	ses, err := s.open(ctx, c)
	if err != nil {
		return missing("Key or sign-in", err)
	}
	if _, err := ses.token(ctx); err != nil {
		return missing("Key or sign-in", err)
	}
	found := []upstream.Finding{{OK: true, Name: "Key or sign-in", Message: "Google accepts it."}}
	if ses.property == "" {
		return append(found, upstream.Finding{Name: "Property", Message: "No property is chosen yet. Choose one, or enter its ID."}), nil
	}
	var known schema
	if err := ses.call(ctx, http.MethodGet, "/metadata", nil, &known); err != nil {
		more, err := missing(nameOf(err, ses.property), err)
		return append(found, more...), err
	}
	found = append(found, upstream.Finding{OK: true, Name: "Scope analytics.readonly", Message: "The token has it."})
	account, err := ses.lookUp(ctx)
	if err != nil {
		more, err := missing(nameOf(err, ses.property), err)
		return append(found, more...), err
	}
	found = append(found, upstream.Finding{
		OK: true, Name: account.Name, Message: "Can be read; its days are those of " + account.Zone + ", its currency " + account.Currency + ".",
	})
	return append(found, metricFindings(known)...), nil
}

// metricFindings tell which numbers the role withholds.
func metricFindings(known schema) []upstream.Finding {
	metrics, _ := known.names()
	var denied []string
	for metric, api := range apiNames {
		if may, there := metrics[api]; there && !may {
			denied = append(denied, "ga4."+metric)
		}
	}
	if len(denied) == 0 {
		return []upstream.Finding{{OK: true, Name: "Metrics", Message: "All can be read."}}
	}
	slices.Sort(denied)
	return []upstream.Finding{{
		Name:    "Metrics",
		Message: "The role withholds " + strings.Join(denied, ", ") + ", which stay unavailable. Remove the data restriction in Property access management to have them.",
	}}
}

// missing tells a failure as a finding, unless it is one that passes by itself.
func missing(name string, err error) ([]upstream.Finding, error) {
	f, ok := upstream.AsFailure(err)
	if !ok || f.Kind == upstream.Retry {
		return nil, err
	}
	return []upstream.Finding{{Name: name, Message: f.Staff}}, nil
}

// nameOf names what a failure is about.
func nameOf(err error, property string) string {
	f, ok := upstream.AsFailure(err)
	switch {
	case !ok:
		return system
	case f.Code == codeDisabled:
		return "Google Analytics Data API"
	case f.Code == codeScope:
		return "Scope analytics.readonly"
	case f.Kind == upstream.Reauthorise:
		return "Key or sign-in"
	case f.Code == codePermission:
		return "Role Viewer on property " + property
	}
	return "Property " + property
}

// lookUp asks for yesterday's visits, since only reports tell zone and currency.
func (s *session) lookUp(ctx context.Context) (upstream.Account, error) {
	question := reportRequest{
		DateRanges: []dateRange{{"yesterday", "yesterday"}}, Metrics: []name{{"sessions"}},
		Limit: 1, ReturnPropertyQuota: true,
	}
	var answer reportAnswer
	if err := s.call(ctx, http.MethodPost, ":runReport", question, &answer); err != nil {
		return upstream.Account{}, err
	}
	s.note(&answer)
	return upstream.Account{
		ID: s.property, Name: "Property " + s.property, Currency: s.currency, Zone: s.zone,
		Settings: []byte(`{"property_id":"` + s.property + `"}`),
	}, nil
}
