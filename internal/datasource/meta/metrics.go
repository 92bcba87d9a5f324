package meta

import "clientportal/internal/metric"

// The reports. All but reach are made of the same rows, one for each ad and day, so
// that a total and its parts always agree. Rows of ads are asked for because Meta
// leaves some out at the levels above.
const (
	daily   = "daily"
	byName  = "campaign"
	byAd    = "ads"
	actions = "actions"
	reach   = "reach"
)

// Metrics implements upstream.Source.
func (s *Source) Metrics() []metric.Metric {
	return []metric.Metric{
		counted("spend", "Ad spend", "What the ads cost.", metric.Money, metric.Neither),
		counted("impressions", "Impressions", "How often ads were on a screen.", metric.Count, metric.Up),
		counted("clicks", "Clicks", "All clicks on ads, also on a name or a reaction.", metric.Count, metric.Up),
		counted("inline_link_clicks", "Link clicks", "Clicks on the link of an ad.", metric.Count, metric.Up),
		people("reach", "Reach", "Different people who saw an ad at least once.", metric.Count, metric.Up),
		people("frequency", "Frequency", "How often each person who was reached saw an ad.", metric.Number, metric.Neither),
		counted("post_engagement", "Post engagement", "What people did with the ads' posts: reactions, comments, shares, clicks, views.", metric.Count, metric.Up),
		counted("inline_post_engagement", "Direct post engagement", "What people did with the ads' posts, counted on the day of the ad.", metric.Count, metric.Up),
		attributed(counted("purchases", "Purchases", "Purchases that Meta attributes to the ads, each counted once.", metric.Count, metric.Up)),
		attributed(counted("purchase_value", "Purchase value", "The value of the purchases that Meta attributes to the ads.", metric.Money, metric.Up)),
		attributed(counted("leads", "Leads", "Enquiries that Meta attributes to the ads, each counted once.", metric.Count, metric.Up)),
		ratio("ctr", "Click-through rate", "The share of impressions that ended in a click on the link.", metric.Percent, metric.Up, "inline_link_clicks", "impressions"),
		ratio("cpc", "Cost per click", "What a click cost.", metric.Money, metric.Down, "spend", "clicks"),
		ratio("cost_per_lead", "Cost per lead", "What an enquiry cost.", metric.Money, metric.Down, "spend", "leads"),
		ratio("cost_per_purchase", "Cost per purchase", "What a purchase cost in ads.", metric.Money, metric.Down, "spend", "purchases"),
		ratio("roas", "Return on ad spend", "The value of purchases for each unit of money spent on ads.", metric.Number, metric.Up, "purchase_value", "spend"),
		attributed(action("actions", "Actions by type", "All actions that Meta attributes to the ads. Types overlap: they are compared, never added up.", metric.Count)),
		attributed(action("action_values", "Action values by type", "The value of actions that Meta attributes to the ads. Types overlap: they are compared, never added up.", metric.Money)),
	}
}

// attributed is what people did, credited to the ads that they had seen or clicked on.
func attributed(m metric.Metric) metric.Metric {
	m.Attributed = true
	return m
}

func dimensions() map[string]string {
	return map[string]string{"campaign": byName, "adset": byAd, "ad": byAd}
}

func counted(name, label, definition string, unit metric.Unit, better metric.Better) metric.Metric {
	return metric.Metric{
		Name: "meta." + name, Label: label, Definition: definition, Unit: unit, Aggregation: metric.Sum, Better: better,
		Field: name, Report: daily, Dimensions: dimensions(),
	}
}

func people(name, label, definition string, unit metric.Unit, better metric.Better) metric.Metric {
	return metric.Metric{
		Name: "meta." + name, Label: label, Definition: definition, Unit: unit, Aggregation: metric.Distinct, Better: better,
		Field: name, Report: reach,
	}
}

func ratio(name, label, definition string, unit metric.Unit, better metric.Better, over, under string) metric.Metric {
	return metric.Metric{
		Name: "meta." + name, Label: label, Definition: definition, Unit: unit, Aggregation: metric.Ratio, Better: better,
		Numerator: "meta." + over, Denominator: "meta." + under, Dimensions: dimensions(),
	}
}

// action is hidden from clients: its sum over types counts the same thing several times.
func action(name, label, definition string, unit metric.Unit) metric.Metric {
	return metric.Metric{
		Name: "meta." + name, Label: label, Definition: definition, Unit: unit, Aggregation: metric.Sum, Better: metric.Neither,
		Field: name, Report: actions, Dimensions: map[string]string{"action_type": actions}, Hidden: true,
	}
}
