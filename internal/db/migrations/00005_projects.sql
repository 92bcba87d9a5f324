-- Quotes: once approved, a quote is a project, and its phases are the plan.

-- +goose Up
create sequence quote_numbers start 1;
grant usage on sequence quote_numbers to portal_staff, portal_agency, portal_system;

create table quotes (
  id uuid primary key default gen_random_uuid(),
  customer_id uuid not null references customers (id) on delete cascade,
  number text not null unique,
  name text not null,
  project_type text,
  status text not null default 'draft'
    check (status in ('draft', 'sent', 'approved', 'rejected', 'in_progress', 'completed', 'cancelled')),
  version integer not null default 1,
  total numeric(12,2),
  currency text not null default 'GBP' check (currency ~ '^[A-Z]{3}$'),
  start_date date,
  due_date date,
  sent_at timestamptz,
  decided_at timestamptz,
  decided_by_user_id uuid references client_portal_users (id) on delete restrict,
  decision_comment text,
  created_by_employee_id uuid references employees (id),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (customer_id, id),
  check (due_date >= start_date)
);
create index quotes_customer on quotes (customer_id, updated_at desc, id desc);
select secure_tenant('quotes');
create policy not_drafts on quotes as restrictive to portal_client using (status <> 'draft');
grant select, update (status, decided_at, decided_by_user_id, decision_comment, updated_at) on quotes to portal_client;

create table quote_phases (
  id uuid primary key default gen_random_uuid(),
  customer_id uuid not null,
  quote_id uuid not null,
  position integer not null check (position > 0),
  name text not null,
  status text not null default 'not_started'
    check (status in ('not_started', 'in_progress', 'blocked', 'waiting_for_client', 'completed')),
  progress_percent integer not null default 0 check (progress_percent between 0 and 100),
  weight integer not null default 1 check (weight > 0),
  planned_start date,
  planned_end date,
  actual_start date,
  actual_end date,
  waiting_on text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (customer_id, id),
  unique (quote_id, position),
  check (planned_end >= planned_start),
  check (actual_end >= actual_start),
  foreign key (customer_id, quote_id) references quotes (customer_id, id) on delete cascade
);
select secure_tenant('quote_phases');
create policy not_drafts on quote_phases as restrictive to portal_client
  using (exists (select from quotes q where q.customer_id = quote_phases.customer_id and q.id = quote_phases.quote_id));
grant select on quote_phases to portal_client;

-- +goose Down
drop table quote_phases, quotes;
drop sequence quote_numbers;
