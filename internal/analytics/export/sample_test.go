package export_test

import (
	"fmt"
	"math"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"clientportal/internal/analytics"
	"clientportal/internal/analytics/widget"
	"clientportal/internal/metric"
)

func num(text string) *widget.Number { return &widget.Number{Decimal: decimal.RequireFromString(text)} }

func day(month time.Month, d int) widget.Day {
	return widget.Day{Time: time.Date(2026, month, d, 0, 0, 0, 0, time.UTC)}
}

var (
	sessions = widget.Column{Metric: "ga4.sessions", Label: "Sessions", Unit: metric.Count, Better: metric.Up}
	revenue  = widget.Column{Metric: "shopify.gross_revenue", Label: "Revenue", Unit: metric.Money, Better: metric.Up}
	left     = widget.Column{Metric: "shopify.abandonment_rate", Label: "Baskets left behind", Unit: metric.Percent, Better: metric.Down}
	engaged  = widget.Column{Metric: "ga4.average_engagement_time", Label: "Engagement", Unit: metric.Seconds, Better: metric.Up}
)

// series is thirty days of a column, the last two provisional, one missing.
func series(c widget.Column, currency string, level float64) widget.Series {
	s := widget.Series{Name: c.Label, Column: c, Currency: currency, Grain: widget.ByDay, Total: widget.Figure{
		Value: num(fmt.Sprintf("%.2f", level*30)), Previous: num(fmt.Sprintf("%.2f", level*27)), Change: num("0.111"), Currency: currency, State: widget.OK,
	}}
	for i := range 30 {
		value := num(fmt.Sprintf("%.2f", level*(1+0.3*math.Sin(float64(i)/3))))
		if i == 9 {
			value = nil
		}
		s.Points = append(s.Points, widget.Point{Day: day(10, 20).Plus(i), Value: value, Provisional: i > 27})
		s.Previous = append(s.Previous, widget.Point{Day: day(9, 20).Plus(i), Value: num(fmt.Sprintf("%.2f", level*(0.9+0.2*math.Cos(float64(i)/4))))})
	}
	return s
}

func figure(value, previous, change, currency string) widget.Figure {
	f := widget.Figure{Value: num(value), Currency: currency, State: widget.OK}
	if previous != "" {
		f.Previous, f.Change = num(previous), num(change)
	}
	return f
}

func tile(id string, c widget.Column, f widget.Figure, level float64) widget.Result {
	return widget.Result{
		ID: id, Kind: "number", Title: c.Label, State: widget.OK, Columns: []widget.Column{c}, Figures: []widget.Figure{f},
		Series: []widget.Series{series(c, f.Currency, level)},
	}
}

func channels() *widget.Table {
	t := &widget.Table{Heading: "Channel", Columns: []widget.Column{sessions}}
	for i, name := range []string{"Organic search", "Paid social", "Direct", "=cmd|calc", "(other) Łódź, 漢字"} {
		value := 31000 - i*6000
		t.Rows = append(t.Rows, widget.Row{
			Label: name, Figures: []widget.Figure{figure(fmt.Sprint(value), fmt.Sprint(value-2000), "0.07", "")},
			Share: num(fmt.Sprintf("%.4f", float64(value)/95000)), Other: i == 4,
		})
	}
	t.Total = &widget.Row{Label: "All", Figures: []widget.Figure{figure("95000", "85000", "0.12", "")}}
	return t
}

