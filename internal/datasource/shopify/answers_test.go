package shopify

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/shopspring/decimal"

	"clientportal/internal/datasource/upstream"
)

// shopOf answers each kind of query with what was written by hand.
func shopOf(t *testing.T, orders string) *scene {
	t.Helper()
	s := newScene(t, byPage)
	s.serve(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		var req struct{ Query string }
		if json.Unmarshal(body, &req) != nil {
			http.Error(w, "", http.StatusBadRequest)
			return
		}
		for _, a := range []struct{ in, answer string }{
			{"shop {", `{"shop":{"id":"1","name":"S","myshopifyDomain":"dapper.myshopify.com","ianaTimezone":"Europe/Berlin","currencyCode":"EUR"},"currentAppInstallation":{"accessScopes":[{"handle":"read_orders"},{"handle":"read_all_orders"}]}}`},
			{"query Probe", `{"orders":{"nodes":[]}}`},
			{"ordersCount", `{"ordersCount":{"count":1,"precision":"EXACT"}}`},
			{"customersCount", `{"customersCount":{"count":0,"precision":"EXACT"}}`},
			{"query Customers", `{"customers":{"pageInfo":{"hasNextPage":false,"endCursor":null},"nodes":[]}}`},
			{"query Checkouts", `{"abandonedCheckouts":{"pageInfo":{"hasNextPage":false},"nodes":[]}}`},
			{"query Orders", `{"orders":{"pageInfo":{"hasNextPage":false,"endCursor":null},"nodes":[` + orders + `]}}`},
		} {
			if strings.Contains(req.Query, a.in) {
				fmt.Fprintf(w, `{"data":%s}`, a.answer)
				return
			}
		}
		http.Error(w, "", http.StatusTeapot)
	}))
	return s
}

// anOrder has an amount, a title and more fields after those.
func anOrder(amount, title, more string) string {
	return fmt.Sprintf(`{"id":"gid://shopify/Order/1","createdAt":"2026-10-02T22:30:00Z","processedAt":"2026-10-02T22:30:00Z","updatedAt":"2026-10-02T22:30:00Z","test":false,
		"totalPriceSet":{"shopMoney":{"amount":%[1]s,"currencyCode":"EUR"},"presentmentMoney":{"amount":"999999","currencyCode":"JPY"}},
		"currentTotalPriceSet":{"shopMoney":{"amount":%[1]s,"currencyCode":"EUR"}},"refunds":[],
		"lineItems":{"pageInfo":{"hasNextPage":false},"nodes":[{"id":"1","title":%[2]s,"quantity":2,"originalTotalSet":{"shopMoney":{"amount":"5.00","currencyCode":"EUR"}}}]}%[3]s}`, amount, title, more)
}

func TestAmountsAreExactAndPossible(t *testing.T) {
	t.Parallel()
	w := window("2026-10-02", "2026-10-04")
	for given, want := range map[string]string{`"0.1"`: "0.1", `12.345`: "12.345", `"90071992547409.93"`: "90071992547409.93", `"-3.50"`: "-3.5", `0`: "0"} {
		f := shopOf(t, anOrder(given, `"Hat"`, "")).read(w)
		k := factKey{ordersReport, "2026-10-03", grossRevenue, "", "", "EUR"} // half past midnight in Berlin
		if !f[k].Value.Equal(decimal.RequireFromString(want)) || f.sum(grossRevenue).String() != want {
			t.Errorf("%s became %s", given, f[k].Value)
		}
	}
	for _, given := range []string{`"NaN"`, `"1e400"`, `1e400`, `"Infinity"`, `"1,50"`, `""`, `{}`, `"` + strings.Repeat("9", 41) + `"`} {
		s := shopOf(t, anOrder(given, `"Hat"`, ""))
		if err := s.source.Read(t.Context(), s.conn, w, facts{}); kindOf(err) != upstream.Retry {
			t.Errorf("%s ends with %v", given, err)
		}
	}
}

func TestWhatIsMissingIsNoZero(t *testing.T) {
	t.Parallel()
	good := anOrder(`"10"`, `"Hat"`, "")
	for name, orders := range map[string]string{
		"no total":           strings.Replace(good, `"totalPriceSet"`, `"otherSet"`, 1),
		"a null total":       strings.Replace(good, `"currentTotalPriceSet":{`, `"currentTotalPriceSet":null,"otherSet":{`, 1),
		"no line total":      strings.Replace(good, `"originalTotalSet"`, `"otherSet"`, 1),
		"a currency of none": strings.Replace(good, `"currencyCode":"EUR"`, `"currencyCode":"euros"`, 1),
		"no day":             strings.NewReplacer(`"createdAt"`, `"a"`, `"processedAt"`, `"b"`).Replace(good),
		"a refund of no day": strings.Replace(good, `"refunds":[]`, `"refunds":[{"id":"1","totalRefundedSet":{"shopMoney":{"amount":"1","currencyCode":"EUR"}}}]`, 1),
		"less than no units": strings.Replace(good, `"quantity":2`, `"quantity":-2`, 1),
		"no id":              strings.Replace(good, "gid://shopify/Order/1", "", 1),
	} {
		s := shopOf(t, orders)
		if err := s.source.Read(t.Context(), s.conn, window("2026-10-02", "2026-10-04"), facts{}); kindOf(err) != upstream.Retry {
			t.Errorf("%s ends with %v", name, err)
		}
	}
}

