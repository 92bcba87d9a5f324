package shopify

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"clientportal/internal/datasource/upstream"
)

// overlap is how far a cursor is set back: Shopify's search learns of changes a
// little later than they happen.
const overlap = 10 * time.Minute

// Changed finds the days that orders touch which changed since the cursor: the day of
// the order and those of its refunds. The next cursor is the latest change seen.
func (s *Source) Changed(ctx context.Context, c *upstream.Conn, cursor string) ([]upstream.Day, string, error) {
	if cursor == "" {
		return nil, stamp(c.Now()), nil
	}
	since, err := time.Parse(time.RFC3339, cursor)
	if err != nil {
		return nil, "", unreadableConnection()
	}
	ses, err := s.session(ctx, c)
	if err != nil {
		return nil, "", err
	}
	shop, err := ses.readShop(ctx)
	if err != nil {
		return nil, "", err
	}
	touched := &touchedDays{zone: shop.zone, days: map[upstream.Day]bool{}, latest: since}
	search := fmt.Sprintf("updated_at:>='%s'", stamp(since.Add(-overlap)))
	if err := ses.readOrders(ctx, search, shape{changes: true, sortByNew: true}, touched); err != nil {
		return nil, "", err
	}
	days := slices.SortedFunc(maps.Keys(touched.days), time.Time.Compare)
	return days, stamp(touched.latest), nil
}

type touchedDays struct {
	zone   *time.Location
	days   map[upstream.Day]bool
	latest time.Time
}

// order marks days also for a test order: it may not have been one before.
func (t *touchedDays) order(o *order) error {
	if o.at().IsZero() {
		return unreadable("an order has no day")
	}
	t.days[dayOf(o.at(), t.zone)] = true
	for i := range o.Refunds {
		t.days[dayOf(o.Refunds[i].at(), t.zone)] = true
	}
	if o.UpdatedAt.After(t.latest) {
		t.latest = o.UpdatedAt
	}
	return nil
}

func (*touchedDays) line(string, *line) error { return nil }
