package shopify

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"clientportal/internal/datasource/shopify/shopifysim"
	"clientportal/internal/datasource/upstream"
)

func TestFailuresSayWhatToDo(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		fault shopifysim.Fault
		times int
		kind  upstream.Kind
		code  string
	}{
		{shopifysim.Unauthorized, 1, upstream.Reauthorise, "HTTP 401"},
		{shopifysim.PaymentRequired, 1, upstream.Fix, "HTTP 402"},
		{shopifysim.Locked, 1, upstream.Fix, "HTTP 423"},
		{shopifysim.TooManyRequests, 3, upstream.Retry, "THROTTLED"},
		{shopifysim.ServerError, 3, upstream.Retry, "HTTP 500"},
		{shopifysim.Garbage, 1, upstream.Retry, "garbled"},
		{shopifysim.BrokenOff, 3, upstream.Retry, "unreachable"},
		{shopifysim.PartialData, 1, upstream.Retry, "INTERNAL_SERVER_ERROR"},
		{shopifysim.Throttled, 100, upstream.Retry, "THROTTLED"},
		{shopifysim.MaxCost, 100, upstream.Smaller, "MAX_COST_EXCEEDED"},
		{shopifysim.NotANumber, 1, upstream.Retry, "garbled"},
		{shopifysim.RepeatedCursor, 1, upstream.Retry, "garbled"},
	} {
		t.Run(string(c.fault), func(t *testing.T) {
			t.Parallel()
			s := newScene(t, byPage)
			s.store.Fail(c.fault, c.times)
			f := s.fails(c.kind, c.code)
			if c.code == "THROTTLED" && f.After == 0 {
				t.Error("it does not say when to come again")
			}
		})
	}
}

func TestMomentaryFailuresPassUnnoticed(t *testing.T) {
	t.Parallel()
	s := newScene(t, byPage)
	want := s.read(window("2026-10-01", "2026-10-08"))
	for _, fault := range []shopifysim.Fault{shopifysim.ServerError, shopifysim.BrokenOff, shopifysim.TooManyRequests} {
		s.store.Fail(fault, 2)
		before := len(s.waited)
		if got := s.read(window("2026-10-01", "2026-10-08")); !got.equal(want) || len(s.waited) != before+2 {
			t.Errorf("%s: it waited %v", fault, s.waited[before:])
		}
	}
}

func TestWhatALaterVersionDoesNotKnowIsLeftOut(t *testing.T) {
	t.Parallel()
	s := newScene(t, byPage)
	w := window("2026-10-01", "2026-10-08")
	want := s.store.Totals(w.From, w.Until)
	s.serve(lacking("abandonedCheckouts", s.sim))
	f := s.read(w)
	if f.has(checkoutsAbandoned) || !f.sum(grossRevenue).Equal(want.Gross) {
		t.Errorf("gross revenue is %s, the shop says %s", f.sum(grossRevenue), want.Gross)
	}
	if got, _ := s.notes["unavailable"].([]string); len(got) != 2 {
		t.Errorf("unavailable: %v", got)
	}
	s.serve(lacking("totalPriceSet", s.sim))
	s.fails(upstream.Fix, "undefinedField")
}

// lacking answers queries of a field as an API that has none.
func lacking(field string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if bytes.Contains(body, []byte(field)) {
			io.WriteString(w, `{"errors":[{"message":"Field '`+field+`' doesn't exist","path":["query","`+field+`"],"extensions":{"code":"undefinedField"}}]}`)
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		next.ServeHTTP(w, r)
	})
}

func TestSystemsThatHangOrTrickle(t *testing.T) {
	t.Parallel()
	s := newScene(t, byPage)
	w := window("2026-10-01", "2026-10-08")
	want := s.read(w)
	s.store.Fail(shopifysim.Slow, 3)
	if got := s.read(w); !got.equal(want) {
		t.Error("slow answers came to other numbers")
	}
	s.store.Fail(shopifysim.Hang, 1)
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	s.conn.Memo = nil
	if err := s.source.Read(ctx, s.conn, w, facts{}); kindOf(err) != upstream.Retry {
		t.Errorf("it hangs: %v", err)
	}
	s.store.Fail(shopifysim.Endless, 1)
	s.fails(upstream.Retry, "garbled")
}

func TestBulkFailuresKeepNothing(t *testing.T) {
	t.Parallel()
	for fault, code := range map[shopifysim.Fault]string{
		shopifysim.BulkTruncated: "BULK_TRUNCATED", shopifysim.BulkCutLine: "garbled",
		shopifysim.BulkFailed: "BULK_FAILED", shopifysim.BulkBusy: "OPERATION_IN_PROGRESS",
	} {
		t.Run(string(fault), func(t *testing.T) {
			t.Parallel()
			s := newScene(t, inBulk)
			s.store.Fail(fault, 1)
			s.fails(upstream.Retry, code)
			s.store.Fail(fault, 1)
			if days, next, err := s.source.Changed(t.Context(), s.conn, "2026-10-20T00:00:00Z"); err == nil || next != "" || days != nil {
				t.Errorf("the cursor moved to %q", next)
			}
			s.read(window("2026-10-01", "2026-10-08")) // the next try is good
		})
	}
}

