package meta

import (
	"cmp"
	"fmt"
	"time"

	"github.com/shopspring/decimal"

	"clientportal/internal/datasource/upstream"
)

// sums adds up rows of ads to the facts of each report.
type sums struct {
	*session
	facts map[factKey]*upstream.Fact
	order []factKey
	seen  map[string]bool // ads by day: none may come twice
}

type factKey struct{ report, day, metric, campaign, adset, ad, actionType string }

func (s *session) sums() *sums {
	return &sums{session: s, facts: map[factKey]*upstream.Fact{}, seen: map[string]bool{}}
}

// add takes a row of an ad on a day that was asked for.
func (s *sums) add(r insight, q query) error {
	day, err := dayOf(r, q)
	if err != nil {
		return err
	}
	key := r.DateStart + "\x00" + string(r.AdID)
	if r.AdID == "" || s.seen[key] {
		return upstream.Garbled(system, "a row of an ad came twice, or without its ad", nil)
	}
	s.seen[key] = true
	s.currency = cmp.Or(r.AccountCurrency, s.currency)
	for _, x := range []struct {
		metric string
		figure upstream.Figure
	}{
		{"spend", r.Spend}, {"impressions", r.Impressions}, {"clicks", r.Clicks},
		{"inline_link_clicks", r.InlineLinkClicks}, {"inline_post_engagement", r.InlinePostEngagement},
	} {
		if x.figure.Decimal != nil {
			s.count(r, day, x.metric, *x.figure.Decimal)
		}
	}
	for _, x := range []struct {
		metric string
		stats  []actionStats
		types  []string
	}{
		{"post_engagement", r.Actions, engagementTypes}, {"leads", r.Actions, leadTypes},
		{"purchases", r.Actions, purchaseTypes}, {"purchase_value", r.ActionValues, purchaseTypes},
	} {
		if n, ok := once(x.stats, x.types, s.windows); ok {
			s.count(r, day, x.metric, n)
		}
	}
	s.countActions(day, "actions", r.Actions)
	s.countActions(day, "action_values", r.ActionValues)
	return nil
}

// count adds to the day's total, to the campaign's and to the ad's.
func (s *sums) count(r insight, day time.Time, metric string, n decimal.Decimal) {
	campaign := cmp.Or(r.CampaignName, string(r.CampaignID))
	adset, ad := cmp.Or(r.AdsetName, string(r.AdsetID)), cmp.Or(r.AdName, string(r.AdID))
	key := factKey{report: daily, day: r.DateStart, metric: metric}
	s.plus(key, day, nil, n)
	key.report, key.campaign = byName, campaign
	s.plus(key, day, map[string]string{"campaign": campaign}, n)
	key.report, key.adset, key.ad = byAd, adset, ad
	s.plus(key, day, map[string]string{"campaign": campaign, "adset": adset, "ad": ad}, n)
}

func (s *sums) countActions(day time.Time, metric string, stats []actionStats) {
	split := splitByWindow(stats)
	for _, a := range stats {
		if n, ok := a.amount(s.windows, split); ok {
			key := factKey{report: actions, day: day.Format(isoDay), metric: metric, actionType: a.ActionType}
			s.plus(key, day, map[string]string{"action_type": a.ActionType}, n)
		}
	}
}

func (s *sums) plus(key factKey, day time.Time, dimensions map[string]string, n decimal.Decimal) {
	if f := s.facts[key]; f != nil {
		f.Value = f.Value.Add(n)
		return
	}
	f := s.fact(key.report, day, key.metric, n)
	f.Dimensions = dimensions
	s.facts[key] = &f
	s.order = append(s.order, key)
}

// fact is a number with its unit, its zone and whether it may still change.
func (s *session) fact(report string, day time.Time, metric string, n decimal.Decimal) upstream.Fact {
	f := upstream.Fact{Report: report, Day: day, Metric: "meta." + metric, Value: n, Zone: s.zone, Flags: s.flags(day)}
	switch metric {
	case "spend", "purchase_value", "action_values":
		f.Currency = s.currency
	}
	return f
}

func (s *session) flags(last upstream.Day) upstream.Flags {
	if last.After(s.today().AddDate(0, 0, -restatedDays)) {
		return upstream.Provisional
	}
	return 0
}

func (s *sums) hand(out upstream.Sink) error {
	for _, key := range s.order {
		if err := out.Put(*s.facts[key]); err != nil {
			return err
		}
	}
	return nil
}

// dayOf is the day of a row, which must be one that was asked for.
func dayOf(r insight, q query) (time.Time, error) {
	day, err := time.Parse(isoDay, r.DateStart)
	if err != nil || r.DateStart != r.DateStop || day.Before(q.from) || day.After(q.to) {
		return day, upstream.Garbled(system, fmt.Sprintf("%.20q is no day that was asked for", r.DateStart), nil)
	}
	return day, nil
}
