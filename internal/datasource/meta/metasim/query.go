package metasim

import (
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// query is a checked request for insights.
type query struct {
	level     string
	fields    []string
	from, to  time.Time
	byDay     bool
	windows   []string
	campaigns []string
	limit     int
	params    url.Values
}

// known are the fields that are served; the real system has more.
var known = []string{
	"account_id", "account_name", "account_currency", "campaign_id", "campaign_name", "adset_id", "adset_name", "ad_id", "ad_name",
	"date_start", "date_stop", "objective", "spend", "impressions", "reach", "frequency", "clicks", "inline_link_clicks",
	"inline_post_engagement", "actions", "action_values", "attribution_setting", "ctr", "cpc", "cpm",
}

var (
	servedWindows = []string{"1d_view", "1d_click", "7d_click", "28d_click", "1d_ev", "dda", "default", "skan_view", "skan_click"}
	parameters    = []string{
		"access_token", "level", "fields", "time_range", "time_increment", "action_attribution_windows", "filtering", "limit", "after", "before",
		"use_account_attribution_setting", "use_unified_attribution_setting", "breakdowns", "action_breakdowns", "date_preset", "action_report_time",
	}
)

const defaultLimit = 25

// parse reads a request and refuses what Meta refuses.
func (s *Sim) parse(a Account, form url.Values) (query, *problem) {
	q := query{level: "account", limit: defaultLimit, params: form}
	for name := range form {
		if !slices.Contains(parameters, name) {
			return q, invalid("(#100) Param " + name + " is not supported.")
		}
	}
	for _, part := range []func(Account, url.Values) *problem{q.readFields, s.days(&q), q.readIncrement, q.readWindows, q.readFilter, q.readLimit} {
		if p := part(a, form); p != nil {
			return q, p
		}
	}
	return q, nil
}

func (q *query) readFields(_ Account, form url.Values) *problem {
	if level := form.Get("level"); level != "" {
		q.level = level
	}
	if !slices.Contains([]string{"account", "campaign", "adset", "ad"}, q.level) {
		return invalid("(#100) level must be one of the following values: ad, adset, campaign, account")
	}
	q.fields = []string{"impressions", "spend"}
	if list := form.Get("fields"); list != "" {
		q.fields = strings.Split(list, ",")
	}
	for _, f := range q.fields {
		if !slices.Contains(known, f) {
			return invalid("(#100) " + f + " is not valid for fields param. please check https://developers.facebook.com/docs/marketing-api/reference/ads-insights/ for all valid values")
		}
	}
	return nil
}

func (s *Sim) days(q *query) func(Account, url.Values) *problem {
	return func(a Account, form url.Values) *problem {
		var r struct{ Since, Until string }
		if err := json.Unmarshal([]byte(form.Get("time_range")), &r); err != nil {
			return invalid("(#100) time_range must be a JSON object with since and until")
		}
		var err1, err2 error
		q.from, err1 = time.Parse(time.DateOnly, r.Since)
		q.to, err2 = time.Parse(time.DateOnly, r.Until)
		today, _ := s.today(a)
		switch {
		case err1 != nil || err2 != nil:
			return invalid("(#100) Must be a date representation in the format YYYY-MM-DD")
		case q.to.Before(q.from):
			return invalid("(#100) time_range: since must be before until")
		case q.from.After(today):
			return invalid("(#100) time_range: since is in the future")
		case q.from.Before(today.AddDate(0, -37, 0)):
			return &problem{400, 3018, 0, "(#3018) The start date of the time range cannot be beyond 37 months from the current date", false}
		}
		for _, b := range strings.Split(form.Get("breakdowns"), ",") {
			switch {
			case b == "dma":
				return invalid("(#100) breakdowns[0] must not be dma")
			case b != "" && slices.Contains(q.fields, "reach") && q.from.Before(today.AddDate(0, -13, 0)):
				return invalid("(#100) reach with breakdowns is available for 13 months only")
			}
		}
		return nil
	}
}

func (q *query) readIncrement(_ Account, form url.Values) *problem {
	switch form.Get("time_increment") {
	case "", "all_days":
	case "1":
		q.byDay = true
	default:
		return invalid("(#100) time_increment must be 1 or all_days here")
	}
	return nil
}

func (q *query) readWindows(_ Account, form url.Values) *problem {
	text := form.Get("action_attribution_windows")
	if text == "" {
		return nil
	}
	if json.Unmarshal([]byte(text), &q.windows) != nil {
		return invalid("(#100) action_attribution_windows must be an array")
	}
	for _, w := range q.windows {
		if !slices.Contains(servedWindows, w) {
			return invalid("(#100) action_attribution_windows[0] must be one of the following values: " + strings.Join(servedWindows, ", "))
		}
	}
	return nil
}

func (q *query) readFilter(_ Account, form url.Values) *problem {
	text := form.Get("filtering")
	if text == "" {
		return nil
	}
	var filters []struct {
		Field, Operator string
		Value           []string
	}
	if json.Unmarshal([]byte(text), &filters) != nil || len(filters) != 1 || filters[0].Field != "campaign.id" || filters[0].Operator != "IN" {
		return invalid("(#100) filtering is not valid")
	}
	q.campaigns = filters[0].Value
	return nil
}

func (q *query) readLimit(_ Account, form url.Values) *problem {
	if text := form.Get("limit"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			return invalid("(#100) Param limit must be a positive integer")
		}
		q.limit = n
	}
	return nil
}
