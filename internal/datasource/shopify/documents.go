package shopify

import "strings"

// The queries. Every field and argument stands in the schema of DefaultVersion.
const (
	shopQuery = `query Shop {
  shop { id name myshopifyDomain ianaTimezone currencyCode }
  currentAppInstallation { accessScopes { handle } }
}`

	probeQuery = `query Probe {
  orders(first: 1, sortKey: PROCESSED_AT, reverse: true) {
    nodes { id customer { id numberOfOrders } shippingAddress { countryCodeV2 } billingAddress { countryCodeV2 } }
  }
}`

	customersProbeQuery = `query Probe { customers(first: 1) { nodes { id numberOfOrders amountSpent { amount currencyCode } } } }`
	checkoutsProbeQuery = `query Probe { abandonedCheckouts(first: 1) { nodes { id createdAt completedAt } } }`

	ordersCountQuery    = `query Count($query: String!) { ordersCount(limit: null, query: $query) { count precision } }`
	customersCountQuery = `query Count { customersCount(limit: null) { count precision } }`

	// Lines that did not fit into their order's page.
	linesQuery = `query Lines($id: ID!, $first: Int!, $after: String) {
  order(id: $id) { id lineItems(first: $first, after: $after) { pageInfo { hasNextPage endCursor } nodes { ` + lineFields + ` } } }
}`

	customersQuery = `query Customers($first: Int!, $after: String) {
  customers(first: $first, after: $after, sortKey: ID) { pageInfo { hasNextPage endCursor } nodes { ` + customerFields + ` } }
}`

	// The first order of each customer. Test orders are left out here as everywhere.
	firstOrdersQuery = `query FirstOrders($ids: [ID!]!) {
  nodes(ids: $ids) { ... on Customer { id orders(first: 1, sortKey: PROCESSED_AT, query: "test:false") { nodes { id processedAt } } } }
}`

	checkoutsQuery = `query Checkouts($first: Int!, $after: String, $query: String!) {
  abandonedCheckouts(first: $first, after: $after, query: $query, sortKey: CREATED_AT) { pageInfo { hasNextPage endCursor } nodes { id createdAt completedAt } }
}`

	runBulkQuery = `mutation Run($query: String!) {
  bulkOperationRunQuery(query: $query, groupObjects: false) { bulkOperation { id status } userErrors { field message code } }
}`

	pollBulkQuery = `query Poll($id: ID!) {
  node(id: $id) { ... on BulkOperation { id status errorCode objectCount url } }
}`

	cancelBulkQuery = `mutation Cancel($id: ID!) {
  bulkOperationCancel(id: $id) { bulkOperation { id status } userErrors { field message } }
}`
)

const (
	shopMoney      = ` { shopMoney { amount currencyCode } }`
	lineFields     = `id title quantity originalTotalSet` + shopMoney
	customerFields = `id createdAt numberOfOrders amountSpent { amount currencyCode }`
	refundFields   = `refunds { id createdAt processedAt totalRefundedSet` + shopMoney + ` }`
	refundDays     = `refunds { id createdAt processedAt }`
	orderFields    = `id createdAt processedAt updatedAt test`
)

// shape is what is read of orders.
type shape struct {
	sales     bool // amounts, cancellation, where it was sold
	lines     bool
	customer  bool
	country   bool
	refunds   bool // amounts and days
	changes   bool // days of refunds, without amounts
	sortByNew bool // by the time of change, not of the order
}

func (s shape) fields() string {
	parts := []string{orderFields}
	add := func(wanted bool, fields string) {
		if wanted {
			parts = append(parts, fields)
		}
	}
	add(s.sales, `cancelledAt sourceName totalPriceSet`+shopMoney+` currentTotalPriceSet`+shopMoney)
	add(s.customer, `customer { id numberOfOrders }`)
	add(s.country, `shippingAddress { countryCodeV2 } billingAddress { countryCodeV2 }`)
	add(s.refunds, refundFields)
	add(s.changes, refundDays)
	return strings.Join(parts, " ")
}

// pages is the query of one page.
func (s shape) pages() string {
	fields, sortKey := s.fields(), "PROCESSED_AT"
	if s.lines {
		fields += ` lineItems(first: 10) { pageInfo { hasNextPage endCursor } nodes { ` + lineFields + ` } }`
	}
	if s.sortByNew {
		sortKey = "UPDATED_AT"
	}
	return `query Orders($first: Int!, $after: String, $query: String!) {
  orders(first: $first, after: $after, query: $query, sortKey: ` + sortKey + `) { pageInfo { hasNextPage endCursor } nodes { ` + fields + ` } }
}`
}

// bulk is the query of a bulk operation, where the search can't be a variable.
func (s shape) bulk(search string) string {
	fields := s.fields()
	if s.lines {
		fields += ` lineItems { edges { node { __typename ` + lineFields + ` } } }`
	}
	return `{ orders(query: "` + search + `") { edges { node { __typename ` + fields + ` } } } }`
}

const customersBulk = `{ customers { edges { node { __typename ` + customerFields + ` } } } }`
