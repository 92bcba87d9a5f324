package shopify

import (
	"context"
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"clientportal/internal/datasource/upstream"
)

// Read reads all reports of the window: its orders with their lines, refunds of
// earlier orders, checkouts, and what customers have spent.
func (s *Source) Read(ctx context.Context, c *upstream.Conn, w upstream.Window, out upstream.Sink) error {
	ses, err := s.session(ctx, c)
	if err != nil {
		return err
	}
	shop, err := ses.prepare(ctx)
	if err != nil {
		return err
	}
	t := newTally(shop, w)
	if err := ses.readWindow(ctx, t); err != nil {
		return err
	}
	ses.noteDenied()
	if t.gap(w.From) {
		ses.noteGap(shop)
	}
	return ses.emit(t, out)
}

func (s *session) readWindow(ctx context.Context, t *tally) error {
	own := shape{sales: true, lines: true, refunds: true, customer: s.has(partCustomer), country: s.has(partCountry)}
	if err := s.readOrders(ctx, placed(t.window, t.shop.zone), own, t); err != nil {
		return err
	}
	t.earlier = true
	if err := s.readOrders(ctx, changed(t.window, t.shop.zone), shape{refunds: true}, t); err != nil {
		return err
	}
	if s.has(partCustomer) {
		if err := s.findFirst(ctx, t); err != nil {
			return err
		}
		t.countPeople(s.has(partHistory))
	}
	if err := s.checkouts(ctx, t); err != nil {
		return err
	}
	return s.lifetime(ctx, t)
}

// always are the totals of which a day without orders has a 0.
var always = []cell{
	{report: ordersReport, metric: grossRevenue, currency: "shop"}, {report: ordersReport, metric: netRevenue, currency: "shop"},
	{report: ordersReport, metric: refunds, currency: "shop"}, {report: ordersReport, metric: orders},
	{report: ordersReport, metric: cancelledOrders}, {report: ordersReport, metric: unitsSold},
	{report: ordersReport, metric: customers}, {report: ordersReport, metric: newCustomers}, {report: ordersReport, metric: returningOrders},
	{report: checkoutsReport, metric: checkoutsStarted}, {report: checkoutsReport, metric: checkoutsAbandoned},
}

// emit hands on the numbers. Days whose history is withheld get no zeros: nobody
// knows what happened on them.
func (s *session) emit(t *tally, out upstream.Sink) error {
	today := dayOf(s.conn.Now(), t.shop.zone)
	for _, day := range t.days() {
		if t.gap(day) || day.After(today) {
			continue
		}
		for _, c := range always {
			if c.day = day; c.currency != "" {
				c.currency = t.shop.Currency
			}
			if c.report != checkoutsReport || !day.Before(t.checkoutsFrom) {
				t.add(c, decimal.Zero)
			}
		}
	}
	for _, c := range t.cells() {
		if s.withheld(c) || c.day.After(today) {
			continue
		}
		f := upstream.Fact{Report: c.report, Day: c.day, Metric: c.metric, Value: t.sums[c], Currency: c.currency,
			Zone: t.shop.ZoneName, Flags: t.flags(c, today)}
		if c.dimension != "" {
			f.Dimensions = map[string]string{c.dimension: c.value}
		}
		if err := out.Put(f); err != nil {
			return err
		}
	}
	return nil
}

// withheld reports whether a number can't be known because its part was denied.
func (s *session) withheld(c cell) bool {
	for part, names := range without {
		if !s.has(part) && slices.Contains(names, c.metric) {
			return true
		}
	}
	return c.report == countriesReport && !s.has(partCountry)
}

// flags: today is not over; where history is withheld, its days lack orders, and all
// days lack what depends on orders before.
func (t *tally) flags(c cell, today upstream.Day) upstream.Flags {
	var f upstream.Flags
	if !c.day.Before(today) {
		f |= upstream.Provisional
	}
	dependent := c.metric == refunds || c.metric == newCustomers || c.metric == returningOrders
	if !t.shop.sinceDay.IsZero() && (dependent || !c.day.After(t.shop.sinceDay)) && c.report != lifetimeReport {
		f |= upstream.Incomplete
	}
	return f
}

// gap reports whether the day's orders are withheld, wholly or in part.
func (t *tally) gap(day upstream.Day) bool {
	return !t.shop.sinceDay.IsZero() && day.Before(t.shop.sinceDay)
}

func (s *session) noteGap(shop *shopInfo) {
	s.note("gap", map[string]string{"until": shop.sinceDay.Format(time.DateOnly), "reason": gapReason})
}

const gapReason = "Without the scope read_all_orders Shopify shows the orders of the last 60 days only."

// Ranges counts the different customers who ordered in the range.
func (s *Source) Ranges(ctx context.Context, c *upstream.Conn, w upstream.Window) ([]upstream.Fact, error) {
	ses, err := s.session(ctx, c)
	if err != nil {
		return nil, err
	}
	shop, err := ses.prepare(ctx)
	if err != nil {
		return nil, err
	}
	t := newTally(shop, w)
	t.peopleOnly = true
	if ses.has(partCustomer) {
		if err := ses.readOrders(ctx, placed(w, shop.zone), shape{customer: true}, t); err != nil {
			return nil, err
		}
	}
	ses.noteDenied()
	if !ses.has(partCustomer) || len(t.buyers) == 0 && t.gap(w.Until.AddDate(0, 0, -1)) {
		return nil, nil
	}
	f := upstream.Fact{Report: ordersReport, Metric: customers, Value: decimal.NewFromInt(int64(len(t.buyers))), Zone: shop.ZoneName}
	if t.gap(w.From) {
		ses.noteGap(shop)
		f.Flags |= upstream.Incomplete
	}
	if w.Until.After(dayOf(c.Now(), shop.zone)) {
		f.Flags |= upstream.Provisional
	}
	return []upstream.Fact{f}, nil
}
