-- name: InsertSource :execrows
-- Nothing is inserted where the customer is not in scope.
insert into analytics_data_sources (id, customer_id, dashboard_config_id, source_type, source_name, connection_type, api_credentials, settings,
                                    account_name, sync_frequency, sync_hour, connection_status, connected_at, connected_by, zone, created_at, updated_at)
select sqlc.arg(id), c.id, sqlc.narg(dashboard_config_id), sqlc.arg(source_type), sqlc.arg(source_name), sqlc.narg(connection_type),
       sqlc.narg(api_credentials), sqlc.arg(settings), sqlc.arg(account_name), sqlc.arg(sync_frequency), sqlc.arg(sync_hour),
       sqlc.arg(connection_status), sqlc.narg(connected_at), sqlc.arg(connected_by), c.timezone, sqlc.arg(now), sqlc.arg(now)
from customers c where c.id = sqlc.arg(customer_id);

-- name: Source :one
select sqlc.embed(d), c.name as customer_name, c.timezone as customer_zone,
  exists (select from sync_runs r where r.source_id = d.id and r.status in ('queued', 'running') and r.kind in ('sync', 'backfill')) as busy
from analytics_data_sources d join customers c on c.id = d.customer_id
where d.id = $1;

-- name: Sources :many
select sqlc.embed(d), c.name as customer_name, c.timezone as customer_zone,
  exists (select from sync_runs r where r.source_id = d.id and r.status in ('queued', 'running') and r.kind in ('sync', 'backfill')) as busy
from analytics_data_sources d join customers c on c.id = d.customer_id
where (sqlc.narg(customer_id)::uuid is null or d.customer_id = sqlc.narg(customer_id))
  and (sqlc.narg(source_type)::text is null or d.source_type = sqlc.narg(source_type))
  and (sqlc.narg(after_name)::text is null or (d.source_name, d.id) > (sqlc.narg(after_name), sqlc.narg(after_id)::uuid))
order by d.source_name, d.id
limit sqlc.arg(up_to);

-- name: ClientSources :many
-- What a client may read of sources, and no more: the database has it so, too.
select d.id, d.source_type, d.source_name, d.account_name, d.connection_status, d.last_sync_at, d.sync_frequency, d.complete_from, d.complete_to, d.zone,
  d.next_sync_at, d.failure_kind, d.failure_client, d.failed_at, d.retry_at, d.unavailable, d.connected_at, d.disconnected_at, d.created_at, d.updated_at,
  exists (select from sync_runs r where r.source_id = d.id and r.status in ('queued', 'running') and r.kind in ('sync', 'backfill')) as busy
from analytics_data_sources d
where (sqlc.narg(after_name)::text is null or (d.source_name, d.id) > (sqlc.narg(after_name), sqlc.narg(after_id)::uuid))
order by d.source_name, d.id
limit sqlc.arg(up_to);

-- name: LockSource :one
select sqlc.embed(d), c.name as customer_name, c.timezone as customer_zone, false as busy
from analytics_data_sources d join customers c on c.id = d.customer_id
where d.id = $1 for update of d;

-- name: UsedBy :many
-- The dashboards that show a source, with how many of their widgets name a metric of
-- its kind.
select u.id, u.dashboard_name, u.widgets from (
  select c.id, c.dashboard_name, c.created_at,
    (select count(*) from jsonb_array_elements(c.config -> 'widgets') w where strpos(w::text, '"' || d.source_type || '.') > 0)::integer as widgets
  from analytics_data_sources d join analytics_dashboard_configs c on c.customer_id = d.customer_id
  where d.id = $1 and (d.dashboard_config_id is null or d.dashboard_config_id = c.id) and c.is_active
) u where u.widgets > 0 order by u.created_at, u.id limit 20;

-- name: DashboardOf :one
select exists (select from analytics_dashboard_configs where id = $1 and customer_id = $2);

-- name: SetSource :exec
update analytics_data_sources set
  source_name = sqlc.arg(source_name), dashboard_config_id = sqlc.narg(dashboard_config_id), sync_frequency = sqlc.arg(sync_frequency),
  sync_hour = sqlc.arg(sync_hour), next_sync_at = sqlc.narg(next_sync_at),
  updated_at = greatest(updated_at + interval '1 microsecond', sqlc.arg(now)::timestamptz)
