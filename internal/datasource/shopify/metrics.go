package shopify

import "clientportal/internal/metric"

// The reports whose days are replaced one by one.
const (
	ordersReport    = "orders"
	productsReport  = "products"
	countriesReport = "countries"
	checkoutsReport = "checkouts"
	lifetimeReport  = "lifetime"
)

// The dimensions.
const (
	byProduct = "product"
	byCountry = "country"
)

// The metrics, which are made of what the API calls otherwise.
const (
	grossRevenue       = "shopify.gross_revenue"
	netRevenue         = "shopify.net_revenue"
	refunds            = "shopify.refunds"
	orders             = "shopify.orders"
	cancelledOrders    = "shopify.cancelled_orders"
	unitsSold          = "shopify.units_sold"
	customers          = "shopify.customers"
	newCustomers       = "shopify.new_customers"
	returningOrders    = "shopify.returning_orders"
	checkoutsStarted   = "shopify.checkouts_started"
	checkoutsAbandoned = "shopify.checkouts_abandoned"
	lifetimeSpent      = "shopify.lifetime_spent"
	lifetimeCustomers  = "shopify.lifetime_customers"
)

// Metrics are what the connector knows.
func (*Source) Metrics() []metric.Metric {
	products, countries := productsReport, countriesReport
	both := map[string]string{byProduct: products, byCountry: countries}
	return []metric.Metric{
		{Name: grossRevenue, Label: "Gross revenue", Unit: metric.Money, Aggregation: metric.Sum, Better: metric.Up, Report: ordersReport, Dimensions: both,
			Field:      "Order.totalPriceSet.shopMoney",
			Definition: "What customers ordered for, with tax and shipping and after discounts, before refunds and cancellations, by the day of the order. By product: the prices of the lines before discounts, without shipping."},
		{Name: netRevenue, Label: "Net revenue", Unit: metric.Money, Aggregation: metric.Sum, Better: metric.Up, Report: ordersReport, Dimensions: map[string]string{byCountry: countries},
			Field:      "Order.currentTotalPriceSet.shopMoney",
			Definition: "What remains of each day's orders after returns, cancellations and later changes."},
		{Name: refunds, Label: "Refunds", Unit: metric.Money, Aggregation: metric.Sum, Better: metric.Down, Report: ordersReport,
			Field:      "Order.refunds.totalRefundedSet.shopMoney",
			Definition: "Money paid back to customers, by the day of the refund."},
		{Name: orders, Label: "Orders", Unit: metric.Count, Aggregation: metric.Sum, Better: metric.Up, Report: ordersReport, Dimensions: both, Overlapping: []string{byProduct},
			Field:      "Order.processedAt",
			Definition: "Orders without test orders. Orders that were cancelled later are among them, and are also counted apart. By product: an order counts with each product in it."},
		{Name: cancelledOrders, Label: "Cancelled orders", Unit: metric.Count, Aggregation: metric.Sum, Better: metric.Down, Report: ordersReport,
			Field:      "Order.cancelledAt",
			Definition: "Orders that were cancelled later, by the day of the order."},
		{Name: unitsSold, Label: "Units sold", Unit: metric.Count, Aggregation: metric.Sum, Better: metric.Up, Report: ordersReport, Dimensions: map[string]string{byProduct: products},
			Field:      "LineItem.quantity",
			Definition: "Pieces ordered, before returns."},
		{Name: customers, Label: "Ordering customers", Unit: metric.Count, Aggregation: metric.Distinct, Better: metric.Up, Report: ordersReport,
			Field:      "Order.customer.id",
			Definition: "Different customers who ordered in the time shown. Somebody who orders on two days counts once."},
		{Name: newCustomers, Label: "New customers", Unit: metric.Count, Aggregation: metric.Sum, Better: metric.Up, Report: ordersReport,
			Field:      "Customer.orders",
			Definition: "Customers by the day of their first order."},
		{Name: returningOrders, Label: "Returning orders", Unit: metric.Count, Aggregation: metric.Sum, Better: metric.Up, Report: ordersReport,
			Field:      "Customer.orders",
			Definition: "Orders by customers who had ordered before."},
		{Name: "shopify.returning_rate", Label: "Returning rate", Unit: metric.Percent, Aggregation: metric.Ratio, Better: metric.Up,
			Numerator: returningOrders, Denominator: orders,
			Definition: "Share of the orders that came from customers who had ordered before."},
		{Name: "shopify.average_order_value", Label: "Average order value", Unit: metric.Money, Aggregation: metric.Ratio, Better: metric.Up,
			Numerator: grossRevenue, Denominator: orders, Dimensions: map[string]string{byCountry: countries},
			Definition: "Gross revenue divided by orders."},
		{Name: lifetimeSpent, Label: "Lifetime spending", Unit: metric.Money, Aggregation: metric.Last, Better: metric.Up, Report: lifetimeReport,
			Field:      "Customer.amountSpent",
			Definition: "What all customers gained up to the day have spent until now."},
		{Name: lifetimeCustomers, Label: "Customers with orders", Unit: metric.Count, Aggregation: metric.Last, Better: metric.Up, Report: lifetimeReport,
			Field:      "Customer.numberOfOrders",
			Definition: "Customers gained up to the day who have ordered at least once."},
		{Name: "shopify.customer_lifetime_value", Label: "Customer lifetime value", Unit: metric.Money, Aggregation: metric.Ratio, Better: metric.Up,
			Numerator: lifetimeSpent, Denominator: lifetimeCustomers,
			Definition: "What a customer who has ordered has spent on average, over all orders."},
		{Name: checkoutsStarted, Label: "Checkouts started", Unit: metric.Count, Aggregation: metric.Sum, Better: metric.Up, Report: checkoutsReport,
			Field:      "AbandonedCheckout.createdAt, Order.processedAt",
			Definition: "Checkouts that became an order of the day or were left behind on it. Orders at a till and drafts made by the shop had no checkout."},
		{Name: checkoutsAbandoned, Label: "Abandoned checkouts", Unit: metric.Count, Aggregation: metric.Sum, Better: metric.Down, Report: checkoutsReport,
			Field:      "AbandonedCheckout.completedAt",
			Definition: "Checkouts that were left behind and not completed since. Shopify keeps them for about three months."},
		{Name: "shopify.abandonment_rate", Label: "Abandonment rate", Unit: metric.Percent, Aggregation: metric.Ratio, Better: metric.Down,
			Numerator: checkoutsAbandoned, Denominator: checkoutsStarted,
			Definition: "Share of the checkouts that were left behind."},
	}
}
