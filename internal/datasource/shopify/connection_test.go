package shopify

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"clientportal/internal/datasource/upstream"
	"clientportal/internal/fault"
)

func missing(findings []upstream.Finding) []upstream.Finding {
	var list []upstream.Finding
	for _, f := range findings {
		if !f.OK {
			list = append(list, f)
		}
	}
	return list
}

func TestCheckSaysWhichFieldIsWrong(t *testing.T) {
	t.Parallel()
	s := New(Config{})
	for _, c := range []struct{ kind, credentials, settings, field string }{
		{byToken, `{"access_token":"shpat_1"}`, `{"shop":"dapper-goods"}`, ""},
		{byToken, `{"access_token":"shpat_1"}`, `{"shop":" Dapper-Goods.myshopify.com "}`, ""},
		{byToken, `{"access_token":"shpat_1"}`, `{"shop":"dapper/../admin"}`, "settings.shop"},
		{byToken, `{"access_token":"shpat_1"}`, `{"shop":"evil.example"}`, "settings.shop"},
		{byToken, `{"access_token":"shpat_1"}`, `{"shop":"evil.example#.myshopify.com"}`, "settings.shop"},
		{byToken, `{"access_token":"shpat_1"}`, `{"shop":"dapper@evil"}`, "settings.shop"},
		{byToken, `{"access_token":"shpat_1"}`, `{"shop":"-dapper"}`, "settings.shop"},
		{byToken, `{"access_token":"shpat_1"}`, `{"shop":"dappér"}`, "settings.shop"},
		{byToken, `{"access_token":"shpat_1"}`, `{"shop":"a\nb"}`, "settings.shop"},
		{byToken, `{"access_token":"shpat_1"}`, `{}`, "settings.shop"},
		{byToken, `{"access_token":"shpat_1"}`, `[]`, "settings"},
		{byToken, `{"access_token":7}`, `{"shop":"dapper"}`, "credentials"},
		{byToken, `{}`, `{"shop":"dapper"}`, "credentials.access_token"},
		{byToken, `{"access_token":"shpat_1\r\nX-Evil: 1"}`, `{"shop":"dapper"}`, "credentials.access_token"},
		{byClient, `{"client_id":"a","client_secret":"b"}`, `{"shop":"dapper"}`, ""},
		{byClient, `{"client_id":"a"}`, `{"shop":"dapper"}`, "credentials.client_secret"},
		{byClient, `{"client_secret":"b"}`, `{"shop":"dapper"}`, "credentials.client_id"},
		{byOAuth, `{"client_id":"a","client_secret":"b"}`, `{"shop":"dapper"}`, ""},
		{byOAuth, `{"access_token":"a"}`, `{"shop":"dapper"}`, ""},
		{byOAuth, `{"client_id":"a"}`, `{"shop":"dapper"}`, "credentials.client_secret"},
		{byOAuth, `{"refresh_token":"r","client_id":"a"}`, `{"shop":"dapper"}`, "credentials.client_secret"},
		{"service_account", `{}`, `{"shop":"dapper"}`, "connection_type"},
	} {
		err := s.Check(c.kind, json.RawMessage(c.credentials), json.RawMessage(c.settings))
		f, _ := errors.AsType[*fault.Error](err)
		switch {
		case c.field == "" && err != nil:
			t.Errorf("%s %s %s: %v", c.kind, c.credentials, c.settings, err)
		case c.field != "" && (f == nil || len(f.Fields) != 1 || f.Fields[0].Name != c.field):
			t.Errorf("%s %s %s: %v, want a fault of %s", c.kind, c.credentials, c.settings, err, c.field)
		}
	}
}

func TestTheConnectionNeverLeavesItsShop(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.conn.Settings = json.RawMessage(`{"shop":"dapper/../../evil"}`)
	s.fails(upstream.Fix, "CONNECTION")
	s.conn.Settings = json.RawMessage(`{"shop":"nobody"}`)
	s.fails(upstream.Fix, "HTTP 404")
}

func TestTestSaysExactlyWhatIsMissing(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	find := func() []upstream.Finding {
		t.Helper()
		list, err := s.source.Test(t.Context(), s.conn)
		if err != nil || len(list) == 0 {
			t.Fatalf("the test finds %v, %v", list, err)
		}
		return missing(list)
	}
	if got := find(); len(got) != 0 {
		t.Errorf("nothing is missing, but %v", got)
	}
	s.store.Deny("customer", "customers", "shippingAddress", "billingAddress", "abandonedCheckouts")
	if got := find(); len(got) != 4 || !strings.Contains(fmt.Sprint(got), "protected customer data") {
		t.Errorf("missing: %v", got)
	}
	s.store.Deny()
	s.store.Grant("read_orders", "read_all_orders")
	if got := find(); len(got) != 2 || !strings.Contains(fmt.Sprint(got), "read_customers") {
		t.Errorf("missing: %v", got)
	}
	s.store.Grant("read_products")
	if got := find(); len(got) != 1 || !strings.Contains(fmt.Sprint(got), "read_orders") {
		t.Errorf("missing: %v", got)
	}
	s.store.Grant()
	s.conn.Credentials = json.RawMessage(`{"access_token":"shpat_old"}`)
	_, err := s.source.Test(t.Context(), s.conn)
	if f, ok := upstream.AsFailure(err); !ok || f.Kind != upstream.Reauthorise {
		t.Errorf("a wrong token: %v", err)
	}
}

func TestAccountsAreTheShop(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	list, err := s.source.Accounts(t.Context(), s.conn)
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	if a := list[0]; a.ID != "dapper" || a.Name != "Dapper Goods" || a.Currency != "USD" || a.Zone != "America/New_York" || string(a.Settings) != `{"shop":"dapper"}` {
		t.Errorf("%+v", a)
	}
}

func TestSecretsStayInside(t *testing.T) {
	t.Parallel()
	const canary = "shpat_canary"
	for _, answer := range []func(w http.ResponseWriter, r *http.Request){
		func(w http.ResponseWriter, r *http.Request) {
			http.Error(w, "you sent "+r.Header.Get("X-Shopify-Access-Token"), http.StatusUnauthorized)
		},
		func(w http.ResponseWriter, r *http.Request) {
			fmt.Fprintf(w, `"%s"`, r.Header.Get("X-Shopify-Access-Token"))
		},
		func(w http.ResponseWriter, r *http.Request) {
			fmt.Fprintf(w, `{"errors":[{"message":"bad token %s"}]}`, r.Header.Get("X-Shopify-Access-Token"))
		},
		func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/x?token="+r.Header.Get("X-Shopify-Access-Token"), http.StatusTemporaryRedirect)
		},
	} {
		s := newScene(t)
		s.serve(http.HandlerFunc(answer))
		s.conn.Credentials = json.RawMessage(`{"access_token":"` + canary + `"}`)
		err := s.source.Read(t.Context(), s.conn, window("2026-10-01", "2026-10-02"), facts{})
		for e := err; e != nil; {
			if text := fmt.Sprintf("%+v %v", e, e); strings.Contains(text, canary) {
				t.Errorf("the token is in %s", text)
			}
			u, ok := e.(interface{ Unwrap() error })
			if !ok {
				break
			}
			e = u.Unwrap()
		}
		if f, ok := upstream.AsFailure(err); !ok || strings.Contains(f.Staff+f.Client, canary) || strings.Contains(fmt.Sprint(s.notes), canary) {
			t.Errorf("%v, noted %v", err, s.notes)
		}
	}
}
