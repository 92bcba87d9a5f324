-- Hours and retainers. A retainer is a ledger in minutes: docs/adr/0008-retainer-ledger.md.

-- +goose Up
create table retainers (
  id uuid primary key,
  customer_id uuid not null references customers (id) on delete cascade,
  quote_id uuid,                       -- null: for all of the customer's projects
  name text not null,
  starts_on date not null,             -- of its first period; the later ones are counted from here
  ends_on date,                        -- the last day
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  ledger_rows integer not null default 0,   -- how many there are; whoever adds some holds this row
  ledger_at timestamptz not null,           -- when the last one was recorded
  revision integer not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  unique (customer_id, id),
  check (ends_on >= starts_on),
  foreign key (customer_id, quote_id) references quotes (customer_id, id)
);
create index retainers_customer on retainers (customer_id, starts_on, id);
select secure_tenant('retainers');
grant select, update (ledger_rows, ledger_at) on retainers to portal_client;

-- What was agreed, from a day on. A later agreement about the same day goes before.
create table retainer_terms (
  customer_id uuid not null,
  retainer_id uuid not null,
  number integer not null,
  effective_from date not null,
  minutes_per_period integer not null check (minutes_per_period between 0 and 1000000),
  period text not null check (period in ('month', 'quarter')),
  rollover_cap_minutes integer check (rollover_cap_minutes >= 0),
  rollover_expires_after_periods integer check (rollover_expires_after_periods >= 0),
  deficit text not null check (deficit in ('carry', 'bill')),
  overage_rate numeric(10,2) check (overage_rate >= 0),
  pending_consumes boolean not null,
  rejected_consumes boolean not null,
  auto_approve_after_days integer check (auto_approve_after_days between 1 and 365),
  consent_block_minutes integer check (consent_block_minutes > 0),  -- null: overage needs no consent
  closes_after_days integer not null check (closes_after_days between 0 and 365),
  agreed_by_employee_id uuid references employees (id),
  recorded_at timestamptz not null,
  primary key (retainer_id, number),
  unique (customer_id, retainer_id, number),
  foreign key (customer_id, retainer_id) references retainers (customer_id, id) on delete cascade
);
select secure_tenant('retainer_terms');
revoke update, delete on retainer_terms from portal_staff, portal_agency, portal_system;
grant select on retainer_terms to portal_client;

-- The periods that were opened. Each is opened and closed once.
create table retainer_periods (
  customer_id uuid not null,
  retainer_id uuid not null,
  number integer not null check (number >= 0),
  starts_on date not null,
  ends_on date not null,               -- the day after the last one
  opened_at timestamptz not null,
  closed_at timestamptz,
  closed_by_name text,
  primary key (retainer_id, number),
  unique (retainer_id, starts_on),
  unique (customer_id, retainer_id, number),
  check (ends_on > starts_on),
  foreign key (customer_id, retainer_id) references retainers (customer_id, id) on delete cascade
);
create index retainer_periods_open on retainer_periods (retainer_id) where closed_at is null;
select secure_tenant('retainer_periods');
grant select, insert on retainer_periods to portal_client;

-- The ledger. Nobody changes or removes a row of it.
create table retainer_ledger (
  customer_id uuid not null,
  retainer_id uuid not null,
  number integer not null,             -- counts without a gap
  period integer not null,
  kind text not null check (kind in ('grant', 'use', 'rollover', 'expiry', 'overage', 'adjustment')),
  minutes integer not null,            -- below zero: taken
  day date not null,                   -- on which it counts
  origin integer not null,             -- the period in which the minutes were granted
  entry_id uuid,                       -- of a use or adjustment
  amount numeric(12,2),                -- of overage that is billed
  note text not null default '',
  actor_name text not null,
  recorded_at timestamptz not null,    -- never before that of the row before
  primary key (retainer_id, number),
  unique (customer_id, retainer_id, number),
  foreign key (customer_id, retainer_id, period) references retainer_periods (customer_id, retainer_id, number),
  foreign key (customer_id, retainer_id) references retainers (customer_id, id) on delete cascade,
  foreign key (customer_id, entry_id) references time_tracking (customer_id, id) on delete cascade
);
create index retainer_ledger_period on retainer_ledger (retainer_id, period) include (kind, minutes);
create index retainer_ledger_entry on retainer_ledger (entry_id) where entry_id is not null;
select secure_tenant('retainer_ledger');
revoke update, delete on retainer_ledger from portal_staff, portal_agency, portal_system;
grant select, insert on retainer_ledger to portal_client;

-- A block of minutes beyond the retainer, at a price that the client accepts before
-- they are worked.
create table overage_blocks (
  id uuid primary key,
  customer_id uuid not null,
  retainer_id uuid not null,
  period integer not null,
  minutes integer not null check (minutes > 0),
  rate numeric(10,2) not null check (rate >= 0),
  amount numeric(12,2) not null,
  currency text not null,
  reason text not null default '',
  status text not null default 'asked' check (status in ('asked', 'approved', 'declined', 'withdrawn')),
  revision integer not null default 1,
  asked_by_name text not null,
  asked_at timestamptz not null,
  decided_by_user_id uuid references client_portal_users (id) on delete set null,
  decided_by_name text,
  decided_at timestamptz,
  comment text,
  unique (customer_id, id),
  foreign key (customer_id, retainer_id) references retainers (customer_id, id) on delete cascade
);
create unique index overage_blocks_asked on overage_blocks (retainer_id, period) where status = 'asked';
create index overage_blocks_retainer on overage_blocks (retainer_id, period);
create index overage_blocks_customer on overage_blocks (customer_id, asked_at desc, id desc);
select secure_tenant('overage_blocks');
grant select, update (status, revision, decided_by_user_id, decided_by_name, decided_at, comment) on overage_blocks to portal_client;

