package shopify

import (
	"context"
	"encoding/json"
	"time"

	"github.com/shopspring/decimal"

	"clientportal/internal/datasource/upstream"
)

const customersAtOnce = 50

// findFirst looks up the first order of the customers who may have ordered before
// the window.
func (s *session) findFirst(ctx context.Context, t *tally) error {
	ids := t.unclear()
	for rows := customersAtOnce; len(ids) > 0; {
		batch := ids[:min(rows, len(ids))]
		err := s.firstOrders(ctx, batch, t)
		if f, ok := upstream.AsFailure(err); ok && f.Kind == upstream.Smaller && rows > 1 {
			rows /= 2
			continue
		}
		if err != nil {
			return s.orDeny(partHistory, err)
		}
		ids = ids[len(batch):]
	}
	return nil
}

func (s *session) firstOrders(ctx context.Context, ids []string, t *tally) error {
	var d struct {
		Nodes []*struct {
			ID     string            `json:"id"`
			Orders connection[order] `json:"orders"`
		} `json:"nodes"`
	}
	denied, err := s.ask(ctx, firstOrdersQuery, map[string]any{"ids": ids}, &d)
	if err != nil {
		return err
	}
	if len(denied) > 0 {
		return denied[0].failure()
	}
	for _, n := range d.Nodes {
		if n == nil || len(n.Orders.Nodes) == 0 {
			continue
		}
		if h := t.buyers[n.ID]; h != nil {
			h.first = n.Orders.Nodes[0].ID
		}
	}
	return nil
}

type customer struct {
	ID             string    `json:"id"`
	CreatedAt      time.Time `json:"createdAt"`
	NumberOfOrders whole     `json:"numberOfOrders"`
	AmountSpent    struct {
		Amount   amount `json:"amount"`
		Currency string `json:"currencyCode"`
	} `json:"amountSpent"`
}

// gained is what the customers who came on one day have spent.
type gained struct {
	people decimal.Decimal
	spent  map[string]decimal.Decimal // by currency
}

// lifetime sums up the customers gained up to each day of the window, so that any day
// can be read again later.
func (s *session) lifetime(ctx context.Context, t *tally) error {
	if !s.has(partCustomers) {
		return nil
	}
	if s.memo.gained == nil {
		byDay, err := s.readGained(ctx, t.shop.zone)
		if err != nil {
			return s.orDeny(partCustomers, err)
		}
		s.memo.gained = byDay
	}
	sum := gained{spent: map[string]decimal.Decimal{t.shop.Currency: decimal.Zero}}
	for day, g := range s.memo.gained {
		if day.Before(t.window.From) {
			sum.add(g)
		}
	}
	for _, day := range t.days() {
		sum.add(s.memo.gained[day])
		t.add(cell{report: lifetimeReport, day: day, metric: lifetimeCustomers}, sum.people)
		for currency, spent := range sum.spent {
			t.add(cell{report: lifetimeReport, day: day, metric: lifetimeSpent, currency: currency}, spent)
		}
	}
	return nil
}

func (g *gained) add(other *gained) {
	if other == nil {
		return
	}
	g.people = g.people.Add(other.people)
	for currency, spent := range other.spent {
		g.spent[currency] = g.spent[currency].Add(spent)
	}
}

// readGained sums up all customers who have ordered, by the day on which they came.
func (s *session) readGained(ctx context.Context, zone *time.Location) (map[upstream.Day]*gained, error) {
	byDay := map[upstream.Day]*gained{}
	err := s.readCustomers(ctx, func(c *customer) error {
		if c.NumberOfOrders == 0 {
			return nil
		}
		if c.CreatedAt.IsZero() || !currencies.MatchString(c.AmountSpent.Currency) {
			return unreadable("a customer has no day or no amount")
		}
		day := dayOf(c.CreatedAt, zone)
		if byDay[day] == nil {
			byDay[day] = &gained{spent: map[string]decimal.Decimal{}}
		}
		byDay[day].add(&gained{people: one, spent: map[string]decimal.Decimal{c.AmountSpent.Currency: c.AmountSpent.Amount.Decimal}})
		return nil
	})
	return byDay, err
}

// readCustomers reads all customers: few page by page, many in bulk.
func (s *session) readCustomers(ctx context.Context, each func(*customer) error) error {
	var n struct {
		Count *struct {
			Count whole `json:"count"`
		} `json:"customersCount"`
	}
	if _, err := s.ask(ctx, customersCountQuery, nil, &n); err != nil && !optional(err) {
		return err
	}
	if n.Count != nil && int(n.Count.Count) >= s.BulkFrom {
		return s.bulk(ctx, customersBulk, func(raw []byte) error {
			var c customer
			if json.Unmarshal(raw, &c) != nil {
				return unreadable("a customer is not of the schema")
			}
			return each(&c)
		})
	}
	for after, rows := "", rowsAtOnce; ; {
		var d struct {
			Customers *connection[customer] `json:"customers"`
		}
		vars := map[string]any{}
		if after != "" {
			vars["after"] = after
		}
		err := s.askPage(ctx, &rows, customersQuery, vars, &d)
		if err != nil {
			return err
		}
		if d.Customers == nil {
			return misunderstood("NULL", "customers")
		}
		for i := range d.Customers.Nodes {
			if err := each(&d.Customers.Nodes[i]); err != nil {
				return err
			}
		}
		if after, err = d.Customers.next(after); after == "" || err != nil {
			return err
		}
	}
}
