package shopify

import (
	"context"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"clientportal/internal/clock"
	"clientportal/internal/datasource/upstream"
)

// The parts of the data that can be denied while the rest can be read.
const (
	partCustomer  = "customer"  // who ordered
	partCountry   = "country"   // where to
	partCustomers = "customers" // the list with lifetime spending
	partCheckouts = "checkouts"
	partHistory   = "history" // which order was a customer's first
)

// without are the metrics that go with a denied part.
var without = map[string][]string{
	partCustomer:  {customers, newCustomers, returningOrders},
	partHistory:   {newCustomers, returningOrders},
	partCustomers: {lifetimeSpent, lifetimeCustomers},
	partCheckouts: {checkoutsStarted, checkoutsAbandoned},
}

// partOf is the part of an order that a refusal is about, "" for all else.
func partOf(p problem) string {
	switch {
	case p.under("customer"), strings.Contains(p.Message, "the Customer object"):
		return partCustomer
	case p.under("shippingAddress", "billingAddress"), strings.Contains(p.Message, "the MailingAddress object"):
		return partCountry
	}
	return ""
}

// deny keeps why a part can't be had.
func (s *session) deny(part string, p problem) { s.denied[part] = p.failure().Staff }

func (s *session) has(part string) bool {
	_, denied := s.denied[part]
	return !denied
}

// noteDenied tells of the metrics that are not available. They are left out, never 0.
func (s *session) noteDenied() {
	var unavailable []string
	for part, names := range without {
		if !s.has(part) {
			unavailable = append(unavailable, names...)
		}
	}
	if slices.Sort(unavailable); len(unavailable) > 0 {
		s.note("unavailable", slices.Compact(unavailable))
	}
	if len(s.denied) > 0 {
		s.note("denied", maps.Clone(s.denied))
	}
	if s.budget.Maximum > 0 {
		s.note("quota", map[string]float64{"available": s.budget.Available, "maximum": s.budget.Maximum, "restore_per_second": s.budget.Restore})
	}
}

// shopInfo is what a read must know of the shop.
type shopInfo struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Domain   string `json:"myshopifyDomain"`
	ZoneName string `json:"ianaTimezone"`
	Currency string `json:"currencyCode"`
	zone     *time.Location
	scopes   []string
	sinceDay upstream.Day // before it, history is withheld; zero if it isn't
}

var currencies = regexp.MustCompile(`^[A-Z]{3}$`)

// historyDays are what an app sees of orders without read_all_orders.
const historyDays = 60

func (s *session) readShop(ctx context.Context) (*shopInfo, error) {
	var d struct {
		Shop         *shopInfo `json:"shop"`
		Installation *struct {
			Scopes []struct {
				Handle string `json:"handle"`
			} `json:"accessScopes"`
		} `json:"currentAppInstallation"`
	}
	denied, err := s.ask(ctx, shopQuery, nil, &d)
	if err != nil {
		return nil, err
	}
	if d.Shop == nil {
		if len(denied) > 0 {
			return nil, denied[0].failure()
		}
		return nil, unreadable("the shop is missing")
	}
	shop := d.Shop
	if shop.zone, err = clock.Zone(shop.ZoneName); err != nil || shop.ZoneName == "" || !currencies.MatchString(shop.Currency) {
		return nil, unreadable("the shop has no time zone or currency")
	}
	if d.Installation == nil {
		return shop, nil
	}
	for _, scope := range d.Installation.Scopes {
		shop.scopes = append(shop.scopes, scope.Handle)
	}
	if !slices.Contains(shop.scopes, "read_all_orders") {
		shop.sinceDay = dayOf(s.conn.Now().AddDate(0, 0, -historyDays), shop.zone)
	}
	return shop, nil
}

// memo is what one piece of work, which may read many windows, finds out once.
type memo struct {
	at     time.Time
	shop   *shopInfo
	denied map[string]string
	gained map[upstream.Day]*gained // nil until customers were read
}

const memoLasts = 15 * time.Minute

// prepare reads what there is to know before a read, unless it was known a moment ago.
func (s *session) prepare(ctx context.Context) (*shopInfo, error) {
	now := s.conn.Now()
	if m, ok := s.conn.Memo.(*memo); ok && now.Sub(m.at) < memoLasts {
		s.memo, s.denied = m, m.denied
		return m.shop, nil
	}
	shop, err := s.readShop(ctx)
	if err != nil {
		return nil, err
	}
	if err := s.probe(ctx); err != nil {
		return nil, err
	}
	s.note("account_name", shop.Name)
	s.memo = &memo{at: now, shop: shop, denied: s.denied}
	s.conn.Memo = s.memo
	return shop, nil
}

// probe finds out what is denied before anything large is read: a bulk operation
// fails as a whole where a query leaves a part out.
func (s *session) probe(ctx context.Context) error {
	var ignored struct{}
	denied, err := s.ask(ctx, probeQuery, nil, &ignored)
	if err != nil && len(denied) == 0 {
		return err
	}
	for _, p := range denied {
		part := partOf(p)
		if part == "" {
			return p.failure()
		}
		s.deny(part, p)
	}
	return nil
}

// probePart tries a list of its own.
func (s *session) probePart(ctx context.Context, part, document string) error {
	var ignored struct{}
	denied, err := s.ask(ctx, document, nil, &ignored)
	if len(denied) > 0 {
		s.deny(part, denied[0])
	}
	return s.orDeny(part, err)
}

// orDeny keeps a refusal of a whole list as the part's; other failures are the read's.
func (s *session) orDeny(part string, err error) error {
	if f, ok := upstream.AsFailure(err); ok && optional(err) {
		s.denied[part] = f.Staff
		return nil
	}
	return err
}
