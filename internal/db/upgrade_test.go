package db_test

import (
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"

	"clientportal/internal/db"
)

// What was there before an upgrade is there after it, in the tables that are made of it
// too: the schema's owner, who migrates, sees customers' rows.
func TestAnUpgradeKnowsWhatWasThereBefore(t *testing.T) {
	t.Parallel()
	d, admin := unmigrated(t)
	config, err := pgx.ParseConfig(d.OwnerURL)
	if err != nil {
		t.Fatal(err)
	}
	owner := stdlib.OpenDB(*config)
	defer owner.Close()
	steps, err := goose.NewProvider(goose.DialectPostgres, owner, db.Migrations())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := steps.UpTo(t.Context(), 20); err != nil {
		t.Fatal(err)
	}
	_, err = admin.Exec(t.Context(), `
		insert into customers (id, name, slug, ticket_prefix) values ('00000000-0000-7000-8000-000000000001', 'Acme', 'acme', 'AC');
		insert into analytics_data_sources (id, customer_id, source_type, source_name, complete_to)
			values ('00000000-0000-7000-8000-000000000002', '00000000-0000-7000-8000-000000000001', 'custom', 'Calls', '2026-03-04');
		insert into sync_runs (id, customer_id, source_id, kind, status, asked_by, from_day, until_day, asked_at)
			values (gen_random_uuid(), '00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-000000000002', 'sync', 'succeeded', 'the portal', '2026-02-27', '2026-03-04', now());
		insert into metric_facts (customer_id, source_id, day, report, metric, value, zone)
			select '00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-000000000002', day, 'calls', 'calls', 2, 'UTC'
			from generate_series(date '2026-02-27', '2026-03-03', '1 day') day;
		insert into time_tracking (customer_id, task_description, minutes, date_worked, currency, deleted_at)
			select '00000000-0000-7000-8000-000000000001', 'Work', 20, date '2026-02-20' + n, 'EUR', case when n = 0 then now() end from generate_series(0, 12) n`)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := steps.UpTo(t.Context(), 21); err != nil {
		t.Fatal(err)
	}
	if _, err := admin.Exec(t.Context(), `update analytics_data_sources set complete_from = '2026-03-02'`); err != nil { // as a sync has it
		t.Fatal(err)
	}
	if err := db.Migrate(t.Context(), d.OwnerURL, d.URL); err != nil {
		t.Fatal(err)
	}
	for what, want := range map[string]string{
		`select string_agg(month || ': ' || total || ' in ' || cardinality(days), ', ' order by month) from metric_months`:               "2026-02-01: 4 in 2, 2026-03-01: 6 in 3",
		`select string_agg(month || ': ' || minutes || ' in ' || entries, ', ' order by month) from time_tracking_months`:                "2026-02-01: 160 in 8, 2026-03-01: 80 in 4",
		`select complete_from::text from analytics_data_sources`:                                                                         "2026-02-27",
		`select count(*)::text from pg_class where relnamespace = 'public'::regnamespace and relrowsecurity and not relforcerowsecurity`: "0",
	} {
		var got string
		if err := admin.QueryRow(t.Context(), what).Scan(&got); err != nil || got != want {
			t.Errorf("%s: %q, %v; want %q", what, got, err, want)
		}
	}
	if _, err := steps.DownTo(t.Context(), 20); err != nil {
		t.Errorf("back again: %v", err)
	}
	if err := db.Migrate(t.Context(), d.OwnerURL, d.URL); err != nil {
		t.Errorf("and once more: %v", err)
	}
}
