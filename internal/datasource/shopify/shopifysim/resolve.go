package shopifysim

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

func gid(kind string, number int64) string { return fmt.Sprintf("gid://shopify/%s/%d", kind, number) }

func (e *execution) query() node {
	s := e.store
	return node{
		"__typename": "QueryRoot",
		"shop": node{"__typename": "Shop", "id": gid("Shop", 1), "name": s.Title, "myshopifyDomain": s.Name + ".myshopify.com",
			"ianaTimezone": s.Zone, "currencyCode": s.Currency, "taxesIncluded": true},
		"currentAppInstallation": node{"id": gid("AppInstallation", 1), "accessScopes": e.scopes()},
		"publicApiVersions":      []node{{"handle": "2026-07", "displayName": "2026-07", "supported": true}},
		"node":                   resolver(func(a map[string]any) any { return e.byID(a["id"]) }),
		"bulkOperation":          resolver(func(a map[string]any) any { return e.byID(a["id"]) }),
		"order":                  resolver(func(a map[string]any) any { return e.byID(a["id"]) }),
		"customer":               resolver(func(a map[string]any) any { return e.byID(a["id"]) }),
		"nodes": resolver(func(a map[string]any) any {
			ids, _ := a["ids"].([]any)
			list := make([]node, len(ids))
			for i, id := range ids {
				list[i] = e.byID(id)
			}
			return list
		}),
		"orders":                  e.listed(func(a map[string]any) ([]item, error) { return e.orders(e.all().orders, a) }),
		"ordersCount":             e.counted(func(a map[string]any) ([]item, error) { return e.orders(e.all().orders, a) }),
		"customers":               e.listed(e.customers),
		"customersCount":          e.counted(e.customers),
		"products":                e.listed(e.products),
		"productsCount":           e.counted(e.products),
		"abandonedCheckouts":      e.listed(e.checkouts),
		"abandonedCheckoutsCount": e.counted(e.checkouts),
	}
}

func (e *execution) all() *history { return e.store.upTo(e.now) }

func (e *execution) scopes() []node {
	list := []node{}
	for _, scope := range e.store.Scopes {
		list = append(list, node{"handle": scope, "description": scope})
	}
	return list
}

func (e *execution) listed(find func(map[string]any) ([]item, error)) resolver {
	return func(args map[string]any) any {
		items, err := find(args)
		if err != nil {
			return denial(coded("BAD_USER_INPUT", err.Error()))
		}
		return e.page(items, args)
	}
}

func (e *execution) counted(find func(map[string]any) ([]item, error)) resolver {
	return func(args map[string]any) any {
		items, err := find(args)
		if err != nil {
			return denial(coded("BAD_USER_INPUT", err.Error()))
		}
		return count(len(items), args)
	}
}

// byID finds an object; nil if there is none.
func (e *execution) byID(id any) node {
	text, _ := id.(string)
	kind, tail, _ := strings.Cut(strings.TrimPrefix(text, "gid://shopify/"), "/")
	number, err := strconv.ParseInt(tail, 10, 64)
	if err != nil {
		return nil
	}
	switch kind {
	case "BulkOperation":
		return e.bulkNode(text)
	case "Order":
		for _, o := range e.store.seen(e.all().orders) {
			if o.number == number {
				return e.order(o)
			}
		}
	case "Customer":
		if list, i := e.all().customers, number-5001; i >= 0 && int(i) < len(list) && !list[i].created.After(e.now) {
			return e.customer(list[i])
		}
	}
	return nil
}

func (e *execution) money(cents int64) node {
	return e.bag(cents, false)
}

// bag holds the shop's money and the buyer's, which differ where the buyer pays in a
// currency of their own.
func (e *execution) bag(cents int64, foreign bool) node {
	amount := money(cents).StringFixed(2)
	if e.store.faults[NotANumber] > 0 {
		amount = "NaN"
	}
	shop := node{"amount": amount, "currencyCode": e.store.Currency}
	buyer := shop
	if foreign {
		buyer = node{"amount": money(cents * 11 / 10).StringFixed(2), "currencyCode": e.store.Presentment}
	}
	return node{"shopMoney": shop, "presentmentMoney": buyer}
}

func when(t, now time.Time) any {
	if t.IsZero() || t.After(now) {
		return nil
	}
	return t.UTC().Format(time.RFC3339)
}
