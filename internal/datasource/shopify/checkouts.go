package shopify

import (
	"context"
	"fmt"
	"time"

	"clientportal/internal/datasource/upstream"
)

type checkout struct {
	ID          string     `json:"id"`
	CreatedAt   time.Time  `json:"createdAt"`
	CompletedAt *time.Time `json:"completedAt"`
}

// checkoutsKeptDays is how long Shopify keeps checkouts that were left behind.
const checkoutsKeptDays = 90

// checkouts counts those that were left behind in the window. Days so old that
// Shopify has thrown theirs away are left out; there a 0 would be wrong.
func (s *session) checkouts(ctx context.Context, t *tally) error {
	seen, oldest := map[string]bool{}, t.window.Until
	err := s.readCheckouts(ctx, t, func(c *checkout) {
		day := dayOf(c.CreatedAt, t.shop.zone)
		if seen[c.ID] || !t.holds(day) {
			return
		}
		seen[c.ID] = true
		if day.Before(oldest) {
			oldest = day
		}
		if c.CompletedAt != nil {
			return // it became an order, which counts as such
		}
		t.add(cell{report: checkoutsReport, day: day, metric: checkoutsAbandoned}, one)
		t.add(cell{report: checkoutsReport, day: day, metric: checkoutsStarted}, one)
	})
	if err != nil {
		return s.orDeny(partCheckouts, err)
	}
	kept := dayOf(s.conn.Now(), t.shop.zone).AddDate(0, 0, -checkoutsKeptDays)
	if oldest.After(kept) {
		oldest = kept
	}
	if t.gap(oldest) {
		oldest = t.shop.sinceDay // before it, the checkouts that became orders are withheld
	}
	t.dropCheckouts(oldest)
	return nil
}

// dropCheckouts leaves out the checkouts of days before this one.
func (t *tally) dropCheckouts(before upstream.Day) {
	t.checkoutsFrom = before
	for c := range t.sums {
		if c.report == checkoutsReport && c.day.Before(before) {
			delete(t.sums, c)
		}
	}
}

func (s *session) readCheckouts(ctx context.Context, t *tally, each func(*checkout)) error {
	search := fmt.Sprintf("created_at:>='%s' AND created_at:<'%s'",
		stamp(startOf(t.window.From, t.shop.zone)), stamp(startOf(t.window.Until, t.shop.zone)))
	for after, rows := "", rowsAtOnce; ; {
		var d struct {
			Checkouts *connection[checkout] `json:"abandonedCheckouts"`
		}
		err := s.askPage(ctx, &rows, checkoutsQuery, variables(search, after), &d)
		if err != nil {
			return err
		}
		if d.Checkouts == nil {
			return misunderstood("NULL", "abandonedCheckouts")
		}
		for i := range d.Checkouts.Nodes {
			each(&d.Checkouts.Nodes[i])
		}
		if after, err = d.Checkouts.next(after); after == "" || err != nil {
			return err
		}
	}
}
