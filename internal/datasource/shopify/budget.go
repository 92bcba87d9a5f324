package shopify

import (
	"context"
	"time"
)

// cost is what an answer says about the price of its query and the shop's quota.
type cost struct {
	Requested float64   `json:"requestedQueryCost"`
	Throttle  *throttle `json:"throttleStatus"`
}

type throttle struct {
	Maximum   float64 `json:"maximumAvailable"`
	Available float64 `json:"currentlyAvailable"`
	Restore   float64 `json:"restoreRate"` // points in a second
}

// budget is the bucket of points that queries are paid from, as it was last told. It
// fills by itself while time passes.
type budget struct {
	throttle
	at     time.Time
	prices map[string]float64 // of documents that were asked before
	tries  int                // refusals in a row
}

const maxRefusals = 20

func (b *budget) learn(now time.Time, document string, c *cost) {
	if c == nil {
		return
	}
	if b.prices == nil {
		b.prices = map[string]float64{}
	}
	if c.Requested > 0 {
		b.prices[document] = c.Requested
	}
	if c.Throttle != nil {
		b.throttle, b.at = *c.Throttle, now
	}
}

// missing is how long it takes until a query can be paid: what it lacks, divided by
// the rate at which points come, less the time that has passed.
func (b *budget) missing(now time.Time, price float64) time.Duration {
	lack := price - b.Available
	if lack <= 0 || b.Restore <= 0 {
		return 0
	}
	wait := time.Duration(lack / b.Restore * float64(time.Second))
	return max(0, wait-now.Sub(b.at))
}

// wait lets a query wait until it can be paid, unless that takes too long here.
func (b *budget) wait(ctx context.Context, s *session, document string) error {
	price := b.prices[document]
	wait := b.missing(s.conn.Now(), price)
	if b.tries > 0 {
		wait = max(wait, time.Second)
	}
	if wait == 0 {
		return nil
	}
	if wait > s.MaxWait || b.tries > maxRefusals {
		return later(throttled, wait, "The shop's quota of API calls is used up, perhaps by other apps of yours.")
	}
	return s.Sleep(ctx, wait)
}

// refused counts a throttled query. One that costs more than the bucket can ever hold
// is not sent again.
func (b *budget) refused(document string) error {
	b.tries++
	if b.Maximum > 0 && b.prices[document] > b.Maximum {
		b.forget(document)
		return smaller("MAX_COST_EXCEEDED", "A query costs more than the shop's whole quota.")
	}
	return nil
}

// forget drops the price of a query that will be sent for fewer rows, or not again.
func (b *budget) forget(document string) { delete(b.prices, document) }

// paid ends a row of refusals.
func (b *budget) paid() { b.tries = 0 }
