package shopify

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"clientportal/internal/datasource/shopify/shopifysim"
	"clientportal/internal/datasource/upstream"
)

// businessShop has orders with more lines than a page holds, in a zone ahead of UTC.
func businessShop(s *shopifysim.Shop, _ *Config) {
	s.Zone, s.Currency, s.Presentment, s.Business = "Pacific/Auckland", "NZD", "AUD", true
}

func checkTotals(t *testing.T, f facts, want shopifysim.Totals) {
	t.Helper()
	for name, want := range map[string]decimal.Decimal{
		grossRevenue: want.Gross, netRevenue: want.Net, refunds: want.Refunds,
		orders: whole64(want.Orders), cancelledOrders: whole64(want.Cancelled), unitsSold: whole64(want.Units),
		newCustomers: whole64(want.NewCustomers), returningOrders: whole64(want.ReturningOrders),
		checkoutsStarted: whole64(want.CheckoutsStarted), checkoutsAbandoned: whole64(want.CheckoutsAbandoned),
	} {
		if got := f.sum(name); !got.Equal(want) {
			t.Errorf("%s is %s, the shop says %s", name, got, want)
		}
	}
	for title, want := range want.GrossByProduct {
		if got := f.by(grossRevenue, byProduct)[title]; !got.Equal(want) {
			t.Errorf("%s brought %s, the shop says %s", title, got, want)
		}
	}
	for country, want := range want.GrossByCountry {
		if got := f.by(grossRevenue, byCountry)[country]; !got.Equal(want) {
			t.Errorf("%s brought %s, the shop says %s", country, got, want)
		}
	}
}

func whole64(n int64) decimal.Decimal { return decimal.NewFromInt(n) }

func TestReadComesToTheShopsOwnTotals(t *testing.T) {
	t.Parallel()
	plain := func(*shopifysim.Shop, *Config) {}
	for shopName, kind := range map[string]func(*shopifysim.Shop, *Config){"consumers": plain, "business": businessShop} {
		for wayName, way := range map[string]func(*shopifysim.Shop, *Config){"page by page": byPage, "in bulk": inBulk} {
			t.Run(shopName+" "+wayName, func(t *testing.T) {
				t.Parallel()
				s := newScene(t, kind, way)
				w := window("2026-09-01", "2026-10-22")
				f := s.read(w)
				want := s.store.Totals(w.From, w.Until)
				if want.Orders == 0 || want.Cancelled == 0 || want.ReturningOrders == 0 || want.Refunds.IsZero() || want.CheckoutsAbandoned == 0 {
					t.Fatalf("the shop has too little of something: %+v", want)
				}
				checkTotals(t, f, want)
				for d := w.From; d.Before(w.Until); d = d.AddDate(0, 0, 1) {
					one := facts{}
					for k, fact := range f {
						if fact.Day.Equal(d) {
							one[k] = fact
						}
					}
					checkTotals(t, one, s.store.Totals(d, d.AddDate(0, 0, 1)))
					checkStocks(t, one, s.store.Totals(d, d.AddDate(0, 0, 1)))
				}
			})
		}
	}
}

// checkStocks compares what is not added up over days.
func checkStocks(t *testing.T, f facts, want shopifysim.Totals) {
	t.Helper()
	for name, want := range map[string]decimal.Decimal{
		customers: whole64(want.Customers), lifetimeCustomers: whole64(want.LifetimeCustomers), lifetimeSpent: want.LifetimeSpent,
	} {
		if got := f.sum(name); !got.Equal(want) {
			t.Errorf("%s is %s, the shop says %s", name, got, want)
		}
	}
}

func TestReadingTwiceOrAnotherWayChangesNothing(t *testing.T) {
	t.Parallel()
	s := newScene(t, byPage)
	w := window("2026-10-01", "2026-10-22")
	first := s.read(w)
	if again := s.read(w); !again.equal(first) {
		t.Error("the second read came to other numbers")
	}
	s.source.BulkFrom = 1
	if bulk := s.read(w); !bulk.equal(first) {
		t.Error("the bulk read came to other numbers")
	}
	parts := s.read(window("2026-10-01", "2026-10-11"))
	for k, fact := range s.read(window("2026-10-11", "2026-10-22")) {
		parts[k] = fact
	}
	if !parts.equal(first) {
		t.Error("two windows came to other numbers than one")
	}
}

func TestWhatTheShopIsIsAskedOnceForManyWindows(t *testing.T) {
	t.Parallel()
	s := newScene(t, byPage)
	first, apart := s.read(window("2026-10-01", "2026-10-08")), s.read(window("2026-10-08", "2026-10-15"))
	s.read(window("2026-10-01", "2026-10-08"))
	before := len(s.store.Asked())
	again := facts{}
	if err := s.source.Read(t.Context(), s.conn, window("2026-10-08", "2026-10-15"), again); err != nil || !again.equal(apart) || again.equal(first) {
		t.Errorf("the second window of the same work came to other numbers: %v", err)
	}
	for _, query := range s.store.Asked()[before:] {
		if strings.Contains(query, "shop {") || strings.Contains(query, "query Probe") || strings.Contains(query, "query Customers") {
			t.Errorf("asked again: %s", query)
		}
	}
}