where id = sqlc.arg(id);

-- name: SetConnection :exec
-- What is under way over the old connection comes to nothing.
-- A connection that is made anew starts with nothing in its way.
update analytics_data_sources set
  connection_type = sqlc.narg(connection_type), api_credentials = sqlc.narg(api_credentials), settings = sqlc.arg(settings),
  account_name = sqlc.arg(account_name), connection_status = sqlc.arg(connection_status), connected_at = sqlc.narg(connected_at),
  connected_by = sqlc.arg(connected_by), disconnected_at = null, next_sync_at = sqlc.narg(next_sync_at), window_days = 0, token_expires_at = null,
  failure_kind = '', failure_code = '', failure_client = '', failure_staff = '', failures = 0, failed_at = null, retry_at = null, told = '{}',
  sync_errors = '{}', lease = null, leased_until = null, updated_at = greatest(updated_at + interval '1 microsecond', sqlc.arg(now)::timestamptz)
where id = sqlc.arg(id);

-- name: Disconnect :exec
update analytics_data_sources set
  api_credentials = null, push_token_hash = null, connection_status = 'disconnected', disconnected_at = sqlc.arg(now)::timestamptz, next_sync_at = null,
  failure_kind = '', failure_code = '', failure_client = '', failure_staff = '', failures = 0, failed_at = null, retry_at = null, told = '{}',
  token_expires_at = null, sync_errors = '{}', lease = null, leased_until = null, updated_at = greatest(updated_at + interval '1 microsecond', sqlc.arg(now))
where id = sqlc.arg(id);

-- name: CancelRuns :exec
update sync_runs set status = 'cancelled', finished_at = sqlc.arg(now)::timestamptz
where source_id = sqlc.arg(source_id) and status in ('queued', 'running')
  and (sqlc.narg(kind)::text is null or kind = sqlc.narg(kind));

-- name: Renewed :exec
update analytics_data_sources set api_credentials = $2, token_expires_at = $3 where id = $1;

-- name: Reseal :exec
update analytics_data_sources set api_credentials = $2 where id = $1;

-- name: SealedSources :many
select id, api_credentials from analytics_data_sources where api_credentials is not null and id > $1 order by id limit 100;

-- name: AskRun :one
-- Asking for what is open already is asking for that.
insert into sync_runs (id, customer_id, source_id, kind, asked_by, from_day, until_day, asked_at)
values ($1, $2, $3, $4, $5, $6, $7, $8)
on conflict (source_id, kind, (case kind when 'sync' then '-infinity' else coalesce(from_day, '-infinity') end),
    (case kind when 'sync' then 'infinity' else coalesce(until_day, 'infinity') end))
  where status in ('queued', 'running') and kind in ('sync', 'backfill', 'ranges')
  do update set asked_at = sync_runs.asked_at
returning *;

-- name: InsertRun :exec
insert into sync_runs (id, customer_id, source_id, kind, status, asked_by, from_day, until_day, done_until, rows, changed, notes, asked_at, started_at, finished_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15);

-- name: Runs :many
select * from sync_runs
where source_id = sqlc.arg(source_id)
  and (sqlc.narg(before)::timestamptz is null or (asked_at, id) < (sqlc.narg(before), sqlc.narg(before_id)::uuid))
order by asked_at desc, id desc limit sqlc.arg(up_to);

-- name: OpenRuns :many
select * from sync_runs where source_id = $1 and status in ('queued', 'running')
order by array_position(array['sync', 'ranges', 'backfill'], kind), asked_at, id;

-- name: Run :one
select * from sync_runs where id = $1 and source_id = $2;

-- name: StartRun :exec
update sync_runs set status = 'running', started_at = coalesce(started_at, sqlc.arg(now)::timestamptz), from_day = sqlc.narg(from_day), until_day = sqlc.narg(until_day)
where id = sqlc.arg(id) and status in ('queued', 'running');

-- name: AdvanceRun :exec
update sync_runs set done_from = sqlc.narg(done_from), done_until = sqlc.narg(done_until), rows = rows + sqlc.arg(rows), changed = changed + sqlc.arg(changed),
  worked_ms = worked_ms + sqlc.arg(worked_ms), notes = notes || sqlc.arg(notes)::jsonb, quota = coalesce(sqlc.narg(quota), quota)
where id = sqlc.arg(id);

