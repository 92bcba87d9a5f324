package shopifysim

import (
	"time"

	"github.com/shopspring/decimal"
)

// Totals are a shop's own numbers of the days from one to before another, in its
// zone, as they stand now: what a reader of the API must come to.
type Totals struct {
	Gross, Net, Refunds                  decimal.Decimal
	Orders, Cancelled, Units             int64
	Customers                            int64 // different ones
	NewCustomers, ReturningOrders        int64
	CheckoutsStarted, CheckoutsAbandoned int64
	LifetimeCustomers                    int64 // gained before the end of the days
	LifetimeSpent                        decimal.Decimal
	GrossByProduct, GrossByCountry       map[string]decimal.Decimal
	UnitsByProduct                       map[string]int64
	gross, net, refunds, spent           int64
	byProduct, byCountry                 map[string]int64
}

// Totals of civil days.
func (s *Store) Totals(from, until time.Time) Totals {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	h := s.upTo(now)
	start, end := s.midnight(from), s.midnight(until)
	within := func(t time.Time) bool { return !t.Before(start) && t.Before(end) }
	t := Totals{UnitsByProduct: map[string]int64{}, byProduct: map[string]int64{}, byCountry: map[string]int64{}}
	who := map[*customer]bool{}
	for _, o := range h.orders {
		if o.test || o.created.After(now) {
			continue
		}
		for _, r := range o.refunds {
			if within(r.at) && !r.at.After(now) {
				t.refunds += r.cents
			}
		}
		if within(o.processed) {
			t.addOrder(o, now, who)
		}
	}
	for _, c := range h.checkouts {
		if within(c.created) && !c.created.After(now) && !c.isCompleted(now) {
			t.CheckoutsStarted++
			t.CheckoutsAbandoned++
		}
	}
	for _, c := range h.customers {
		if n, cents := c.life(now); n > 0 && c.created.Before(end) && !c.created.After(now) {
			t.LifetimeCustomers++
			t.spent += cents
		}
	}
	t.Customers = int64(len(who))
	return t.inMoney()
}

func (t *Totals) addOrder(o *order, now time.Time, who map[*customer]bool) {
	t.Orders++
	t.gross += o.total
	t.net += o.total - o.paidBack(now)
	country := o.country
	if country == "" {
		country = "unknown"
	}
	t.byCountry[country] += o.total
	if o.isCancelled(now) {
		t.Cancelled++
	}
	if o.source == "web" {
		t.CheckoutsStarted++
	}
	for _, l := range o.lines {
		t.Units += l.quantity
		t.UnitsByProduct[l.title] += l.quantity
		t.byProduct[l.title] += l.cents
	}
	if o.customer == nil {
		return
	}
	who[o.customer] = true
	if firstOf(o.customer.orders, now) == o {
		t.NewCustomers++
	} else {
		t.ReturningOrders++
	}
}

// firstOf is the first order that counts.
func firstOf(list []*order, now time.Time) *order {
	var first *order
	for _, o := range list {
		if !o.test && !o.created.After(now) && (first == nil || o.processed.Before(first.processed)) {
			first = o
		}
	}
	return first
}

func (t Totals) inMoney() Totals {
	t.Gross, t.Net, t.Refunds, t.LifetimeSpent = money(t.gross), money(t.net), money(t.refunds), money(t.spent)
	t.GrossByProduct, t.GrossByCountry = map[string]decimal.Decimal{}, map[string]decimal.Decimal{}
	for title, cents := range t.byProduct {
		t.GrossByProduct[title] = money(cents)
	}
	for country, cents := range t.byCountry {
		t.GrossByCountry[country] = money(cents)
	}
	return t
}

func money(cents int64) decimal.Decimal { return decimal.New(cents, -2) }

func (s *Store) midnight(day time.Time) time.Time {
	y, m, d := day.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, s.zone)
}
