package analytics

import (
	"fmt"

	"clientportal/internal/analytics/widget"
	"clientportal/internal/metric"
)

// Business is the kind of a customer's business, by which its preset is chosen.
type Business struct {
	ClientType    string `json:"client_type" enum:"b2b,b2c"`
	BusinessModel string `json:"business_model" enum:"lead_gen,online_sales"`
	WebsiteType   string `json:"website_type,omitempty" enum:"brochure,transactional" doc:"Where it is given, the dashboard is of this kind of website"`
}

// Preset is a dashboard to begin with.
type Preset struct {
	Name     string
	Label    string // for who chooses one
	business Business
	widgets  func() []widget.Widget
}

// Presets are one for each kind of business. A kind of website goes before the rest.
var Presets = []Preset{
	{"Website", "Brochure website", Business{WebsiteType: "brochure"}, brochure},
	{"Web app", "Transactional website or web app", Business{WebsiteType: "transactional"}, transactional},
	{"Leads", "B2B lead generation", Business{ClientType: "b2b", BusinessModel: "lead_gen"}, b2bLeads},
	{"Online sales", "B2B online sales", Business{ClientType: "b2b", BusinessModel: "online_sales"}, b2bSales},
	{"Leads", "B2C lead generation", Business{ClientType: "b2c", BusinessModel: "lead_gen"}, b2cLeads},
	{"Online shop", "B2C online sales", Business{ClientType: "b2c", BusinessModel: "online_sales"}, b2cSales},
}

// PresetFor is the preset of a kind of business.
func PresetFor(b Business) Preset {
	for _, p := range Presets {
		if p.business.WebsiteType != "" && p.business.WebsiteType == b.WebsiteType {
			return p
		}
	}
	for _, p := range Presets {
		if p.business.WebsiteType == "" && p.business.ClientType == b.ClientType && p.business.BusinessModel == b.BusinessModel {
			return p
		}
	}
	return Presets[0]
}

// Config is the preset as a dashboard begins with it.
func (p Preset) Config() widget.Config {
	widgets := p.widgets()
	for i := range widgets {
		widgets[i].ID = fmt.Sprintf("w%d", i+1)
	}
	return widget.Config{Version: widget.Version, Widgets: widgets}
}

// The measures that presets have in common.
var (
	leadForms     = event("Lead forms sent", "generate_lead")
	contactForms  = event("Contact forms sent", "contact_form_submit")
	registrations = event("Registrations", "sign_up")
)

func event(label, name string) widget.Measure {
	return widget.Measure{Metric: "ga4.event_count", Label: label, Filter: &widget.Filter{Dimension: "event", Value: name}, Better: metric.Up}
}

func measures(names ...string) (list []widget.Measure) {
	for _, name := range names {
		list = append(list, widget.Measure{Metric: name})
	}
	return list
}

// tile is a number, three of which stand side by side.
func tile(m widget.Measure) widget.Widget {
	return widget.Widget{Kind: "number", Width: 4, Measures: []widget.Measure{m}}
}

func tiles(names ...string) (list []widget.Widget) {
	for _, m := range measures(names...) {
		list = append(list, tile(m))
	}
	return list
}

// across is a widget over the whole width, half over half of it.
func across(kind, title string, list ...widget.Measure) widget.Widget {
	return widget.Widget{Kind: kind, Title: title, Width: widget.Columns, Measures: list}
}

func half(kind, title string, list ...widget.Measure) widget.Widget {
	w := across(kind, title, list...)
	w.Width = widget.Columns / 2
	return w
}

// by splits a widget by a dimension.
func by(dimension string, w widget.Widget) widget.Widget {
	w.Dimension = dimension
	return w
}

func channels() widget.Widget {
	return by("channel", half("bar", "Sessions by channel", measures("ga4.sessions")...))
}

func campaigns(title string, names ...string) widget.Widget {
	return by("campaign", across("table", title, measures(names...)...))
}

// visitToOrder is the way of a shop's visitors. Products that were viewed are no step
// of it: one visit views several.
func visitToOrder() widget.Widget {
	return half("funnel", "From visit to order",
		widget.Measure{Metric: "ga4.sessions"}, widget.Measure{Metric: "ga4.add_to_carts", Label: "Added to basket"},
		widget.Measure{Metric: "ga4.checkouts", Label: "Began checkout"},
		widget.Measure{Metric: "ga4.ecommerce_purchases", Label: "Bought"})
}

// visitToLead is the way of those who ask.
func visitToLead() widget.Widget {
	return half("funnel", "From visit to lead",
		widget.Measure{Metric: "ga4.sessions"}, widget.Measure{Metric: "ga4.engaged_sessions", Label: "Looked around"},
		event("Began a form", "form_start"), leadForms)
}
