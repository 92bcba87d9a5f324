package ga4

// report is one question to the Data API: numbers by day and by some dimensions.
type report struct {
	name    string
	by      string   // the portal's name of what it splits by, "" for totals
	columns []string // Google's dimensions that make it, joined by " / "
	fields  []field
}

// field is a number of a report: the portal's name without the source, and Google's.
type field struct{ metric, api string }

func fieldsOf(names ...string) []field {
	list := make([]field, len(names))
	for i, name := range names {
		list[i] = field{name, apiNames[name]}
	}
	return list
}

// apiNames are Google's names of what is asked for. Conversions have been called key
// events since 2024.
var apiNames = map[string]string{
	"sessions": "sessions", "total_users": "totalUsers", "active_users": "activeUsers", "new_users": "newUsers",
	"engaged_sessions": "engagedSessions", "user_engagement_duration": "userEngagementDuration",
	"key_events": "keyEvents", "event_count": "eventCount", "screen_page_views": "screenPageViews",
	"items_viewed": "itemsViewed", "add_to_carts": "addToCarts", "checkouts": "checkouts",
	"ecommerce_purchases": "ecommercePurchases", "purchase_revenue": "purchaseRevenue",
	"cohort_active_users": "cohortActiveUsers",
}

// The reports that more than one place names.
const (
	daily   = "daily"
	cohorts = "cohorts"
)

// reports are the questions of each sync. Totals are asked for by day alone: a total
// of a split would miss what Google withholds from small groups. Items can't be
// combined with what belongs to sessions, and are a question of their own.
var reports = []report{
	{name: daily, fields: fieldsOf("sessions", "total_users", "active_users", "new_users", "engaged_sessions",
		"user_engagement_duration", "key_events", "event_count", "screen_page_views")},
	{name: "shop", fields: fieldsOf("add_to_carts", "checkouts", "ecommerce_purchases", "purchase_revenue")},
	{name: "items", fields: fieldsOf("items_viewed")},
	{
		name: "channel", by: "channel", columns: []string{"sessionDefaultChannelGroup"},
		fields: fieldsOf("sessions", "new_users", "engaged_sessions", "key_events", "purchase_revenue"),
	},
	{
		name: "source_medium", by: "source_medium", columns: []string{"sessionSource", "sessionMedium"},
		fields: fieldsOf("sessions", "engaged_sessions", "key_events"),
	},
	{name: "campaign", by: "campaign", columns: []string{"sessionCampaignName"}, fields: fieldsOf("sessions", "engaged_sessions", "key_events")},
	{name: "device", by: "device", columns: []string{"deviceCategory"}, fields: fieldsOf("sessions", "new_users", "engaged_sessions", "key_events")},
	{name: "country", by: "country", columns: []string{"country"}, fields: fieldsOf("sessions", "new_users", "engaged_sessions", "key_events")},
	{name: "page", by: "page", columns: []string{"pagePath"}, fields: fieldsOf("screen_page_views", "user_engagement_duration")},
	{name: "landing_page", by: "landing_page", columns: []string{"landingPage"}, fields: fieldsOf("sessions", "key_events")},
	{name: "event", by: "event", columns: []string{"eventName"}, fields: fieldsOf("event_count", "key_events")},
}

// dimensions are Google's dimensions of the report, the day first.
func (r report) dimensions() []name {
	list := []name{{"date"}}
	for _, column := range r.columns {
		list = append(list, name{column})
	}
	return list
}

func (r report) metrics() []name {
	list := make([]name, len(r.fields))
	for i, f := range r.fields {
		list[i] = name{f.api}
	}
	return list
}

// without is the report without what can't be had.
func (r report) without(denied func(api string) bool) report {
	kept := make([]field, 0, len(r.fields))
	for _, f := range r.fields {
		if !denied(f.api) {
			kept = append(kept, f)
		}
	}
	r.fields = kept
	return r
}
