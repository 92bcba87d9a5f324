package analytics_test

import (
	"testing"

	"clientportal/internal/analytics/widget"
	"clientportal/internal/fault"
)

// An order counts with each product in it: the parts are more than the whole, which is
// told as it is, and what is left of them can't be told at all.
func TestPartsThatOverlapAreNotAddedUp(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	shop := w.source(t, "shopify", "", today)
	list := []fact{
		{source: shop, day: day("2026-10-05"), report: "orders", metric: "shopify.orders", value: "4"},
		{source: shop, day: day("2026-10-05"), report: "orders", metric: "shopify.units_sold", value: "9"},
	}
	for product, n := range map[string]string{"hat": "4", "scarf": "3", "belt": "2"} {
		list = append(list,
			fact{source: shop, day: day("2026-10-05"), report: "products", metric: "shopify.orders", dimension: "product=" + product, value: n},
			fact{source: shop, day: day("2026-10-05"), report: "products", metric: "shopify.units_sold", dimension: "product=" + product, value: n})
	}
	w.facts(t, list...)
	table := one("table", "shopify.units_sold", "shopify.orders")
	table.Dimension, table.Limit = "product", 1
	got := w.show(t, october, widget.NoComparison, table).Widgets[0].Table
	if got == nil || len(got.Rows) != 2 {
		t.Fatalf("the table: %+v", got)
	}
	hat, others := got.Rows[0].Figures, got.Rows[1].Figures
	if str(hat[1].Value) != "4" || str(others[0].Value) != "5" || others[1].Value != nil || others[1].State != widget.NoData {
		t.Errorf("hats %+v, the others %+v", hat, others)
	}
	if str(got.Total.Figures[0].Value) != "9" || str(got.Total.Figures[1].Value) != "4" {
		t.Errorf("all: %+v", got.Total.Figures)
	}
	donut := one("donut", "shopify.orders")
	donut.Dimension = "product"
	var check fault.Check
	widget.CheckWidget(&check, "", donut, w.Metrics)
	if check.Err() == nil {
		t.Error("orders by product make a donut")
	}
}
