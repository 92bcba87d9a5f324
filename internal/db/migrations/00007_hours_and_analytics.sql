-- The spec's tables for time tracking and analytics.

-- +goose Up
create table time_tracking (
  id uuid primary key default gen_random_uuid(),
  customer_id uuid not null references customers (id) on delete cascade,
  quote_id uuid,
  project_id text,
  employee_id uuid references employees (id) on delete set null,
  employee_email text,
  task_description text not null,
  hours numeric(6,2) not null check (hours > 0),
  date_worked date not null,
  billable boolean not null default true,
  hourly_rate numeric(10,2) check (hourly_rate >= 0),
  category text,
  is_retainer boolean not null default false,
  retainer_period_start date,
  retainer_period_end date,
  approved_by_client boolean not null default false,
  approved_by_client_user_id uuid references client_portal_users (id) on delete set null,
  approved_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (customer_id, id),
  check (retainer_period_end > retainer_period_start),
  foreign key (customer_id, quote_id) references quotes (customer_id, id) on delete set null (quote_id)
);
create index time_tracking_worked on time_tracking (customer_id, date_worked desc, id desc);
select secure_tenant('time_tracking');
grant select, update (approved_by_client, approved_by_client_user_id, approved_at, updated_at) on time_tracking to portal_client;

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
