-- Who is kept from which dashboard, and the agency's own templates.

-- +goose Up
alter table analytics_dashboard_configs
  add check (client_type in ('b2b', 'b2c')),
  add check (business_model in ('lead_gen', 'online_sales')),
  add check (website_type in ('brochure', 'transactional'));

-- A person of the customer who does not see a dashboard. Admins see all of them.
create table dashboard_denials (
  customer_id uuid not null,
  dashboard_id uuid not null,
  user_id uuid not null,
  created_at timestamptz not null default now(),
  primary key (dashboard_id, user_id),
  foreign key (customer_id, dashboard_id) references analytics_dashboard_configs (customer_id, id) on delete cascade,
  foreign key (customer_id, user_id) references customer_members (customer_id, user_id) on delete cascade
);
select secure_tenant('dashboard_denials');
grant select on dashboard_denials to portal_client;

-- Dashboards to begin with, beside the portal's presets. They belong to the agency
-- and hold no customer's numbers.
create table dashboard_templates (
  id uuid primary key default gen_random_uuid(),
  name text not null,
  config jsonb not null,
  created_by_employee_id uuid references employees (id) on delete set null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create unique index dashboard_templates_name on dashboard_templates (lower(name));
grant select, insert, update, delete on dashboard_templates to portal_staff, portal_agency, portal_system;

-- Which tickets were closed in a range of days.
create index client_tickets_resolved on client_tickets (customer_id, resolved_at) where resolved_at is not null;

-- +goose Down
drop index client_tickets_resolved;
drop table dashboard_templates, dashboard_denials;
alter table analytics_dashboard_configs
  drop constraint analytics_dashboard_configs_client_type_check,
  drop constraint analytics_dashboard_configs_business_model_check,
  drop constraint analytics_dashboard_configs_website_type_check;
