package metasim

import (
	"slices"
	"strconv"
	"time"

	"github.com/shopspring/decimal"
)

// write writes a line with the fields that were asked for; numbers are strings.
func (s *Sim) write(a Account, q query, l row, fault Kind) object {
	whole := func(n int64) string { return strconv.FormatInt(n, 10) }
	reached := people(l.n.impressions, l.days)
	all := object{
		"account_id": a.ID, "account_name": a.Name, "account_currency": a.Currency,
		"campaign_id": l.ad.campaignID, "campaign_name": l.ad.campaign, "adset_id": l.ad.adsetID, "adset_name": l.ad.adset,
		"ad_id": l.ad.id, "ad_name": l.ad.name, "objective": l.ad.objective,
		"date_start": l.from.Format(time.DateOnly), "date_stop": l.to.Format(time.DateOnly),
		"spend": fault.number(cents(l.n.spend)), "impressions": whole(l.n.impressions), "clicks": whole(l.n.clicks),
		"inline_link_clicks": whole(l.n.linkClicks), "inline_post_engagement": whole(l.n.engagement),
		"reach":     whole(reached),
		"frequency": decimal.NewFromInt(l.n.impressions).DivRound(decimal.NewFromInt(max(reached, 1)), 6).String(),
		"actions":   actionsOf(l.n, q.windows), "action_values": valuesOf(l.n, q.windows),
		"attribution_setting": "7d_click_1d_view",
	}
	line := object{"date_start": all["date_start"], "date_stop": all["date_stop"]}
	for _, f := range q.fields {
		if list, isList := all[f].([]object); isList && len(list) == 0 {
			continue // Meta leaves out what is nothing
		}
		line[f] = all[f]
	}
	return line
}

func cents(n int64) string { return decimal.New(n, -2).StringFixed(2) }

// actionsOf lists the same purchase and the same lead under all their names, as Meta does.
func actionsOf(n numbers, windows []string) []object {
	list := []object{}
	for _, x := range []struct {
		kind  string
		count int64
	}{
		{"link_click", n.linkClicks}, {"post_engagement", n.engagement}, {"page_engagement", n.engagement + n.engagement/20},
		{"landing_page_view", n.linkClicks * 8 / 10},
		{"lead", n.leads}, {"offsite_conversion.fb_pixel_lead", n.pixelLeads}, {"onsite_conversion.lead_grouped", n.leads - n.pixelLeads},
		{"purchase", n.purchases}, {"omni_purchase", n.purchases}, {"onsite_web_purchase", n.purchases},
		{"offsite_conversion.fb_pixel_purchase", n.purchases}, {"web_in_store_purchase", n.purchases},
	} {
		if x.count > 0 {
			list = append(list, stats(x.kind, x.count, n.view, windows, func(n int64) string { return strconv.FormatInt(n, 10) }))
		}
	}
	return list
}

func valuesOf(n numbers, windows []string) []object {
	list := []object{}
	if n.value > 0 {
		for _, kind := range []string{"purchase", "omni_purchase", "onsite_web_purchase", "offsite_conversion.fb_pixel_purchase", "web_in_store_purchase"} {
			list = append(list, stats(kind, n.value, n.view, windows, cents))
		}
	}
	return list
}

// stats splits an amount by windows: a day's view and seven days' click make the value.
func stats(kind string, n, view int64, windows []string, write func(int64) string) object {
	byView := n * view / 1000
	click := n - byView
	o := object{"action_type": kind, "value": write(n)}
	for window, amount := range map[string]int64{"1d_view": byView, "7d_click": click, "1d_click": click * 7 / 10, "28d_click": click + click/10} {
		if slices.Contains(windows, window) && amount > 0 {
			o[window] = write(amount)
		}
	}
	return o
}
