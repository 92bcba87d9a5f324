package analytics_test

import "clientportal/internal/metric"

// metrics are those of the three systems by the names that dashboards use, in
// reports as connectors make them.
func metrics() []metric.Metric {
	var list []metric.Metric
	add := func(unit metric.Unit, how metric.Aggregation, report string, dimensions map[string]string, names ...string) {
		for _, name := range names {
			list = append(list, metric.Metric{
				Name: name, Label: name, Definition: "About " + name + ".", Unit: unit, Aggregation: how, Better: metric.Up, Report: report, Dimensions: dimensions,
			})
		}
	}
	ratio := func(unit metric.Unit, name, over, under string) {
		list = append(list, metric.Metric{Name: name, Label: name, Unit: unit, Aggregation: metric.Ratio, Better: metric.Up, Numerator: over, Denominator: under})
	}
	visits := map[string]string{"channel": "channel", "source_medium": "source_medium", "campaign": "campaign", "device": "device", "country": "country", "landing_page": "landing_page"}
	add(metric.Count, metric.Sum, "daily", visits, "ga4.sessions", "ga4.engaged_sessions", "ga4.key_events")
	add(metric.Count, metric.Distinct, "daily", nil, "ga4.total_users", "ga4.active_users")
	add(metric.Count, metric.Sum, "daily", nil, "ga4.new_users")
	add(metric.Count, metric.Sum, "daily", map[string]string{"page": "page"}, "ga4.screen_page_views")
	add(metric.Count, metric.Sum, "daily", map[string]string{"event": "event"}, "ga4.event_count")
	add(metric.Seconds, metric.Sum, "daily", map[string]string{"page": "page"}, "ga4.user_engagement_duration")
	add(metric.Count, metric.Sum, "shop", nil, "ga4.items_viewed", "ga4.add_to_carts", "ga4.checkouts", "ga4.ecommerce_purchases")
	add(metric.Money, metric.Sum, "shop", nil, "ga4.purchase_revenue")
	add(metric.Count, metric.Sum, "cohorts", map[string]string{"week": "cohorts"}, "ga4.cohort_active_users")
	ratio(metric.Percent, "ga4.engagement_rate", "ga4.engaged_sessions", "ga4.sessions")
	ratio(metric.Percent, "ga4.key_event_rate", "ga4.key_events", "ga4.sessions")
	ratio(metric.Seconds, "ga4.average_engagement_time", "ga4.user_engagement_duration", "ga4.sessions")
	ratio(metric.Number, "ga4.views_per_session", "ga4.screen_page_views", "ga4.sessions")

	ads := map[string]string{"campaign": "ads", "adset": "ads", "ad": "ads"}
	add(metric.Money, metric.Sum, "ads", ads, "meta.spend", "meta.purchase_value")
	add(metric.Count, metric.Sum, "ads", ads, "meta.impressions", "meta.clicks", "meta.inline_link_clicks", "meta.post_engagement", "meta.inline_post_engagement", "meta.purchases", "meta.leads")
	add(metric.Count, metric.Distinct, "people", map[string]string{"campaign": "people"}, "meta.reach")
	add(metric.Number, metric.Distinct, "people", nil, "meta.frequency")
	ratio(metric.Percent, "meta.ctr", "meta.inline_link_clicks", "meta.impressions")
	ratio(metric.Money, "meta.cpc", "meta.spend", "meta.clicks")
	ratio(metric.Money, "meta.cost_per_lead", "meta.spend", "meta.leads")
	ratio(metric.Money, "meta.cost_per_purchase", "meta.spend", "meta.purchases")
	ratio(metric.Number, "meta.roas", "meta.purchase_value", "meta.spend")

	sold := map[string]string{"product": "products", "country": "countries"}
	add(metric.Money, metric.Sum, "orders", sold, "shopify.gross_revenue")
	add(metric.Money, metric.Sum, "orders", nil, "shopify.net_revenue", "shopify.refunds")
	add(metric.Count, metric.Sum, "orders", sold, "shopify.orders")
	add(metric.Count, metric.Sum, "orders", map[string]string{"product": "products"}, "shopify.units_sold")
	add(metric.Count, metric.Sum, "orders", nil, "shopify.cancelled_orders", "shopify.new_customers", "shopify.returning_orders", "shopify.checkouts_started", "shopify.checkouts_abandoned")
	add(metric.Count, metric.Distinct, "orders", nil, "shopify.customers")
	add(metric.Money, metric.Last, "lifetime", nil, "shopify.lifetime_spent")
	add(metric.Count, metric.Last, "lifetime", nil, "shopify.lifetime_customers")
	ratio(metric.Percent, "shopify.returning_rate", "shopify.returning_orders", "shopify.orders")
	ratio(metric.Percent, "shopify.abandonment_rate", "shopify.checkouts_abandoned", "shopify.checkouts_started")
	ratio(metric.Money, "shopify.average_order_value", "shopify.gross_revenue", "shopify.orders")
	ratio(metric.Money, "shopify.customer_lifetime_value", "shopify.lifetime_spent", "shopify.lifetime_customers")

	for i := range list {
		list[i].Attributed = list[i].Name == "meta.purchases"
		if list[i].Name == "shopify.orders" {
			list[i].Overlapping = []string{"product"}
		}
	}
	return append(list, metric.Metric{
		Name: "meta.margin", Label: "Margin", Unit: metric.Money, Aggregation: metric.Sum, Report: "ads", Hidden: true, // internal to the agency
	})
}
