package shopifysim

import (
	"strconv"
	"strings"
	"time"
)

// orders are those of a list that a search finds.
func (e *execution) orders(list []*order, args map[string]any) ([]item, error) {
	var current *order
	matches, err := e.store.filter(args, func(name string) any {
		switch name {
		case "created_at":
			return current.created
		case "processed_at":
			return current.processed
		case "updated_at":
			return current.updated(e.now)
		case "test":
			return strconv.FormatBool(current.test)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	var items []item
	for _, current = range e.store.seen(list) {
		ok, err := matches()
		if err != nil {
			return nil, err
		}
		if o := current; ok {
			items = append(items, item{key: e.orderKey(o, args["sortKey"]), id: o.number, make: func() node { return e.order(o) }})
		}
	}
	return items, nil
}

func (e *execution) orderKey(o *order, sortKey any) int64 {
	switch sortKey {
	case "UPDATED_AT":
		return o.updated(e.now).Unix()
	case "CREATED_AT":
		return o.created.Unix()
	case "ID":
		return o.number
	}
	return o.processed.Unix()
}

func (e *execution) order(o *order) node {
	currency, units := e.store.Currency, int64(0)
	if o.presentment {
		currency = e.store.Presentment
	}
	for _, l := range o.lines {
		units += l.quantity
	}
	back := o.paidBack(e.now)
	n := node{
		"__typename": "Order", "id": gid("Order", o.number), "name": "#" + strconv.FormatInt(o.number, 10),
		"createdAt": when(o.created, e.now), "processedAt": when(o.processed, e.now), "updatedAt": when(o.updated(e.now), e.now),
		"cancelledAt": when(o.cancelled, e.now), "test": o.test, "sourceName": o.source,
		"currencyCode": e.store.Currency, "presentmentCurrencyCode": currency, "taxesIncluded": true, "subtotalLineItemsQuantity": units,
		"totalPriceSet": e.bag(o.total, o.presentment), "currentTotalPriceSet": e.bag(o.total-back, o.presentment), "totalRefundedSet": e.bag(back, o.presentment),
		"customer": nil, "shippingAddress": nil, "billingAddress": nil,
		"refunds": e.refunds(o),
		"lineItems": resolver(func(args map[string]any) any {
			return e.page(e.lines(o), args)
		}),
	}
	if o.customer != nil {
		n["customer"] = e.customer(o.customer)
	}
	if o.country != "" {
		n["shippingAddress"] = node{"id": gid("MailingAddress", o.number), "countryCodeV2": o.country}
		n["billingAddress"] = n["shippingAddress"]
	}
	return n
}

func (e *execution) refunds(o *order) []node {
	list := []node{}
	for i, r := range o.refunds {
		if !r.at.After(e.now) {
			list = append(list, node{"__typename": "Refund", "id": gid("Refund", o.number*10+int64(i)), "createdAt": when(r.at, e.now), "processedAt": when(r.at, e.now),
				"totalRefundedSet": e.bag(r.cents, o.presentment)})
		}
	}
	return list
}

func (e *execution) lines(o *order) []item {
	items := make([]item, len(o.lines))
	for i, l := range o.lines {
		id := o.number*100 + int64(i)
		items[i] = item{key: int64(i), id: id, make: func() node {
			return node{"__typename": "LineItem", "id": gid("LineItem", id), "title": l.title, "name": l.title, "quantity": l.quantity, "currentQuantity": l.quantity,
				"product": e.product(l.product), "originalTotalSet": e.bag(l.cents, o.presentment)}
		}}
	}
	return items
}

func (e *execution) product(i int) node {
	p := e.store.Products[i]
	return node{"__typename": "Product", "id": gid("Product", int64(i+1)), "title": p.Title, "handle": strings.ReplaceAll(strings.ToLower(p.Title), " ", "-")}
}

func (e *execution) products(map[string]any) ([]item, error) {
	items := make([]item, len(e.store.Products))
	for i := range items {
		items[i] = item{key: int64(i), id: int64(i + 1), make: func() node { return e.product(i) }}
	}
	return items, nil
}

func (e *execution) customer(c *customer) node {
	number, cents := c.life(e.now)
	return node{
		"__typename": "Customer", "id": gid("Customer", c.number), "createdAt": when(c.created, e.now), "updatedAt": when(c.created, e.now),
		"numberOfOrders": strconv.FormatInt(number, 10),
		"amountSpent":    e.money(cents)["shopMoney"],
		"orders":         e.listed(func(a map[string]any) ([]item, error) { return e.orders(c.orders, a) }),
	}
}

func (e *execution) customers(args map[string]any) ([]item, error) {
	var current *customer
	matches, err := e.store.filter(args, func(name string) any {
		if name == "created_at" || name == "customer_date" {
			return current.created
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	var items []item
	for _, current = range e.all().customers {
		ok, err := matches()
		if err != nil {
			return nil, err
		}
		if c := current; ok && !c.created.After(e.now) {
			items = append(items, item{key: keyOr(args["sortKey"], c.created, c.number), id: c.number, make: func() node { return e.customer(c) }})
		}
	}
	return items, nil
}

// keyOr sorts by the number, unless a time is asked for.
func keyOr(sortKey any, at time.Time, number int64) int64 {
	if sortKey == "ID" || sortKey == nil {
		return number
	}
	return at.Unix()
}

func (e *execution) checkouts(args map[string]any) ([]item, error) {
	var current *checkout
	matches, err := e.store.filter(args, func(name string) any {
		switch name {
		case "created_at":
			return current.created
		case "updated_at":
			return e.touched(current)
		case "recovery_state":
			if current.isCompleted(e.now) {
				return "recovered"
			}
			return "not_recovered"
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	var items []item
	for _, current = range e.all().checkouts {
		ok, err := matches()
		if err != nil {
			return nil, err
		}
		// A checkout counts as left behind after ten minutes, and is kept for three months.
		if c := current; ok && c.created.Before(e.now.Add(-10*time.Minute)) && c.created.After(e.now.AddDate(0, -3, 0)) {
			items = append(items, item{key: keyOr(args["sortKey"], c.created, c.number), id: c.number, make: func() node { return e.checkout(c) }})
		}
	}
	return items, nil
}

func (e *execution) touched(c *checkout) time.Time {
	if c.isCompleted(e.now) {
		return c.completed
	}
	return c.created
}

func (e *execution) checkout(c *checkout) node {
	return node{"__typename": "AbandonedCheckout", "id": gid("AbandonedCheckout", c.number), "createdAt": when(c.created, e.now), "updatedAt": when(e.touched(c), e.now),
		"completedAt": when(c.completed, e.now), "totalPriceSet": e.money(c.cents)}
}