func TestBulkFilesLieOnPublicHostsOnly(t *testing.T) {
	t.Parallel()
	inside := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { t.Errorf("%s was fetched", r.URL) }))
	t.Cleanup(inside.Close)
	s := newScene(t)
	ses, err := s.source.session(t.Context(), s.conn)
	if err != nil {
		t.Fatal(err)
	}
	for _, address := range []string{inside.URL, "https://169.254.169.254/latest", "http://example.org/file", "file:///etc/passwd", "::"} {
		if _, err := ses.download(t.Context(), address, func([]byte) error { return nil }); err == nil {
			t.Errorf("%s is a place for a file", address)
		} else if strings.Contains(err.Error(), "169.254") {
			t.Errorf("the address is told: %v", err)
		}
	}
}

func TestBulkThatDoesNotEndIsCancelled(t *testing.T) {
	t.Parallel()
	s := newScene(t, inBulk, func(_ *shopifysim.Shop, c *Config) { c.MaxBulk = time.Nanosecond })
	s.fails(upstream.Smaller, "BULK_TIMEOUT")
	asked := s.store.Asked()
	if last := asked[len(asked)-1]; !strings.Contains(last, "bulkOperationCancel") {
		t.Errorf("the last query is %s", last)
	}
}

func TestThrottledWaitsForWhatItLacksLessWhatHasPassed(t *testing.T) {
	t.Parallel()
	at := noon
	var b budget
	b.learn(at, "q", &cost{Requested: 500, Throttle: &throttle{Maximum: 1000, Available: 200, Restore: 50}})
	for passed, want := range map[time.Duration]time.Duration{
		0: 6 * time.Second, 2 * time.Second: 4 * time.Second, 7 * time.Second: 0,
	} {
		if got := b.missing(at.Add(passed), 500); got != want {
			t.Errorf("after %s it waits %s, want %s", passed, got, want)
		}
	}
	s := newScene(t, byPage)
	w := window("2026-10-01", "2026-10-08")
	s.store.Fail(shopifysim.Throttled, 3)
	throttled := s.read(w)
	if len(s.waited) < 3 {
		t.Errorf("it waited %v", s.waited)
	}
	if !throttled.equal(s.read(w)) {
		t.Error("numbers are others after throttling")
	}
}

func TestQuotaIsWaitedForBeforeItIsRefused(t *testing.T) {
	t.Parallel()
	s := newScene(t, byPage)
	s.sim = shopifysim.New(shopifysim.World{Seed: 7, Now: s.clock, Points: 1000, Restore: 50,
		Shops: []shopifysim.Shop{{Name: "dapper", Zone: "Europe/Berlin", OrdersPerDay: 5}}})
	s.serve(s.sim)
	s.read(window("2026-10-01", "2026-10-15"))
	if len(s.waited) == 0 {
		t.Error("a small quota was never waited for")
	}
	quota, _ := s.notes["quota"].(map[string]float64)
	if quota["maximum"] != 1000 || quota["restore_per_second"] != 50 {
		t.Errorf("quota is noted as %v", s.notes["quota"])
	}
}

func TestTooExpensiveIsHalvedAndNeverSentAgain(t *testing.T) {
	t.Parallel()
	s := newScene(t, byPage)
	w := window("2026-10-01", "2026-10-08")
	var sent []string
	s.serve(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		sent = append(sent, string(body))
		r.Body = io.NopCloser(bytes.NewReader(body))
		s.sim.ServeHTTP(w, r)
	}))
	ses, err := s.source.session(t.Context(), s.conn)
	if err != nil {
		t.Fatal(err)
	}
	ses.page = 200
	shop, err := ses.prepare(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	sum := newTally(shop, w)
	if err := ses.pageOrders(t.Context(), placed(w, shop.zone), shape{sales: true, lines: true, refunds: true}, sum); err != nil {
		t.Fatal(err)
	}
	want := s.store.Totals(w.From, w.Until)
	var gross decimal.Decimal
	for c, value := range sum.sums {
		if c.report == ordersReport && c.metric == grossRevenue {
			gross = gross.Add(value)
		}
	}
	if ses.page >= 200 || !gross.Equal(want.Gross) {
		t.Errorf("%d orders at once brought %s, the shop says %s", ses.page, gross, want.Gross)
	}
	slices.Sort(sent)
	if once := slices.Compact(slices.Clone(sent)); len(once) != len(sent) {
		t.Errorf("%d queries were sent, of which %d are different", len(sent), len(once))
	}
}