-- name: FinishRun :exec
update sync_runs set status = sqlc.arg(status), finished_at = sqlc.arg(now)::timestamptz, failure_kind = sqlc.arg(failure_kind),
  failure_code = sqlc.arg(failure_code), failure_client = sqlc.arg(failure_client), failure_staff = sqlc.arg(failure_staff)
where id = sqlc.arg(id) and status in ('queued', 'running');

-- name: RepeatRun :exec
-- A run that failed goes on later where it stood, in one of its own.
insert into sync_runs (id, customer_id, source_id, kind, asked_by, from_day, until_day, done_from, done_until, worked_ms, asked_at)
select sqlc.arg(id), customer_id, source_id, kind, asked_by, case kind when 'sync' then null else from_day end,
       case kind when 'sync' then null else until_day end, case kind when 'sync' then null else done_from end,
       case kind when 'sync' then null else done_until end, case kind when 'sync' then 0 else worked_ms end, sqlc.arg(now)::timestamptz
from sync_runs r where r.id = sqlc.arg(failed)
on conflict do nothing;

-- name: ClaimDue :many
-- Sources that something is to be done for and that nobody works on. The lease is
-- taken before the work is enqueued: work with another lease is none.
with due as (
  select d.id from analytics_data_sources d
  where d.connection_status = 'connected' and (d.leased_until is null or d.leased_until < sqlc.arg(now)::timestamptz)
    and (d.retry_at is null or d.retry_at <= sqlc.arg(now))
    and exists (select from sync_runs r where r.source_id = d.id and r.status in ('queued', 'running')
                and (d.failure_kind not in ('reauthorise', 'fix') or r.kind = 'sync'))
  for update skip locked
)
update analytics_data_sources d set lease = gen_random_uuid(), leased_until = sqlc.arg(until)::timestamptz
from due where d.id = due.id
returning d.id, d.lease, d.failures, d.slow;

-- name: Claim :one
-- The same for one source at once, unless somebody works on it, or it is to be left
-- alone for a while.
update analytics_data_sources set lease = gen_random_uuid(), leased_until = sqlc.arg(until)::timestamptz
where id = sqlc.arg(id) and connection_status = 'connected' and (leased_until is null or leased_until < sqlc.arg(now)::timestamptz)
  and (retry_at is null or retry_at <= sqlc.arg(now))
returning id, lease, failures, slow;

-- name: HoldLease :execrows
update analytics_data_sources set leased_until = sqlc.arg(until)::timestamptz where id = sqlc.arg(id) and lease = sqlc.arg(lease);

-- name: LockLease :one
select customer_id from analytics_data_sources where id = sqlc.arg(id) and lease = sqlc.arg(lease) for update;

-- name: EndWork :exec
-- Whoever works on the source does so in vain.
update analytics_data_sources set lease = null, leased_until = null where id = $1;

-- name: PassLease :exec
update analytics_data_sources set lease = sqlc.narg(next), leased_until = sqlc.narg(until), slow = sqlc.arg(slow)
where id = sqlc.arg(id) and lease = sqlc.arg(lease);

-- name: DueSyncs :many
select d.id, d.customer_id, d.sync_frequency, d.sync_hour, d.next_sync_at, c.timezone
from analytics_data_sources d join customers c on c.id = d.customer_id
where d.next_sync_at <= $1 and d.connection_status = 'connected'
for update of d skip locked;

-- name: SetNextSync :exec
update analytics_data_sources set next_sync_at = $2 where id = $1;

-- name: Stored :exec
-- What a source is after a window was stored. A sync's windows follow on one another;
-- one of days that changed long ago says nothing of those after it.
update analytics_data_sources set
  rows_kept = rows_kept + sqlc.arg(more), window_days = sqlc.arg(window_days),
  complete_from = case when complete_from is null or sqlc.narg(complete_to)::date >= complete_from then least(complete_from, sqlc.narg(complete_from)) else complete_from end,
  complete_to = greatest(complete_to, sqlc.narg(complete_to)),
  zone = coalesce(nullif(sqlc.arg(zone)::text, ''), zone), currency = coalesce(nullif(sqlc.arg(currency)::text, ''), currency)
where id = sqlc.arg(id);

