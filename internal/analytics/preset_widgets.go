package analytics

import (
	"slices"

	"clientportal/internal/analytics/widget"
)

// What stands in each preset: the figures first, then what explains them.

func brochure() []widget.Widget {
	return slices.Concat(
		tiles("ga4.sessions", "ga4.total_users", "ga4.screen_page_views"),
		[]widget.Widget{
			{Kind: "number", Title: "Time on site", Width: 4, Measures: measures("ga4.average_engagement_time")},
			tile(contactForms),
		},
		tiles("ga4.views_per_session"),
		[]widget.Widget{
			across("work_results", "Visits, and what we worked on", measures("ga4.sessions")...),
			channels(),
			by("device", half("donut", "Sessions by device", measures("ga4.sessions")...)),
			by("page", across("table", "Most read pages", measures("ga4.screen_page_views", "ga4.user_engagement_duration")...)),
		})
}

func transactional() []widget.Widget {
	features := event("Uses", "feature_*")
	return slices.Concat(
		tiles("ga4.active_users"),
		[]widget.Widget{tile(registrations)},
		tiles("ga4.purchase_revenue", "ga4.sessions", "ga4.new_users", "ga4.engagement_rate"),
		[]widget.Widget{
			across("line", "Active users by day", measures("ga4.active_users")...),
			by("event", half("bar", "Feature usage", features)),
			half("funnel", "From visit to revenue",
				widget.Measure{Metric: "ga4.sessions"}, registrations, widget.Measure{Metric: "ga4.ecommerce_purchases", Label: "Paid"}),
			across("cohorts", "Retention by week", measures("ga4.cohort_active_users")...),
			by("channel", half("stacked_bar", "Where visits come from", measures("ga4.sessions")...)),
			half("work_results", "Registrations, and what we worked on", registrations),
		})
}

func b2bLeads() []widget.Widget {
	return slices.Concat(
		tiles("ga4.sessions", "ga4.total_users"),
		[]widget.Widget{tile(leadForms)},
		tiles("ga4.engagement_rate", "ga4.key_event_rate", "ga4.average_engagement_time"),
		[]widget.Widget{
			across("work_results", "Leads, and what we worked on", leadForms),
			channels(),
			visitToLead(),
			by("source_medium", half("table", "Where visits come from", measures("ga4.sessions", "ga4.key_events")...)),
			by("landing_page", half("table", "Where visits begin", measures("ga4.sessions", "ga4.key_events", "ga4.key_event_rate")...)),
		})
}

func b2cLeads() []widget.Widget {
	return slices.Concat(
		tiles("ga4.sessions"),
		[]widget.Widget{tile(leadForms)},
		tiles("meta.leads", "meta.cost_per_lead", "meta.post_engagement", "meta.reach"),
		[]widget.Widget{
			across("work_results", "Leads, and what we worked on", leadForms),
			channels(),
			visitToLead(),
			across("line", "Social engagement by day", measures("meta.post_engagement")...),
			campaigns("Campaigns on Facebook and Instagram", "meta.spend", "meta.impressions", "meta.inline_link_clicks", "meta.leads", "meta.cost_per_lead"),
		})
}

func b2bSales() []widget.Widget {
	return slices.Concat(
		tiles("shopify.gross_revenue", "shopify.orders", "shopify.average_order_value"),
		tiles("ga4.sessions", "ga4.items_viewed", "shopify.customer_lifetime_value"),
		[]widget.Widget{
			across("work_results", "Revenue, and what we worked on", measures("shopify.gross_revenue")...),
			channels(),
			by("product", half("donut", "Revenue by product", measures("shopify.gross_revenue")...)),
			visitToOrder(),
			half("reconciliation", ""),
			by("product", across("table", "Best-selling products", measures("shopify.gross_revenue", "shopify.units_sold", "shopify.orders")...)),
		})
}

func b2cSales() []widget.Widget {
	return slices.Concat(
		tiles("shopify.gross_revenue", "shopify.orders", "shopify.average_order_value"),
		tiles("ga4.sessions", "shopify.abandonment_rate", "shopify.returning_rate"),
		[]widget.Widget{
			across("work_results", "Revenue, and what we worked on", measures("shopify.gross_revenue")...),
			channels(),
			by("product", half("donut", "Revenue by product", measures("shopify.gross_revenue")...)),
			visitToOrder(),
			half("reconciliation", ""),
			campaigns("Meta Ads", "meta.spend", "meta.purchases", "meta.purchase_value", "meta.roas"),
			by("product", across("table", "Best-selling products", measures("shopify.gross_revenue", "shopify.units_sold", "shopify.orders")...)),
		})
}
