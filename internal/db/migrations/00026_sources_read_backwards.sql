-- A backfill reads its newest days first, sources' own metrics may be ratios, and the
-- agency is told of a source once for each thing that happens to it.

-- +goose Up
alter table sync_runs
  add column done_from date,                            -- how far back a backfill has come: from its last day to this one
  add column worked_ms bigint not null default 0;       -- spent on the windows that it has read
-- What was read from the other end is read anew; where nothing changed nothing is written.
update sync_runs set done_until = null, rows = 0, changed = 0 where kind = 'backfill' and status in ('queued', 'running');
grant select (done_from) on sync_runs to portal_client;

alter table source_metrics
  add column numerator text,                            -- of a ratio: the two metrics of the source that it divides
  add column denominator text,
  drop constraint source_metrics_aggregation_check,
  add constraint source_metrics_aggregation_check check (aggregation in ('sum', 'last', 'ratio')),
  add constraint source_metrics_ratio_check check ((aggregation = 'ratio') = (numerator is not null)
    and (numerator is null) = (denominator is null) and numerator <> denominator);

-- Of each kind of news, what the agency was told last, and when.
alter table analytics_data_sources add column told jsonb not null default '{}';
update analytics_data_sources set told = jsonb_strip_nulls(jsonb_build_object(
  'needs_authorisation', case when failure_kind = 'reauthorise' then
    jsonb_build_object('of', coalesce(to_char(last_sync_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), 'never'), 'at', now()) end,
  'token_expires', case when warned like '%token %' then jsonb_build_object('of', substring(warned from 'token ([0-9-]+)'), 'at', now()) end,
  'stale', case when warned like '%old since %' then jsonb_build_object('of', substring(warned from 'old since ([^,]+)'), 'at', now()) end));
alter table analytics_data_sources drop column warned;

-- +goose Down
alter table analytics_data_sources drop column told, add column warned text not null default '';
delete from source_metrics where aggregation = 'ratio';
alter table source_metrics
  drop constraint source_metrics_ratio_check,
  drop constraint source_metrics_aggregation_check,
  add constraint source_metrics_aggregation_check check (aggregation in ('sum', 'last')),
  drop column numerator, drop column denominator;
alter table sync_runs drop column done_from, drop column worked_ms;
