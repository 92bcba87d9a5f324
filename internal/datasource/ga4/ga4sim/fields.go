package ga4sim

// scope is what a field belongs to; it decides what goes together.
type scope string

const (
	ofTime    scope = "time"
	ofSession scope = "session"
	ofEvent   scope = "event"
	ofUser    scope = "user"
	ofShop    scope = "shop"
	ofItem    scope = "item"
	ofCohort  scope = "cohort"
	ofHit     scope = "event traffic" // the traffic dimensions of single events
)

type dimensionField struct {
	name, label, category string
	scope                 scope
}

var dimensionFields = []dimensionField{
	{"date", "Date", "Time", ofTime},
	{"sessionDefaultChannelGroup", "Session default channel group", "Traffic source", ofSession},
	{"sessionSource", "Session source", "Traffic source", ofSession},
	{"sessionMedium", "Session medium", "Traffic source", ofSession},
	{"sessionSourceMedium", "Session source / medium", "Traffic source", ofSession},
	{"sessionCampaignName", "Session campaign", "Traffic source", ofSession},
	{"campaignName", "Campaign", "Attribution", ofHit},
	{"sourceMedium", "Source / medium", "Attribution", ofHit},
	{"deviceCategory", "Device category", "Platform / device", ofUser},
	{"country", "Country", "Geography", ofUser},
	{"pagePath", "Page path", "Page / screen", ofEvent},
	{"landingPage", "Landing page", "Page / screen", ofSession},
	{"eventName", "Event name", "Event", ofEvent},
	{"itemName", "Item name", "Ecommerce", ofItem},
	{"cohort", "Cohort", "Cohort", ofCohort},
	{"cohortNthWeek", "Weekly cohort", "Cohort", ofCohort},
	{"firstSessionDate", "First session date", "User lifetime", ofCohort},
}

type metricField struct {
	name, label, category, kind string
	scope                       scope
	index                       int // in a vector; -1 for what is derived
	revenue                     bool
}

const (
	integer  = "TYPE_INTEGER"
	float    = "TYPE_FLOAT"
	seconds  = "TYPE_SECONDS"
	currency = "TYPE_CURRENCY"
)

var metricFields = []metricField{
	{"sessions", "Sessions", "Session", integer, ofSession, sessions, false},
	{"engagedSessions", "Engaged sessions", "Session", integer, ofSession, engagedSessions, false},
	{"engagementRate", "Engagement rate", "Session", float, ofSession, -1, false},
	{"bounceRate", "Bounce rate", "Session", float, ofSession, -1, false},
	{"averageSessionDuration", "Average session duration", "Session", seconds, ofSession, -1, false},
	{"totalUsers", "Total users", "User", integer, ofUser, totalUsers, false},
	{"activeUsers", "Active users", "User", integer, ofUser, activeUsers, false},
	{"newUsers", "New users", "User", integer, ofUser, newUsers, false},
	{"userEngagementDuration", "User engagement", "User", seconds, ofEvent, engagementSeconds, false},
	{"keyEvents", "Key events", "Event", float, ofEvent, keyEvents, false},
	{"eventCount", "Event count", "Event", integer, ofEvent, eventCount, false},
	{"screenPageViews", "Views", "Page / screen", integer, ofEvent, views, false},
	{"itemsViewed", "Items viewed", "Ecommerce", integer, ofItem, itemsViewed, false},
	{"addToCarts", "Add to carts", "Ecommerce", integer, ofShop, addToCarts, false},
	{"checkouts", "Checkouts", "Ecommerce", integer, ofShop, checkouts, false},
	{"ecommercePurchases", "Ecommerce purchases", "Ecommerce", integer, ofShop, purchases, false},
	{"purchaseRevenue", "Purchase revenue", "Ecommerce", currency, ofSession, revenue, true},
	{"totalRevenue", "Total revenue", "Revenue", currency, ofSession, revenue, true},
	{"cohortActiveUsers", "Cohort active users", "Cohort", integer, ofCohort, activeUsers, false},
}

func findDimension(name string) (dimensionField, bool) {
	for _, d := range dimensionFields {
		if d.name == name {
			return d, true
		}
	}
	return dimensionField{}, false
}

func findMetric(name string) (metricField, bool) {
	for _, m := range metricFields {
		if m.name == name {
			return m, true
		}
	}
	return metricField{}, false
}

// together reports whether a dimension and a metric can be in one report.
func together(d dimensionField, m metricField) bool {
	switch {
	case d.scope == ofCohort || m.scope == ofCohort:
		return d.scope == m.scope || d.name == "cohort" && m.scope == ofUser
	case d.scope == ofItem:
		return m.scope == ofItem
	case d.scope == ofHit:
		return m.scope == ofSession || m.name == "keyEvents" || m.name == "totalUsers" || m.name == "activeUsers"
	case m.scope == ofItem:
		return d.scope == ofTime || d.scope == ofUser
	case d.name == "eventName" || d.name == "pagePath":
		return m.name != "engagementRate" || d.name != "eventName"
	}
	return true
}
