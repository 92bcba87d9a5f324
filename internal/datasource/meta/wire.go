package meta

import (
	"encoding/json"
	"strings"

	"clientportal/internal/datasource/upstream"
)

// The shapes of the Graph API, as far as they are used. Numbers come as strings.

// text is a string that some answers write as a number.
type text string

// UnmarshalJSON implements json.Unmarshaler.
func (t *text) UnmarshalJSON(b []byte) error {
	if b[0] == '"' {
		return json.Unmarshal(b, (*string)(t))
	}
	if string(b) != "null" {
		*t = text(b)
	}
	return nil
}

// insight is a row: an ad on a day, or an account on a day or in a range.
type insight struct {
	DateStart            string          `json:"date_start"`
	DateStop             string          `json:"date_stop"`
	AccountCurrency      string          `json:"account_currency"`
	CampaignID           text            `json:"campaign_id"`
	CampaignName         string          `json:"campaign_name"`
	AdsetID              text            `json:"adset_id"`
	AdsetName            string          `json:"adset_name"`
	AdID                 text            `json:"ad_id"`
	AdName               string          `json:"ad_name"`
	Spend                upstream.Figure `json:"spend"`
	Impressions          upstream.Figure `json:"impressions"`
	Clicks               upstream.Figure `json:"clicks"`
	InlineLinkClicks     upstream.Figure `json:"inline_link_clicks"`
	InlinePostEngagement upstream.Figure `json:"inline_post_engagement"`
	Reach                upstream.Figure `json:"reach"`
	Frequency            upstream.Figure `json:"frequency"`
	Actions              []actionStats   `json:"actions"`
	ActionValues         []actionStats   `json:"action_values"`
}

// adFields and reachFields are what is asked for.
var (
	adFields = strings.Join([]string{
		"account_currency", "campaign_id", "campaign_name", "adset_id", "adset_name", "ad_id", "ad_name", "date_start", "date_stop",
		"spend", "impressions", "clicks", "inline_link_clicks", "inline_post_engagement", "actions", "action_values",
	}, ",")
	reachFields = "account_currency,date_start,date_stop,reach,frequency"
)

// actionStats is what one type of action amounts to, by attribution window.
type actionStats struct {
	ActionType string          `json:"action_type"`
	Value      upstream.Figure `json:"value"`
	Click1     upstream.Figure `json:"1d_click"`
	Click7     upstream.Figure `json:"7d_click"`
	Click28    upstream.Figure `json:"28d_click"`
	View1      upstream.Figure `json:"1d_view"`
	Engaged1   upstream.Figure `json:"1d_ev"`
}

type page[T any] struct {
	Data   []T `json:"data"`
	Paging struct {
		Cursors struct {
			After string `json:"after"`
		} `json:"cursors"`
		Next string `json:"next"` // carries the access token: looked at, never kept
	} `json:"paging"`
}

type adAccount struct {
	AccountID     text   `json:"account_id"`
	Name          string `json:"name"`
	Currency      string `json:"currency"`
	Zone          string `json:"timezone_name"`
	Status        int    `json:"account_status"`
	DisableReason int    `json:"disable_reason"`
}

const accountFields = "account_id,name,currency,timezone_name,timezone_offset_hours_utc,account_status,disable_reason"

type reportRun struct {
	ReportRunID  text   `json:"report_run_id"`
	Status       string `json:"async_status"`
	ErrorMessage string `json:"error_message"`
}

// tokenInfo is the answer of debug_token. Times are seconds; 0 is never.
type tokenInfo struct {
	Data struct {
		IsValid             bool     `json:"is_valid"`
		Type                string   `json:"type"`
		ExpiresAt           int64    `json:"expires_at"`
		DataAccessExpiresAt int64    `json:"data_access_expires_at"`
		Scopes              []string `json:"scopes"`
	} `json:"data"`
}

type graphError struct {
	Message     string `json:"message"`
	Type        string `json:"type"`
	Code        int    `json:"code"`
	Subcode     int    `json:"error_subcode"`
	IsTransient bool   `json:"is_transient"`
	UserMessage string `json:"error_user_msg"`
}
