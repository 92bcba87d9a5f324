package shopifysim

import (
	"fmt"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"time"
)

// history is what happened in a shop, day by day. What lies in the future is in it
// too, as far as it has a cause: an order's refund. Who asks sees what has happened.
type history struct {
	next      time.Time // the first day that is not made yet
	orders    []*order
	customers []*customer
	checkouts []*checkout
}

type order struct {
	number      int64
	created     time.Time
	processed   time.Time
	fulfilled   time.Time
	cancelled   time.Time // zero if it never is
	test        bool
	source      string
	country     string
	presentment bool
	customer    *customer // nil for a guest
	lines       []line
	total       int64 // in cents, as all money here
	refunds     []refund
}

type line struct {
	product  int
	title    string
	quantity int64
	cents    int64 // of all pieces
}

type refund struct {
	at    time.Time
	cents int64
}

type customer struct {
	number  int64
	created time.Time
	orders  []*order
}

type checkout struct {
	number    int64
	created   time.Time
	completed time.Time // zero if it never is
	cents     int64
}

// upTo makes the days up to and with today. The caller holds the lock.
func (s *Store) upTo(now time.Time) *history {
	h := &s.history
	if h.next.IsZero() {
		h.next = s.sim.world.Start
	}
	for last := now.AddDate(0, 0, 1); h.next.Before(last); h.next = h.next.AddDate(0, 0, 1) {
		s.makeDay(h.next)
	}
	return h
}

func (s *Store) makeDay(day time.Time) {
	name := fnv.New64a()
	fmt.Fprint(name, s.Name)
	number := day.Unix() / 86400
	r := rand.New(rand.NewPCG(s.sim.world.Seed^name.Sum64(), uint64(number)))
	n := s.volume(r, day)
	for range n {
		s.makeOrder(r, s.timeOn(r, day))
	}
	for range int(float64(n)*0.9 + r.Float64()*2) {
		s.makeCheckout(r, s.timeOn(r, day))
	}
	if r.Float64() < 0.4 { // somebody signs up and buys nothing yet
		s.makeCustomer(s.timeOn(r, day))
	}
}

// volume is the number of orders of a day: growth, the rhythm of the week, the weeks
// before Christmas, and chance.
func (s *Store) volume(r *rand.Rand, day time.Time) int {
	weekdays := [...]float64{1.25, 0.95, 0.9, 0.92, 1, 1.08, 1.2} // from Sunday
	if s.Business {
		weekdays = [...]float64{0.15, 1.2, 1.3, 1.25, 1.2, 1, 0.2}
	}
	years := day.Sub(s.sim.world.Start).Hours() / 24 / 365
	season := 1.0
	if s.isSeason(day) {
		season = 1.6
	}
	mean := s.OrdersPerDay * math.Pow(1+s.Growth, years) * weekdays[day.Weekday()] * season
	return int(mean*(0.7+0.6*r.Float64()) + r.Float64())
}

func (s *Store) isSeason(day time.Time) bool {
	return !s.Business && (day.Month() == time.November && day.Day() > 20 || day.Month() == time.December && day.Day() < 23)
}

// timeOn is a moment of a day in the shop's zone, mostly in the evening.
func (s *Store) timeOn(r *rand.Rand, day time.Time) time.Time {
	hour := min(23, int(24*math.Sqrt(r.Float64())))
	y, m, d := day.Date()
	return time.Date(y, m, d, hour, r.IntN(60), r.IntN(60), 0, s.zone).UTC()
}

var countries = []string{"DE", "DE", "DE", "DE", "AT", "AT", "CH", "NL", "FR", "US"}

func (s *Store) makeOrder(r *rand.Rand, at time.Time) {
	h := &s.history
	o := &order{number: 1001 + int64(len(h.orders)), created: at, processed: at, source: "web", country: countries[r.IntN(len(countries))]}
	o.test, o.presentment = r.Float64() < 0.015, s.Presentment != "" && r.Float64() < 0.1
	switch chance := r.Float64(); {
	case chance < 0.02: // put in by a till the day after
		o.processed, o.source, o.country = at.Add(-26*time.Hour), "pos", ""
	case chance < 0.04:
		o.source = "shopify_draft_order"
	}
	s.fill(r, o)
	o.fulfilled = at.Add(time.Duration(12+r.IntN(60)) * time.Hour)
	s.undo(r, o)
	if r.Float64() > 0.03 {
		o.customer = s.buyer(r, o)
		o.customer.orders = append(o.customer.orders, o)
	}
	h.orders = append(h.orders, o)
}

func (s *Store) fill(r *rand.Rand, o *order) {
	lines := 1 + r.IntN(3)
	if s.Business {
		lines = 2 + r.IntN(14)
	}
	for range lines {
		p := min(r.IntN(len(s.Products)), r.IntN(len(s.Products))) // the first ones sell best
		quantity := int64(1 + r.IntN(2))
		if s.Business {
			quantity *= 12
		}
		o.lines = append(o.lines, line{product: p, title: s.Products[p].Title, quantity: quantity, cents: quantity * s.Products[p].Cents})
		o.total += quantity * s.Products[p].Cents
	}
	if r.Float64() < 0.2 {
		o.total -= o.total / 10 // a voucher
	}
	if o.total < 6000 {
		o.total += 495 // shipping
	}
}

// undo cancels some orders and pays some back, in part or wholly.
func (s *Store) undo(r *rand.Rand, o *order) {
	chance := r.Float64()
	switch {
	case chance < 0.03:
		o.cancelled = o.created.Add(time.Duration(1+r.IntN(30)) * time.Hour)
		o.refunds = []refund{{o.cancelled, o.total}}
	case chance < 0.06:
		o.refunds = []refund{{o.created.Add(time.Duration(24+r.IntN(24*40)) * time.Hour), o.total}}
	case chance < 0.10:
		first := o.created.Add(time.Duration(24+r.IntN(24*20)) * time.Hour)
		o.refunds = []refund{{first, o.total / 4}}
		if r.Float64() < 0.3 {
			o.refunds = append(o.refunds, refund{first.Add(time.Duration(r.IntN(24*20)) * time.Hour), o.total / 5})
		}
	}
}

// buyer is a customer who ordered before, or a new one.
func (s *Store) buyer(r *rand.Rand, o *order) *customer {
	h := &s.history
	if n := len(h.customers); n > 0 && r.Float64() < s.Returning {
		if c := h.customers[n-1-int(float64(n)*math.Pow(r.Float64(), 2))]; c.created.Before(o.processed) {
			return c
		}
	}
	return s.makeCustomer(o.processed.Add(-time.Duration(1+r.IntN(300)) * time.Second))
}

func (s *Store) makeCustomer(at time.Time) *customer {
	c := &customer{number: 5001 + int64(len(s.history.customers)), created: at}
	s.history.customers = append(s.history.customers, c)
	return c
}

func (s *Store) makeCheckout(r *rand.Rand, at time.Time) {
	c := &checkout{number: 9001 + int64(len(s.history.checkouts)), created: at, cents: 1000 + r.Int64N(20000)}
	if r.Float64() < 0.12 {
		c.completed = at.Add(time.Duration(1+r.IntN(96)) * time.Hour)
	}
	s.history.checkouts = append(s.history.checkouts, c)
}
