package e2e

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	"clientportal/internal/app/apptest"
	"clientportal/internal/datasource/ga4/ga4sim"
	"clientportal/internal/datasource/meta/metasim"
	"clientportal/internal/datasource/shopify/shopifysim"
)

// systems are the three systems that a portal reads, simulated, with the numbers of
// one customer.
type systems struct {
	ga4     *ga4sim.Sim
	meta    *metasim.Sim
	shopify *shopifysim.Sim

	environment []string // of a portal that reads them

	mu     sync.Mutex
	pause  time.Duration  // before each answer
	atOnce map[string]int // calls at work, by system
	most   int            // of them, for one system
}

const (
	property  = "123456789"
	adAccount = "1001001001"
	shop      = "pumpwerk"
)

func newSystems(t *testing.T) *systems {
	t.Helper()
	s := &systems{
		atOnce: map[string]int{},
		ga4: ga4sim.New(ga4sim.World{Seed: 5, Properties: []ga4sim.Property{
			{ID: property, Name: "Pump shop", Account: "Pumpwerk", Zone: "UTC", Profile: ga4sim.Shop, Volume: 80}, {ID: "987654321", Name: "Blog", Account: "Pumpwerk"},
		}}),
		meta: metasim.New(metasim.World{Seed: 5, Accounts: []metasim.Account{{ID: adAccount, Name: "Pumpwerk ads", Zone: "UTC", Profile: metasim.Shop, Spend: 90}}}),
		shopify: shopifysim.New(shopifysim.World{Seed: 5, Points: 20_000, Restore: 5_000, Shops: []shopifysim.Shop{
			{Name: shop, Title: "Pumpwerk shop", Zone: "UTC", OrdersPerDay: 2, Returning: 0.3},
		}}),
	}
	ga4, meta, shops := s.start(t, "ga4", s.ga4), s.start(t, "meta", s.meta), s.start(t, "shopify", s.shopify)
	s.environment = []string{
		"PORTAL_GA4_BASE_URL=" + ga4, "PORTAL_GOOGLE_TOKEN_URL=" + ga4 + "/token", "PORTAL_META_BASE_URL=" + meta, "PORTAL_SHOPIFY_BASE_URL=" + shops + "/{shop}",
	}
	return s
}

func (s *systems) start(t *testing.T, name string, system http.Handler) (address string) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.atOnce[name]++
		s.most = max(s.most, s.atOnce[name])
		pause := s.pause
		s.mu.Unlock()
		defer func() {
			s.mu.Lock()
			s.atOnce[name]--
			s.mu.Unlock()
		}()
		select {
		case <-time.After(pause):
			system.ServeHTTP(w, r)
		case <-r.Context().Done():
		}
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// slow has each answer take so long.
func (s *systems) slow(pause time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pause = pause
}

// connect connects a customer to all three, and gives the sources' ids by type.
func (s *systems) connect(t *testing.T, chief *apptest.Caller) map[string]string {
	t.Helper()
	var customers struct{ Items []struct{ ID string } }
	chief.Get("/api/staff/customers").Must(t, http.StatusOK).Decode(t, &customers)
	ids := map[string]string{}
	for kind, c := range map[string]struct {
		connection            string
		credentials, settings map[string]string
	}{
		"ga4":     {"service_account", map[string]string{"service_account_json": s.ga4.ServiceAccountJSON()}, map[string]string{"property_id": property}},
		"meta":    {"access_token", map[string]string{"access_token": s.meta.Token()}, map[string]string{"ad_account_id": adAccount}},
		"shopify": {"access_token", map[string]string{"access_token": "shpat_" + shop}, map[string]string{"shop": shop}},
	} {
		var made struct{ ID string }
		chief.JSON(http.MethodPost, "/api/staff/data-sources", map[string]any{
			"customer_id": customers.Items[0].ID, "source_type": kind, "source_name": "Numbers of " + kind, "connection_type": c.connection,
			"credentials": c.credentials, "settings": c.settings,
		}).Must(t, http.StatusCreated).Decode(t, &made)
		ids[kind] = made.ID
	}
	return ids
}

// sourceRun is what these tests look at of a run.
type sourceRun struct {
	Kind, Status, Error string
	DaysDone            int `json:"days_done"`
	DaysTotal           int `json:"days_total"`
}

func runsOf(t *testing.T, chief *apptest.Caller, source string) []sourceRun {
	t.Helper()
	var list struct{ Items []sourceRun }
	chief.Get("/api/staff/data-sources/"+source+"/runs?limit=100").Must(t, http.StatusOK).Decode(t, &list)
	return list.Items
}

// backfilled is how many days of its backfill a source has read, and of how many.
func backfilled(t *testing.T, chief *apptest.Caller, source string) (done, total int) {
	t.Helper()
	for _, r := range runsOf(t, chief, source) {
		if r.Kind == "backfill" {
			return r.DaysDone, r.DaysTotal
		}
	}
	return 0, 0
}

// halfway waits until a source has read a part of its backfill, and not all of it.
func halfway(t *testing.T, chief *apptest.Caller, ids map[string]string) map[string]int {
	t.Helper()
	read := map[string]int{}
	within(t, 3*time.Minute, "no backfill was seen half done", func() (partly bool) {
		for kind, id := range ids {
			done, total := backfilled(t, chief, id)
			read[kind] = done
			partly = partly || done > 0 && done < total
		}
		return partly
	})
	return read
}

