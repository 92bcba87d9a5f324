package shopifysim

import "time"

// What has happened by a moment.

func (o *order) paidBack(now time.Time) (cents int64) {
	for _, r := range o.refunds {
		if !r.at.After(now) {
			cents += r.cents
		}
	}
	return cents
}

func (o *order) updated(now time.Time) time.Time {
	latest := o.created
	moments := []time.Time{o.fulfilled, o.cancelled}
	for _, r := range o.refunds {
		moments = append(moments, r.at)
	}
	for _, t := range moments {
		if t.After(latest) && !t.After(now) {
			latest = t
		}
	}
	return latest
}

func (o *order) isCancelled(now time.Time) bool {
	return !o.cancelled.IsZero() && !o.cancelled.After(now)
}

// life is what a customer has ordered and spent.
func (c *customer) life(now time.Time) (number, cents int64) {
	for _, o := range c.orders {
		if !o.test && !o.created.After(now) {
			number++
			cents += o.total - o.paidBack(now)
		}
	}
	return number, cents
}

func (c *checkout) isCompleted(now time.Time) bool {
	return !c.completed.IsZero() && !c.completed.After(now)
}

// withheldBefore is where history ends for an app that may not read all of it.
func (s *Store) withheldBefore(now time.Time) time.Time {
	for _, scope := range s.Scopes {
		if scope == "read_all_orders" {
			return time.Time{}
		}
	}
	return now.AddDate(0, 0, -60)
}

// seen are the orders that an app is shown.
func (s *Store) seen(list []*order) []*order {
	now := s.now()
	from := s.withheldBefore(now)
	var seen []*order
	for _, o := range list {
		if !o.created.After(now) && !o.created.Before(from) {
			seen = append(seen, o)
		}
	}
	return seen
}

// Refund pays back a part of an order that was placed on a day, now: the last one
// that was not cancelled. It reports whether there was one.
func (s *Store) Refund(day time.Time, cents int64) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	orders := s.upTo(now).orders
	for i := len(orders) - 1; i >= 0; i-- {
		o := orders[i]
		if !o.test && sameDay(o.processed.In(s.zone), day) && !o.isCancelled(now) && o.total-o.paidBack(now) > cents {
			o.refunds = append(o.refunds, refund{now, cents})
			return true
		}
	}
	return false
}

// Remove takes away an order that was placed on a day, as if it had never been there.
func (s *Store) Remove(day time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	h := s.upTo(s.now())
	for i, o := range h.orders {
		if !o.test && o.customer == nil && sameDay(o.processed.In(s.zone), day) {
			h.orders = append(h.orders[:i:i], h.orders[i+1:]...)
			return true
		}
	}
	return false
}

func sameDay(a, b time.Time) bool {
	ay, am, ad := a.Date()
	by, bm, bd := b.Date()
	return ay == by && am == bm && ad == bd
}
