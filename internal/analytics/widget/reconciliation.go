package widget

import "clientportal/internal/metric"

// reconciled are the same sales as each system counts them.
var reconciled = []struct {
	label         string
	count, amount Measure
	why           []string
}{
	{"Orders in Shopify", Measure{Metric: "shopify.orders"}, Measure{Metric: "shopify.gross_revenue"}, []string{
		"Shopify counts every order, whichever way it came: by phone, by draft and from other channels too.",
	}},
	{"Purchases in Google Analytics 4", Measure{Metric: "ga4.ecommerce_purchases"}, Measure{Metric: "ga4.purchase_revenue"}, []string{
		"Google Analytics misses visitors who refuse cookies or block scripts, and counts in its own time zone and currency.",
	}},
	{"Purchases in Meta Ads", Measure{Metric: "meta.purchases"}, Measure{Metric: "meta.purchase_value"}, []string{
		"Meta claims purchases that follow a view or click of an ad within its attribution window, on the day of the ad; others may claim the same ones.",
	}},
}

// reconciliation sets the same sales side by side as each system counts them, with
// the reasons why they differ.
var reconciliation = Kind{
	Name: "reconciliation", Label: "Reconciliation", Hint: "Orders in Shopify beside purchases in GA4 and Meta, and why they differ",
	Title: "Orders as each system counts them",
	Needs: func(Widget) []Need {
		var all []Measure
		for _, r := range reconciled {
			all = append(all, r.count, r.amount)
		}
		return []Need{{Measures: all}}
	},
	Fill: func(w Widget, d *Data, r *Result) {
		t := &Table{Heading: "System", Rows: []Row{}, Columns: []Column{
			{Label: "Orders or purchases", Unit: metric.Count, Better: metric.Up}, {Label: "Value", Unit: metric.Money, Better: metric.Up},
		}}
		r.State = ""
		for _, system := range reconciled {
			row := Row{Label: system.label, Figures: []Figure{single(d.Figures(w, system.count)), single(d.Figures(w, system.amount))}}
			if len(t.Rows) > 0 {
				row.Share = ratio(row.Figures[0].Value, t.Rows[0].Figures[0].Value)
			}
			t.Rows = append(t.Rows, row)
			r.State = better(r.State, row.Figures[0].State)
			if row.Figures[0].State == NotConnected {
				r.Connect = append(r.Connect, SourceType(system.count.Metric))
				continue
			}
			r.Notes = append(r.Notes, system.why...)
			r.Passport = append(r.Passport, d.passport(w, system.count), d.passport(w, system.amount))
		}
		r.Table = t
	},
}
