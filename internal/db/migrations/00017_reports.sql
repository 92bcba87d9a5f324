-- Reports that go out by themselves.

-- +goose Up
create table report_schedules (
  id uuid primary key,
  customer_id uuid not null references customers (id) on delete cascade,
  dashboard_id uuid not null,
  cadence text not null check (cadence in ('weekly', 'monthly')),
  weekday smallint check (weekday between 1 and 7),       -- Monday is 1
  month_day smallint check (month_day between 1 and 31),  -- in a shorter month its last
  hour smallint not null check (hour between 0 and 23),
  compare text not null check (compare in ('none', 'previous_period', 'previous_year')),
  is_active boolean not null default true,
  zone text not null,                  -- of the customer when next_due_at was reckoned
  next_due_at timestamptz not null,
  created_by_employee_id uuid references employees (id) on delete set null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  unique (customer_id, id),
  check ((cadence = 'weekly') = (weekday is not null) and (cadence = 'monthly') = (month_day is not null)),
  foreign key (customer_id, dashboard_id) references analytics_dashboard_configs (customer_id, id) on delete cascade
);
create index report_schedules_customer on report_schedules (customer_id, created_at, id);
create index report_schedules_dashboard on report_schedules (dashboard_id);
create index report_schedules_due on report_schedules (next_due_at) where is_active;
select secure_tenant('report_schedules');

-- Whom a schedule writes to.
create table report_recipients (
  customer_id uuid not null,
  schedule_id uuid not null,
  user_id uuid not null,
  primary key (schedule_id, user_id),
  foreign key (customer_id, schedule_id) references report_schedules (customer_id, id) on delete cascade,
  foreign key (customer_id, user_id) references customer_members (customer_id, user_id) on delete cascade
);
create index report_recipients_user on report_recipients (customer_id, user_id);
select secure_tenant('report_recipients');

-- One report of one moment. It is waiting until its numbers are read; then it is
-- held, or it is sent: with that it is frozen, and stays when its dashboard goes.
create table scheduled_reports (
  id uuid primary key,
  customer_id uuid not null references customers (id) on delete cascade,
  schedule_id uuid,
  dashboard_id uuid,
  dashboard_name text not null,
  due_at timestamptz not null,
  range_from date not null,
  range_to date not null,
  range_preset text not null,
  compare text not null,
  status text not null check (status in ('waiting', 'held', 'sent', 'dropped')),
  reasons text[] not null default '{}', -- why it is held, or was dropped
  note text not null default '',        -- words of the agency's to its readers
  released_by_employee_id uuid references employees (id) on delete set null,
  released_at timestamptz,              -- though it was held
  report jsonb,                         -- as it was sent
  file_key text,                        -- of the PDF
  file_bytes integer,
  sent_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  unique (customer_id, id),
  unique (schedule_id, due_at),
  check ((status = 'sent') = (report is not null and file_key is not null and sent_at is not null)),
  foreign key (customer_id, schedule_id) references report_schedules (customer_id, id) on delete set null (schedule_id),
  foreign key (customer_id, dashboard_id) references analytics_dashboard_configs (customer_id, id) on delete set null (dashboard_id)
);
create index scheduled_reports_list on scheduled_reports (customer_id, due_at desc, id desc);
create index scheduled_reports_all on scheduled_reports (due_at desc, id desc);
create index scheduled_reports_dashboard on scheduled_reports (dashboard_id);
select secure_tenant('scheduled_reports');
-- What is not sent is the agency's own.
create policy sent_only on scheduled_reports as restrictive to portal_client using (status = 'sent');
grant select (id, customer_id, dashboard_id, dashboard_name, due_at, range_from, range_to, range_preset, compare, status, note, report,
              file_key, file_bytes, sent_at, created_at, updated_at) on scheduled_reports to portal_client;

-- The mail of a report to one person. It is told before and after the mail server
-- is: one that is neither waiting nor sent may have gone out, and is not sent again.
create table report_mails (
  customer_id uuid not null,
  report_id uuid not null,
  user_id uuid not null,
  status text not null check (status in ('waiting', 'sending', 'sent', 'left_out')),
  reason text not null default '',      -- why somebody was left out
  changed_at timestamptz not null,
  primary key (report_id, user_id),
  foreign key (customer_id, report_id) references scheduled_reports (customer_id, id) on delete cascade,
  foreign key (customer_id, user_id) references customer_members (customer_id, user_id) on delete cascade
);
create index report_mails_user on report_mails (customer_id, user_id);
select secure_tenant('report_mails');

-- +goose Down
drop table report_mails, scheduled_reports, report_recipients, report_schedules;