func TestFactsCarryCurrencyZoneAndFlags(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	w := window("2026-10-18", "2026-10-25")
	declared := map[string]bool{}
	for _, m := range s.source.Metrics() {
		declared[m.Name] = true
		if m.Definition == "" || m.Label == "" {
			t.Errorf("%s is not explained", m.Name)
		}
	}
	money := map[string]bool{grossRevenue: true, netRevenue: true, refunds: true, lifetimeSpent: true}
	for k, f := range s.read(w) {
		if !declared[k.metric] {
			t.Errorf("%s is not declared", k.metric)
		}
		if want := map[bool]string{true: "USD"}[money[k.metric]]; f.Currency != want {
			t.Errorf("%v is in %q, want %q", k, f.Currency, want)
		}
		if f.Zone != "America/New_York" {
			t.Errorf("%v is of a day in %q", k, f.Zone)
		}
		if today := k.day == "2026-10-21"; (f.Flags&upstream.Provisional != 0) != today {
			t.Errorf("%v has flags %b", k, f.Flags)
		}
		if k.day > "2026-10-21" {
			t.Errorf("%v is in the future", k)
		}
	}
}

func TestDaysWithoutOrdersAreZero(t *testing.T) {
	t.Parallel()
	s := newScene(t, func(shop *shopifysim.Shop, _ *Config) { shop.OrdersPerDay = 0.000001 })
	f := s.read(window("2025-11-01", "2025-11-03"))
	if got := len(f); got != 9*2+2*2 { // totals of two days, and what customers spent; checkouts are thrown away by then
		t.Errorf("%d facts: %v", got, f)
	}
	if k := (factKey{ordersReport, "2025-11-01", grossRevenue, "", "", "USD"}); !f[k].Value.IsZero() || f[k].Metric == "" {
		t.Errorf("gross revenue of an empty day: %+v", f[k])
	}
	s.source.BulkFrom = 0 // completes without a file
	if g := s.read(window("2025-11-01", "2025-11-03")); !g.equal(f) {
		t.Error("a bulk operation that finds nothing is no failure")
	}
}

func TestCheckoutsThatShopifyThrewAwayAreNotZero(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	f := s.read(window("2026-03-01", "2026-03-08"))
	if f.has(checkoutsAbandoned) || f.has(checkoutsStarted) {
		t.Error("checkouts of days that nobody knows any more are told")
	}
	if !f.has(orders) {
		t.Error("orders of old days are missing")
	}
}

func TestRangesCountEachCustomerOnce(t *testing.T) {
	t.Parallel()
	for name, way := range map[string]func(*shopifysim.Shop, *Config){"page by page": byPage, "in bulk": inBulk} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newScene(t, way)
			for _, w := range []upstream.Window{window("2026-07-01", "2026-10-01"), window("2026-10-10", "2026-10-22")} {
				got, err := s.source.Ranges(t.Context(), s.conn, w)
				if err != nil || len(got) != 1 {
					t.Fatalf("ranges: %v, %v", got, err)
				}
				want := s.store.Totals(w.From, w.Until)
				if got[0].Metric != customers || !got[0].Value.Equal(whole64(want.Customers)) || !got[0].Day.IsZero() {
					t.Errorf("%+v, the shop says %d", got[0], want.Customers)
				}
				if daily := s.read(w).sum(customers); !daily.GreaterThan(got[0].Value) {
					t.Errorf("days add up to %s, no more than the range's %s: nobody came twice?", daily, got[0].Value)
				}
			}
		})
	}
}

func TestChangedFindsAllDaysOfChangedOrders(t *testing.T) {
	t.Parallel()
	for name, way := range map[string]func(*shopifysim.Shop, *Config){"page by page": byPage, "in bulk": inBulk} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newScene(t, way)
			days, cursor, err := s.source.Changed(t.Context(), s.conn, "")
			if len(days) != 0 || cursor != "2026-10-21T12:00:00Z" || err != nil {
				t.Fatalf("it starts with %v, %q, %v", days, cursor, err)
			}
			w := window("2026-08-01", "2026-10-22")
			before := s.read(w)
			s.pass(5 * time.Minute)
			if !s.store.Refund(day("2026-08-12"), 100) {
				t.Fatal("there was nothing to pay back")
			}
			days, next, err := s.source.Changed(t.Context(), s.conn, cursor)
			if at, _ := time.Parse(time.RFC3339, next); err != nil || at.Before(noon.Add(5*time.Minute)) || at.After(s.clock()) {
				t.Fatalf("the next cursor is %q, %v", next, err)
			}
			if text := fmt.Sprint(days); !strings.Contains(text, "2026-08-12") || !strings.Contains(text, "2026-10-21") {
				t.Errorf("changed days: %v", days)
			}
			for _, d := range days { // reading these again is enough
				for k := range before {
					if before[k].Day.Equal(d) {
						delete(before, k)
					}
				}
				for k, fact := range s.read(upstream.Window{From: d, Until: d.AddDate(0, 0, 1)}) {
					before[k] = fact
				}
			}
			after := s.read(w)
			if !after.sum(netRevenue).Equal(before.sum(netRevenue)) || !after.sum(refunds).Equal(before.sum(refunds)) {
				t.Error("the days that were read again are not all that changed")
			}
			// The overlap: what the search learned late is still found.
			if days, _, err := s.source.Changed(t.Context(), s.conn, next); err != nil || len(days) < 2 {
				t.Errorf("within the overlap: %v, %v", days, err)
			}
		})
	}
}

func TestVanishedOrdersVanish(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	w := window("2026-10-01", "2026-10-22")
	before := s.read(w).sum(orders)
	removed := false
	for d := w.From; !removed && d.Before(w.Until); d = d.AddDate(0, 0, 1) {
		removed = s.store.Remove(d)
	}
	if !removed {
		t.Fatal("there was nothing to remove")
	}
	if after := s.read(w).sum(orders); !after.Equal(before.Sub(one)) {
		t.Errorf("%s orders are left of %s", after, before)
	}
}

func TestCountsAreNotCapped(t *testing.T) {
	t.Parallel()
	for _, document := range []string{ordersCountQuery, customersCountQuery} {
		if !strings.Contains(document, "limit: null") {
			t.Errorf("a count stops at 10,000: %s", document)
		}
	}
}