// sample is a report with a widget of each kind.
func sample() analytics.Report {
	ok := widget.OK
	source := widget.Origin{SourceID: uuid.UUID{1}, Type: "ga4", Label: "Google Analytics 4", Name: "Dapper Goods", Zone: "Europe/London", CompleteTo: ref(day(11, 16)), Provisional: []widget.Day{day(11, 17), day(11, 18)}, Flags: []string{"Computed by the source from a sample"}}
	meta := widget.Origin{SourceID: uuid.UUID{2}, Type: "meta", Label: "Meta Ads", Name: "Meta Ads", Zone: "America/New_York", Currency: "USD", Attribution: "7-day click"}
	stack := []widget.Series{series(widget.Column{Label: "Sessions", Unit: metric.Count}, "", 900), series(sessions, "", 500), series(sessions, "", 200)}
	stack[0].Name, stack[1].Name, stack[2].Name = "Organic search", "Paid social", "Other"
	campaigns := &widget.Table{Heading: "Campaign", Columns: []widget.Column{
		{Label: "Spend", Unit: metric.Money}, {Label: "Purchases", Unit: metric.Count}, {Label: "ROAS", Unit: metric.Number},
	}}
	for i := range 45 {
		campaigns.Rows = append(campaigns.Rows, widget.Row{Label: fmt.Sprintf("Gift guide, prospecting %d", i), Figures: []widget.Figure{
			figure("4812.4", "4000", "0.2", "USD"), figure("188", "", "", ""), {State: widget.NoData},
		}})
	}
	r := analytics.Report{
		Dashboard: analytics.Named{ID: uuid.UUID{3}, Name: "Online shop"}, Customer: analytics.Named{Name: "Dapper Goods"},
		Range:      analytics.Period{From: day(10, 20), To: day(11, 18), Label: "Last 30 days"},
		Comparison: &analytics.Period{From: day(9, 20), To: day(10, 19), Label: "30 days before"},
		Zone:       "Europe/London", GeneratedAt: time.Date(2026, 11, 19, 7, 30, 0, 0, time.UTC),
		Freshness: []analytics.Freshness{
			{Origin: source, State: analytics.Fresh}, {Origin: meta, State: analytics.Failing, Note: "Figures end on 15 November. The connection needs to be renewed."},
		},
		Widgets: []widget.Result{
			tile("revenue", revenue, figure("184320.00", "163986", "0.124", "GBP"), 6000),
			tile("left", left, figure("0.689", "0.677", "0.012", ""), 0.68),
			tile("time", engaged, figure("94.4", "96", "-0.0167", ""), 94),
			{ID: "goal", Kind: "goal", Title: "Revenue goal", State: ok, Columns: []widget.Column{revenue}, Figures: []widget.Figure{figure("18432.5", "", "", "GBP")}, Goal: &widget.Progress{Goal: *num("25000"), Share: *num("0.7373"), Expected: *num("0.6")}},
			{ID: "mixed", Kind: "number", Title: "Spend", State: widget.Mixed, Reason: "These amounts are in several currencies, which are not added up.", Columns: []widget.Column{{Label: "Spend", Unit: metric.Money}}, Figures: []widget.Figure{figure("120", "", "", "EUR"), figure("95.5", "", "", "GBP")}},
			{ID: "none", Kind: "number", Title: "Reach", State: widget.NotConnected, Reason: "Connect Meta Ads to see this.", Columns: []widget.Column{{Label: "Reach", Unit: metric.Count}}, Figures: []widget.Figure{{State: widget.NotConnected}}},
			{ID: "line", Kind: "line", Title: "Revenue by day", Subtitle: "Shopify, GBP", State: ok, Columns: []widget.Column{revenue}, Series: []widget.Series{series(revenue, "GBP", 6000)}, Passport: []widget.Passport{{Column: revenue, Definition: "What orders came to, before refunds; only campaign spring*.", Sources: []widget.Origin{source}}}},
			{ID: "work", Kind: "work_results", Title: "Work and results", State: ok, Columns: []widget.Column{sessions}, Series: []widget.Series{series(sessions, "", 900), series(widget.Column{Label: "Engaged sessions", Unit: metric.Count}, "", 500)}, Annotations: []widget.Annotation{{Day: day(10, 25), Kind: "ticket", Title: "Checkout is faster"}, {Day: day(11, 6), Kind: "phase", Title: "Redesign"}}},
			{ID: "bars", Kind: "bar", Title: "Sessions by channel", Subtitle: "Google Analytics 4", State: ok, Columns: []widget.Column{sessions}, Table: channels()},
			{ID: "donut", Kind: "donut", Title: "Sessions by channel", State: ok, Columns: []widget.Column{sessions}, Table: channels()},
			{ID: "stacked", Kind: "stacked_bar", Title: "Channels over time", State: ok, Columns: []widget.Column{sessions}, Series: stack},
			{ID: "funnel", Kind: "funnel", Title: "From visit to order", State: ok, Columns: []widget.Column{sessions, sessions, sessions}, Steps: []widget.Step{
				{Column: sessions, Figure: figure("91870", "80000", "0.1", "")},
				{Column: widget.Column{Label: "Viewed a product", Unit: metric.Count}, Figure: figure("52310", "", "", ""), Share: num("0.569")},
				{Column: widget.Column{Label: "Bought", Unit: metric.Count}, Figure: figure("2214", "", "", ""), Share: num("0.042"), Before: num("0.05")},
			}, Notes: []string{"The widest gap is between viewed a product and bought: 4.2% go on, 5.0% before."}},
			{ID: "cohorts", Kind: "cohorts", Title: "Retention", State: ok, Columns: []widget.Column{{Label: "People", Unit: metric.Count}}, Cohorts: []widget.Cohort{
				{Day: day(10, 5), Size: *num("1200"), Shares: []*widget.Number{num("0.42"), num("0.31"), nil, num("0.1")}}, {Day: day(10, 12), Size: *num("900"), Shares: []*widget.Number{num("0.6")}},
			}},
			{ID: "table", Kind: "table", Title: "Meta Ads", Subtitle: "Spend and purchases, 7-day click", State: ok, Columns: campaigns.Columns, Table: campaigns},
			{ID: "text", Kind: "text", Title: "", State: ok, Text: "We moved the shop to a **new** checkout.\n\n- first\n- second"},
		},
	}
	return r
}

func ref[T any](v T) *T { return &v }
