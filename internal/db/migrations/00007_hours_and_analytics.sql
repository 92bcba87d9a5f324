-- The spec's tables for time tracking and analytics.

-- +goose Up
-- Minutes are exact: hours follows from them, so that three entries of 20 minutes
-- are an hour together.
create table time_tracking (
  id uuid primary key default gen_random_uuid(),
  customer_id uuid not null references customers (id) on delete cascade,
  quote_id uuid,
  project_id text,
  ticket_id uuid,
  employee_id uuid references employees (id) on delete set null,
  employee_email text,
  task_description text not null,
  minutes integer not null check (minutes between 1 and 1440),
  hours numeric(6,2) not null generated always as (round(minutes / 60.0, 2)) stored,
  date_worked date not null,
  billable boolean not null default true,
  hourly_rate numeric(10,2) check (hourly_rate >= 0),
  currency text not null check (currency ~ '^[A-Z]{3}$'),  -- of hourly_rate
  category text,
  is_retainer boolean not null default false,
  retainer_id uuid,                    -- null: it is in no ledger (yet)
  retainer_period_start date,
  retainer_period_end date,            -- the day after the last one
  internal boolean not null default false,  -- the agency's own affair
  approval text not null default 'pending' check (approval in ('pending', 'approved', 'rejected')),
  approved_by_client boolean not null generated always as (approval = 'approved') stored,
  approved_by_client_user_id uuid references client_portal_users (id) on delete set null,  -- null: by itself, as the terms say
  approved_at timestamptz,
  rejected_by_user_id uuid references client_portal_users (id) on delete set null,
  rejected_at timestamptz,
  rejection_reason text,
  decided_by_name text,                -- who approved or rejected it, by the name of the time
  revision integer not null default 1, -- counts every change
  pending_since timestamptz not null default now(),
  auto_approval_told_at timestamptz,   -- when the client was told that it will be approved by itself
  deleted_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (customer_id, id),
  check (retainer_period_end > retainer_period_start),
  check (is_retainer or retainer_id is null),
  check ((approval = 'approved') = (approved_at is not null)),
  check ((approval = 'rejected') = (rejected_at is not null)),
  foreign key (customer_id, quote_id) references quotes (customer_id, id) on delete set null (quote_id),
  foreign key (customer_id, ticket_id) references client_tickets (customer_id, id) on delete set null (ticket_id)
);
create index time_tracking_worked on time_tracking (customer_id, date_worked desc, id desc)
  include (minutes, billable, approval, is_retainer, internal) where deleted_at is null;
select secure_tenant('time_tracking');
create policy shown on time_tracking as restrictive to portal_client
  using (deleted_at is null and not internal) with check (deleted_at is null and not internal);
grant select, update (approval, approved_by_client_user_id, approved_at, rejected_by_user_id, rejected_at, rejection_reason,
                      decided_by_name, revision, pending_since, auto_approval_told_at, updated_at) on time_tracking to portal_client;

create table analytics_dashboard_configs (
  id uuid primary key default gen_random_uuid(),
  customer_id uuid not null references customers (id) on delete cascade,
  dashboard_name text not null,
  client_type text not null,
  business_model text not null,
  website_type text,
  is_active boolean not null default true,
  config jsonb not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (customer_id, id)
);
create index analytics_dashboard_configs_customer on analytics_dashboard_configs (customer_id, dashboard_name, id);
select secure_tenant('analytics_dashboard_configs');
grant select on analytics_dashboard_configs to portal_client;

create table analytics_data_sources (
  id uuid primary key default gen_random_uuid(),
  customer_id uuid not null references customers (id) on delete cascade,
  dashboard_config_id uuid,
  source_type text not null,
  source_name text not null,
  connection_type text,
  api_credentials jsonb,               -- a Tink AEAD ciphertext, never readable by a client
  connection_status text not null default 'disconnected',
  last_sync_at timestamptz,
  sync_frequency text not null default 'daily',
  sync_errors text[],
  metadata jsonb,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (customer_id, id),
  foreign key (customer_id, dashboard_config_id) references analytics_dashboard_configs (customer_id, id) on delete cascade
);
create index analytics_data_sources_customer on analytics_data_sources (customer_id, source_name, id);
select secure_tenant('analytics_data_sources');
grant select (id, customer_id, dashboard_config_id, source_type, source_name, connection_type, connection_status,
              last_sync_at, sync_frequency, created_at, updated_at) on analytics_data_sources to portal_client;

-- +goose Down
drop table analytics_data_sources, analytics_dashboard_configs, time_tracking;
