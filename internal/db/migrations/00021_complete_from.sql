-- From which day on a source's numbers are all read, and whether it is a slow one.

-- +goose Up
alter table analytics_data_sources
  add column complete_from date,                      -- all days from this one to complete_to were read
  add column slow boolean not null default false;     -- it took longer last than quick ones should wait for
-- What has been read so far: the days of the syncs, and those of backfills that join them.
with synced as (
  select source_id, min(from_day) as from_day from sync_runs
  where kind = 'sync' and status in ('succeeded', 'partial') group by source_id
)
update analytics_data_sources d set complete_from = least(s.from_day, (
  select min(r.from_day) from sync_runs r
  where r.source_id = d.id and r.kind = 'backfill' and r.status = 'succeeded' and r.until_day >= s.from_day))
from synced s where s.source_id = d.id and d.complete_to is not null;
grant select (complete_from) on analytics_data_sources to portal_client;

-- +goose Down
alter table analytics_data_sources drop column complete_from, drop column slow;
