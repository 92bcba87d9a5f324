package shopify

import (
	"context"
	"fmt"

	"clientportal/internal/datasource/upstream"
)

// Accounts is the one shop that the credentials belong to.
func (s *Source) Accounts(ctx context.Context, c *upstream.Conn) ([]upstream.Account, error) {
	ses, err := s.session(ctx, c)
	if err != nil {
		return nil, err
	}
	shop, err := ses.readShop(ctx)
	if err != nil {
		return nil, err
	}
	name, ok := shopName(shop.Domain)
	if !ok {
		name = ses.shop
	}
	return []upstream.Account{{ID: name, Name: plain(shop.Name), Currency: shop.Currency, Zone: shop.ZoneName,
		Settings: fmt.Appendf(nil, `{"shop":%q}`, name)}}, nil
}

// Test tries everything that a read needs.
func (s *Source) Test(ctx context.Context, c *upstream.Conn) ([]upstream.Finding, error) {
	ses, err := s.session(ctx, c)
	if err != nil {
		return nil, err
	}
	shop, err := ses.readShop(ctx)
	if err != nil {
		return nil, err
	}
	if err := ses.probe(ctx); err != nil {
		if f, ok := upstream.AsFailure(err); ok && f.Code == accessDenied {
			return []upstream.Finding{{Name: "Orders", Message: f.Staff}}, nil
		}
		return nil, err
	}
	if err := ses.probePart(ctx, partCustomers, customersProbeQuery); err != nil {
		return nil, err
	}
	if err := ses.probePart(ctx, partCheckouts, checkoutsProbeQuery); err != nil {
		return nil, err
	}
	return ses.findings(shop), nil
}

func (s *session) findings(shop *shopInfo) []upstream.Finding {
	list := []upstream.Finding{{OK: true, Name: "Shop", Message: fmt.Sprintf("%s: money in %s, days of %s.", plain(shop.Name), shop.Currency, shop.ZoneName)}}
	add := func(name, good, bad string) {
		f := upstream.Finding{OK: bad == "", Name: name, Message: bad}
		if f.OK {
			f.Message = good
		}
		list = append(list, f)
	}
	gap := ""
	if !shop.sinceDay.IsZero() {
		gap = gapReason + " Ask Shopify for it in the app's settings."
	}
	add("Orders", "Can be read.", "")
	add("Scope read_all_orders", "The whole history can be read.", gap)
	add("Customers of orders", "Can be read.", s.denied[partCustomer])
	add("Customers", "Can be read.", s.denied[partCustomers])
	add("Countries", "Can be read.", s.denied[partCountry])
	add("Checkouts", "Can be read.", s.denied[partCheckouts])
	add("API version "+s.Version, "Is served.", s.fell)
	return list
}