-- Who was told that a period's minutes run out, once for each.
create table retainer_alerts (
  customer_id uuid not null,
  retainer_id uuid not null,
  period integer not null,
  percent integer not null check (percent in (80, 100)),
  id uuid not null,
  told_at timestamptz not null,
  primary key (retainer_id, period, percent),
  unique (customer_id, retainer_id, period, percent),
  foreign key (customer_id, retainer_id) references retainers (customer_id, id) on delete cascade
);
select secure_tenant('retainer_alerts');
grant select on retainer_alerts to portal_client;

alter table time_tracking
  add foreign key (customer_id, retainer_id) references retainers (customer_id, id) on delete set null (retainer_id);
create index time_tracking_retainer on time_tracking (retainer_id, date_worked)
  include (minutes, approval) where retainer_id is not null and deleted_at is null;
create index time_tracking_ticket on time_tracking (customer_id, ticket_id) where ticket_id is not null and deleted_at is null;
create index time_tracking_pending on time_tracking (pending_since) where approval = 'pending' and deleted_at is null;
create index time_tracking_all on time_tracking (date_worked desc, id desc) where deleted_at is null;
create index time_tracking_employee on time_tracking (employee_id, date_worked desc, id desc) where deleted_at is null;

-- What an entry was at each of its revisions: edits and the end keep history.
create table time_entry_revisions (
  customer_id uuid not null,
  entry_id uuid not null,
  revision integer not null,
  action text not null,                -- log, update, delete, approve, reject, resubmit, place
  minutes integer not null,
  date_worked date not null,
  approval text not null,
  retainer_id uuid,
  deleted boolean not null,
  internal boolean not null,
  entry jsonb not null,                -- all of it, as the API shows it
  by_kind text not null,
  by_name text not null,
  created_at timestamptz not null,
  primary key (entry_id, revision),
  unique (customer_id, entry_id, revision),
  foreign key (customer_id, entry_id) references time_tracking (customer_id, id) on delete cascade
);
create index time_entry_revisions_day on time_entry_revisions (customer_id, date_worked);
select secure_tenant('time_entry_revisions');
create policy shown on time_entry_revisions as restrictive to portal_client using (not internal) with check (not internal);
revoke update, delete on time_entry_revisions from portal_staff, portal_agency, portal_system;
grant select, insert on time_entry_revisions to portal_client;

-- The conversation that a rejection opens.
create table time_entry_messages (
  id uuid primary key,
  customer_id uuid not null,
  entry_id uuid not null,
  author_user_id uuid,
  author_employee_id uuid references employees (id),
  author_name text not null,
  body text not null,
  created_at timestamptz not null,
  unique (customer_id, id),
  check (num_nonnulls(author_user_id, author_employee_id) <= 1),
  foreign key (customer_id, entry_id) references time_tracking (customer_id, id) on delete cascade,
  foreign key (customer_id, author_user_id) references customer_members (customer_id, user_id)
);
create index time_entry_messages_entry on time_entry_messages (entry_id, created_at, id);
select secure_tenant('time_entry_messages');
create policy shown on time_entry_messages as restrictive to portal_client
  using (exists (select from time_tracking t where t.customer_id = time_entry_messages.customer_id and t.id = time_entry_messages.entry_id));
grant select, insert on time_entry_messages to portal_client;

-- Where an imported entry came from: the same one is not imported twice.
create table time_entry_sources (
  source text not null,                -- toggl, harvest, clockify
  external_id text not null,
  customer_id uuid not null,
  entry_id uuid not null,
  created_at timestamptz not null,
  primary key (source, external_id),
  unique (customer_id, source, external_id),
  foreign key (customer_id, entry_id) references time_tracking (customer_id, id) on delete cascade
);
select secure_tenant('time_entry_sources');

-- The clock that runs for an employee; one at a time.
create table timers (
  employee_id uuid primary key references employees (id) on delete cascade,
  customer_id uuid not null references customers (id) on delete cascade,
  quote_id uuid,
  ticket_id uuid,
  task_description text not null default '',
  category text,
  billable boolean not null default true,
  is_retainer boolean not null default false,
  started_at timestamptz not null,
  unique (customer_id, employee_id),
  foreign key (customer_id, quote_id) references quotes (customer_id, id) on delete set null (quote_id),
  foreign key (customer_id, ticket_id) references client_tickets (customer_id, id) on delete set null (ticket_id)
);
select secure_tenant('timers');

-- +goose Down
drop table timers, time_entry_sources, time_entry_messages, time_entry_revisions;
drop index time_tracking_retainer, time_tracking_ticket, time_tracking_pending, time_tracking_all, time_tracking_employee;
alter table time_tracking drop constraint time_tracking_customer_id_retainer_id_fkey;
drop table retainer_alerts, overage_blocks, retainer_ledger, retainer_periods, retainer_terms, retainers;
