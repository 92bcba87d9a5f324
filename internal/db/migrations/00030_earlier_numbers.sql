-- Numbers from before migrations 21 and 23, which looked for them as the schema's owner,
-- on whom row-level security is forced, and found none: from which day on a source's are
-- complete, which syncs since then have set to their own first day, and their months, of
-- which those that were written since are as they should be.

-- +goose Up
alter table analytics_data_sources no force row level security;
alter table sync_runs no force row level security;
alter table metric_facts no force row level security;
alter table metric_months no force row level security;

with synced as (
  select source_id, min(from_day) as from_day from sync_runs
  where kind = 'sync' and status in ('succeeded', 'partial') group by source_id
)
update analytics_data_sources d set complete_from = least(d.complete_from, s.from_day, (
  select min(r.from_day) from sync_runs r
  where r.source_id = d.id and r.kind = 'backfill' and r.status = 'succeeded' and r.until_day >= s.from_day))
from synced s where s.source_id = d.id and d.complete_to is not null;

insert into metric_months (customer_id, source_id, month, report, metric, dimensions, currency, zone, internal, days, day_values, day_flags, total, all_flags)
select f.customer_id, f.source_id, date_trunc('month', f.day::timestamp)::date, f.report, f.metric, f.dimensions, f.currency, f.zone, f.internal,
  array_agg(extract(day from f.day)::smallint), array_agg(f.value), array_agg(f.flags), sum(f.value), bit_or(f.flags)
from metric_facts f
where not exists (select from metric_months m
  where m.source_id = f.source_id and m.report = f.report and m.month = date_trunc('month', f.day::timestamp)::date)
group by 1, 2, 3, 4, 5, 6, 7, 8, 9;

alter table analytics_data_sources force row level security;
alter table sync_runs force row level security;
alter table metric_facts force row level security;
alter table metric_months force row level security;

-- +goose Down
