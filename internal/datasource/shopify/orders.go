package shopify

import (
	"context"
	"fmt"
	"time"

	"clientportal/internal/datasource/upstream"
)

const (
	ordersAtOnce = 20 // with ten lines each, below the price of the dearest query allowed
	linesAtOnce  = 100
	rowsAtOnce   = 100 // of lists without lists inside
)

type order struct {
	ID              string           `json:"id"`
	CreatedAt       time.Time        `json:"createdAt"`
	ProcessedAt     time.Time        `json:"processedAt"`
	UpdatedAt       time.Time        `json:"updatedAt"`
	CancelledAt     *time.Time       `json:"cancelledAt"`
	Test            bool             `json:"test"`
	SourceName      string           `json:"sourceName"`
	Total           money            `json:"totalPriceSet"`
	CurrentTotal    money            `json:"currentTotalPriceSet"`
	Customer        *buyer           `json:"customer"`
	ShippingAddress *address         `json:"shippingAddress"`
	BillingAddress  *address         `json:"billingAddress"`
	Refunds         []refund         `json:"refunds"`
	Lines           connection[line] `json:"lineItems"`
}

type buyer struct {
	ID             string `json:"id"`
	NumberOfOrders whole  `json:"numberOfOrders"`
}

type address struct {
	Country string `json:"countryCodeV2"`
}

type refund struct {
	ID          string    `json:"id"`
	CreatedAt   time.Time `json:"createdAt"`
	ProcessedAt time.Time `json:"processedAt"`
	Total       money     `json:"totalRefundedSet"`
}

type line struct {
	ID       string `json:"id"`
	ParentID string `json:"__parentId"`
	Title    string `json:"title"`
	Quantity whole  `json:"quantity"`
	Total    money  `json:"originalTotalSet"`
}

// at is when the order was placed: where it was imported, not the import.
func (o *order) at() time.Time { return firstTime(o.ProcessedAt, o.CreatedAt) }

func (r *refund) at() time.Time { return firstTime(r.ProcessedAt, r.CreatedAt) }

func firstTime(a, b time.Time) time.Time {
	if a.IsZero() {
		return b
	}
	return a
}

// country is where the order went, or else where the bill went; "" if neither is known.
func (o *order) country() string {
	for _, a := range []*address{o.ShippingAddress, o.BillingAddress} {
		if a != nil && a.Country != "" {
			return plain(a.Country)
		}
	}
	return ""
}

// reader takes orders, and their lines after them.
type reader interface {
	order(o *order) error
	line(orderID string, l *line) error
}

// placed finds orders that were placed in a window; changed finds those that were
// placed before it and touched since it began, such as by a refund.
func placed(w upstream.Window, zone *time.Location) string {
	return fmt.Sprintf("processed_at:>='%s' AND processed_at:<'%s'", stamp(startOf(w.From, zone)), stamp(startOf(w.Until, zone)))
}

func changed(w upstream.Window, zone *time.Location) string {
	from := stamp(startOf(w.From, zone))
	return fmt.Sprintf("processed_at:<'%s' AND updated_at:>='%s'", from, from)
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05Z") }

// readOrders reads all orders that a search finds: few page by page, many in bulk.
func (s *session) readOrders(ctx context.Context, search string, sh shape, into reader) error {
	many, err := s.many(ctx, search)
	if err != nil {
		return err
	}
	if many {
		return s.bulkOrders(ctx, sh.bulk(search), into)
	}
	return s.pageOrders(ctx, search, sh, into)
}

// many reports whether a search finds so many orders that pages would take too long.
func (s *session) many(ctx context.Context, search string) (bool, error) {
	var d struct {
		OrdersCount *struct {
			Count whole `json:"count"`
		} `json:"ordersCount"`
	}
	_, err := s.ask(ctx, ordersCountQuery, map[string]any{"query": search}, &d)
	if optional(err) {
		return false, nil // pages tell what is wrong, if anything is
	}
	return err == nil && d.OrdersCount != nil && int(d.OrdersCount.Count) >= s.BulkFrom, err
}

func (s *session) pageOrders(ctx context.Context, search string, sh shape, into reader) error {
	after, document, rows := "", sh.pages(), rowsAtOnce
	size := &rows
	if sh.lines {
		size = &s.page
	}
	seen := map[string]bool{} // an order that changes may move from page to page meanwhile
	for {
		var d struct {
			Orders *connection[order] `json:"orders"`
		}
		err := s.askPage(ctx, size, document, variables(search, after), &d)
		if err != nil {
			return err
		}
		if d.Orders == nil {
			return unreadable("the orders are missing")
		}
		for i := range d.Orders.Nodes {
			o := &d.Orders.Nodes[i]
			if seen[o.ID] {
				continue
			}
			seen[o.ID] = true
			if err := s.giveOrder(ctx, o, into); err != nil {
				return err
			}
		}
		if after, err = d.Orders.next(after); after == "" || err != nil {
			return err
		}
	}
}

func variables(search, after string) map[string]any {
	v := map[string]any{"query": search}
	if after != "" {
		v["after"] = after
	}
	return v
}

// askPage asks for a page of so many rows, and for half of them when that is too
// expensive: the same query is not sent twice. What is denied in it was not seen by
// the probe, or is orders themselves.
func (s *session) askPage(ctx context.Context, rows *int, document string, vars map[string]any, into any) error {
	for {
		vars["first"] = *rows
		denied, err := s.ask(ctx, document, vars, into)
		if f, ok := upstream.AsFailure(err); ok && f.Kind == upstream.Smaller && *rows > 1 {
			*rows /= 2
			continue
		}
		if err != nil {
			return err
		}
		for _, p := range denied {
			if part := partOf(p); part == "" {
				return p.failure()
			} else if _, known := s.denied[part]; !known {
				s.deny(part, p)
			}
		}
		return nil
	}
}

// giveOrder hands an order on, with all of its lines.
func (s *session) giveOrder(ctx context.Context, o *order, into reader) error {
	if err := into.order(o); err != nil {
		return err
	}
	page, after := o.Lines, ""
	for {
		for i := range page.Nodes {
			if err := into.line(o.ID, &page.Nodes[i]); err != nil {
				return err
			}
		}
		var err error
		if after, err = page.next(after); after == "" || err != nil {
			return err
		}
		var d struct {
			Order *order `json:"order"`
		}
		rows := linesAtOnce
		if err := s.askPage(ctx, &rows, linesQuery, map[string]any{"id": o.ID, "after": after}, &d); err != nil {
			return err
		}
		if d.Order == nil {
			return later("ORDER_GONE", time.Minute, "An order was deleted while it was read.")
		}
		page = d.Order.Lines
	}
}
