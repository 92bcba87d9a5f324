-- Data sources at work: what they are set to, what runs, how they are.

-- +goose Up
alter table analytics_data_sources
  alter column sync_errors set default '{}',
  add column settings jsonb not null default '{}',
  add column account_name text not null default '',   -- of the property, ad account or shop
  add column sync_hour smallint not null default 6 check (sync_hour between 0 and 23),  -- of the customer's day
  add column connected_at timestamptz,
  add column connected_by text not null default '',
  add column disconnected_at timestamptz,
  add column next_sync_at timestamptz,                 -- null: only when somebody asks
  add column sync_cursor text not null default '',     -- of a source that tells what has changed
  add column window_days integer not null default 0,   -- halved when the source says that it is too much; 0: as the source has it
  add column complete_to date,                         -- the day after the last that was read
  add column zone text not null default '',
  add column currency text not null default '',
  add column rows_kept bigint not null default 0,
  add column quota jsonb,                              -- what the source said is left
  add column token_expires_at timestamptz,
  add column unavailable text[] not null default '{}', -- metrics that can't be had
  -- What stands in the way, if anything does.
  add column failure_kind text not null default '' check (failure_kind in ('', 'retry', 'reauthorise', 'fix', 'degrade', 'smaller')),
  add column failure_code text not null default '',
  add column failure_client text not null default '',
  add column failure_staff text not null default '',
  add column failures integer not null default 0,      -- in a row
  add column failed_at timestamptz,
  add column retry_at timestamptz,
  add column warned text not null default '',          -- what the agency was last warned of, so that it is once
  -- Who works on it: the holder of the lease, until it ends.
  add column lease uuid,
  add column leased_until timestamptz,
  add column push_token_hash bytea,
  add constraint analytics_data_sources_frequency check (sync_frequency in ('daily', 'hourly', 'manual'));
create index analytics_data_sources_due on analytics_data_sources (next_sync_at) where next_sync_at is not null;
create unique index analytics_data_sources_push on analytics_data_sources (push_token_hash) where push_token_hash is not null;
grant select (account_name, sync_hour, connected_at, disconnected_at, next_sync_at, complete_to, zone, currency, failure_kind, failure_client,
              failed_at, retry_at, unavailable) on analytics_data_sources to portal_client;

-- One thing that was, or is to be, done with a source. A backfill's done_until is
-- how far it has come: a portal that dies leaves it to the next.
create table sync_runs (
  id uuid primary key,
  customer_id uuid not null references customers (id) on delete cascade,
  source_id uuid not null,
  kind text not null check (kind in ('sync', 'backfill', 'ranges', 'import', 'push')),
  status text not null default 'queued' check (status in ('queued', 'running', 'succeeded', 'partial', 'failed', 'cancelled')),
  asked_by text not null,
  from_day date,
  until_day date,                       -- the day after the last
  done_until date,
  rows bigint not null default 0,       -- that were read
  changed bigint not null default 0,    -- that were written
  quota jsonb,
  notes jsonb not null default '{}',   -- what the source said that is worth keeping, and what was refused
  failure_kind text not null default '',
  failure_code text not null default '',
  failure_client text not null default '',
  failure_staff text not null default '',
  asked_at timestamptz not null,
  started_at timestamptz,
  finished_at timestamptz,
  unique (customer_id, id),
  check (until_day > from_day),
  foreign key (customer_id, source_id) references analytics_data_sources (customer_id, id) on delete cascade
);
create index sync_runs_source on sync_runs (source_id, asked_at desc, id desc);
-- Asking twice is asking once. A sync finds its days itself.
create unique index sync_runs_open on sync_runs (source_id, kind,
  (case kind when 'sync' then '-infinity' else coalesce(from_day, '-infinity') end),
  (case kind when 'sync' then 'infinity' else coalesce(until_day, 'infinity') end))
  where status in ('queued', 'running') and kind in ('sync', 'backfill', 'ranges');
select secure_tenant('sync_runs');
grant select (id, customer_id, source_id, kind, status, from_day, until_day, done_until, asked_at, started_at, finished_at) on sync_runs to portal_client;

