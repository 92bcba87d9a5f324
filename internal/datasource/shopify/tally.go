package shopify

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"clientportal/internal/datasource/upstream"
)

// tally adds up the orders of a window by day.
type tally struct {
	shop       *shopInfo
	window     upstream.Window
	sums       map[cell]decimal.Decimal
	orders     map[string]*placedOrder
	people     map[upstream.Day]map[string]bool // who ordered
	buyers     map[string]*history
	peopleOnly bool // nothing but customers is read
	earlier    bool // orders of before the window are read, for their refunds only

	checkoutsFrom upstream.Day // before it, checkouts are not known
}

// cell is where a number goes. Money of two currencies never meets in one.
type cell struct {
	report    string
	day       upstream.Day
	metric    string
	dimension string
	value     string
	currency  string
}

// placedOrder is what is kept of an order until its lines have come.
type placedOrder struct {
	id     string
	at     time.Time
	day    upstream.Day
	counts bool
	titles []string
}

// history is what is known of a customer's orders.
type history struct {
	inAll whole // orders in the customer's life
	here  []*placedOrder
	first string // id of the very first, when it is known
}

func newTally(shop *shopInfo, w upstream.Window) *tally {
	return &tally{shop: shop, window: w, sums: map[cell]decimal.Decimal{}, orders: map[string]*placedOrder{},
		people: map[upstream.Day]map[string]bool{}, buyers: map[string]*history{}}
}

func (t *tally) holds(day upstream.Day) bool {
	return !day.Before(t.window.From) && day.Before(t.window.Until)
}

func (t *tally) add(c cell, value decimal.Decimal) { t.sums[c] = t.sums[c].Add(value) }

var one = decimal.NewFromInt(1)

// order counts an order on its day, and its refunds on theirs. Test orders count
// nowhere; one that both searches find counts once.
func (t *tally) order(o *order) error {
	if o.ID == "" || o.at().IsZero() {
		return unreadable("an order has no id or no day")
	}
	if _, twice := t.orders[o.ID]; twice {
		return nil
	}
	day := dayOf(o.at(), t.shop.zone)
	p := &placedOrder{id: o.ID, at: o.at(), day: day, counts: !o.Test && !t.earlier && t.holds(day)}
	t.orders[o.ID] = p
	if o.Test {
		return nil
	}
	if err := t.refunds(o); err != nil || !p.counts {
		return err
	}
	t.customer(o, p)
	if t.peopleOnly {
		return nil
	}
	return t.sales(o, p)
}

func (t *tally) refunds(o *order) error {
	for i := range o.Refunds {
		r := &o.Refunds[i]
		if r.at().IsZero() {
			return unreadable("a refund has no day")
		}
		if day := dayOf(r.at(), t.shop.zone); t.holds(day) {
			if err := t.money(cell{report: ordersReport, day: day, metric: refunds}, r.Total); err != nil {
				return err
			}
		}
	}
	return nil
}

func (t *tally) sales(o *order, p *placedOrder) error {
	country := cmp.Or(o.country(), "unknown")
	for _, c := range []cell{
		{report: ordersReport, day: p.day},
		{report: countriesReport, day: p.day, dimension: byCountry, value: country},
	} {
		c.metric = grossRevenue
		if err := t.money(c, o.Total); err != nil {
			return err
		}
		c.metric = netRevenue
		if err := t.money(c, o.CurrentTotal); err != nil {
			return err
		}
		c.metric = orders
		t.add(c, one)
	}
	if o.CancelledAt != nil {
		t.add(cell{report: ordersReport, day: p.day, metric: cancelledOrders}, one)
	}
	if fromCheckout(o) {
		t.add(cell{report: checkoutsReport, day: p.day, metric: checkoutsStarted}, one)
	}
	return nil
}

// fromCheckout leaves out what was sold at a till or put in by the shop's staff.
func fromCheckout(o *order) bool {
	return o.SourceName != "pos" && o.SourceName != "shopify_draft_order"
}

// money adds an amount in the shop's currency as it was then. One that is missing is
// not a 0.
func (t *tally) money(c cell, m money) error {
	if c.currency = m.ShopMoney.Currency; !currencies.MatchString(c.currency) {
		return unreadable("an amount is missing")
	}
	t.add(c, m.ShopMoney.Amount.Decimal)
	return nil
}

func (t *tally) customer(o *order, p *placedOrder) {
	if o.Customer == nil || o.Customer.ID == "" {
		return
	}
	if t.people[p.day] == nil {
		t.people[p.day] = map[string]bool{}
	}
	t.people[p.day][o.Customer.ID] = true
	h := t.buyers[o.Customer.ID]
	if h == nil {
		h = &history{}
		t.buyers[o.Customer.ID] = h
	}
	h.inAll = max(h.inAll, o.Customer.NumberOfOrders)
	h.here = append(h.here, p)
}

// line counts a line of an order that was given before.
func (t *tally) line(orderID string, l *line) error {
	p := t.orders[orderID]
	if p == nil {
		return unreadable("a line has no order")
	}
	if !p.counts || t.earlier {
		return nil
	}
	title := cmp.Or(plain(l.Title), "(no title)")
	units := decimal.NewFromInt(int64(l.Quantity))
	c := cell{report: productsReport, day: p.day, dimension: byProduct, value: title, metric: unitsSold}
	t.add(c, units)
	t.add(cell{report: ordersReport, day: p.day, metric: unitsSold}, units)
	c.metric = grossRevenue
	if err := t.money(c, l.Total); err != nil {
		return err
	}
	if !slices.Contains(p.titles, title) {
		p.titles = append(p.titles, title)
		c.metric = orders
		t.add(c, one)
	}
	return nil
}

// unclear are the customers whose first order may lie before the window.
func (t *tally) unclear() []string {
	var ids []string
	for id, h := range t.buyers {
		slices.SortFunc(h.here, func(a, b *placedOrder) int { return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.id, b.id)) })
		if int(h.inAll) <= len(h.here) {
			h.first = h.here[0].id
			continue
		}
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

// countPeople counts customers and, where it is known which order was the first of each,
// new customers and returning orders.
func (t *tally) countPeople(withHistory bool) {
	for day, ids := range t.people {
		t.add(cell{report: ordersReport, day: day, metric: customers}, decimal.NewFromInt(int64(len(ids))))
	}
	if !withHistory {
		return
	}
	for _, h := range t.buyers {
		for _, p := range h.here {
			name := returningOrders
			if p.id == h.first {
				name = newCustomers
			}
			t.add(cell{report: ordersReport, day: p.day, metric: name}, one)
		}
	}
}

// days of the window, in their order.
func (t *tally) days() []upstream.Day {
	var days []upstream.Day
	for d := t.window.From; d.Before(t.window.Until); d = d.AddDate(0, 0, 1) {
		days = append(days, d)
	}
	return days
}

// cells in an order that is always the same.
func (t *tally) cells() []cell {
	return slices.SortedFunc(maps.Keys(t.sums), func(a, b cell) int {
		return cmp.Or(a.day.Compare(b.day), cmp.Compare(a.report, b.report), cmp.Compare(a.metric, b.metric),
			cmp.Compare(a.value, b.value), cmp.Compare(a.currency, b.currency))
	})
}
