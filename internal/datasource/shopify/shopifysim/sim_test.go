package shopifysim

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

var now = time.Date(2026, 11, 25, 15, 0, 0, 0, time.UTC)

func newSim(t *testing.T) (*Sim, func(query string, variables map[string]any) map[string]any) {
	t.Helper()
	sim := New(World{Seed: 1, Now: func() time.Time { return now }, Shops: []Shop{
		{Name: "dapper", Zone: "Europe/Berlin", OrdersPerDay: 20, Growth: 0.5, Returning: 0.4},
		{Name: "other", Zone: "Europe/Berlin", OrdersPerDay: 5},
	}})
	server := httptest.NewServer(sim)
	t.Cleanup(server.Close)
	return sim, func(query string, variables map[string]any) map[string]any {
		t.Helper()
		body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
		if err != nil {
			t.Fatal(err)
		}
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL+"/dapper/admin/api/2026-07/graphql.json", bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("X-Shopify-Access-Token", "shpat_dapper")
		resp, err := server.Client().Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		raw, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		var out map[string]any
		if err := json.Unmarshal(raw, &out); err != nil {
			t.Fatalf("%v: %s", err, raw)
		}
		return out
	}
}

func codeOf(answer map[string]any) string {
	errors, _ := answer["errors"].([]any)
	if len(errors) == 0 {
		return ""
	}
	first, _ := errors[0].(map[string]any)
	extensions, _ := first["extensions"].(map[string]any)
	code, _ := extensions["code"].(string)
	return code
}

func TestItRefusesWhatTheRealOneRefuses(t *testing.T) {
	t.Parallel()
	_, ask := newSim(t)
	for query, code := range map[string]string{
		`{ shop { name } }`:     "",
		`{ shop { nickname } }`: "undefinedField",
		`{ orders(first: 5, sort: UPDATED_AT) { nodes { id } } }`:                       "undefinedField",
		`{ orders(first: "5") { nodes { id } } }`:                                       "undefinedField",
		`{ orders { nodes { id } } }`:                                                   "BAD_USER_INPUT",
		`{ orders(first: 251) { nodes { id } } }`:                                       "BAD_USER_INPUT",
		`{ orders(first: 5, after: "x") { nodes { id } } }`:                             "BAD_USER_INPUT",
		`{ orders(first: 5, query: "colour:red") { nodes { id } } }`:                    "BAD_USER_INPUT",
		`query Q($first: Int!) { orders(first: $first) { nodes { id } } }`:              "INVALID_VARIABLE",
		`{ orders(first: 250) { nodes { id lineItems(first: 50) { nodes { id } } } } }`: "MAX_COST_EXCEEDED",
	} {
		if got := codeOf(ask(query, nil)); got != code {
			t.Errorf("%s is answered with %q, want %q", query, got, code)
		}
	}
}

func TestCountsStopAtTheLimit(t *testing.T) {
	t.Parallel()
	_, ask := newSim(t)
	for query, want := range map[string]string{
		`{ ordersCount { count precision } }`:           `{"count":10000,"precision":"AT_LEAST"}`,
		`{ ordersCount(limit: 7) { count precision } }`: `{"count":7,"precision":"AT_LEAST"}`,
	} {
		raw, _ := json.Marshal(ask(query, nil)["data"].(map[string]any)["ordersCount"])
		if string(raw) != want {
			t.Errorf("%s: %s", query, raw)
		}
	}
	raw, _ := json.Marshal(ask(`{ ordersCount(limit: null) { count precision } }`, nil))
	if !strings.Contains(string(raw), "EXACT") {
		t.Errorf("without a limit: %s", raw)
	}
}

func TestPagesShowEachOrderOnce(t *testing.T) {
	t.Parallel()
	_, ask := newSim(t)
	seen, after := map[string]bool{}, any(nil)
	for {
		out := ask(`query Q($after: String) { orders(first: 100, after: $after, query: "created_at:>='2026-10-01' AND created_at:<2026-11-01", sortKey: UPDATED_AT) { pageInfo { hasNextPage endCursor } edges { node { id } } } }`, map[string]any{"after": after})
		page := out["data"].(map[string]any)["orders"].(map[string]any)
		for _, edge := range page["edges"].([]any) {
			id := edge.(map[string]any)["node"].(map[string]any)["id"].(string)
			if seen[id] {
				t.Fatalf("%s comes twice", id)
			}
			seen[id] = true
		}
		info := page["pageInfo"].(map[string]any)
		if after = info["endCursor"]; info["hasNextPage"] != true {
			break
		}
	}
	raw, _ := json.Marshal(ask(`{ ordersCount(query: "created_at:>='2026-10-01' created_at:<'2026-11-01'") { count } }`, nil))
	if want := len(seen); want < 300 || !strings.Contains(string(raw), `"count":`+itoa(want)) {
		t.Errorf("%d orders in pages, the count says %s", want, raw)
	}
}

func itoa(n int) string { raw, _ := json.Marshal(n); return string(raw) }

func TestTheSameWorldIsTheSameAgain(t *testing.T) {
	t.Parallel()
	from, until := now.AddDate(-1, 0, 0), now
	a, _ := newSim(t)
	b, _ := newSim(t)
	first, again := a.Store("dapper").Totals(from, until), b.Store("dapper").Totals(from, until)
	if !first.Gross.Equal(again.Gross) || first.Orders != again.Orders || first.Customers != again.Customers {
		t.Errorf("%v and %v", first, again)
	}
	if other := a.Store("other").Totals(from, until); other.Orders >= first.Orders {
		t.Errorf("the small shop has %d orders, the large one %d", other.Orders, first.Orders)
	}
	year := a.Store("dapper").Totals(from.AddDate(-1, 0, 0), until.AddDate(-1, 0, 0))
	if !first.Gross.GreaterThan(year.Gross) {
		t.Errorf("no growth: %s after %s", first.Gross, year.Gross)
	}
}

func TestAnAppSeesItsShopOnly(t *testing.T) {
	t.Parallel()
	sim, _ := newSim(t)
	server := httptest.NewServer(sim)
	t.Cleanup(server.Close)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL+"/other/admin/api/2026-07/graphql.json", strings.NewReader(`{"query":"{ shop { name } }"}`))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("X-Shopify-Access-Token", "shpat_dapper")
	resp, err := server.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var out struct{ Errors string }
	if err := json.NewDecoder(resp.Body).Decode(&out); err != nil || resp.StatusCode != http.StatusUnauthorized || out.Errors == "" {
		t.Errorf("status %d, errors %q, %v", resp.StatusCode, out.Errors, err)
	}
}

func TestDemoShopsGoOnWithTheClock(t *testing.T) {
	t.Parallel()
	at := now
	sim := New(World{Seed: 1, Now: func() time.Time { return at }, Shops: DemoShops()})
	for _, shop := range DemoShops() {
		store, from := sim.Store(shop.Name), at.AddDate(0, 0, -20)
		at = now
		before := store.Totals(from, now.AddDate(0, 0, 30))
		at = now.AddDate(0, 0, 2)
		after := store.Totals(from, now.AddDate(0, 0, 30))
		if before.Orders == 0 || after.Orders <= before.Orders || !after.Gross.GreaterThan(before.Gross) {
			t.Errorf("%s has %d orders, two days later %d", shop.Name, before.Orders, after.Orders)
		}
		at = now
	}
}