-- What stands in metric_facts of a report and a day, so that what did not change is
-- not written again.
create table metric_days (
  customer_id uuid not null references customers (id) on delete cascade,
  source_id uuid not null,
  report text not null,
  day date not null,
  rows integer not null,
  fingerprint bytea not null,
  primary key (source_id, report, day),
  foreign key (customer_id, source_id) references analytics_data_sources (customer_id, id) on delete cascade
);
select secure_tenant('metric_days');

-- The metrics of a source that is no known system: its own words for them.
create table source_metrics (
  customer_id uuid not null references customers (id) on delete cascade,
  source_id uuid not null,
  name text not null,                   -- "csv.deals"
  label text not null,
  definition text not null default '',
  unit text not null check (unit in ('count', 'money', 'percent', 'seconds', 'number')),
  aggregation text not null check (aggregation in ('sum', 'last')),
  better text not null default '' check (better in ('', 'up', 'down')),
  currency text check (currency ~ '^[A-Z]{3}$'),
  hidden boolean not null default false,  -- internal to the agency
  dimensions text[] not null default '{}',
  position integer not null default 0,
  primary key (source_id, name),
  foreign key (customer_id, source_id) references analytics_data_sources (customer_id, id) on delete cascade
);
select secure_tenant('source_metrics');
create policy visible on source_metrics as restrictive to portal_client using (not hidden);
grant select on source_metrics to portal_client;

-- A table that was uploaded and waits to be imported.
create table source_uploads (
  id uuid primary key,
  customer_id uuid not null references customers (id) on delete cascade,
  source_id uuid not null,
  file_name text not null,
  header text[] not null,
  rows jsonb not null,
  uploaded_by text not null,
  created_at timestamptz not null,
  imported_at timestamptz,
  unique (customer_id, id),
  foreign key (customer_id, source_id) references analytics_data_sources (customer_id, id) on delete cascade
);
create index source_uploads_source on source_uploads (source_id, created_at desc);
select secure_tenant('source_uploads');

-- A batch that was pushed, so that the same one again changes nothing.
create table source_batches (
  customer_id uuid not null references customers (id) on delete cascade,
  source_id uuid not null,
  key text not null,
  fingerprint bytea not null,
  answer jsonb not null,
  created_at timestamptz not null,
  primary key (source_id, key),
  foreign key (customer_id, source_id) references analytics_data_sources (customer_id, id) on delete cascade
);
select secure_tenant('source_batches');

-- A trip to a source's own sign-in: what comes back belongs to the session that left.
create table source_authorisations (
  state_hash bytea primary key,
  customer_id uuid not null references customers (id) on delete cascade,
  source_id uuid not null,
  session_id uuid not null,
  link_id uuid,                         -- of a client who came by a link
  expires_at timestamptz not null,
  foreign key (customer_id, source_id) references analytics_data_sources (customer_id, id) on delete cascade
);
select secure_tenant('source_authorisations');

-- A link by which a client connects a source without showing the agency a secret.
create table source_links (
  id uuid primary key,
  customer_id uuid not null references customers (id) on delete cascade,
  source_id uuid not null,
  token_hash bytea not null unique,
  made_by text not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz,
  unique (customer_id, id),
  foreign key (customer_id, source_id) references analytics_data_sources (customer_id, id) on delete cascade
);
select secure_tenant('source_links');

-- A rotation of the secret keys seals this one again, too.
grant update on reply_key to portal_system;

-- +goose Down
revoke update on reply_key from portal_system;
drop table source_links, source_authorisations, source_batches, source_uploads, source_metrics, metric_days, sync_runs;
alter table analytics_data_sources
  drop constraint analytics_data_sources_frequency,
  drop column settings, drop column account_name, drop column sync_hour, drop column connected_at, drop column connected_by,
  drop column disconnected_at, drop column next_sync_at, drop column sync_cursor, drop column window_days, drop column complete_to,
  drop column zone, drop column currency, drop column rows_kept, drop column quota, drop column token_expires_at, drop column unavailable,
  drop column failure_kind, drop column failure_code, drop column failure_client, drop column failure_staff, drop column failures,
  drop column failed_at, drop column retry_at, drop column warned, drop column lease, drop column leased_until, drop column push_token_hash;