func TestAnOrderThatMovesBetweenPagesCountsOnce(t *testing.T) {
	t.Parallel()
	o := anOrder(`"10"`, `"Hat"`, "")
	f := shopOf(t, o+","+o).read(window("2026-10-03", "2026-10-04"))
	if !f.sum(orders).Equal(one) || !f.sum(unitsSold).Equal(decimal.NewFromInt(2)) || !f.sum(grossRevenue).Equal(decimal.NewFromInt(10)) {
		t.Errorf("%s orders with %s units", f.sum(orders), f.sum(unitsSold))
	}
}

func TestForeignMoneyIsNeverMixed(t *testing.T) {
	t.Parallel()
	old := strings.ReplaceAll(strings.ReplaceAll(anOrder(`"100"`, `"Hat"`, ""), `"EUR"`, `"USD"`), "Order/1", "Order/2") // before the shop changed its currency
	f := shopOf(t, anOrder(`"10"`, `"Hat"`, "")+","+old).read(window("2026-10-03", "2026-10-04"))
	for currency, want := range map[string]int64{"EUR": 10, "USD": 100} {
		if got := f[factKey{ordersReport, "2026-10-03", grossRevenue, "", "", currency}].Value; !got.Equal(decimal.NewFromInt(want)) {
			t.Errorf("%s in %s", got, currency)
		}
	}
	if !f.sum(orders).Equal(decimal.NewFromInt(2)) {
		t.Errorf("%s orders", f.sum(orders))
	}
}

func TestTitlesAreTextInOneLine(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		`"<script>alert(1)</script>"`:        "<script>alert(1)</script>", // pages escape it
		`"a\u0000b\nc"`:                      "a b c",
		`"` + strings.Repeat("ü", 400) + `"`: strings.Repeat("ü", 200),
		`"  "`:                               "(no title)",
	} {
		f := shopOf(t, anOrder(`"10"`, given, "")).read(window("2026-10-03", "2026-10-04"))
		if _, ok := f.by(unitsSold, byProduct)[want]; !ok {
			t.Errorf("%s became %v", given, f.by(unitsSold, byProduct))
		}
	}
}

func TestTestOrdersCountNowhereAndCancelledOnesApart(t *testing.T) {
	t.Parallel()
	w := window("2026-10-03", "2026-10-04")
	cancelled := shopOf(t, anOrder(`"10"`, `"Hat"`, `,"cancelledAt":"2026-10-05T00:00:00Z"`)).read(w)
	if !cancelled.sum(orders).Equal(one) || !cancelled.sum(cancelledOrders).Equal(one) {
		t.Errorf("%s orders, %s cancelled", cancelled.sum(orders), cancelled.sum(cancelledOrders))
	}
	test := shopOf(t, strings.Replace(anOrder(`"10"`, `"Hat"`, `,"cancelledAt":"2026-10-05T00:00:00Z","customer":{"id":"c","numberOfOrders":"1"}`), `"test":false`, `"test":true`, 1)).read(w)
	for _, name := range []string{orders, grossRevenue, netRevenue, unitsSold, cancelledOrders, customers, newCustomers, checkoutsStarted} {
		if !test.sum(name).IsZero() {
			t.Errorf("a test order counts as %s of %s", test.sum(name), name)
		}
	}
}

func TestAnswersThatAreNone(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		answer string
		kind   upstream.Kind
	}{
		"nothing":                 {``, upstream.Retry},
		"null":                    {`null`, upstream.Retry},
		"a list":                  {`[]`, upstream.Retry},
		"no data":                 {`{"data":null}`, upstream.Retry},
		"errors as a text":        {`{"errors":"Not Found"}`, upstream.Fix},
		"errors as an object":     {`{"errors":{"query":"Required parameter missing"}}`, upstream.Fix},
		"no shop":                 {`{"data":{"shop":null}}`, upstream.Retry},
		"no zone":                 {`{"data":{"shop":{"ianaTimezone":"","currencyCode":"EUR"}}}`, upstream.Retry},
		"a zone that is a path":   {`{"data":{"shop":{"ianaTimezone":"../../etc/passwd","currencyCode":"EUR"}}}`, upstream.Retry},
		"a currency that is none": {`{"data":{"shop":{"ianaTimezone":"Europe/Berlin","currencyCode":"euros"}}}`, upstream.Retry},
		"an unknown field":        {`{"errors":[{"message":"Field 'x' doesn't exist on type 'Shop'","path":["query","x"],"extensions":{"code":"undefinedField"}}]}`, upstream.Fix},
		"an inactive shop":        {`{"errors":[{"message":"inactive","extensions":{"code":"SHOP_INACTIVE"}}]}`, upstream.Fix},
		"longer than allowed":     {`{"data":"` + strings.Repeat("x", maxAnswer) + `"}`, upstream.Retry},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newScene(t)
			s.serve(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, c.answer) }))
			err := s.source.Read(t.Context(), s.conn, window("2026-10-01", "2026-10-02"), facts{})
			if kindOf(err) != c.kind {
				t.Errorf("it ends with %v", err)
			}
		})
	}
}