-- name: CompleteFrom :exec
-- A backfill has read a window: it joins what is complete, where they touch.
update analytics_data_sources set complete_from = least(complete_from, sqlc.arg(from_day)::date)
where id = sqlc.arg(id) and complete_from <= sqlc.arg(until_day)::date;

-- name: Succeeded :exec
update analytics_data_sources set
  last_sync_at = sqlc.arg(now)::timestamptz, sync_cursor = sqlc.arg(sync_cursor), unavailable = sqlc.arg(unavailable), quota = coalesce(sqlc.narg(quota), quota),
  token_expires_at = coalesce(sqlc.narg(token_expires_at), token_expires_at), failures = 0, retry_at = null,
  account_name = coalesce(nullif(account_name, ''), sqlc.arg(account_name)),
  failure_kind = sqlc.arg(failure_kind), failure_code = sqlc.arg(failure_code), failure_client = sqlc.arg(failure_client), failure_staff = sqlc.arg(failure_staff),
  failed_at = case when sqlc.arg(failure_kind) = '' then null else sqlc.arg(now) end, sync_errors = sqlc.arg(sync_errors)
where id = sqlc.arg(id);

-- name: Failed :exec
update analytics_data_sources set
  failure_kind = sqlc.arg(failure_kind), failure_code = sqlc.arg(failure_code), failure_client = sqlc.arg(failure_client), failure_staff = sqlc.arg(failure_staff),
  failed_at = sqlc.arg(now)::timestamptz, failures = failures + 1, retry_at = sqlc.narg(retry_at), sync_errors = sqlc.arg(sync_errors),
  window_days = sqlc.arg(window_days)
where id = sqlc.arg(id);

-- name: Tell :execrows
-- Whether the agency is to be told of something, which is then kept as told: unless
-- they know, or were told something of the kind a short while ago.
update analytics_data_sources
set told = jsonb_set(told, array[sqlc.arg(event)::text], jsonb_build_object('of', sqlc.arg(episode)::text, 'at', sqlc.arg(now)::timestamptz))
where id = sqlc.arg(id) and (told -> sqlc.arg(event)::text is null
  or told -> sqlc.arg(event)::text ->> 'of' <> sqlc.arg(episode)::text and (told -> sqlc.arg(event)::text ->> 'at')::timestamptz <= sqlc.arg(calm_since)::timestamptz);

-- name: Watched :many
select sqlc.embed(d), c.name as customer_name, c.timezone as customer_zone, false as busy
from analytics_data_sources d join customers c on c.id = d.customer_id
where d.connection_status = 'connected' and c.is_active
order by d.id;

-- name: Readers :many
-- Who hears of a customer's sources: managers and admins who serve them; else the
-- agency's admins, so that no source breaks unheard.
with able as (
  select e.id, exists (select from customer_employees ce where ce.employee_id = e.id and ce.customer_id = $1) as serves
  from employees e
  where e.is_active and (e.role = 'admin' or e.role = 'manager' and exists (
    select from customer_employees ce where ce.employee_id = e.id and ce.customer_id = $1))
)
select able.id from able where able.serves or not exists (select from able a where a.serves) order by able.id;

-- name: Days :many
select report, day, rows, fingerprint from metric_days where source_id = $1 and day >= sqlc.arg(from_day) and day < sqlc.arg(until_day);

-- name: DropDays :exec
delete from metric_days where source_id = $1 and (report, day) in (select unnest(sqlc.arg(reports)::text[]), unnest(sqlc.arg(days)::date[]));

-- name: KeepDays :exec
insert into metric_days (customer_id, source_id, report, day, rows, fingerprint)
select sqlc.arg(customer_id), sqlc.arg(source_id), unnest(sqlc.arg(reports)::text[]), unnest(sqlc.arg(days)::date[]),
       unnest(sqlc.arg(rows)::integer[]), unnest(sqlc.arg(fingerprints)::bytea[])
on conflict (source_id, report, day) do update set rows = excluded.rows, fingerprint = excluded.fingerprint;

-- name: DropFacts :execrows
delete from metric_facts f using (select unnest(sqlc.arg(reports)::text[]) as report, unnest(sqlc.arg(days)::date[]) as day) gone
where f.source_id = sqlc.arg(source_id) and f.report = gone.report and f.day = gone.day
  and f.day >= sqlc.arg(from_day) and f.day < sqlc.arg(until_day);

-- name: EnsureMonths :exec
select ensure_metric_months(sqlc.arg(first)::date, sqlc.arg(last)::date);