// complete waits until all is read, and holds it to what the systems themselves count:
// a year of days that are over.
func (s *systems) complete(t *testing.T, chief *apptest.Caller, ids map[string]string) {
	t.Helper()
	within(t, 6*time.Minute, "the sources are not read to the end", func() bool {
		for _, id := range ids {
			runs := runsOf(t, chief, id)
			for _, r := range runs {
				if r.Status == "queued" || r.Status == "running" {
					return false
				}
			}
			if len(runs) == 0 {
				return false
			}
		}
		return true
	})
	today := time.Now().UTC().Truncate(24 * time.Hour)
	from, last := today.AddDate(-1, 0, 0), today.AddDate(0, 0, -2) // yesterday was not over if midnight has just passed
	store := s.shopify.Store(shop).Totals(from, last.AddDate(0, 0, 1))
	for metric, want := range map[string]decimal.Decimal{
		"ga4.sessions": s.ga4.Total(property, "sessions", from, last), "ga4.key_events": s.ga4.Total(property, "keyEvents", from, last),
		"ga4.screen_page_views": s.ga4.Total(property, "screenPageViews", from, last), "ga4.purchase_revenue": s.ga4.Total(property, "purchaseRevenue", from, last),
		"meta.spend": s.meta.Total(adAccount, "spend", from, last), "meta.impressions": s.meta.Total(adAccount, "impressions", from, last),
		"meta.purchases": s.meta.Total(adAccount, "purchases", from, last),
		"shopify.orders": decimal.NewFromInt(store.Orders), "shopify.gross_revenue": store.Gross, "shopify.units_sold": decimal.NewFromInt(store.Units),
	} {
		kind, _, _ := strings.Cut(metric, ".")
		var series struct {
			Items []struct{ Value string }
		}
		chief.Get("/api/staff/data-sources/"+ids[kind]+"/metrics?by=total&metric="+metric+"&from="+from.Format(time.DateOnly)+"&to="+last.Format(time.DateOnly)).
			Must(t, http.StatusOK).Decode(t, &series)
		if len(series.Items) != 1 || !decimal.RequireFromString(series.Items[0].Value).Equal(want) || want.IsZero() {
			t.Errorf("%s is %v, the system itself counts %s", metric, series.Items, want)
		}
	}
	for kind, id := range ids {
		var source struct {
			Status, Message string
			AccountName     string `json:"account_name"`
			CompleteFrom    string `json:"complete_from"`
		}
		chief.Get("/api/staff/data-sources/"+id).Must(t, http.StatusOK).Decode(t, &source)
		if source.Status != "up_to_date" || source.CompleteFrom == "" || source.CompleteFrom > from.Format(time.DateOnly) {
			t.Errorf("%s: %+v", kind, source)
		}
	}
}

// A portal that is killed while it reads goes on where it stood, and what it has in the
// end is what the systems count.
func TestCrashWhileReading(t *testing.T) {
	t.Parallel()
	dir, s := dataFolder(t), newSystems(t)
	s.slow(60 * time.Millisecond)
	first := serve(t, dir, s.environment...)
	chief, _ := first.people(s.environment...)
	ids := s.connect(t, chief)
	read := halfway(t, chief, ids)
	first.kill()

	second := serve(t, dir, s.environment...)
	chief = second.Staff(t, chiefEmail)
	left := 0
	for kind, id := range ids {
		done, total := backfilled(t, chief, id)
		if done < read[kind] {
			t.Errorf("%s had read %d days before, and has read %d of %d after", kind, read[kind], done, total)
		}
		left += total - done
	}
	if left == 0 {
		t.Error("nothing was left to read")
	}
	s.slow(0)
	s.complete(t, chief, ids)
	if output, err := invoke(t, dir, s.environment, "audit", "verify"); err != nil {
		t.Errorf("audit verify: %v\n%s", err, output)
	}
}

// Two portals share the reading of sources, each of which is read by one at a time; when
// one is killed, the other ends what it began.
func TestTwoPortalsReadOneAtATime(t *testing.T) {
	t.Parallel()
	cluster, dir, s := server(t), dataFolder(t), newSystems(t)
	s.slow(60 * time.Millisecond)
	environment := append([]string{"PORTAL_DATABASE_URL=" + cluster.URL(), "PORTAL_DATABASE_OWNER_URL=" + cluster.OwnerURL()}, s.environment...)
	a, b := serve(t, dir, environment...), serve(t, dir, environment...)
	chief, _ := a.people(environment...)
	other := b.Staff(t, chiefEmail)
	ids := s.connect(t, chief)
	for _, id := range ids {
		for _, caller := range []*apptest.Caller{chief, other} {
			caller.JSON(http.MethodPost, "/api/staff/data-sources/"+id+"/sync", nil).Must(t, http.StatusAccepted)
		}
	}
	halfway(t, chief, ids)
	conn, err := pgx.Connect(t.Context(), cluster.SuperuserURL())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	within(t, time.Minute, "one portal does all the reading", func() bool {
		return count(t, conn, `select count(distinct worker) from river_job, unnest(attempted_by) worker where kind = 'data_source_work'`) == 2
	})
	s.mu.Lock()
	if s.most != 1 {
		t.Errorf("%d calls at once for one source", s.most)
	}
	s.mu.Unlock()
	a.kill()
	s.slow(0)
	s.complete(t, other, ids)
}
