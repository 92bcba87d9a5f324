package meta

import (
	"slices"

	"github.com/shopspring/decimal"
)

// One purchase is reported under several action types, and so is a lead: the first of
// these that a row has is what counts. The first of each contains the others.
var (
	purchaseTypes = []string{
		"omni_purchase", "purchase", "onsite_web_app_purchase", "onsite_web_purchase", "web_in_store_purchase",
		"offsite_conversion.fb_pixel_purchase", "onsite_conversion.purchase", "app_custom_event.fb_mobile_purchase", "offline_conversion.purchase",
	}
	leadTypes       = []string{"lead", "offsite_conversion.fb_pixel_lead", "onsite_conversion.lead_grouped", "onsite_web_lead", "leadgen_grouped", "leadgen.other"}
	engagementTypes = []string{"post_engagement"}
)

// once is the amount of the first of the types that a row has.
func once(stats []actionStats, types []string, w windows) (decimal.Decimal, bool) {
	split := splitByWindow(stats)
	for _, t := range types {
		total, found := decimal.Zero, false
		for _, a := range stats {
			if n, ok := a.amount(w, split); ok && a.ActionType == t {
				total, found = total.Add(n), true
			}
		}
		if found {
			return total, true
		}
	}
	return decimal.Zero, false
}

// parts are an action's amounts by window; what is nothing is nil.
func (a actionStats) parts() map[string]*decimal.Decimal {
	return map[string]*decimal.Decimal{
		"1d_click": a.Click1.Decimal, "7d_click": a.Click7.Decimal, "28d_click": a.Click28.Decimal,
		"1d_view": a.View1.Decimal, "1d_ev": a.Engaged1.Decimal,
	}
}

// splitByWindow reports whether a row tells amounts by window at all. Where it does, a
// window that an action lacks is nothing; where it doesn't, there is only the total.
func splitByWindow(stats []actionStats) bool {
	for _, a := range stats {
		for _, part := range a.parts() {
			if part != nil {
				return true
			}
		}
	}
	return false
}

// amount is what an action amounts to in the windows. Meta's own total is of the usual
// ones. A longer window of clicks contains the shorter ones; views and engaged views
// are apart from clicks.
func (a actionStats) amount(w windows, split bool) (decimal.Decimal, bool) {
	if a.Value.Decimal != nil && (!split || sameWindows(w, usualWindows)) {
		return *a.Value.Decimal, true
	}
	parts, total := a.parts(), decimal.Zero
	for _, group := range [][]string{{"28d_click", "7d_click", "1d_click"}, {"1d_view"}, {"1d_ev"}} {
		for _, window := range group {
			if slices.Contains(w, window) {
				if parts[window] != nil {
					total = total.Add(*parts[window])
				}
				break
			}
		}
	}
	return total, split
}

func sameWindows(a, b []string) bool {
	return len(a) == len(b) && !slices.ContainsFunc(b, func(w string) bool { return !slices.Contains(a, w) })
}
