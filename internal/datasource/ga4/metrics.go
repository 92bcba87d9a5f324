package ga4

import "clientportal/internal/metric"

// Metrics implements upstream.Source.
func (s *Source) Metrics() []metric.Metric {
	m := metric.Metric{Unit: metric.Count, Aggregation: metric.Sum, Better: metric.Up}
	people := m
	people.Aggregation = metric.Distinct
	quiet := m
	quiet.Better = metric.Neither
	seconds := m
	seconds.Unit = metric.Seconds
	money := m
	money.Unit = metric.Money
	credited, creditedMoney := m, money
	credited.Attributed, creditedMoney.Attributed = true, true
	list := []metric.Metric{
		counted(m, "sessions", "Sessions", "Visits to the website or app; a visit ends after 30 minutes without activity."),
		counted(people, "total_users", "Users", "Different people who came, as far as Google can tell them apart."),
		counted(people, "active_users", "Active users", "Different people who did something on the website."),
		counted(m, "new_users", "New users", "People who came for the first time."),
		counted(m, "engaged_sessions", "Engaged sessions", "Visits longer than 10 seconds, or with a key event, or with two pages or more."),
		perSession("engagement_rate", "Engagement rate", "The share of visits that were engaged.", metric.Percent, "engaged_sessions"),
		counted(seconds, "user_engagement_duration", "Engagement time", "How long the website was in the foreground, all visits together."),
		perSession("average_engagement_time", "Average engagement time", "How long the website was in the foreground in one visit.", metric.Seconds, "user_engagement_duration"),
		counted(credited, "key_events", "Key events", "What visitors did that matters to the business, as marked in Analytics; once called conversions."),
		counted(quiet, "event_count", "Events", "All that Analytics recorded."),
		perSession("key_event_rate", "Key event rate", "Key events for each visit.", metric.Percent, "key_events"),
		counted(m, "screen_page_views", "Page views", "Pages and screens that were looked at."),
		perSession("views_per_session", "Pages per session", "Pages and screens looked at in one visit.", metric.Number, "screen_page_views"),
		counted(m, "items_viewed", "Products viewed", "Products whose page was looked at."),
		counted(m, "add_to_carts", "Added to cart", "How often something was put into the cart."),
		counted(m, "checkouts", "Checkouts begun", "How often a checkout was begun."),
		counted(credited, "ecommerce_purchases", "Purchases", "Purchases that the website recorded."),
		counted(creditedMoney, "purchase_revenue", "Purchase revenue", "Revenue of the purchases that the website recorded, less refunds."),
	}
	return append(list, metric.Metric{
		Name: "ga4.cohort_active_users", Label: "Cohort users", Field: apiNames["cohort_active_users"],
		Definition: "Of the people who first came in a week, those who were active in each week after it.",
		Unit:       metric.Count, Aggregation: metric.Sum, Better: metric.Up,
		Report: cohorts, Dimensions: map[string]string{"week": cohorts},
	})
}

// counted completes a metric by the reports that carry it.
func counted(m metric.Metric, name, label, definition string) metric.Metric {
	m.Name, m.Label, m.Definition, m.Field = "ga4."+name, label, definition, apiNames[name]
	m.Dimensions = map[string]string{}
	for _, r := range reports {
		for _, f := range r.fields {
			switch {
			case f.metric != name:
			case r.by == "":
				m.Report = r.name
			default:
				m.Dimensions[r.by] = r.name
			}
		}
	}
	return m
}

// perSession is a metric for each session.
func perSession(name, label, definition string, unit metric.Unit, over string) metric.Metric {
	const under = "sessions"
	m := metric.Metric{
		Name: "ga4." + name, Label: label, Definition: definition, Unit: unit,
		Aggregation: metric.Ratio, Better: metric.Up, Numerator: "ga4." + over, Denominator: "ga4." + under,
		Dimensions: map[string]string{},
	}
	for _, r := range reports {
		if r.by != "" && r.has(over) && r.has(under) {
			m.Dimensions[r.by] = r.name
		}
	}
	return m
}

func (r report) has(metric string) bool {
	for _, f := range r.fields {
		if f.metric == metric {
			return true
		}
	}
	return false
}
