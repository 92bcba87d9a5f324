-- Exports that are made in the background, how a source attributes, and who of a
-- customer says who sees a dashboard.

-- +goose Up
-- A file that somebody asked for. Only they may have it, until it expires.
create table dashboard_exports (
  id uuid primary key,
  customer_id uuid not null references customers (id) on delete cascade,
  dashboard_id uuid not null,
  user_id uuid,                         -- who asked: one of the customer's
  employee_id uuid references employees (id) on delete cascade, -- or of the agency's
  format text not null,
  range_from date not null,
  range_to date not null,
  range_preset text not null,
  compare text not null check (compare in ('none', 'previous_period', 'previous_year')),
  status text not null default 'waiting' check (status in ('waiting', 'reading', 'writing', 'ready', 'failed')),
  file_key text,
  file_name text not null default '',
  content_type text not null default '',
  file_bytes bigint,
  asked_at timestamptz not null,
  finished_at timestamptz,
  expires_at timestamptz not null,
  unique (customer_id, id),
  check ((user_id is null) <> (employee_id is null)),
  check ((status = 'ready') = (file_key is not null and file_bytes is not null)),
  foreign key (customer_id, dashboard_id) references analytics_dashboard_configs (customer_id, id) on delete cascade,
  foreign key (customer_id, user_id) references customer_members (customer_id, user_id) on delete cascade
);
create index dashboard_exports_dashboard on dashboard_exports (dashboard_id);
create index dashboard_exports_user on dashboard_exports (customer_id, user_id);
create index dashboard_exports_employee on dashboard_exports (employee_id);
create index dashboard_exports_expiry on dashboard_exports (expires_at);
-- Which files belong to an export: the others are swept.
create index dashboard_exports_file on dashboard_exports (file_key);
select secure_tenant('dashboard_exports');
grant select on dashboard_exports to portal_client;
grant insert (id, customer_id, dashboard_id, user_id, format, range_from, range_to, range_preset, compare, asked_at, expires_at) on dashboard_exports to portal_client;

-- Of the settings, which are the agency's, clients read one: the windows in which
-- the source credits an ad with what people do.
alter table analytics_data_sources add column attribution_windows jsonb generated always as (settings->'attribution_windows') stored;
grant select (attribution_windows) on analytics_data_sources to portal_client;

-- A customer's own admin says who of them does not see a dashboard.
grant insert, delete on dashboard_denials to portal_client;

-- +goose Down
revoke insert, delete on dashboard_denials from portal_client;
alter table analytics_data_sources drop column attribution_windows;
drop table dashboard_exports;