func TestDeniedScopesAndApprovals(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.store.Grant("read_products")
	if f := s.fails(upstream.Reauthorise, accessDenied); !strings.Contains(f.Staff, "read_orders") {
		t.Errorf("staff read %q", f.Staff)
	}
	s = newScene(t)
	s.store.Deny("orders")
	if f := s.fails(upstream.Fix, accessDenied); !strings.Contains(f.Staff, "protected customer data") {
		t.Errorf("staff read %q", f.Staff)
	}
}

func TestDeniedMetricsAreUnavailableNeverZero(t *testing.T) {
	t.Parallel()
	w := window("2026-10-01", "2026-10-08")
	for wayName, way := range map[string]func(*shopifysim.Shop, *Config){"page by page": byPage, "in bulk": inBulk} {
		for field, gone := range map[string][]string{
			"customer":           {customers, newCustomers, returningOrders},
			"customers":          {lifetimeSpent, lifetimeCustomers},
			"abandonedCheckouts": {checkoutsStarted, checkoutsAbandoned},
			"shippingAddress":    nil, // countries
		} {
			t.Run(wayName+" without "+field, func(t *testing.T) {
				t.Parallel()
				s := newScene(t, way)
				s.store.Deny(field)
				f := s.read(w)
				want := s.store.Totals(w.From, w.Until)
				if got := f.sum(grossRevenue); !got.Equal(want.Gross) || !f.sum(netRevenue).Equal(want.Net) {
					t.Errorf("revenue is %s, the shop says %s", got, want.Gross)
				}
				noted, _ := s.notes["unavailable"].([]string)
				reasons, _ := s.notes["denied"].(map[string]string)
				if len(noted) != len(gone) || len(reasons) != 1 {
					t.Errorf("noted as unavailable: %v, since %v", noted, reasons)
				}
				for _, name := range gone {
					if f.has(name) || !slices.Contains(noted, name) {
						t.Errorf("%s is told, or its lack is not: %v", name, noted)
					}
				}
				if got := len(f.by(grossRevenue, byCountry)) == 0; got != (field == "shippingAddress") {
					t.Errorf("countries are missing: %v", got)
				}
				s.conn.Memo = nil
				if got, err := s.source.Ranges(t.Context(), s.conn, w); err != nil || (len(got) == 0) != (field == "customer") {
					t.Errorf("ranges: %v, %v", got, err)
				}
			})
		}
	}
}

func TestWithoutAllOrdersTheGapIsLabelled(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.store.Grant("read_orders", "read_customers", "read_products")
	f := s.read(window("2026-08-01", "2026-09-01"))
	for k, fact := range f {
		switch {
		case k.report == ordersReport && k.day < "2026-08-22":
			t.Errorf("%v is told of a day that is withheld", k)
		case k.report == ordersReport && k.day == "2026-08-22" && fact.Flags&upstream.Incomplete == 0:
			t.Errorf("%v is whole, of a day that is half withheld", k)
		case k.metric == grossRevenue && k.day > "2026-08-22" && fact.Flags&upstream.Incomplete != 0:
			t.Errorf("%v is not whole", k)
		case k.report == checkoutsReport && k.day < "2026-08-22":
			t.Errorf("%v is told, though the orders beside it are withheld", k)
		case k.metric == refunds && fact.Flags&upstream.Incomplete == 0:
			t.Errorf("%v is whole, though earlier orders are withheld", k)
		}
	}
	if gap := fmt.Sprint(s.notes["gap"]); !strings.Contains(gap, "2026-08-22") || !strings.Contains(gap, "60 days") {
		t.Errorf("the gap is noted as %s", gap)
	}
	ranges, err := s.source.Ranges(t.Context(), s.conn, window("2026-07-01", "2026-10-01"))
	if err != nil || ranges[0].Flags&upstream.Incomplete == 0 {
		t.Errorf("ranges: %v, %v", ranges, err)
	}
	if ranges, err := s.source.Ranges(t.Context(), s.conn, window("2026-05-01", "2026-06-01")); err != nil || len(ranges) != 0 {
		t.Errorf("a range that is withheld: %v, %v", ranges, err)
	}
	findings, err := s.source.Test(t.Context(), s.conn)
	if err != nil || !strings.Contains(fmt.Sprint(missing(findings)), "read_all_orders") {
		t.Errorf("the test finds %v, %v", findings, err)
	}
}

func TestVersionThatFellForwardIsNoted(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.store.FallForward("2026-10")
	s.read(window("2026-10-01", "2026-10-08"))
	if got := fmt.Sprint(s.notes["api_version"]); got != "map[answered:2026-10 asked:2026-07]" {
		t.Errorf("noted: %s", got)
	}
	findings, err := s.source.Test(t.Context(), s.conn)
	if err != nil || !strings.Contains(fmt.Sprint(missing(findings)), "2026-10") {
		t.Errorf("the test finds %v, %v", findings, err)
	}
}