-- name: KeepMonths :exec
-- What dashboards read follows from the facts of these days.
select keep_metric_months(sqlc.arg(source)::uuid, sqlc.arg(reports)::text[], sqlc.arg(days)::date[]);

-- name: RangesRead :many
select range_from, range_until, min(read_at)::timestamptz as read_at from metric_ranges where source_id = $1 group by range_from, range_until;

-- name: DropRange :exec
delete from metric_ranges where source_id = $1 and range_from = $2 and range_until = $3;

-- name: AddRange :batchexec
insert into metric_ranges (customer_id, source_id, range_from, range_until, report, metric, dimensions, value, currency, zone, flags, internal, read_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13);

-- name: RangeAsked :one
select exists (select from sync_runs where source_id = $1 and kind = 'ranges' and from_day = $2 and until_day = $3
  and (status in ('queued', 'running') or finished_at > sqlc.arg(since)::timestamptz));

-- name: SourceMetrics :many
select * from source_metrics where source_id = $1 order by position, name;

-- name: DropSourceMetrics :exec
delete from source_metrics where source_id = $1;

-- name: AddSourceMetric :exec
insert into source_metrics (customer_id, source_id, name, label, definition, unit, aggregation, numerator, denominator, better, currency, hidden, dimensions, position)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
on conflict (source_id, name) do update set label = excluded.label, definition = excluded.definition, unit = excluded.unit,
  aggregation = excluded.aggregation, numerator = excluded.numerator, denominator = excluded.denominator, better = excluded.better,
  currency = excluded.currency, hidden = excluded.hidden, dimensions = excluded.dimensions, position = excluded.position;

-- name: HideFacts :exec
with months as (update metric_months m set internal = $3 where m.source_id = $1 and m.metric = $2 and m.internal <> $3)
update metric_facts f set internal = $3 where f.source_id = $1 and f.metric = $2 and f.internal <> $3;

-- name: AddUpload :exec
insert into source_uploads (id, customer_id, source_id, file_name, header, rows, uploaded_by, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: Upload :one
select * from source_uploads where id = $1 and source_id = $2;

-- name: Imported :exec
update source_uploads set imported_at = $2, rows = '[]' where id = $1;

-- name: ForgetUploads :execrows
delete from source_uploads where created_at < $1;

-- name: SetSettings :exec
update analytics_data_sources set settings = sqlc.arg(settings), updated_at = greatest(updated_at + interval '1 microsecond', sqlc.arg(now)::timestamptz) where id = sqlc.arg(id);

-- name: SetPushToken :exec
update analytics_data_sources set push_token_hash = sqlc.arg(hash), connection_status = 'connected', disconnected_at = null,
  connected_at = coalesce(connected_at, sqlc.arg(now)::timestamptz), connected_by = sqlc.arg(connected_by),
  updated_at = greatest(updated_at + interval '1 microsecond', sqlc.arg(now)) where id = sqlc.arg(id);

-- name: Pusher :one
select id, customer_id, zone from analytics_data_sources where push_token_hash = $1 and source_type = 'push' for update;

-- name: PushTokenKnown :one
select exists (select from analytics_data_sources where push_token_hash = $1 and source_type = 'push');

-- name: Batch :one
select fingerprint, answer from source_batches where source_id = $1 and key = $2;

-- name: KeepBatch :exec
insert into source_batches (customer_id, source_id, key, fingerprint, answer, created_at) values ($1, $2, $3, $4, $5, $6);

-- name: ForgetBatches :execrows
delete from source_batches where created_at < $1;

-- name: AddAuthorisation :exec
insert into source_authorisations (state_hash, customer_id, source_id, session_id, link_id, expires_at) values ($1, $2, $3, $4, $5, $6);

-- name: TakeAuthorisation :one
delete from source_authorisations where state_hash = $1 returning *;

-- name: ForgetAuthorisations :execrows
delete from source_authorisations where expires_at < $1;

-- name: AddLink :exec
insert into source_links (id, customer_id, source_id, token_hash, made_by, created_at, expires_at) values ($1, $2, $3, $4, $5, $6, $7);

-- name: Link :one
select * from source_links where token_hash = $1;

-- name: UseLink :execrows
update source_links set used_at = $2 where id = $1 and used_at is null and expires_at > $2;
